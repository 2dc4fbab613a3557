"""Registers: what expires is on the board in good time, one verb makes its task, one step renews it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.actions import edit, history, promises, registers, renewals, repairs, tasks
from followthru.actions.context import Context
from followthru.actions.drafting import draft
from followthru.actions.renewals import Renewal
from followthru.domain.evidence import Form, Piece, Shown
from followthru.domain.people import RoleName
from followthru.domain.registers import Expiring, RegisterItem, expiring, next_expiry
from followthru.domain.task import How, Status
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import tasks as rows
from followthru.store import updates
from tests.storekit import FixedClock, add_person, add_practice, task

SHOWN = Shown((Piece(Form.NOTE, "The board confirmed it"),))
LICENCE = {"holder": "sam", "identifier": "RN-4471", "expires": "2026-09-01"}


@pytest.fixture
def office(ctx: Context) -> Context:
    """Oak Street with Dana, its owner, and Sam on its staff, whose licence (item 1) expires on 1 September."""
    add_practice(ctx)
    add_person(ctx)
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    registers.add(ctx, "licence", "RN licence", "oak-street", LICENCE)
    return ctx


def board(ctx: Context, within: int = 90) -> list[Expiring]:
    return renewals.board(ctx, ctx.read, within=within)


def test_an_item_gets_what_its_kind_usually_has_and_names_what_is_missing(office: Context) -> None:
    item = registers.one(office.read, 1)
    assert (item.kind, item.lead_days, item.holder, item.expires_on) == ("licence", 40, "sam", date(2026, 9, 1))
    kept = registers.add(office, "caqh", "Attestation", "oak-street", {"holder": "dana", "issued": "2026-06-01"})
    assert kept.item.expires_on == date(2026, 6, 1) + timedelta(days=120)
    assert kept.outcome.notes == ("Still to say of it: identifier",)


def test_a_holder_who_is_nobody_known_is_kept_as_a_name_and_said(office: Context) -> None:
    kept = registers.add(office, "lease", "Suite 4", "oak-street", {"holder": "Old Bob"})
    assert (kept.item.holder, kept.item.holder_words) == (None, "Old Bob")
    assert "Old Bob is nobody known at oak-street; kept as a name" in kept.outcome.notes
    with pytest.raises(NotFoundError):
        registers.edit(office, 1, {"holder": "+nobody"})


@pytest.mark.parametrize(
    "given",
    [{"expires": "31 feb 2027"}, {"issued": "2026-10-01"}, {"every": "mon"}, {"lead": "soon"}, {"audience": "all"},
     {"title": ""}, {"colour": "red"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_changed(office: Context, given: dict[str, str]) -> None:
    before = registers.one(office.read, 1)
    with pytest.raises(UsageError):
        registers.edit(office, 1, given)
    assert registers.one(office.read, 1) == before


def test_the_board_stands_by_band_practice_and_holder(office: Context) -> None:
    for title, on in (("Gone", "2026-06-30"), ("Today", "2026-07-01"), ("Month", "2026-07-31"), ("Far", "2026-12-01")):
        registers.add(office, "policy", title, "oak-street", {"expires": on})
    found = board(office)
    assert [(one.item.title, one.band, one.days_left) for one in found] == [
        ("Gone", "expired", -1),
        ("Today", "within 30 days", 0),
        ("Month", "within 30 days", 30),
        ("RN licence", "within 90 days", 62),
    ]
    assert [one.item.title for one in board(office, 30)] == ["Gone", "Today", "Month"]
    assert [one.item.id for one in renewals.board(office, office.read, within=90, person_id=2)] == [1]


def test_today_names_it_from_its_start_by_until_it_has_a_task(office: Context, clock: FixedClock) -> None:
    start_by = board(office)[0].start_by_on
    assert start_by == MONDAY_TO_FRIDAY.latest_working_day_leaving(date(2026, 9, 1), 40) == date(2026, 7, 7)
    assert renewals.due(office, office.read) == []
    clock.advance(days=6)
    assert [one.item.id for one in renewals.due(office, office.read)] == [1]
    renewals.make_task(office, 1)
    assert renewals.due(office, office.read) == []
    assert not board(office)[0].due
    tasks.drop(office, 1)
    assert board(office)[0].due
    assert [one.item.id for one in renewals.due(office, office.read)] == [1]


def test_its_task_has_deadline_start_kind_and_whom_it_is_about(office: Context) -> None:
    done, item = renewals.make_task(office, 1)
    made = task(office, done.task_ids[0])
    assert (made.title, made.public_title) == ("Renew RN licence of Sam Ito", "Licence renewal")
    assert (made.deadline_on, made.start_by_on) == (date(2026, 9, 1), date(2026, 7, 7))
    assert (made.kind, made.area, made.status) == ("licence-renewal", "people", Status.OPEN)
    assert rows.persons_about(office.read, made.id) == [item.holder_id]
    with pytest.raises(RefusedError, match="Task 1 is there"):
        renewals.make_task(office, 1)
    with pytest.raises(RefusedError, match="Task 1 is there"):
        registers.retire(office, 1)
    with pytest.raises(RefusedError, match="it stays there"):
        edit.edit(office, 1, {"practice": None})


def test_the_deadline_of_its_task_follows_its_date(office: Context) -> None:
    renewals.make_task(office, 1)
    registers.edit(office, 1, {"expires": "2026-09-15", "lead": "20"})
    assert (task(office, 1).deadline_on, task(office, 1).start_by_on) == (date(2026, 9, 15), date(2026, 8, 18))
    history.undo(office)
    assert (task(office, 1).deadline_on, task(office, 1).start_by_on) == (date(2026, 9, 1), date(2026, 7, 7))


def test_renewing_is_one_step_back_and_forth(office: Context) -> None:
    renewals.make_task(office, 1)
    kept = renewals.renew(office, 1, Renewal("2028-09-01", shown=SHOWN))
    assert (kept.item.issued_on, kept.item.expires_on, kept.item.task_id) == (date(2026, 7, 1), date(2028, 9, 1), None)
    assert task(office, 1).status is Status.DONE
    history.undo(office)
    item = registers.one(office.read, 1)
    assert (item.issued_on, item.expires_on, item.task_id) == (None, date(2026, 9, 1), 1)
    assert task(office, 1).status is Status.OPEN
    history.redo(office)
    assert registers.one(office.read, 1) == kept.item


def test_what_holds_for_an_interval_counts_it_from_the_day_of_its_renewal(office: Context, clock: FixedClock) -> None:
    with pytest.raises(UsageError, match="does not say how long"):
        renewals.renew(office, 1, Renewal(shown=SHOWN))
    registers.edit(office, 1, {"every": "120 days"})
    clock.advance(days=3)
    assert renewals.renew(office, 1, Renewal(shown=SHOWN)).item.expires_on == date(2026, 7, 4) + timedelta(days=120)
    with pytest.raises(UsageError, match="on or before"):
        renewals.renew(office, 1, Renewal("2026-07-04", shown=SHOWN))


def test_what_is_retired_expires_nowhere(office: Context) -> None:
    registers.retire(office, 1)
    assert board(office, 3660) == []
    with pytest.raises(RefusedError, match="retired"):
        renewals.make_task(office, 1)
    with pytest.raises(RefusedError, match="retired"):
        registers.retire(office, 1)
    with pytest.raises(RefusedError, match="retired"):
        renewals.renew(office, 1, Renewal("2030-01-01"))


def test_nothing_of_a_register_is_in_an_update(office: Context) -> None:
    canaries = dict.fromkeys(("identifier", "vendor", "contact", "cost", "notes", "documents"), "CANARY")
    registers.edit(office, 1, {**canaries, "title": "CANARY licence", "audience": "owners"})
    renewals.make_task(office, 1)
    promises.promise(office, 1, promises.NewPromise(date(2026, 7, 3)))
    row = updates.one(office.read, draft(office, "oak-street", "dana").update_id)
    assert row is not None
    assert "Licence renewal" in row.body
    assert not any(word in f"{row.subject} {row.body} {row.facts}" for word in ("CANARY", "Sam"))


def read_by(ctx: Context, handle: str) -> str:
    """Return everything that a reader's update would hold."""
    row = updates.one(ctx.read, draft(ctx, "oak-street", handle).update_id)
    assert row is not None
    return f"{row.subject} {row.body} {row.facts}"


