"""Mails as files: whole, once, and never over another."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.updates.message import build
from followthru.updates.outbox import Phase, State
from followthru.updates.transports.file import FileTransport, file_name
from tests.updates.values import mail

PAYLOAD = build(mail())


async def nothing(phase: Phase) -> None:
    """Take note of nothing."""


async def test_a_mail_becomes_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mails"
    transport = FileTransport(folder)
    outcomes = [await transport.send(PAYLOAD, "a@example.org", "d@example.com", nothing) for _ in range(2)]
    assert [outcome.state for outcome in outcomes] == [State.ACCEPTED, State.ACCEPTED]
    (path,) = folder.iterdir()
    assert path.suffix == ".eml"
    assert path.read_bytes() == PAYLOAD
    assert transport.repeats_safely


async def test_another_mail_of_the_same_name_is_kept(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path)
    await transport.send(PAYLOAD, "a@example.org", "d@example.com", nothing)
    other = build(mail(text="Something else.\n"))
    assert (await transport.send(other, "a@example.org", "d@example.com", nothing)).state == State.REFUSED
    assert (tmp_path / file_name(PAYLOAD)).read_bytes() == PAYLOAD


async def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    outcome = await FileTransport(tmp_path / "file").send(PAYLOAD, "a@example.org", "d@example.com", nothing)
    assert outcome.state == State.DEFERRED
    assert "cannot be written" in outcome.text


async def test_nothing_is_written_before_the_phase_is_committed(tmp_path: Path) -> None:
    async def lost(phase: Phase) -> None:
        raise RuntimeError(phase)

    with pytest.raises(RuntimeError, match="data started"):
        await FileTransport(tmp_path / "mails").send(PAYLOAD, "a@example.org", "d@example.com", lost)
    assert not (tmp_path / "mails").exists()


def test_names_stay_inside_the_folder() -> None:
    hostile = PAYLOAD.replace(b"<0190.abc@example.org>", b"<../../etc/passwd@x>")
    assert "/" not in file_name(hostile)
    assert file_name(hostile) != file_name(PAYLOAD)
