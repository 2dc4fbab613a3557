"""The allow-list: who sees a task, and which of its fields."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.fields import Sees, by_name
from followthru.domain.people import RoleName
from followthru.domain.task import Audience, Status, TaskRow
from followthru.updates.view import ANSWER, SOURCES, ReaderTask, Standing, TaskFacts, may_see, read
from tests.updates.values import DANA, PRACTICE, TODAY, row, task, telling

FRIDAY = date(2027, 1, 15)


def test_every_field_a_reader_gets_comes_from_one_marked_for_readers() -> None:
    assert set(SOURCES) == set(ReaderTask._fields)
    named = [source.split(".") for sources in SOURCES.values() for source in sources]
    unmarked = {f"{entity}.{name}" for entity, name in named if by_name(entity)[name].sees != Sees.READER}
    assert unmarked == {"task.title"}, "the title alone stands in, flagged, for a public title"


def test_nothing_of_a_task_that_is_for_the_manager_reaches_the_view() -> None:
    canary = date(2031, 3, 17)
    full = row(1, title="CANARY title", promised_on=FRIDAY)._replace(
        area="CANARY", kind="CANARY", priority="CANARY", target_on=canary, target_source="CANARY", buffer_days=987654,
        starts_on=canary, follow_up_on=canary, tags=("CANARY",), in_buffer_from=canary, late_from=canary,
        at_risk_from=canary, practice="CANARY", assignee="CANARY", waiting_on="CANARY",
    )  # fmt: skip
    seen = repr(read([TaskFacts(full)], DANA, PRACTICE, TODAY))
    assert "Public title 1" in seen
    assert not [word for word in ("CANARY", "2031", "987654") if word in seen]


@pytest.mark.parametrize(
    ("audience", "roles"),
    [
        (Audience.ME, set[RoleName]()),
        (Audience.OWNERS, {RoleName.OWNER}),
        (Audience.TEAM, {RoleName.OWNER, RoleName.LEAD, RoleName.STAFF}),
    ],
)
def test_audiences(audience: Audience, roles: set[RoleName]) -> None:
    seeing = {role for role in RoleName if may_see(task(audience=audience), DANA._replace(role=role))}
    assert seeing == roles


@pytest.mark.parametrize("how", ["told", "assigned", "waited on"])
def test_whoever_is_told_assigned_or_waited_on_sees_the_task_too(how: str) -> None:
    vendor = DANA._replace(role=RoleName.VENDOR)
    known = {
        "told": task(told=FRIDAY),
        "assigned": task(assignee="dana"),
        "waited on": task(status=Status.WAITING, waiting_on="dana"),
    }[how]
    assert may_see(known, vendor)
    assert not may_see(known._replace(row=known.row._replace(audience=Audience.ME)), vendor)
    assert not may_see(known, vendor._replace(practice_id=2))
    assert not may_see(known, vendor._replace(person_id=8, handle="marisol"))


def test_a_retracted_telling_tells_nobody() -> None:
    known = TaskFacts(row(), (telling(1, FRIDAY, retracted=True),))
    assert not may_see(known, DANA._replace(role=RoleName.VENDOR))


def test_whom_a_task_is_about_sees_it_only_when_told() -> None:
    about = task(assignee="dana")._replace(about=frozenset({"dana"}))
    assert not may_see(about, DANA)
    assert may_see(about._replace(tellings=(telling(1, FRIDAY),)), DANA)


def test_what_was_written_for_fewer_eyes_stays_with_them() -> None:
    staff = DANA._replace(role=RoleName.STAFF)
    widened = task(
        audience=Audience.TEAM, promised_on=FRIDAY, because="the owner was away", status=Status.WAITING,
        waiting_on="dana", waiting_for="the settlement letter",
    )._replace(written_for={"because": Audience.OWNERS, "waiting_for": Audience.ME})  # fmt: skip
    seen = read([widened], staff, PRACTICE, TODAY).tasks[0]
    # Being waited on opens what was written for owners, never what was written for nobody.
    assert (seen.because, seen.needs) == ("the owner was away", ANSWER)
    other = staff._replace(handle="kim", person_id=9)
    assert read([widened], other, PRACTICE, TODAY).tasks[0].because is None


def test_an_ending_that_was_private_is_not_announced_later() -> None:
    done = task(status=Status.DONE, done_on=TODAY)
    assert read([done], DANA, PRACTICE, TODAY).tasks
    assert not read([done._replace(written_for={"status": Audience.ME})], DANA, PRACTICE, TODAY).tasks


def test_an_unsorted_task_is_shown_only_to_whom_it_was_told() -> None:
    assert not read([task(status=Status.INBOX)], DANA, PRACTICE, TODAY).tasks
    assert read([task(status=Status.INBOX, told=FRIDAY)], DANA, PRACTICE, TODAY).tasks


def test_the_words_of_a_task() -> None:
    tasks = [
        task(1, public_title="Cover\nrenewal\u202e", promised_on=FRIDAY, at_risk_from=TODAY),
        task(2, public_title=None, title="Cover"),
        task(3, status=Status.DROPPED),
        task(4, promised_on=FRIDAY, because="old reason", reason_missing=True),
    ]
    first, second, third, fourth = read(tasks, DANA, PRACTICE, TODAY).tasks
    assert (first.words, first.public, first.may_slip) == ("Cover renewal", True, True)
    assert (second.words, second.public, second.may_slip) == ("Cover", False, False)
    assert third.standing == Standing.DROPPED
    assert fourth.because is None, "the reason of an earlier move says nothing of this one"


def test_the_newest_telling_counts() -> None:
    earlier, later = telling(1, FRIDAY), telling(1, date(2027, 1, 20), "2027-01-05T10:00:00Z")
    for order in ((earlier, later), (later, earlier)):
        told = read([TaskFacts(row(), order)], DANA, PRACTICE, TODAY).tasks[0].last_told
        assert told is not None
        assert told.promised_on == date(2027, 1, 20)


def test_task_rows_have_no_field_that_the_view_has_not_decided_on() -> None:
    """A new field is private until somebody says otherwise here and in SOURCES."""
    decided = {source.partition(".")[2] for sources in SOURCES.values() for source in sources}
    readable = {
        name for name in TaskRow._fields if name in by_name("task") and by_name("task")[name].sees == Sees.READER
    }
    assert readable - decided == {"deadline_on"}, "an outside date is told through a promise, never by itself"
