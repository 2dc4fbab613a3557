"""The terminal UI as a real process on a real terminal: its child, its end, and what a defect looks like."""

from __future__ import annotations

import os
import signal
import stat
import sys
import time
from pathlib import Path

import pytest

from followthru.actions import updates as update_verbs
from followthru.actions.drafting import draft
from followthru.actions.presence import running, tell_to_end
from followthru.config.places import home_in
from followthru.domain.clock import SystemClock
from followthru_tui.background import Background
from tests.mailboxkit import desk_of
from tests.program.daemon import end, start, wait_for
from tests.storekit import add_task
from tests.terminal import Terminal
from tests.tui.desks import Office

START = """
import sys
from followthru.config.places import home_in
from pathlib import Path
{before}
from followthru_tui.run import main
sys.exit(main(home_in(Path({home!r}))))
"""


def _argv(office: Office, before: str = "") -> list[str]:
    return [sys.executable, "-c", START.format(before=before, home=str(office.home.config.parent))]


@pytest.fixture
def env(office: Office) -> dict[str, str]:
    return {**os.environ, "FOLLOWTHRU_HOME": str(office.home.config.parent)}


def _until(terminal: Terminal, holds: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not (callable(holds) and holds()):
        assert time.monotonic() < end, terminal.screen.text()
        terminal.read(0.05)


@pytest.mark.parametrize("end", ["q", signal.SIGHUP])
def test_it_starts_a_daemon_says_so_and_ends_it_with_itself(
    office: Office, env: dict[str, str], end: str | signal.Signals
) -> None:
    with Terminal(_argv(office), env) as terminal:
        terminal.wait_for("The background process is started")
        _until(terminal, lambda: running(office.home.database) is not None)
        daemon = running(office.home.database)
        assert daemon is not None
        behind = [os.getpriority(os.PRIO_PROCESS, pid) for pid in (daemon, terminal.pid)]
        assert behind[0] == min(19, behind[1] + 5), "it lets the screen go first"
        if isinstance(end, str):
            terminal.send(end)
        else:
            os.kill(terminal.pid, end)
        assert terminal.wait_end() == 0
    assert running(office.home.database) is None


def test_a_screen_that_is_killed_leaves_its_daemon_to_the_next_one(office: Office, env: dict[str, str]) -> None:
    database = office.home.database
    with Terminal(_argv(office), env) as terminal:
        _until(terminal, lambda: running(database) is not None)
        daemon = running(database)
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait_end()
    try:
        assert running(database) == daemon, "promises are kept meanwhile"
        with Terminal(_argv(office), env) as terminal:
            terminal.wait_for("Today")
            terminal.send("q")
            assert terminal.wait_end() == 0
        assert running(database) == daemon, "it was not that screen's to end"
    finally:
        assert tell_to_end(database) == daemon
    wait_for(lambda: running(database) is None)


def test_the_daemon_takes_no_library_from_the_folder_in_which_the_screen_is(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit('somebody else')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOLLOWTHRU_HOME", str(office.home.config.parent))
    background = Background()
    try:
        background.start(office.desk)
        wait_for(lambda: running(office.home.database) == background.pid is not None or background.pid is None)
        assert background.pid is not None
        assert stat.S_IMODE((office.home.logs / "daemon.out").stat().st_mode) == 0o600, "its words are nobody else's"
    finally:
        background.end()


def test_one_that_another_was_quicker_than_is_no_news(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    background, home = Background(), office.home.config.parent
    monkeypatch.setenv("FOLLOWTHRU_HOME", str(home))
    daemon = start(home)
    try:
        with desk_of(home, SystemClock()) as desk:
            background.start(desk)
            wait_for(lambda: background.pid is None)
            assert background.see_to_it(desk) == ""
    finally:
        background.end()
        assert end(daemon)[0] == 0


def test_a_dead_daemon_is_said_within_seconds_and_s_starts_another(office: Office, env: dict[str, str]) -> None:
    with Terminal(_argv(office), env, 120, 30) as terminal:
        _until(terminal, lambda: running(office.home.database) is not None)
        os.kill(running(office.home.database) or 0, signal.SIGKILL)
        terminal.wait_for("daemon not running: S starts it")
        terminal.send("S")
        _until(terminal, lambda: running(office.home.database) is not None)
        terminal.wait_for(lambda text: "not running" not in text)
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_a_defect_ends_in_words_and_never_in_a_traceback(office: Office, env: dict[str, str]) -> None:
    before = """
from followthru_tui.screens.main import MainScreen
def broken(self):
    secret = "a private title"
    raise ZeroDivisionError(secret)
MainScreen.enter_detail = broken
"""
    add_task(office.ctx, "Order paper")
    with Terminal(_argv(office, before), env) as terminal:
        terminal.wait_for("Order paper")
        terminal.send("\r")
        assert terminal.wait_end() == 1
        shown = b"".join(chunk.data for chunk in terminal.chunks).decode(errors="replace")
    assert "Something in followthru broke (ZeroDivisionError). What was saved is safe" in shown
    assert "Traceback" not in shown
    assert "a private title" not in shown


def test_an_update_is_edited_in_the_users_editor_and_a_bad_edit_is_kept(
    office: Office, env: dict[str, str], tmp_path: Path
) -> None:
    update_id = draft(office.ctx, "oak-street", "dana").update_id
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "text = file.read_text()\n"
        "if 'Problem' in text: text = text.replace('Subjekt:', 'Subject:')\n"
        "else: text = text.replace('Hello', 'Good morning').replace('Subject:', 'Subjekt:')\n"
        "file.write_text(text)\n"
    )
    with Terminal(_argv(office), {**env, "EDITOR": f"{sys.executable} {script}"}, 100, 40) as terminal:
        terminal.wait_for("To dana")
        terminal.send("r")
        terminal.wait_for("Hello")
        terminal.send("E")
        terminal.wait_for("Correct it in the editor")
        kept = home_in(office.home.config.parent).run / f"update-{update_id}.txt"
        assert "Good morning" in kept.read_text()
        assert kept.stat().st_mode & 0o077 == 0
        terminal.send("E")
        terminal.wait_for("Edited update")
        terminal.wait_for("Good morning")
        assert not kept.exists()
        terminal.send("\x11")
        assert terminal.wait_end() == 0
    assert "Good morning" in update_verbs.find(office.ctx.read, update_id).body
