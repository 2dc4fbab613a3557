"""Stores for tests: the real schema made once a run through its migration, then copied; a clock; small builders.

Any test may ask for `ctx` (a desk over a store in a file), `store`, `clock`, or `blank_database` (a path to copy).
Property tests make many stores and take `memory_ctx(schema)`: the same schema on real SQLite, without a disk.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from followthru.actions import people, practices, tasks
from followthru.actions.context import Context
from followthru.domain.capture import Capture, Known, KnownPerson, parse
from followthru.domain.dateword import DateOrder
from followthru.domain.people import Channel, Member, Practice, RoleName
from followthru.domain.task import TaskRow
from followthru.domain.workdays import parse_weekdays
from followthru.store import practices as read_practices
from followthru.store import tasks as read_tasks
from followthru.store.connection import PRAGMAS, connect
from followthru.store.store import Store

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
"""A Wednesday without a holiday; the same day from Honolulu to Helsinki."""


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant it shows."""
        return self.at

    def advance(self, **span: float) -> None:
        """Move on by `days=`, `hours=` and so on."""
        self.at += timedelta(**span)

    @property
    def today(self) -> date:
        """The date in UTC."""
        return self.at.date()


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the present schema, made by the real migration. Copy it, never write it."""
    path = tmp_path_factory.mktemp("blank") / "blank.db"
    connect(path).close()
    return path


class Schema(bytes):
    """A blank database as bytes that a failing example can name in a word."""

    def __repr__(self) -> str:
        return "schema"


class _SelfClosing(sqlite3.Connection):
    """A connection that closes itself, because property tests make hundreds of them."""

    def __del__(self) -> None:
        self.close()


@pytest.fixture(scope="session")
def schema(blank_database: Path) -> bytes:
    """The blank database as bytes, for `memory_ctx`."""
    return Schema(blank_database.read_bytes())


@pytest.fixture
def clock() -> FixedClock:
    """Wednesday 1 July 2026, 12:00 UTC, until the test moves it."""
    return FixedClock()


@pytest.fixture
def database(blank_database: Path, tmp_path: Path) -> Path:
    """The path of an empty database of this test's own."""
    return copy_database(blank_database, tmp_path / "store" / "followthru.db")


@pytest.fixture
def store(database: Path, clock: FixedClock) -> Iterator[Store]:
    """An open, empty store in a file."""
    opened = Store.open(database, clock)
    yield opened
    opened.close()


@pytest.fixture
def ctx(store: Store) -> Context:
    """A desk in UTC over the empty store."""
    return Context(store, zone="UTC", my_name="Robin")


def copy_database(blank: Path, to: Path) -> Path:
    """Copy an unused database and return the copy's path."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(blank, to)
    return to


def memory_store(schema: bytes, clock: FixedClock | None = None) -> Store:
    """Return an empty store that lives in memory: real SQLite, real schema, no disk."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, factory=_SelfClosing)
    connection.deserialize(schema)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return Store(connection, Path(":memory:"), clock or FixedClock())


def memory_ctx(schema: bytes, clock: FixedClock | None = None) -> Context:
    """Return a desk in UTC over an empty store in memory."""
    return Context(memory_store(schema, clock), zone="UTC", my_name="Robin")


def add_practice(
    ctx: Context,
    slug: str = "oak-street",
    *,
    timezone: str = "UTC",
    weekdays: str = "12345",
    holidays: str | None = None,
    buffer_policy: str = "fixed:0",
) -> Practice:
    """Add a practice; without holidays and buffer unless asked."""
    new = practices.NewPractice(slug, timezone, weekdays=weekdays, holidays=holidays, buffer_policy=buffer_policy)
    return practices.add(ctx, new)[1]


def add_person(
    ctx: Context,
    name: str = "Dana Reyes",
    role: RoleName = RoleName.OWNER,
    *,
    practice: str = "oak-street",
    cadence: str | None = None,
) -> Member:
    """Add a person with the e-mail `first.last@PRACTICE.example`."""
    email = f"{name.casefold().replace(' ', '.')}@{practice}.example"
    new = people.NewPerson(name, email, role, cadence=cadence, channel=Channel.MAIL)
    return people.add(ctx, practice, new)[1]


def known(ctx: Context) -> Known:
    """Return what a capture line is recognised against in this store."""
    every = {one.slug: one for one in read_practices.all_practices(ctx.read)}

    def today(slug: str | None) -> date:
        return ctx.today(every[slug] if slug else None)

    def weekdays(slug: str | None) -> frozenset[int]:
        return parse_weekdays(every[slug].weekdays if slug else "12345")

    return Known({slug: _people(ctx, one) for slug, one in every.items()}, today, DateOrder.DMY, weekdays)


def _people(ctx: Context, practice: Practice) -> list[KnownPerson]:
    members = read_practices.members(ctx.read, practice.id)
    return [KnownPerson(member.handle, member.name, member.email) for member in members]


def capture(ctx: Context, line: str) -> Capture:
    """Read a capture line against this store."""
    return parse(line, known(ctx))


def add_task(ctx: Context, line: str) -> int:
    """Add a task by its capture line and return its id."""
    return tasks.add(ctx, capture(ctx, line)).task_ids[0]


def task(ctx: Context, task_id: int) -> TaskRow:
    """Return a task as lists show it."""
    row = read_tasks.one(ctx.read, task_id)
    assert row is not None, f"there is no task {task_id}"
    return row
