"""Lists in every order and in every group, on a real store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followthru.actions import arranging, edit, tasks
from followthru.actions.context import Context
from followthru.actions.filters import query_for
from followthru.actions.tasks import Waiting
from followthru.domain.orders import GROUPS, PLAIN, SORTS, Order
from followthru.store import list_orders
from followthru.store.tasks import OPEN
from tests.storekit import FixedClock, add_person, add_practice, add_task


@pytest.fixture
def desk(ctx: Context) -> Context:
    """Two practices; six tasks whose orders differ."""
    for slug in ("oak-street", "birch-lane"):
        add_practice(ctx, slug, buffer_policy="fixed:2")
    add_person(ctx)
    add_person(ctx, "Ana Bell", practice="birch-lane")
    for line in (
        "banana by 3 jul @oak-street !low",
        "Cherry by 20 jul @birch-lane deadline 25 jul",
        "apple @oak-street !high",
        "Date palms by 1 jul @birch-lane +ana",
        "elder target 14 jul @oak-street",
        "fig",
    ):
        add_task(ctx, line)
    tasks.wait(ctx, 5, Waiting("dana", "a cutting"))
    return ctx


def ids(ctx: Context, order: Order) -> list[int]:
    return [id for one in arranging.groups(ctx, ctx.read, OPEN, order) for id in one.ids]


SORTED = {
    "date": [4, 1, 5, 2, 3, 6],
    "promise": [4, 1, 2, 5, 3, 6],
    "target": [4, 1, 5, 2, 3, 6],
    "deadline": [2, 4, 1, 5, 3, 6],
    "title": [3, 1, 2, 4, 5, 6],
    "age": [1, 2, 3, 4, 5, 6],
    "practice": [4, 2, 1, 5, 3, 6],
    "person": [1, 2, 3, 6, 4, 5],
    "health": [4, 1, 5, 2, 3, 6],
    "priority": [3, 4, 5, 2, 6, 1],
}
TURNED = {
    "date": [3, 6, 2, 5, 1, 4],
    "promise": [2, 1, 4, 5, 3, 6],
    "target": [2, 5, 1, 4, 3, 6],
    "title": [6, 5, 4, 2, 1, 3],
    "age": [6, 5, 4, 3, 2, 1],
    "practice": [1, 5, 3, 4, 2, 6],
}


@pytest.mark.parametrize("key", SORTS)
def test_a_list_stands_in_every_order(desk: Context, key: str) -> None:
    assert ids(desk, PLAIN.sorted_by(key)) == SORTED[key]


@pytest.mark.parametrize("key", TURNED)
def test_turned_round_what_has_none_stays_at_the_end(desk: Context, key: str) -> None:
    assert ids(desk, PLAIN.sorted_by(f"-{key}")) == TURNED[key]


GROUPED = {
    "none": [("", [4, 1, 5, 2, 3, 6])],
    "practice": [("birch-lane", [4, 2]), ("oak-street", [1, 5, 3]), ("No practice", [6])],
    "person": [("With you", [1, 2, 3, 6]), ("With ana", [4]), ("With dana", [5])],
    "day": [
        ("Today, Wed 1 Jul", [4]),
        ("Fri 3 Jul", [1]),
        ("Tue 14 Jul", [5]),
        ("Mon 20 Jul", [2]),
        ("Without a date", [3, 6]),
    ],
    "health": [("At risk", [4]), ("On track", [1, 5, 2, 3, 6])],
}


@pytest.mark.parametrize("key", GROUPS)
def test_a_list_stands_in_every_group(desk: Context, key: str) -> None:
    found = arranging.groups(desk, desk.read, OPEN, PLAIN.grouped_by(key))
    assert [(one.words, one.ids) for one in found] == GROUPED[key]


def test_groups_are_sorted_within(desk: Context) -> None:
    found = arranging.groups(desk, desk.read, OPEN, Order("title", down=True, group="practice"))
    assert [one.ids for one in found] == [[4, 2], [5, 1, 3], [6]]


def test_what_was_to_be_before_today_is_one_group_and_what_was_done_stands_on_its_day(
    desk: Context, clock: FixedClock
) -> None:
    clock.advance(days=4)
    tasks.done(desk, 4)
    every = query_for(desk, desk.read, ["all"])
    found = arranging.groups(desk, desk.read, every, Order(group="day"))
    assert [(one.key, one.ids) for one in found][:2] == [("before", [1]), ("2026-07-01", [4])]
    health = arranging.groups(desk, desk.read, every, Order(group="health"))
    assert [(one.words, one.ids) for one in health] == [("Late", [1]), ("On track", [5, 2, 3, 6]), ("Done", [4])]


def test_alike_tasks_stand_by_their_number_however_often_they_are_read(desk: Context) -> None:
    for _ in range(5):
        add_task(desk, "apple @oak-street by 9 jul")
    before = ids(desk, Order("title"))
    assert before[:6] == [*range(7, 12), 3]
    edit.edit(desk, 9, {"notes": "touched"})
    assert ids(desk, Order("title")) == before


def test_certain_tasks_are_arranged_however_many(desk: Context) -> None:
    found = arranging.groups_of(desk, desk.read, [2, 4, 1, *range(100, 3000)], Order("title"))
    assert [one.ids for one in found] == [[1, 2, 4]]


def test_each_view_is_left_in_its_own_order_which_no_undo_takes_back(desk: Context) -> None:
    arranging.remember(desk, "all", Order("title", down=True, group="day"))
    arranging.remember(desk, "week", Order("age"))
    assert arranging.remembered(desk.read, "all") == Order("title", down=True, group="day")
    arranging.remember(desk, "all", PLAIN)
    assert arranging.remembered(desk.read, "all") == PLAIN
    assert arranging.remembered(desk.read, "week") == Order("age")


def test_an_order_of_words_that_are_not_known_any_more_is_none(desk: Context) -> None:
    with desk.store.writing() as tx:
        list_orders.note(tx, "all", "sort:colour")
    assert arranging.remembered(desk.read, "all") == PLAIN


def test_a_task_in_a_zone_where_it_is_tomorrow_is_judged_by_its_own_day(desk: Context, clock: FixedClock) -> None:
    add_practice(desk, "kiritimati", timezone="Pacific/Kiritimati")
    there = add_task(desk, "Over there by 2 jul @kiritimati")
    add_task(desk, "Not over here by 2 jul @oak-street")
    assert clock.today + timedelta(days=1) == desk.today_for(desk.read, 3)
    found = arranging.groups(desk, desk.read, OPEN, Order(group="health"))
    assert found[0] == ("at risk", "At risk", [4, there])
