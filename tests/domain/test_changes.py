"""The shapes in which user state moves."""

from __future__ import annotations

from followthru.domain.changes import Action, Actor, Change, create, delete, differences


def test_making_and_removing_turn_each_other_round() -> None:
    row = {"name": "Dana"}
    assert create("person", 7, row) == Change("person", 7, "*", None, row)
    assert delete("person", 7, row) == Change("person", 7, "*", row, None)


def test_only_what_differs_is_a_change() -> None:
    before = {"title": "Rota", "priority": None, "promised_on": "2027-01-15"}
    assert differences("task", 3, before, {"title": "Rota", "promised_on": None, "priority": "high"}) == (
        Change("task", 3, "promised_on", "2027-01-15", None),
        Change("task", 3, "priority", None, "high"),
    )
    assert differences("task", 3, before, before) == ()


def test_who_acts_is_the_user_unless_it_is_said() -> None:
    assert Action("add", "Added 1", ()).actor is Actor.ME
