"""The terminal UI over a real store: one connection for the screen's reader, one for the test."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from followthru.actions.context import Context
from followthru.actions.desk import Desk, open_desk
from followthru.config.places import Home, home_in
from followthru.config.reading import load
from followthru.domain.people import RoleName
from followthru.store import journal
from followthru_tui.background import Background
from followthru_tui.feed import Feed
from followthru_tui.storefeed import StoreFeed
from tests.storekit import FixedClock, add_person, add_practice, copy_database
from tests.tui.driver import Driver

CONFIG = """
[me]
name = "Robin"
timezone = "UTC"

[[mail]]
name = "post"
practices = ["oak-street"]
from = "Robin <robin@example.com>"
transport = "file"
folder = "mail"

[updates]
send_delay = "45s"
"""


class Office(NamedTuple):
    """A home with one practice, Dana (owner) and Priya (staff), and the clock that all of it goes by."""

    home: Home
    clock: FixedClock
    desk: Desk

    @property
    def ctx(self) -> Context:
        return self.desk.ctx

    def feed(self) -> StoreFeed:
        """Open the feed, as the reader thread does."""
        return StoreFeed.open(self.home, self.clock, Background(starts=False))

    def newest(self) -> str:
        """Return the words of the newest step in the journal."""
        return journal.recent(self.ctx.read, 1)[0].words


@pytest.fixture
def blank_office(blank_database: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Office]:
    home = home_in(tmp_path / "office")
    home.prepare()
    home.config.write_text(CONFIG)
    copy_database(blank_database, home.database)
    desk = open_desk(home, load(home.config), clock)
    yield Office(home, clock, desk)
    desk.ctx.store.close()


@pytest.fixture
def office(blank_office: Office) -> Office:
    ctx = blank_office.ctx
    add_practice(ctx, buffer_policy="fixed:2")
    add_person(ctx)
    add_person(ctx, "Priya Nair", role=RoleName.STAFF)
    return blank_office


@contextmanager
def locked(office: Office, how: str) -> Generator[None]:
    """Hold the database as another program would."""
    other = sqlite3.connect(office.home.database, isolation_level=None)
    other.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        other.close()


async def on_reader(ui: Driver, do: Callable[[Feed], None]) -> None:
    """Do something on the reader thread, and wait for what comes of it."""
    ui.app.reader.ask("test", do, lambda _: None)
    await ui.settled()


def impatient(feed: Feed) -> None:
    """Let the store say at once what it says after ten seconds."""
    assert isinstance(feed, StoreFeed)
    store = feed._desk.ctx.store  # pyright: ignore[reportPrivateUsage]
    store._patience = 0  # pyright: ignore[reportPrivateUsage]
    store.read.value("PRAGMA busy_timeout=0")
