"""Running a playbook: its days are worked and in order, its tasks are one step, and nobody has been told of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.actions import history, playbook_runs, practices, tasks
from followthru.actions.context import Context
from followthru.actions.playbook_runs import Run
from followthru.domain.people import PracticeStatus, RoleName
from followthru.domain.playbook_plan import Terms, plan
from followthru.domain.playbooks import Playbook
from followthru.domain.workdays import WorkCalendar
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.exchange.playbooks import everyone, named, understood
from followthru.store import practices as read_practices
from followthru.store import tasks as rows
from tests.at_length import at_length
from tests.store.oracles import state
from tests.storekit import FixedClock, add_person, add_practice, memory_ctx, task

NOWHERE = Path("no such folder")
SHIPPED = sorted(one.name for one in everyone(NOWHERE))
OCTOBER = FixedClock(datetime(2026, 10, 1, 15, tzinfo=UTC))
TEXT = """playbook = 1
version = 1
title = "Open a room"
source = "Our list"
check_your_state = "Permits are the city's"
anchor = "First day"
area = "people"
kind = "moving"
roles = { owner = "Who pays", lead = "Who plans" }
questions = [{ key = "walls", ask = "Are walls moved?" }]

[[steps]]
key = "plan"
title = "Draw a plan"
public = "Plan drawn"
role = "owner"
before = 10
minutes = 90
buffer = 3
start = 4

[[steps]]
key = "permit"
title = "Get the permit"
public = "Permit"
when = "walls=yes"
after = "plan"
days = 2

[[steps]]
key = "teach"
title = "Teach"
public = "Taught"
per_person = true
before = 4
needs = ["permit"]
evidence = true

[[steps]]
key = "sign"
title = "Sign"
audience = "me"
role = "owner"
per_person = true
after = "teach"
days = 1

