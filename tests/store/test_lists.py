"""Lists that stay at hand are what the store holds, whoever wrote to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from followthru.actions import arranging, edit, tasks
from followthru.actions.agenda import Days
from followthru.actions.context import Context
from followthru.actions.filters import query_for
from followthru.domain.filter import split, typed_so_far
from followthru.domain.orders import Order
from followthru.store import heartbeats, practices
from followthru.store import tasks as stored
from followthru.store.lists import Lists
from followthru.store.store import Reader, SqlRow, Store
from followthru.store.tasks import OPEN
from tests.storekit import FixedClock, add_practice, add_task, copy_database

TITLES = ("Fire safety 0001", "Renew fire cover 0002 #insurance", "File numbers 0003", "Fire, again #billing")
TYPED = ("fire 0", "fire -again", "#insurance fire", "@oak-street fire #billing", "all fire", '"fire safety"', "-fire")


class Counting(Reader):
    """Counts the lists of tasks that are read through another reader."""

    def __init__(self, real: Reader) -> None:
        self._real = real
        self.lists = 0

    def stand(self) -> tuple[int, int]:
        return self._real.stand()

    def file(self) -> int:
        return self._real.file()

    def rows(self, sql: str, *values: object) -> list[SqlRow]:
        self._count(sql)
        return self._real.rows(sql, *values)

    def row(self, sql: str, *values: object) -> SqlRow | None:
        self._count(sql)
        return self._real.row(sql, *values)

    def column(self, sql: str, *values: object) -> list[Any]:
        self._count(sql)
        return self._real.column(sql, *values)

    def _count(self, sql: str) -> None:
        self.lists += any(name in sql for name in ("task_row", "task_words"))


@pytest.fixture
def work(ctx: Context) -> Context:
    add_practice(ctx)
    for at, title in enumerate(TITLES):
        add_task(ctx, f"{title} by {9 - at} Jul @oak-street")
    return ctx


@pytest.fixture
def other(work: Context) -> Iterator[Context]:
    """The same store over another connection, as another process has it."""
    store = Store.open(work.store.database, work.store.clock)
    yield Context(store, zone="UTC")
    store.close()


def listed(lists: Lists, ctx: Context, typed: str) -> list[int]:
    with ctx.store.snapshot() as read:
        return list(lists.ids(read, query_for(ctx, read, typed_so_far(split(typed)))))


def from_the_store(ctx: Context, typed: str) -> list[int]:
    return stored.ids(ctx.read, query_for(ctx, ctx.read, typed_so_far(split(typed))))


@pytest.mark.parametrize("typed", TYPED)
def test_letter_by_letter_and_back_a_list_is_what_the_store_holds(work: Context, typed: str) -> None:
    lists = Lists()
    tasks.done(work, 1)
    for end in (*range(len(typed) + 1), *reversed(range(len(typed)))):
        so_far = typed[:end].strip()
        assert listed(lists, work, so_far) == from_the_store(work, so_far)
    assert listed(lists, work, "fire") == [4, 2]


def listed_by(lists: Lists, ctx: Context, order: Order) -> None:
    with ctx.store.snapshot() as read:
        lists.grouped(read, OPEN, order, Days(ctx, read).where)


@pytest.mark.parametrize("order", [Order("title", down=True), Order(group="practice"), Order("age", group="health")])
def test_in_any_order_and_group_it_is_the_same(work: Context, order: Order) -> None:
    lists = Lists()
    add_task(work, "Fire by 2 Jul")
    for typed in ("", "f", "fire", "fire #insurance", "fire nothing", ""):
        with work.store.snapshot() as read:
            query = query_for(work, read, split(typed))
            at_hand = arranging.groups(work, read, query, order, lists=lists)
            afresh = arranging.groups(work, read, query, order)
        assert [(one.key, one.words, list(one.ids)) for one in at_hand] == [
            (one.key, one.words, list(one.ids)) for one in afresh
        ]


def test_on_the_next_day_what_goes_by_days_is_another_list(work: Context, clock: FixedClock) -> None:
    lists, order = Lists(), Order(group="health")

    def late() -> list[int]:
        with work.store.snapshot() as read:
            found = arranging.groups(work, read, query_for(work, read, ["fire"]), order, lists=lists)
        return [id for one in found if one.key == "late" for id in one.ids]

    assert late() == []
    clock.advance(days=30)
    assert late() == [4, 2, 1]


def test_what_is_written_meanwhile_is_in_the_next_list_whoever_wrote_it(work: Context, other: Context) -> None:
    lists = Lists()
    assert listed(lists, work, "fire") == [4, 2, 1]
    tasks.done(other, 2)
    assert listed(lists, work, "fire") == [4, 1]
    edit.edit(work, 3, {"title": "Fire numbers"})
    assert listed(lists, work, "fire") == [4, 3, 1]
    assert listed(lists, work, "") == [4, 3, 1]


def test_what_was_read_is_not_read_again_until_a_task_changes(work: Context, other: Context) -> None:
    lists, reader = Lists(), Counting(work.read)
    fire = query_for(work, work.read, ["fire"])
    for query in (OPEN, fire, OPEN, fire, OPEN):
        lists.ids(reader, query)
        # Every request of a sync commits.
        heartbeats.beat(other.store, "sync home")
    assert reader.lists == 2, "all of them once, and once which of them have the word"
    tasks.done(work, 1)
    assert list(lists.ids(reader, fire)) == [4, 2]


def test_when_days_off_become_known_a_list_that_goes_by_health_is_read_again(work: Context) -> None:
    lists, order = Lists(), Order(group="health")
    listed_by(lists, work, order)
    with work.store.writing() as tx:
        practices.store_holidays(tx, "US", 2026, 2030, ())
    reader = Counting(work.read)
    lists.grouped(reader, OPEN, order, Days(work, work.read).where)
    assert reader.lists == 1


def test_a_file_that_was_put_in_its_place_has_other_lists_even_if_its_last_step_has_the_same_number(
    work: Context, other: Context, tmp_path: Path
) -> None:
    lists, apart = Lists(), tmp_path / "apart.db"
    copy_database(work.store.database, apart)
    tasks.done(other, 1)
    assert listed(lists, work, "") == [4, 3, 2]
    there = Store.open(apart, work.store.clock)
    tasks.done(Context(there, zone="UTC"), 2)
    there.close()
    other.store.close()
    apart.replace(work.store.database)
    assert listed(lists, work, "") == [4, 3, 1]


def test_no_more_is_held_than_there_is_room_for(work: Context) -> None:
    lists, reader = Lists(most=6), Counting(work.read)
    fire = query_for(work, work.read, ["fire"])
    lists.ids(reader, fire)
    reader.lists = 0
    assert list(lists.ids(reader, fire)) == [4, 2, 1]
    assert reader.lists == 0, "the newest is at hand"
    assert list(lists.ids(reader, OPEN)) == [4, 3, 2, 1]
    assert reader.lists == 1, "what was not asked for the longest had to go"
