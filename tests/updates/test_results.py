"""Results first: readings that are news stand at the head of an update, once, and only to those they are for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.audience import AUDIENCE_ROLES
from followthru.domain.fields import Sees, by_name
from followthru.domain.goals import Direction, Goal, Reading
from followthru.domain.people import RoleName
from followthru.domain.task import Audience
from followthru.updates.aftermath import untrue
from followthru.updates.call import compose_call
from followthru.updates.checks import FlagName
from followthru.updates.compose import Draft, compose
from followthru.updates.corrections import Wrong, compose_correction
from followthru.updates.facts import Facts, after_edit, dump, load
from followthru.updates.results import GOAL_SOURCES, GoalFacts, ReaderGoal, goals_for
from followthru.updates.tree import Bullets, Heading
from followthru.updates.view import ReaderView, read
from tests.updates.test_canary import INTERNAL
from tests.updates.values import DANA, OCCASION, PRACTICE, TODAY, task

MON = date(2027, 1, 4)
GOAL = Goal(
    1, "goal-1", 1, "oak-street", "ar-days", "AR days", "days", Direction.DOWN, Decimal(35), None, date(2027, 3, 31),
    Audience.OWNERS, "CANARY notes", None, 0,
)  # fmt: skip


def readings(*values: tuple[date, str], audience: Audience = Audience.OWNERS) -> tuple[Reading, ...]:
    return tuple(Reading(at, 1, on, Decimal(value), audience, "CANARY note") for at, (on, value) in enumerate(values))


def facts(*values: tuple[date, str], goal: Goal = GOAL) -> GoalFacts:
    return GoalFacts(goal, readings(*values))


def view(*goals: GoalFacts, today: date = TODAY, role: RoleName = RoleName.OWNER, tasks: bool = False) -> ReaderView:
    known = [task(1, public_title="Billing numbers", promised_on=date(2027, 1, 15))] if tasks else []
    return read(known, DANA._replace(role=role), PRACTICE, today, goals)


def draft(seen: ReaderView, last: Facts | None = None) -> Draft:
    return compose(seen, last, OCCASION)


def result_lines(found: Draft) -> tuple[str, ...]:
    blocks = found.tree.blocks
    at = next((at for at, block in enumerate(blocks) if block == Heading("Results")), None)
    items = () if at is None else blocks[at + 1]
    return items.items if isinstance(items, Bullets) else ()


def test_every_field_a_reader_gets_of_a_goal_is_marked_for_readers() -> None:
    assert set(GOAL_SOURCES) == set(ReaderGoal._fields)
    named = [source.split(".") for sources in GOAL_SOURCES.values() for source in sources]
    assert all(by_name(entity)[name].sees is Sees.READER for entity, name in named)


def test_results_come_first_and_once() -> None:
    first = draft(view(facts((MON, "47")), tasks=True))
    assert result_lines(first) == ("AR days: 47 (aim: 35 or less by Wed 31 Mar).",)
    headings = [block.words for block in first.tree.blocks if isinstance(block, Heading)]
    assert headings == ["Results", "Next"]
    assert first.subject.endswith("1 result")
    again = draft(view(facts((MON, "47")), tasks=True), first.facts)
    assert (again.quiet, result_lines(again)) == (True, ())
    assert "Results" not in again.body


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("41", "AR days: 41, down from 47 (aim: 35 or less by Wed 31 Mar)."),
        ("48.5", "AR days: 48.5, up from 47 (aim: 35 or less by Wed 31 Mar)."),
        ("47", "AR days: 47, as before (aim: 35 or less by Wed 31 Mar)."),
        ("35", "AR days: 35, down from 47 (the aim of 35 or less is met)."),
    ],
)
def test_a_reading_is_held_against_what_was_told_last(value: str, line: str) -> None:
    known = draft(view(facts((MON, "47")))).facts
    between = (TODAY - timedelta(days=2), "60")
    assert result_lines(draft(view(facts((MON, "47"), between, (TODAY, value))), load(dump(known)))) == (line,)


def test_a_corrected_reading_says_what_was_given() -> None:
    known = draft(view(facts((MON, "47")))).facts
    [line] = result_lines(draft(view(facts((MON, "41"))), known))
    assert line == "AR days: 41; I had given 47 (aim: 35 or less by Wed 31 Mar)."


def test_an_older_reading_names_its_day_and_a_stale_one_is_no_news() -> None:
    [line] = result_lines(draft(view(facts((date(2026, 11, 30), "47"), (date(2026, 12, 31), "45")))))
    assert line == "AR days: 45 on Thu 31 Dec, down from 47 (aim: 35 or less by Wed 31 Mar)."
    assert result_lines(draft(view(facts((TODAY - timedelta(days=101), "47"))))) == ()
    without = GOAL._replace(aim=None, by_on=None)
    assert result_lines(draft(view(facts((MON, "47"), goal=without)))) == ("AR days: 47.",)


def test_what_does_not_fit_is_said_by_the_next() -> None:
    many = [
        GoalFacts(GOAL._replace(id=id, uid=f"goal-{id}", title=f"Measure {id}"), readings((MON, "5")))
        for id in range(9)
    ]
    first = draft(view(*many))
    assert len(result_lines(first)) == 7
    assert FlagName.TOO_MANY in {flag.name for flag in first.flags}
    assert [line.split(":")[0] for line in result_lines(draft(view(*many), first.facts))] == ["Measure 7", "Measure 8"]


def test_a_call_tells_results_too() -> None:
    assert "AR days: 47" in compose_call(view(facts((MON, "47"))), None, OCCASION).body


def test_a_reading_that_changed_holds_what_states_it() -> None:
    stated = load(dump(draft(view(facts((MON, "47")))).facts))
    assert untrue(stated, view(facts((MON, "47"), (TODAY, "41")))) == ()
    for now, words in (
        (view(facts((MON, "46"))), "“AR days”: it is 46 by now."),
        (view(facts((TODAY, "46"))), "“AR days”: that reading is gone."),
        (view(), "“AR days”: the reader may no longer see it."),
        (view(facts((MON, "47"), goal=GOAL._replace(title="Days to pay"))), "its words have been changed since"),
    ):
        [flag] = untrue(stated, now)
        assert flag.name is FlagName.UNTRUE
        assert words in flag.words
    carried = draft(view(facts((MON, "47"))), stated).facts
    assert untrue(carried, view()) == (), "an update that states nothing of it is not wrong about it"


def test_a_line_that_was_edited_out_is_not_known() -> None:
    first = draft(view(facts((MON, "47")))).facts
    second = draft(view(facts((MON, "47"), (TODAY, "41"))), first)
    assert after_edit(second.facts, second.body).results == second.facts.results
    kept = after_edit(second.facts, second.body.replace("41", "about forty"))
    assert kept.results["goal-1"].value == Decimal(47)
    none = draft(view(facts((MON, "47"))))
    assert after_edit(none.facts, "Hello Dana,\n").results == {}


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (view(facts((MON, "44"))), "AR days: I wrote 47; it is 44."),
        (view(facts((TODAY, "44"))), "AR days: I wrote 47, which does not hold. The right figure will follow."),
    ],
)
def test_a_correction_gives_the_right_figure(now: ReaderView, line: str) -> None:
    stated = draft(view(facts((MON, "47")))).facts
    found = compose_correction(now, Wrong(stated, "Subject", TODAY), OCCASION)
    assert f"- {line}" in " ".join(found.body.split())
    assert "Everything else in it stands." in found.body
    assert [one.value for one in found.facts.results.values()] == ([Decimal(44)] if "44" in line else [])


def test_a_correction_says_nothing_of_what_is_hidden_now() -> None:
    stated = draft(view(facts((MON, "47")))).facts
    found = compose_correction(view(), Wrong(stated, "Subject", TODAY), OCCASION)
    assert "47" not in found.body
    assert FlagName.HIDDEN in {flag.name for flag in found.flags}


readers = st.sampled_from(list(RoleName))
hidden = st.tuples(
    st.sampled_from(["shown", "not for them", "was not for them", "elsewhere", "retired"]),
    st.sampled_from(list(Audience)),
)


@given(st.lists(hidden, max_size=6), readers)
def test_nothing_of_a_goal_for_others_is_in_a_byte(made: list[tuple[str, Audience]], role: RoleName) -> None:
    goals: list[GoalFacts] = []
    for at, (how, audience) in enumerate(made, 1):
        shown = how == "shown" and role in AUDIENCE_ROLES[audience]
        title, value = (f"Measure {at}", "5") if shown else (f"CANARY {at}", "918273")
        goal = GOAL._replace(id=at, uid=f"CANARY-{at}", title=title, audience=audience, kind="CANARY")
        was = audience
        if not shown:
            goal = goal._replace(unit="CANARY", aim=Decimal(918273), by_on=date(2031, 3, 17))
        match how:
            case "elsewhere":
                goal = goal._replace(practice_id=2)
            case "retired":
                goal = goal._replace(retired_on=TODAY)
            case "was not for them":
                was = Audience.ME
            case _:
                pass
        if how == "not for them" and role in AUDIENCE_ROLES[audience]:
            goal = goal._replace(audience=Audience.ME)
        goals.append(GoalFacts(goal, readings((MON, value), audience=was)))
    reader = DANA._replace(role=role)
    found = compose(read([], reader, PRACTICE, TODAY, goals), None, OCCASION)
    text = f"{found.subject}\n{found.body}"
    assert not [sign for sign in ("CANARY", "918", "2031", "17 Mar") if sign in text]
    assert not [word for word in INTERNAL if word in text.lower()]
    assert len(result_lines(found)) == sum(how == "shown" and role in AUDIENCE_ROLES[each] for how, each in made)


def test_the_canaries_would_be_seen() -> None:
    shown = goals_for([facts((MON, "918273"), goal=GOAL._replace(title="CANARY"))], DANA)
    assert "CANARY" in repr(shown)
    assert "918273" in repr(shown)
    assert "CANARY note" not in repr(shown)