@pytest.fixture
def team(office: Context) -> Context:
    """With Marisol, also on the staff; the renewal of Sam's licence is for the team, and promised."""
    add_person(office, "Marisol Vega", RoleName.STAFF)
    registers.edit(office, 1, {"audience": "team"})
    renewals.make_task(office, 1)
    edit.edit(office, 1, {"public_title": "SAMS RENEWAL"})
    promises.promise(office, 1, promises.NewPromise(date(2026, 7, 3)))
    return office


def test_the_holder_reads_of_a_renewal_only_when_told(team: Context) -> None:
    """The others of its audience do; whom it is about does not, whatever their role, until they are told."""
    assert "SAMS RENEWAL" in read_by(team, "marisol")
    assert "SAMS RENEWAL" in read_by(team, "dana")
    assert "SAMS RENEWAL" not in read_by(team, "sam")
    promises.tell(team, 1, "sam", how=How.CALL)
    assert "SAMS RENEWAL" in read_by(team, "sam")


def test_a_renewal_is_for_the_owners_unless_its_item_says_otherwise(team: Context) -> None:
    registers.add(team, "licence", "LCSW licence", "oak-street", {"holder": "sam", "expires": "2026-09-01"})
    id = renewals.make_task(team, 2)[0].task_ids[0]
    edit.edit(team, id, {"public_title": "THEIR RENEWAL"})
    promises.promise(team, id, promises.NewPromise(date(2026, 7, 3)))
    assert [name for name in ("dana", "marisol", "sam") if "THEIR RENEWAL" in read_by(team, name)] == ["dana"]


