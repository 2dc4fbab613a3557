"""What a playbook comes to: which steps there are, for whom, what each needs, and on which working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from followthru.domain.playbook_plan import Place, Planned, Terms, answers, check_roles, plan
from followthru.domain.playbook_reading import read
from followthru.domain.playbooks import Playbook
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from followthru.errors import UsageError

ANCHOR, LONG_BEFORE = date(2026, 8, 14), date(2026, 6, 1)
"""A Friday, and a day on which there is time for everything."""
WALLS = {"key": "walls", "ask": "Are walls moved?", "answers": ["yes", "no"], "usual": "yes"}
PAINT = {"key": "paint", "ask": "What is painted?", "answers": ["all", "some", "none"], "usual": "none"}


def book(*steps: Mapping[str, object], asked: bool = True) -> Playbook:
    usual = {"title": "A step", "public": "A step"}
    top = {"playbook": 1, "version": 1, "title": "Room", "source": "-", "check_your_state": "-", "anchor": "Opening"}
    more = {"questions": [WALLS, PAINT], "roles": {"owner": "Who pays", "lead": "Who does"}} if asked else {}
    found = read(top | more | {"steps": [usual | dict(step) for step in steps]}, "room")
    assert found.playbook is not None, found.problems
    return found.playbook


def planned(
    one: Playbook,
    anchor: date = ANCHOR,
    *,
    today: date = LONG_BEFORE,
    roll: str | None = None,
    calendar: WorkCalendar = MONDAY_TO_FRIDAY,
    given: Mapping[str, str] | None = None,
    people: tuple[str, ...] = (),
) -> dict[Place, Planned]:
    found = plan(one, anchor, Terms(calendar, roll, today), given or {}, people)
    return {task.place: task for task in found.tasks}


def days(found: Mapping[Place, Planned]) -> dict[str, date]:
    return {step: task.on for (step, _), task in found.items()}


def august(day: int) -> date:
    return date(2026, 8, day)


ROOM = book(
    {"key": "open", "after": "anchor", "days": 1},
    {"key": "sign", "before": 3},
    {"key": "teach", "after": "sign", "days": 2, "start": 4},
    {"key": "clean", "before": 0, "start": 0},
)


def test_steps_are_on_their_working_days_the_first_of_them_first() -> None:
    found = planned(ROOM, calendar=MONDAY_TO_FRIDAY.closed_on([august(12)]))
    assert list(days(found).items()) == [
        ("sign", august(10)), ("teach", august(13)), ("clean", august(14)), ("open", august(17))
    ]  # fmt: skip
    starts = {step: task.starts_on for (step, _), task in found.items()}
    assert starts == {"sign": None, "teach": august(6), "clean": august(14), "open": None}
    assert not any(task.hurried for task in found.values())


@pytest.mark.parametrize(
    ("roll", "stands_for"),
    [(None, august(14)), ("none", august(14)), ("before", august(14)), ("after", august(17))],
)
def test_an_anchor_on_a_closed_day_stands_for_a_working_day_beside_it(roll: str | None, stands_for: date) -> None:
    assert plan(ROOM, august(16), Terms(MONDAY_TO_FRIDAY, roll, LONG_BEFORE), {}).anchor_on == stands_for


def test_what_should_have_been_already_is_on_the_first_working_day_there_is() -> None:
    found = planned(ROOM, today=august(15), anchor=august(18))
    assert days(found) == {"sign": august(17), "teach": august(17), "clean": august(18), "open": august(19)}
    assert {step for (step, _), task in found.items() if task.hurried} == {"sign"}, "the 17th is teach's own day"


def test_no_step_is_before_what_it_needs_where_half_days_would_have_it_so() -> None:
    fridays = MONDAY_TO_FRIDAY.__class__(MONDAY_TO_FRIDAY.weekdays, half_weekdays=frozenset({5}))
    one = book(
        {"key": "sign", "before": 6}, {"key": "build", "after": "sign", "days": 5},
        {"key": "show", "before": 1, "needs": ["build"]}, {"key": "tell", "before": 1},
    )  # fmt: skip
    found = days(planned(one, august(10), calendar=fridays))
    assert (found["build"], found["tell"], found["show"]) == (august(7), august(6), august(7))


def test_what_a_step_left_out_needed_is_needed_by_what_comes_after_it() -> None:
    one = book(
        {"key": "sign", "before": 9},
        {"key": "permit", "before": 8, "needs": ["sign"], "when": "walls=yes"},
        {"key": "break", "before": 7, "needs": ["permit", "sign"], "when": "walls=yes"},
        {"key": "order", "before": 7},
        {"key": "paint", "before": 5, "needs": ["break", "permit", "order"]},
    )
    needs = {step: task.needs for (step, _), task in planned(one, given={"walls": "no"}).items()}
    assert needs == {"sign": (), "order": (), "paint": (("order", None), ("sign", None))}
    whole = planned(one)
    assert whole["paint", None].needs == (("break", None), ("permit", None), ("order", None))
    assert whole["break", None].needs == (("permit", None), ("sign", None))


def test_many_ways_through_steps_left_out_take_no_time() -> None:
    keys = [f"s{n}" for n in range(60)]
    steps = [{"key": key, "before": 9, "needs": keys[:n], "when": "walls=yes"} for n, key in enumerate(keys)]
    one = book({"key": "sign", "before": 9}, {"key": "open", "before": 0, "needs": [*keys, "sign"]}, *steps)
    assert planned(one, given={"walls": "no"})["open", None].needs == (("sign", None),)


def test_each_person_has_a_copy_and_waits_for_their_own() -> None:
    one = book(
        {"key": "sign", "before": 9},
        {"key": "teach", "before": 5, "per_person": True, "needs": ["sign"]},
        {"key": "ask", "before": 4, "per_person": True, "needs": ["teach"]},
        {"key": "open", "before": 0, "needs": ["ask"]},
    )
    needs = {place: task.needs for place, task in planned(one, people=("ana", "sam")).items()}
    assert needs == {
        ("sign", None): (),
        ("teach", "ana"): (("sign", None),),
        ("teach", "sam"): (("sign", None),),
        ("ask", "ana"): (("teach", "ana"),),
        ("ask", "sam"): (("teach", "sam"),),
        ("open", None): (("ask", "ana"), ("ask", "sam")),
    }
    assert set(planned(one)) == {(step, None) for step in ("sign", "teach", "ask", "open")}, "for nobody named: once"


def test_the_usual_answer_holds_where_none_is_given() -> None:
    assert answers(ROOM, {}) == {"walls": "yes", "paint": "none"}
    assert answers(ROOM, {"paint": "some"}) == {"walls": "yes", "paint": "some"}


@pytest.mark.parametrize(
    ("asked", "given", "words"),
    [
        (True, {"wals": "yes"}, "room has no question wals. Did you mean walls? {safe} There are walls, paint."),
        (True, {"x": "yes"}, "room has no question x. {safe} There are walls, paint."),
        (False, {"walls": "yes"}, "room has no question walls. {safe} It has no question at all."),
        (
            True,
            {"paint": "most"},
            "most is no answer to paint: What is painted? {safe} Answer with all or some or none.",
        ),
    ],
)
def test_what_is_no_question_or_no_answer_is_refused(asked: bool, given: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        planned(book({"key": "open", "before": 0}, asked=asked), given=given)
    assert refused.value.sentences() == words.format(safe="Nothing was changed.")


def test_a_role_that_the_playbook_has_not_is_refused() -> None:
    check_roles(ROOM, ["lead", "owner"])
    with pytest.raises(UsageError, match=r"room has no role leed\. Did you mean lead\?") as refused:
        check_roles(ROOM, ["owner", "leed"])
    assert refused.value.remedy == "There are owner, lead."
    with pytest.raises(UsageError, match="room has no role lead") as refused:
        check_roles(book({"key": "open", "before": 0}, asked=False), ["lead"])
    assert refused.value.remedy == "It has no role at all."
