"""The doctor: a healthy home and broken ones as it tells them (golden files in `doctor/`), and what it may change.

`GOLDEN=write` in the environment writes the files anew; read every line of the difference.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from followthru.config.places import home
from followthru.store import heartbeats, links, mail_state
from followthru.store.store import Store
from tests.cli.test_backups import damage
from tests.clikit import Cli
from tests.loopback import Said, serving

GOLDEN = Path(__file__).parent / "doctor"
WRITE = os.environ.get("GOLDEN") == "write"


def store(cli: Cli) -> Store:
    return Store.open(home().database, cli.clock)


def sql(words: str) -> None:
    with closing(sqlite3.connect(home().database)) as connection, connection:
        connection.execute(words)


def settings(words: str) -> None:
    home().config.write_text(words)
    home().config.chmod(0o600)


ACCOUNT = '[[accounts]]\nname = "work"\nurl = "https://calendar.example"\n'
CALENDAR = f'{ACCOUNT}[[calendars]]\nname = "mine"\naccount = "work"\ncreate = true\n'


def nothing(cli: Cli) -> None:
    """Leave the home as it is."""


def a_damaged_store(cli: Cli) -> None:
    damage(home().database)


def a_newer_store(cli: Cli) -> None:
    sql("PRAGMA user_version = 99")


def another_programs_store(cli: Cli) -> None:
    sql("PRAGMA application_id = 1")


def settings_that_are_wrong(cli: Cli) -> None:
    settings('[me]\nnmae = "Robin"\n')


def files_for_all_to_read(cli: Cli) -> None:
    home().database.chmod(0o644)
    home().database.parent.chmod(0o755)


def old_backups(cli: Cli) -> None:
    cli.clock.advance(days=30)


def a_clock_that_was_ahead(cli: Cli) -> None:
    cli.clock.advance(days=365)
    cli.ok("add", "Noted next year @oak-street")
    cli.clock.advance(days=-365)


def backups_of_a_clock_that_was_ahead(cli: Cli) -> None:
    cli.clock.advance(days=365)
    cli.ok("backup")
    cli.clock.advance(days=-365)


def a_job_that_fails(cli: Cli) -> None:
    with closing(store(cli)) as at:
        heartbeats.beat(at, "updates")
        cli.clock.advance(hours=5)
        heartbeats.beat(at, "updates", fault="Something is amiss.")


def a_calendar_that_was_not_synced(cli: Cli) -> None:
    settings(CALENDAR)
    with closing(store(cli)) as at:
        with at.writing() as tx:
            links.went(tx, "mine", good=True, fault=None)
        cli.clock.advance(hours=30)


def mail_that_is_held(cli: Cli) -> None:
    with closing(store(cli)) as at, at.writing() as tx:
        mail_state.hold(tx, "you held it.")


def evidence_that_is_gone(cli: Cli) -> None:
    shown = home().database.parent / "certificate.pdf"
    shown.write_bytes(b"a certificate")
    cli.ok("add", "Renew the licence @oak-street")
    cli.ok("done", "1", "--evidence", str(shown))
    shown.unlink()


def a_playbook_that_cannot_be_read(cli: Cli) -> None:
    folder = home().playbooks
    folder.mkdir()
    (folder / "mine.toml").write_text("title =\n")


def a_password_file_that_is_gone(cli: Cli) -> None:
    settings(f'{ACCOUNT}username = "pm"\npassword = {{ file = "{home().config.parent}/gone" }}\n')


def copies_left_over(cli: Cli) -> None:
    (home().database.parent / "followthru.db.damaged-1").write_bytes(b"x" * 200_000)


HOMES: tuple[Callable[[Cli], None], ...] = (
    nothing,
    a_damaged_store,
    a_newer_store,
    another_programs_store,
    settings_that_are_wrong,
    files_for_all_to_read,
    old_backups,
    a_clock_that_was_ahead,
    backups_of_a_clock_that_was_ahead,
    a_job_that_fails,
    a_calendar_that_was_not_synced,
    mail_that_is_held,
    evidence_that_is_gone,
    a_playbook_that_cannot_be_read,
    a_password_file_that_is_gone,
    copies_left_over,
)


@pytest.fixture
def healthy(office: Cli) -> Cli:
    """A home with nothing wrong: backed up, and the backup tried."""
    home().prepare()
    home().database.chmod(0o600)
    home().database.parent.chmod(0o700)
    office.ok("backup")
    office.ok("backup", "verify")
    return office


def told(cli: Cli) -> str:
    """Return what the doctor says, without what differs from machine to machine."""
    answer = cli("doctor")
    text = f"{answer.out}{answer.err}exit {answer.code}\n"
    text = text.replace(str(home().database.parent), "HOME")
    for pattern, instead in (
        (r"followthru \d\S+, Python \S+, SQLite \S+\.", "followthru X, Python X, SQLite X."),
        (r"\d+\.\d GB are free", "X GB are free"),
        (r"\(\d+\.\d MB\)", "(X MB)"),
        (r"damaged: .*", "damaged: …"),
    ):
        text = re.sub(pattern, instead, text)
    return text


@pytest.mark.parametrize("broken", HOMES, ids=lambda one: one.__name__)
def test_a_home_as_it_is_told(healthy: Cli, broken: Callable[[Cli], None]) -> None:
    broken(healthy)
    before = {path: path.stat().st_mtime_ns for path in home().database.parent.rglob("*") if path.is_file()}
    said = told(healthy)
    file = GOLDEN / f"{broken.__name__}.txt"
    if WRITE:
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")
    after = {path: path.stat().st_mtime_ns for path in home().database.parent.rglob("*") if path.is_file()}
    assert {path: at for path, at in after.items() if path.parent != home().logs} == before, "it only looks"


def test_a_log_that_cannot_be_written_is_named(healthy: Cli) -> None:
    (home().logs / "tui.log").mkdir()
    said = healthy("doctor", "--json")
    (found,) = [one for one in json.loads(said.out) if one["topic"] == "log"]
    assert said.code == 1
    assert f"{home().logs / 'tui.log'} cannot be written: Is a directory." in found["says"]
    (home().logs / "tui.log").rmdir()
    assert "log: " not in told(healthy)


def test_every_golden_file_belongs_to_a_home() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {one.__name__ for one in HOMES}


def test_what_nothing_can_be_lost_by_is_put_right(office: Cli) -> None:
    home().prepare()
    home().database.chmod(0o644)
    assert office("doctor").code == 1
    answer = office("doctor", "--fix")
    assert answer.code == 0, answer
    assert home().database.stat().st_mode & 0o777 == 0o600
    assert len(office.json("backup", "list")) == 1
    assert {one["standing"] for one in office.json("doctor")} <= {"ok", "note"}


def test_a_home_that_is_not_there_is_looked_at_and_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.storekit import FixedClock

    monkeypatch.setenv("FOLLOWTHRU_HOME", str(tmp_path / "nowhere"))
    answer = Cli(FixedClock())("doctor")
    assert answer.code == 0, answer
    assert not (tmp_path / "nowhere").exists()


def test_the_report_to_pass_on_names_nobody(healthy: Cli, tmp_path: Path) -> None:
    healthy.ok("add", "Renew cover for CANARY-title by 15 Jul to dana @oak-street")
    settings(f'[me]\nname = "CANARY Vale"\nemail = "canary@mine.example"\n{CALENDAR}')
    with closing(store(healthy)) as at:
        with at.writing() as tx:
            links.went(tx, "mine", good=False, fault="https://canary.example/oak-street refused dana@oak.example")
        heartbeats.beat(at, "sync canary", fault="CANARY: /home/canary/x is not there")
    (home().logs / "daemon.log").write_text(
        'at=2026-07-01T12:00:00.000Z level=warning logger=followthru_daemon.run event="job=sync canary fault=X"\n'
        "at=2026-07-01T12:00:01.000Z level=error logger=followthru.actions.sync event=canary calendar=canary "
        'error=KeyError frames="sync.py:12:one > plan.py:3:two"\n'
    )
    file = tmp_path / "report.json"
    healthy("doctor", "--bundle", str(file))
    text = file.read_text()
    report = json.loads(text)
    assert not re.search("canary|oak|dana|marisol|robin|vale", text, re.IGNORECASE), text
    assert str(home().database.parent) not in text
    assert report["rows"]["task"] == 1
    assert {"topic": "calendar", "standing": "wrong", "run": "followthru sync"} in report["findings"]
    assert report["log"][1]["frames"] == "sync.py:12:one > plan.py:3:two"
    assert file.stat().st_mode & 0o077 == 0


def test_a_daemon_that_gives_no_sign_is_said(healthy: Cli) -> None:
    from followthru.actions.presence import DaemonLock

    with closing(store(healthy)) as at:
        heartbeats.beat(at, "daemon")
    healthy.clock.at = datetime.fromisoformat("2026-07-01T12:00:00+00:00") + timedelta(minutes=6)
    lock = DaemonLock.take(home().database)
    try:
        assert "no sign of life" in healthy("doctor").out
    finally:
        lock.release()


@pytest.mark.parametrize(("days", "words"), [(0, "ok  clock: 127.0.0.1 says the same."), (365, "!!  clock: The clock")])
def test_servers_are_asked_what_time_it_is(healthy: Cli, days: int, words: str) -> None:
    at = format_datetime(healthy.clock.now() - timedelta(days=days), usegmt=True)
    with serving(lambda _: Said(401, {"Date": at})) as server:
        settings(ACCOUNT.replace("https://calendar.example", server.url))
        answer = healthy("doctor", "--online")
    assert words in answer.out, answer.out