def test_what_is_only_for_me_never_leaves_however_the_task_is_come_by(team: Context) -> None:
    """Its renewal, the next one, and its repair; nobody can be told of them either."""
    mine = {"holder": "sam", "expires": "2026-09-01", "audience": "me"}
    registers.add(team, "licence", "MINE licence", "oak-street", mine)
    ids = [renewals.make_task(team, 2)[0].task_ids[0]]
    renewals.renew(team, 2, Renewal("2027-09-01", shown=SHOWN))
    ids += [renewals.make_task(team, 2)[0].task_ids[0], repairs.report(team, 2, "gone").outcome.task_ids[0]]
    for id in ids:
        edit.edit(team, id, {"public_title": "MINE"})
    for id in ids[1:]:
        promises.promise(team, id, promises.NewPromise(date(2026, 7, 3)))
        for name in ("dana", "sam"):
            with pytest.raises(RefusedError):
                promises.tell(team, id, name, how=How.CALL)
    assert [name for name in ("dana", "marisol", "sam") if "MINE" in read_by(team, name)] == []
    assert {task(team, id).audience for id in ids} == {"me"}


def test_several_providers_attest_each_on_their_own_days(office: Context, clock: FixedClock) -> None:
    """One attests late: only their own next date moves, and it counts from the day on which they did."""
    for holder, expires in (("dana", "2026-07-10"), ("sam", "2026-07-12")):
        registers.add(office, "caqh", "CAQH profile", "oak-street", {"holder": holder, "expires": expires})
    assert [one.item.holder for one in renewals.due(office, office.read)] == ["dana", "sam"]
    for item in (2, 3):
        renewals.make_task(office, item)
    renewals.renew(office, 2, Renewal(shown=SHOWN))
    clock.advance(days=20)
    assert [(one.item.holder, one.days_left) for one in board(office) if one.item.kind == "caqh"] == [("sam", -9)]
    renewals.renew(office, 3, Renewal(shown=SHOWN))
    until = [registers.one(office.read, item).expires_on for item in (2, 3)]
    assert until == [date(2026, 7, 1) + timedelta(days=120), date(2026, 7, 21) + timedelta(days=120)]


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(days, days, st.integers(0, 200), st.sets(days, max_size=20))
def test_due_is_what_leaves_less_than_its_lead(today: date, on: date, lead: int, off: set[date]) -> None:
    """By counting back, a day at a time: on the last worked day that leaves so many, its renewal has to begin."""
    calendar = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset(off))
    item = RegisterItem(
        1, 1, "oak-street", "licence", "L", None, None, None, None, None, on, None, lead,
        None, None, None, (), None, None, None, None,
    )  # fmt: skip
    found = expiring(item, today, calendar)
    assert found is not None
    start = on
    if lead:
        worked = 0
        while worked < lead or not calendar.is_working(start):
            worked += calendar.is_working(start)
            start -= timedelta(days=1)
    assert (found.start_by_on, found.due) == (start, today >= start)


@given(st.integers(1, 400), days)
def test_an_interval_of_days_never_drifts(length: int, from_: date) -> None:
    assert next_expiry(f"{length} days" if length > 1 else "day", from_) == from_ + timedelta(days=length)
