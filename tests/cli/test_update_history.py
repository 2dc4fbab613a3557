"""`update history`, `update export` and `update show --bytes`: what was sent, as a user asks for it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from followthru.actions.deliver import Sender
from followthru.actions.desk import open_desk
from followthru.actions.transports import transport_of
from followthru.config.places import home
from followthru.config.reading import load
from followthru.errors import Exit
from tests.cli.test_cli_updates import configure
from tests.clikit import Cli


@pytest.fixture
def oak(office: Cli) -> Cli:
    """The office, whose Dana was sent one update on 1 July."""
    configure()
    office.ok("add", "Renew cover by 2026-07-10 to dana @oak-street")
    office.ok("edit", "1", "public_title=Cover renewal")
    office.ok("update", "draft", "dana", "--practice", "oak-street")
    office.ok("update", "approve", "1", "--yes")
    send(office)
    return office


def send(cli: Cli) -> None:
    """Send what is approved, as the daemon does."""
    config = load(home().config)
    desk = open_desk(home(), config, cli.clock)
    sender = Sender(desk.ctx, config.mail[0], transport_of(config.mail[0], home().config), "one")
    asyncio.run(sender.run())
    desk.ctx.store.close()


def test_history_says_what_to_whom_and_when(oak: Cli) -> None:
    line = oak.ok("update", "history")
    for words in ("sent", "update", "to dana", "@oak-street", "Oak Street", "1 Jul"):
        assert words in line
    [one] = oak.json("update", "history", "cover", "renew")
    assert (one["id"], one["person"], one["outcome"], one["attempts"]) == (1, "dana", "sent", 1)
    assert one == oak.json("update", "history", "--person", "dana", "--since", "1 jul", "--until", "1 jul")[0]
    plain = oak.ok("update", "history", "--plain")
    assert plain.startswith("update: 1; when: Wed 1 Jul")
    assert "address: dana" in plain
    assert oak.json("update", "history", "missing") == oak.json("update", "history", "--until", "30 jun") == []
    assert oak("update", "history", "missing").err == "Nothing like that was sent.\n"


def test_what_is_not_there_is_said(oak: Cli) -> None:
    assert oak("update", "history", "--person", "nobody").code == Exit.NOT_FOUND
    assert oak("update", "history", "--practice", "nowhere").code == Exit.NOT_FOUND
    assert oak("update", "history", "--since", "3 jul 2026", "--until", "1 jul 2026").code == Exit.USAGE
    assert oak("update", "show", "9", "--bytes").code == Exit.NOT_FOUND


def test_a_day_that_is_asked_for_has_been(oak: Cli) -> None:
    """On Wednesday 1 July, `fri` is 26 June and `15 jul` that of last year."""
    for day, found in (("fri", 1), ("15 jul", 1), ("yesterday", 1), ("2026-07-02", 0)):
        assert len(oak.json("update", "history", "--since", day)) == found, day


def test_bytes_are_the_file_that_was_sent(oak: Cli) -> None:
    oak.ok("update", "list")
    [file] = (home().config.parent / "mails").iterdir()
    command = [sys.executable, "-m", "followthru", "update", "show", "1", "--bytes"]
    found = subprocess.run(command, capture_output=True, check=True, env=dict(os.environ))
    assert found.stdout == file.read_bytes()
    oak.ok("update", "draft", "dana", "--practice", "oak-street")
    refused = oak("update", "show", "2", "--bytes")
    assert (refused.code, refused.out) == (Exit.REFUSED, "")
    assert "never approved" in refused.err


def test_export_writes_and_refuses(oak: Cli, tmp_path: Path) -> None:
    into = tmp_path / "out"
    done = oak.json("update", "export", "--practice", "oak", "--into", str(into))
    assert (len(done["files"]), done["hash_differs"]) == (1, [])
    again = oak("update", "export", "--practice", "oak", "--into", str(into))
    assert again.code == Exit.REFUSED
    assert "--add" in again.err
    assert "Wrote 1 mail into" in oak("update", "export", "--practice", "oak", "--into", str(into), "--add").err
    desk = open_desk(home(), load(home().config), oak.clock)
    with desk.ctx.store.writing() as tx:
        tx.run("UPDATE delivery SET payload = CAST(payload || 'x' AS BLOB)")
    desk.ctx.store.close()
    broken = oak("update", "export", "--practice", "oak", "--into", str(tmp_path / "other"))
    assert broken.code == Exit.PARTLY
    assert "The bytes of 1 are not those that were approved" in broken.err
