"""What refuses around the screen, on a real terminal: a full disk, a home that may only be read, a lock that somebody
else holds. Each is said in words, what was typed stays, and the same key does it once the cause is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from followthru.config.places import home_in
from followthru.errors import FollowthruError
from followthru.store import tasks as read_tasks
from followthru_tui.background import Background
from tests.smalldisk import fill, small_disk
from tests.storekit import add_task, copy_database
from tests.terminal import Terminal
from tests.tui.desks import CONFIG, Office, impatient, on_reader
from tests.tui.driver import running
from tests.tui.story import Story

ALONE = """
import sys
from pathlib import Path
from followthru.config.places import home_in
from followthru.domain.clock import SystemClock
from followthru_tui.background import Background
from followthru_tui.start import run
from followthru_tui.storefeed import StoreFeed
home = home_in(Path({home!r}))
sys.exit(run(lambda: StoreFeed.open(home, SystemClock(), Background(starts=False), keep_log=True)))
"""
LINE = "Order paper for the front desk"


def _argv(home: Path) -> list[str]:
    """Return what runs the screen on a home, without a background process."""
    return [sys.executable, "-c", ALONE.format(home=str(home))]


def _sees(terminal: Terminal, *texts: str) -> None:
    """Wait until the screen says all of this, across its lines; a frame may come in pieces."""
    terminal.wait_for(lambda text: all(one in " ".join(text.split()) for one in texts))


def test_a_full_disk_is_said_what_was_typed_stays_and_the_same_key_stores_it_once_there_is_room(
    blank_database: Path, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 4) as disk:
        home = home_in(disk / "home")
        home.prepare()
        home.config.write_text(CONFIG)
        copy_database(blank_database, home.database)
        with Terminal(_argv(disk / "home"), {**os.environ, "NO_COLOR": "1"}, 100, 30) as terminal:
            terminal.wait_for("Welcome.")
            filler = fill(disk)
            terminal.send("a")
            terminal.wait_for("Enter take it")
            terminal.send(f"{LINE}\r")
            unharmed = "Nothing of this step was saved; what was saved before is unharmed"
            _sees(terminal, "is full.", unharmed, "Make room on that disk", "disk full: nothing can be changed", LINE)
            filler.unlink()
            terminal.send("\r")
            terminal.wait_for("Added 1")
            terminal.wait_for(lambda text: "disk full" not in text)
            terminal.send("3")
            terminal.wait_for(lambda text: "All open (1)" in text and LINE in text)
            terminal.send("\x11")
            assert terminal.wait_end() == 0


def test_a_home_that_may_only_be_read_is_said_in_words_and_everything_can_be_read(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    folder = office.home.config.parent
    start = (
        "import os, sys; from tests.smalldisk import heed_permissions; heed_permissions(); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    office.home.database.chmod(0o400)
    for one in (office.home.logs, office.home.run, folder):
        one.chmod(0o500)
    try:
        env = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        with Terminal([sys.executable, "-c", start, *_argv(folder)], env, 120, 30) as terminal:
            terminal.wait_for("read-only: nothing can be changed")
            terminal.send("3")
            terminal.wait_for("Renew cover")
            terminal.send("a")
            terminal.wait_for("Enter take it")
            terminal.send(f"{LINE}\r")
            _sees(terminal, "may only be read", "Give yourself the right to write the file and its folder", LINE)
            terminal.send("\x1b")
            terminal.wait_for("What you typed is kept")
            terminal.send("S")
            _sees(terminal, "The background process cannot be started")
            assert "broke" not in terminal.screen.text()
            for one in (folder, office.home.logs, office.home.run):
                one.chmod(0o700)
            office.home.database.chmod(0o600)
            terminal.wait_for(lambda text: "read-only" not in text)
            terminal.send("a")
            terminal.wait_for(LINE)
            terminal.send("\r")
            terminal.wait_for("Added 2")
            terminal.send("\x11")
            assert terminal.wait_end() == 0
    finally:
        for one in (folder, office.home.logs, office.home.run):
            one.chmod(0o700)


@contextmanager
def _held_by_another_process(database: Path) -> Generator[None]:
    """Let another program hold the database for itself, until it is told to let go."""
    code = (
        "import sqlite3, sys; held = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "held.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate()


async def test_a_store_that_another_process_holds_is_said_and_let_go_again(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    async with running(office.feed, (120, 30)) as ui:
        await on_reader(ui, impatient)
        await Story(ui).press("3")
        with _held_by_another_process(office.home.database):
            await (
                Story(ui)
                .press("a")
                .enter(LINE)
                .says("Another program holds it")
                .see(LINE, "Renew cover")
                .meanwhile(lambda: None)
                .see("m says why")
            )
        await Story(ui).press("enter").says("Added 2").meanwhile(lambda: None).miss("m says why", "locked", "holds it")
        assert len(read_tasks.rows(office.ctx.read)) == 2


# What the screen itself writes


def test_a_background_process_that_cannot_be_started_is_said(office: Office) -> None:
    office.home.logs.rmdir()
    office.home.logs.write_text("in the way")
    with pytest.raises(FollowthruError, match="cannot be made"):
        Background().start(office.desk)
    (office.home.logs).unlink()
    office.home.logs.mkdir()
    (office.home.logs / "daemon.out").mkdir()
    with pytest.raises(FollowthruError, match="The background process cannot be started: Is a directory"):
        Background().start(office.desk)


async def test_a_file_that_the_disk_refuses_is_named_and_is_no_defect(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    async with running(office.feed, (120, 30)) as ui:

        def refuses(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device", str(office.home.run / "copied.txt"))

        monkeypatch.setattr("followthru.durable.write", refuses)
        monkeypatch.setattr("pathlib.Path.write_text", refuses)
        await Story(ui).press("3", "y").says("copied.txt cannot be used: No space left on device").miss("broke")
