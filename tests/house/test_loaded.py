"""Light commands stay light, and no surface loads what belongs to another: seen in real processes."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from followthru.config.places import home
from tests.house import loaded
from tests.terminal import Terminal

HEAVY = {
    "alembic", "asyncio", "caldav", "css_inline", "holidays", "httpx", "icalendar", "importlib.metadata", "jinja2",
    "keyring", "lxml", "pydantic", "rich", "sqlalchemy", "sqlmodel", "textual", "tomlkit", "watchfiles",
    "followthru_daemon", "followthru_tui",
}  # fmt: skip


@pytest.fixture
def made() -> None:
    """The store is there, so a command pays for itself only."""
    loaded.by_command("practice", "add", "oak-street", "--timezone", "America/New_York", "--holidays", "US")


def test_help_loads_no_store() -> None:
    modules = loaded.by_command("--help")
    assert loaded.among(modules, HEAVY | {"sqlite3", "followthru.store"}) == set()


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    "words",
    [
        ("add", "Renew malpractice cover by 15 Jan @oak-street #insurance ~5d"),
        ("add", "--json", "Order paper @oak-street"),
        ("list",),
        ("list", "--json"),
        ("today",),
    ],
    ids=" ".join,
)
def test_light_commands_load_no_heavy_module(words: tuple[str, ...]) -> None:
    modules = loaded.by_command(*words)
    assert "sqlite3" in modules
    assert loaded.among(modules, HEAVY) == set()


@pytest.mark.usefixtures("made")
def test_the_first_frame_waits_for_nothing_heavy(tmp_path: Path) -> None:
    report = tmp_path / "modules"
    with Terminal(loaded.witnessed(report), os.environ) as terminal:
        terminal.wait_for("Today")
        modules = loaded.ask(terminal.pid, report, lambda: terminal.read(0.05))
    assert "textual.app" in modules
    late = {"alembic", "caldav", "holidays", "httpx", "icalendar", "jinja2", "keyring", "sqlalchemy", "sqlmodel"}
    assert loaded.among(modules, late | {"followthru_daemon"}) == set()


def test_the_daemon_paints_nothing(tmp_path: Path) -> None:
    report = tmp_path / "modules"
    with Terminal(loaded.witnessed(report, "daemon", "run"), os.environ) as terminal:
        terminal.wait_for(lambda _: Path(os.environ["FOLLOWTHRU_HOME"], "run", "daemon.sock").exists())
        modules = loaded.ask(terminal.pid, report, lambda: terminal.read(0.05))
    assert "followthru_daemon" in modules
    assert loaded.among(modules, {"textual", "rich", "followthru_tui", "sqlmodel", "alembic"}) == set()


def has_run(job: str) -> bool:
    """Whether a job of the daemon has run once."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(home().database)) as connection:
        return connection.execute("SELECT 1 FROM heartbeat WHERE name = ?", (job,)).fetchone() is not None
    return False


def test_a_daemon_that_sends_by_smtp_loads_no_web(tmp_path: Path) -> None:
    """What speaks to a provider, to Graph or over JMAP is for those who configured it."""
    file = home().config
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('[[mail]]\nname = "oak"\nfrom = "a@oak.example"\nhost = "127.0.0.1"\nsecurity = "plain"\n')
    report = tmp_path / "modules"
    with Terminal(loaded.witnessed(report, "daemon", "run"), os.environ) as terminal:
        # The socket is there before the jobs are made; one that has run was.
        terminal.wait_for(lambda _: has_run("mail oak"))
        modules = loaded.ask(terminal.pid, report, lambda: terminal.read(0.05))
    assert "followthru.updates.transports.smtp" in modules
    web = {"httpx", "followthru.web.http", "followthru.updates.transports.graph", "followthru.updates.transports.jmap"}
    assert loaded.among(modules, web) == set()
