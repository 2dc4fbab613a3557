"""Practices and people: checked as they come in, and what follows from them follows at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from followthru.actions import edit, history, lookup, people, practices, promises
from followthru.actions.context import Context
from followthru.actions.people import NewPerson
from followthru.actions.practices import NewPractice
from followthru.domain.changes import Scalar
from followthru.domain.people import Channel, PracticeStatus, RoleName
from followthru.errors import Exit, FollowthruError, NotFoundError, RefusedError, UsageError
from followthru.store import practices as read_practices
from tests.store.oracles import state
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx, task

DAY = {day: date(2026, 7, day) for day in range(1, 32)}


@pytest.fixture
def ctx(schema: bytes) -> Context:
    """A practice with two days of buffer and three tasks promised for Wednesday 15 July: policy, hand, done."""
    made = memory_ctx(schema, FixedClock())
    add_practice(made, buffer_policy="fixed:2")
    for line in ("a by 15 Jul @oak-street", "b by 15 Jul target 14 Jul @oak-street", "c by 15 Jul @oak-street"):
        add_task(made, line)
    from followthru.actions import tasks

    tasks.done(made, 3)
    return made


def targets(ctx: Context) -> list[date | None]:
    return [task(ctx, id).target_on for id in (1, 2, 3)]


def test_a_practice_is_stored_as_it_is_usually_spelt(schema: bytes) -> None:
    ctx = memory_ctx(schema)
    new = NewPractice("oak-street", "America/New_York", holidays="us-ca", weekdays="54321", buffer_policy=" fixed: 3 ")
    made = practices.add(ctx, new)[1]
    assert (made.name, made.holidays, made.weekdays, made.buffer_policy) == ("Oak Street", "US-CA", "12345", "fixed:3")
    assert made.status is PracticeStatus.ACTIVE


@pytest.mark.parametrize(
    ("new", "error", "words"),
    [
        (NewPractice("oak-street", "UTC"), RefusedError, "is a practice oak-street already"),
        (NewPractice("Oak Street", "UTC"), UsageError, "cannot be a slug"),
        (NewPractice("oak--x", "UTC"), UsageError, "cannot be a slug"),
        (NewPractice("", "UTC"), UsageError, "cannot be a slug"),
        (NewPractice("x", "America/New_Yrok"), UsageError, "Did you mean America/New_York?"),
        (NewPractice("x", ""), UsageError, "needs a timezone"),
        (NewPractice("x", "UTC", holidays="ZZ"), UsageError, "no holidays"),
        (NewPractice("x", "UTC", holidays="US-XX"), UsageError, "has no part"),
        (NewPractice("x", "UTC", weekdays="128"), UsageError, "working days"),
        (NewPractice("x", "UTC", weekdays=""), UsageError, "needs a weekdays"),
        (NewPractice("x", "UTC", buffer_policy="two"), UsageError, "fixed:3"),
    ],
)
def test_what_cannot_be_a_practice(ctx: Context, new: NewPractice, error: type[FollowthruError], words: str) -> None:
    before = state(ctx)
    with pytest.raises(error) as caught:
        practices.add(ctx, new)
    assert words in caught.value.sentences()
    assert state(ctx) == before


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"slug": "other"}, RefusedError),
        ({"id": 7}, UsageError),
        ({"created_at": "x"}, UsageError),
        ({"nmae": "x"}, UsageError),
        ({"timezone": None}, UsageError),
        ({"weekdays": ""}, UsageError),
        ({"buffer_policy": "fixed:-1"}, UsageError),
        ({"holidays": "ZZ"}, UsageError),
        ({"status": "sleeping"}, UsageError),
        ({"name": "Fine", "timezone": "Nowhere"}, UsageError),
    ],
)
def test_what_a_practice_cannot_become(
    ctx: Context, values: Mapping[str, Scalar], error: type[FollowthruError]
) -> None:
    before = state(ctx)
    with pytest.raises(error):
        practices.edit(ctx, "oak-street", values)
    assert state(ctx) == before


def test_the_policy_moves_the_targets_that_follow_it_and_no_others(ctx: Context) -> None:
    assert targets(ctx) == [DAY[13], DAY[14], DAY[13]]
    outcome, _ = practices.edit(ctx, "oak-street", {"buffer_policy": "fixed:4"})
    assert targets(ctx) == [DAY[9], DAY[14], DAY[13]]
    verbs = ctx.read.rows("SELECT DISTINCT action_id FROM change WHERE action_id >= ?", outcome.action_id)
    assert verbs == [(outcome.action_id,)]
    history.undo(ctx)
    assert targets(ctx) == [DAY[13], DAY[14], DAY[13]]


def test_closing_days_move_targets_and_health_at_once(ctx: Context) -> None:
    practices.close(ctx, "oak-street", [DAY[14], DAY[13], DAY[14]])
    assert targets(ctx) == [DAY[9], DAY[14], DAY[13]]
    assert task(ctx, 1).buffer_days == 2
    assert read_practices.closures(ctx.read, 1) == [DAY[13], DAY[14]]
    assert practices.close(ctx, "oak-street", [DAY[14]]).action_id is None
    practices.close(ctx, "oak-street", [DAY[13]], open_again=True)
    assert targets(ctx)[0] == DAY[10]
    history.undo(ctx)
    history.undo(ctx)
    assert targets(ctx) == [DAY[13], DAY[14], DAY[13]]


def test_closing_days_change_the_buffer_of_a_target_that_stays(ctx: Context) -> None:
    assert (task(ctx, 2).target_on, task(ctx, 2).buffer_days) == (DAY[14], 1)
    practices.close(ctx, "oak-street", [DAY[15]])
    assert (task(ctx, 2).target_on, task(ctx, 2).buffer_days) == (DAY[14], 0)
    history.undo(ctx)
    assert task(ctx, 2).buffer_days == 1


def test_weekdays_and_holidays_move_targets(ctx: Context) -> None:
    practices.edit(ctx, "oak-street", {"weekdays": "3"})
    assert targets(ctx)[0] == DAY[1]
    practices.edit(ctx, "oak-street", {"weekdays": "12345", "holidays": "US"})
    promises.promise(ctx, 1, promises.NewPromise(DAY[6]))
    assert targets(ctx)[0] == DAY[1]  # the 3rd is a holiday


def test_holidays_are_kept_ahead_of_time(schema: bytes) -> None:
    clock = FixedClock()
    ctx = memory_ctx(schema, clock)
    add_practice(ctx, holidays="US")
    add_practice(ctx, "harbor-view")
    assert practices.extend_holidays(ctx) == 0
    clock.advance(days=800)
    before = state(ctx)
    assert practices.extend_holidays(ctx) == 1
    assert read_practices.holiday_years(ctx.read, "US") == (2025, 2034)
    assert state(ctx) == before


def test_a_paused_practice_is_active_again(ctx: Context) -> None:
    assert practices.set_status(ctx, "oak", PracticeStatus.PAUSED)[1].status is PracticeStatus.PAUSED
    assert practices.set_status(ctx, "OAK-STREET", PracticeStatus.ACTIVE)[1].status is PracticeStatus.ACTIVE


def test_a_slug_may_be_shortened_while_it_is_the_only_one(ctx: Context) -> None:
    add_practice(ctx, "oak-lane")
    assert lookup.practice(ctx.read, "@oak-l").slug == "oak-lane"
    with pytest.raises(UsageError, match="oak-lane, oak-street"):
        lookup.practice(ctx.read, "oak")
    for nothing in ("", "elm"):
        with pytest.raises(NotFoundError):
            lookup.practice(ctx.read, nothing)


def test_handles_are_first_names_made_unique(ctx: Context) -> None:
    names = ["Dana Reyes", "Dr. Dana Blum", "DANA", "Zoë O'Hara", "O'Neil Fox", "Dr."]
    assert [add_person(ctx, name).handle for name in names] == ["dana", "dana2", "dana3", "zoë", "oneil", "person"]


def test_a_known_address_is_the_same_person_at_another_practice(ctx: Context) -> None:
    add_practice(ctx, "harbor-view")
    first = people.add(ctx, "oak-street", NewPerson("Dana Reyes", "Dana@Example.org", RoleName.OWNER))[1]
    second = people.add(ctx, "harbor-view", NewPerson("D. Reyes", "dana@example.ORG", RoleName.VENDOR))[1]
    assert (second.person_id, second.name, second.role) == (first.person_id, "Dana Reyes", RoleName.VENDOR)
    with pytest.raises(RefusedError, match="is owner at oak-street already") as caught:
        people.add(ctx, "oak-street", NewPerson("Dana", "dana@example.org", RoleName.STAFF))
    assert caught.value.exit_code is Exit.REFUSED


def test_without_an_address_a_person_is_called(ctx: Context) -> None:
    assert people.add(ctx, "oak-street", NewPerson("Sam", None, RoleName.STAFF))[1].channel is Channel.CALL


@pytest.mark.parametrize(
    "new",
    [
        NewPerson(" ", "a@b.example", RoleName.OWNER),
        NewPerson("Sam", "not an address", RoleName.OWNER),
        NewPerson("Sam", "a@b.example\nBcc: c@d.example", RoleName.OWNER),
        NewPerson("Sam", "a@b.example", RoleName.OWNER, cadence="sometimes"),
    ],
)
def test_who_cannot_be_added(ctx: Context, new: NewPerson) -> None:
    before = state(ctx)
    with pytest.raises(UsageError):
        people.add(ctx, "oak-street", new)
    assert state(ctx) == before


def test_a_person_is_edited_as_one_step(ctx: Context) -> None:
    add_person(ctx)
    before = state(ctx)
    values = {"name": "Dana  Blum", "email": "D@Example.org", "role": "lead", "review": "yes", "timezone": "UTC"}
    member = people.edit(ctx, "oak-street", "dana", values)[1]
    assert (member.name, member.email, member.role, member.review) == ("Dana Blum", "d@example.org", "lead", True)
    assert member.handle == "dana"
    history.undo(ctx)
    assert state(ctx) == before


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"handle": "x"}, UsageError),
        ({"name": ""}, UsageError),
        ({"email": "nobody"}, UsageError),
        ({"email": "SAM.ITO@oak-street.example"}, RefusedError),
        ({"role": "boss"}, UsageError),
        ({"channel": None}, UsageError),
        ({"review": "maybe"}, UsageError),
        ({"timezone": "Mars"}, UsageError),
        ({"cadence": "now"}, UsageError),
        ({"name": "Fine", "role": "boss"}, UsageError),
    ],
)
def test_what_a_person_cannot_become(ctx: Context, values: Mapping[str, Scalar], error: type[FollowthruError]) -> None:
    add_person(ctx)
    add_person(ctx, "Sam Ito")
    before = state(ctx)
    with pytest.raises(error):
        people.edit(ctx, "oak-street", "dana", values)
    assert state(ctx) == before


def test_a_person_is_named_by_handle_address_or_beginning(ctx: Context) -> None:
    for name in ("Dana Reyes", "Dana Blum", "Sam Ito"):
        add_person(ctx, name)
    named = {given: lookup.member(ctx.read, 1, given).handle for given in ("dana", "+DANA2", "s", "dana.b", "sam.ito@")}
    assert named == {"dana": "dana", "+DANA2": "dana2", "s": "sam", "dana.b": "dana2", "sam.ito@": "sam"}
    with pytest.raises(UsageError, match="dana, dana2"):
        lookup.member(ctx.read, 1, "dan")
    with pytest.raises(NotFoundError, match=r"Did you mean sam\?"):
        lookup.member(ctx.read, 1, "sma")


def test_an_empty_word_names_nobody(ctx: Context) -> None:
    people.add(ctx, "oak-street", NewPerson("Sam", None, RoleName.STAFF))
    for given in ("", "+"):
        with pytest.raises(NotFoundError):
            lookup.member(ctx.read, 1, given)


def test_a_task_is_named_by_number_or_beginning(ctx: Context) -> None:
    uid = task(ctx, 2).uid
    assert lookup.task(ctx.read, "2").id == lookup.task(ctx.read, uid[:13]).id == 2
    for given in ("99", "0" * 40, "nonsense", ""):
        with pytest.raises(NotFoundError):
            lookup.task(ctx.read, given)


def test_a_beginning_that_two_tasks_share_names_none(ctx: Context) -> None:
    with ctx.acting() as tx:
        tx.run("UPDATE task SET uid = 'abcd-' || id")
    with pytest.raises(UsageError, match="more than one"):
        lookup.task(ctx.read, "abcd")
    edit.edit(ctx, lookup.task(ctx.read, "abcd-1").id, {"title": "found"})
    assert task(ctx, 1).title == "found"