[[steps]]
key = "open"
title = "Open it"
public = "Room open"
after = "anchor"
needs = ["sign"]
deadline = true
checklist = ["Lights", "Door"]
note = "At nine"
"""


@pytest.fixture
def office(ctx: Context) -> Context:
    """Oak Street (Monday to Friday) with Dana and Sam, and Harbor View, which works Mondays to Thursdays, with Dana."""
    add_practice(ctx)
    add_practice(ctx, "harbor-view", weekdays="1234")
    add_person(ctx)
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    return ctx


def room() -> Playbook:
    found = understood(TEXT.encode(), "room.toml")
    assert found.playbook is not None, found.lines()
    return found.playbook


def run_of(anchor: date = date(2026, 8, 3), **said: object) -> Run:
    return Run(("oak-street",), anchor, {}, {})._replace(**said)


def test_its_tasks_are_as_the_playbook_says(office: Context) -> None:
    ran = playbook_runs.run(office, room(), run_of(roles={"owner": "dana"}))
    by_step = {place[0]: task(office, id) for (_, place), id in ran.ids.items()}
    first = by_step["plan"]
    assert (first.promised_on, first.starts_on) == (date(2026, 7, 20), date(2026, 7, 14))
    assert (first.target_on, first.buffer_days) == (date(2026, 7, 15), 3)
    assert (first.area, first.kind, first.assignee, first.public_title) == ("people", "moving", "dana", "Plan drawn")
    assert "permit" not in by_step
    assert by_step["teach"].promised_on == date(2026, 7, 28)
    assert rows.needs(office.read, by_step["teach"].id) == [first.id], "what is left out is passed over"
    assert (by_step["sign"].promised_on, by_step["sign"].assignee) == (date(2026, 7, 29), None)
    last = by_step["open"]
    assert (last.promised_on, last.deadline_on, last.blocked) == (date(2026, 8, 3), date(2026, 8, 3), True)
    assert [one.words for one in rows.checklist(office.read, last.id)] == ["Lights", "Door"]
    assert rows.tags_of(office.read, last.id) == ["room"]
    assert all(not told for told in rows.tellings(office.read, list(ran.ids.values())).values())
    with pytest.raises(RefusedError):
        tasks.done(office, by_step["teach"].id)


def test_each_person_has_a_copy_that_waits_for_their_own(office: Context) -> None:
    ran = playbook_runs.run(
        office, room(), run_of(people=("dana", "sam.ito@", "dana.reyes@"), answers={"walls": "yes"})
    )
    ids = {place: id for (_, place), id in ran.ids.items()}
    assert set(ids) == {
        ("plan", None), ("permit", None), ("teach", "dana"), ("teach", "sam"), ("sign", "dana"), ("sign", "sam"),
        ("open", None),
    }  # fmt: skip
    assert rows.needs(office.read, ids["sign", "sam"]) == [ids["teach", "sam"]]
    assert rows.needs(office.read, ids["open", None]) == sorted((ids["sign", "dana"], ids["sign", "sam"]))
    assert task(office, ids["teach", "sam"]).title == "Teach: Sam Ito"
    assert len(rows.persons_about(office.read, ids["teach", "sam"])) == 1


def test_each_practice_counts_in_its_own_days(office: Context) -> None:
    practices.close(office, "harbor-view", [date(2026, 7, 30)])
    ran = playbook_runs.run(office, room(), run_of(practices=("oak", "harbor", "oak-street")))
    assert [site.plan.anchor_on for site in ran.sites] == [date(2026, 8, 3)] * 2
    days = {site.practice.slug: site.plan.tasks[0].on for site in ran.sites}
    assert days == {"oak-street": date(2026, 7, 20), "harbor-view": date(2026, 7, 14)}
    assert len(ran.ids) == 8
    history.undo(office)
    assert office.read.value("SELECT count(*) FROM task") == 0


def test_a_preview_makes_nothing_and_says_what_a_run_makes(office: Context) -> None:
    before = state(office)
    seen = playbook_runs.preview(office, room(), run_of())
    assert state(office) == before
    assert seen.outcome.action_id is None
    ran = playbook_runs.run(office, room(), run_of())
    assert [site.plan for site in seen.sites] == [site.plan for site in ran.sites]
    assert [(one.minutes, one.tasks) for one in seen.weeks] == [(90, 1), (120, 2), (60, 1)]
    again = playbook_runs.preview(office, room(), run_of())
    assert any("4 open tasks of this playbook already" in note for note in again.outcome.notes)
    assert [one.week.tasks for one in again.weeks] == [1, 2, 1]


def test_what_has_passed_is_due_on_the_first_day_there_is_and_said(office: Context) -> None:
    ran = playbook_runs.run(office, room(), run_of(date(2026, 7, 2)))
    assert {one.step.key: (one.on, one.hurried) for one in ran.sites[0].plan.tasks} == {
        "plan": (date(2026, 7, 1), True),
        "teach": (date(2026, 7, 1), True),
        "sign": (date(2026, 7, 1), True),
        "open": (date(2026, 7, 2), False),
    }
    assert any("the day of 3 steps has passed" in note for note in ran.outcome.notes)


def test_an_anchor_on_a_closed_day_goes_where_the_practice_rolls(office: Context) -> None:
    sunday = date(2026, 8, 2)
    ran = playbook_runs.preview(office, room(), run_of(sunday))
    assert ran.sites[0].plan.anchor_on == date(2026, 7, 31)
    assert any("oak-street is closed on Sun 2 Aug" in note for note in ran.outcome.notes)
    practices.edit(office, "oak-street", {"roll": "after"})
    assert playbook_runs.preview(office, room(), run_of(sunday)).sites[0].plan.anchor_on == date(2026, 8, 3)


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ({"roles": {"ownr": "dana"}}, UsageError, "Did you mean owner"),
        ({"roles": {"owner": "nobody"}}, NotFoundError, "nobody"),
        ({"people": ("nobody",)}, NotFoundError, "nobody"),
        ({"answers": {"wals": "yes"}}, UsageError, "Did you mean walls"),
        ({"answers": {"walls": "maybe"}}, UsageError, "no answer to walls"),
        ({"practices": ("oak-street", "nowhere")}, NotFoundError, "nowhere"),
        ({"anchor": date(1, 1, 5)}, UsageError, "outside the years"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(
    office: Context, said: dict[str, object], error: type[Exception], words: str
) -> None:
    before = state(office)
    with pytest.raises(error, match=words):
        playbook_runs.run(office, room(), run_of()._replace(**said))
    assert state(office) == before


def test_all_active_leaves_out_the_paused(office: Context) -> None:
    practices.set_status(office, "harbor-view", PracticeStatus.PAUSED)
    ran = playbook_runs.preview(office, room(), run_of(practices=("all-active",)))
    assert [site.practice.slug for site in ran.sites] == ["oak-street"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_playbook_runs_across_the_year_end_and_is_undone_as_one(schema: bytes, name: str) -> None:
    ctx = memory_ctx(schema, FixedClock(OCTOBER.at))
    add_practice(ctx, timezone="America/New_York", holidays="US-NY", buffer_policy="fixed:2")
    before, calendar = state(ctx), read_practices.work_calendar(ctx.read, 1)
    ran = playbook_runs.run(ctx, named(NOWHERE, name), run_of(date(2027, 1, 2)))
    assert len(ran.ids) >= 8
    for id in ran.ids.values():
        row = task(ctx, id)
        assert row.promised_on is not None
        assert row.target_on is not None
        assert calendar.is_working(row.promised_on)
        assert row.promised_on not in (date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 18))
        assert row.target_on <= row.promised_on
    days = [one.on for one in ran.sites[0].plan.tasks]
    assert days[0] < date(2027, 1, 1)
    after = state(ctx)
    history.undo(ctx)
    assert state(ctx) == before
    history.redo(ctx)
    assert state(ctx) == after


_calendars = st.builds(
    WorkCalendar,
    st.frozensets(st.integers(1, 7), min_size=1),
    st.frozensets(st.dates(date(2026, 6, 1), date(2027, 3, 1)), max_size=40),
    st.frozensets(st.integers(1, 7), max_size=3),
)


@at_length()
@given(
    st.sampled_from(SHIPPED), _calendars, st.sampled_from((None, "none", "before", "after")),
    st.dates(date(2026, 9, 1), date(2027, 2, 1)), st.integers(-100, 60), st.data(),
)  # fmt: skip
def test_no_date_is_on_a_day_off_or_past_or_before_what_it_needs(
    name: str, calendar: WorkCalendar, roll: str | None, anchor: date, off: int, data: st.DataObject
) -> None:
    book = named(NOWHERE, name)
    said = {one.key: data.draw(st.sampled_from(one.answers)) for one in book.questions}
    today = anchor + timedelta(days=off)
    found = plan(book, anchor, Terms(calendar, roll, today), said, data.draw(st.sampled_from(((), ("dana", "sam")))))
    on = {one.place: one.on for one in found.tasks}
    assert len(on) == len(found.tasks)
    for one in found.tasks:
        assert calendar.is_working(one.on)
        assert one.on >= today
        assert all(on[place] <= one.on for place in one.needs)
        assert one.step.when is None or said[one.step.when.question] == one.step.when.answer
