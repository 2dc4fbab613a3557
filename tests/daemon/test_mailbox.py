"""The daemon and a real mailbox: what comes back is noted by itself, and no word of any other mail is anywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from followthru.domain.clock import SystemClock
from followthru_daemon.build import build_jobs
from followthru_daemon.jobs import NotYetError
from tests.actions.posted import mail, reply, report
from tests.dovecot import Owner, dovecot, owner
from tests.mailboxkit import connect, desk_of, send
from tests.program.daemon import end, end_all, said, start, wait_for
from tests.storekit import FixedClock, add_person, add_practice, copy_database

__all__ = ["dovecot", "owner"]


@pytest.fixture
def home(tmp_path: Path, blank_database: Path, owner: Owner) -> Iterator[Path]:
    """A home with a practice, its owner Dana, and a mailbox with a folder of tasks."""
    folder = tmp_path / "desk"
    copy_database(blank_database, folder / "followthru.db")
    owner.make("followthru")
    connect(folder, owner, 'tasks = "followthru"')
    with desk_of(folder, SystemClock()) as desk:
        add_practice(desk.ctx)
        add_person(desk.ctx)
    yield folder
    end_all()


def value(home: Path, sql: str) -> object:
    """Return the first value of a query of a store that the daemon writes to."""
    connection = sqlite3.connect(home / "followthru.db")
    try:
        row = connection.execute(sql).fetchone()
    finally:
        connection.close()
    return None if row is None else row[0]


def begun(home: Path) -> bool:
    return value(home, "SELECT count(*) FROM mailbox_state") == 2


def test_what_comes_back_is_noted_by_itself(home: Path, owner: Owner) -> None:
    row = send(home, SystemClock())
    process = start(home)
    wait_for(lambda: begun(home), process)
    owner.put(mail("pat@elsewhere.example", "A form"), "followthru")
    owner.put(reply(row))
    wait_for(lambda: value(home, "SELECT kind FROM incoming") == "reply", process)
    wait_for(lambda: value(home, "SELECT count(*) FROM mail_task") == 1, process)
    assert end(process)[0] == 0


async def test_a_mailbox_that_lets_nobody_in_is_left_alone_for_an_hour(home: Path, owner: Owner) -> None:
    connect(home, owner, password="wrong")
    clock = FixedClock()
    with desk_of(home, clock) as desk:
        (job,) = (one for one in build_jobs(desk) if one.name == "mailbox oak")
        with pytest.raises(NotYetError, match="did not let") as caught:
            await job.run()
    assert caught.value.until == clock.at + timedelta(hours=1)
    assert not job.on_change


def test_no_word_of_any_other_mail_is_kept_or_logged(home: Path, owner: Owner) -> None:
    row = send(home, SystemClock())
    process = start(home)
    wait_for(lambda: begun(home), process)
    for number in range(5):
        owner.put(
            mail(
                f"Canary Patient{number} <canary.patient{number}@canary-home.example>",
                f"Canary subject {number}",
                "Canary body",
                In_Reply_To=f"<canary-{number}@canary-home.example>",
                X_Autoreply="Canary",
            )
        )
    owner.put(report("<canary-report@canary-home.example>", "canary.recipient@canary-home.example"))
    # Of what belongs to an update neither text nor who else wrote is kept.
    owner.put(reply(row, from_="Canary Stranger <canary.stranger@elsewhere.example>", text="Canary of a stranger"))
    owner.put(reply(row, text="Canary first line\n\nCanary of Dana"))
    wait_for(lambda: value(home, "SELECT count(*) FROM incoming") == 2, process)
    assert end(process)[0] == 0
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file()).lower()
    assert b"elsewhere.example" in kept
    assert b"canary" not in kept
    assert "canary" not in said(home).lower()
