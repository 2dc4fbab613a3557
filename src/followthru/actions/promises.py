"""The verbs that give, move and tell dates; nobody who was told is passed over in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from types import MappingProxyType
from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.stored import day, iso, whole
from followthru.actions.tasks import after_deadline
from followthru.actions.tellings import telling_row
from followthru.domain.changes import Actor, Change, Row, Scalar, create
from followthru.domain.people import Member
from followthru.domain.plain import one_line
from followthru.domain.saying import day_words
from followthru.domain.task import Audience, How, TargetSource
from followthru.errors import RefusedError, UsageError
from followthru.store import tasks
from followthru.store.store import Reader, Writer

NOTHING_RETRACTED: Mapping[int, bool] = MappingProxyType({})


class NewPromise(NamedTuple):
    """A date to promise, with a clock time if it has one; `on` None takes the promise back."""

    on: date | None
    at: time | None = None


def promise(
    ctx: Context, task_id: int, new: NewPromise, *, because: str | None = None, actor: Actor = Actor.ME
) -> Outcome:
    """Promise a date, or move or clear the one promised.

    A date that somebody was told moves only with a reason; from a calendar it moves without one and is
    flagged *reason missing*. Raises RefusedError naming who was told.
    """
    because = one_line(because or "") or None
    with ctx.acting() as tx:
        values = edits.row(tx, task_id)
        edits.check_open(values, task_id, "be promised")
        fields = promise_fields(tx, task_id, values, new, because=because, actor=actor)
        changes = edits.changed(tx, task_id, fields)
        moved = any(change.field in ("promised_on", "promised_time") for change in changes)
        words = _words(task_id, values, new, moved=moved)
        action_id = edits.record(tx, "promise", words, changes, actor=actor, because=because)
    if action_id is None:
        return Outcome(None, (task_id,), f"Task {task_id} is promised for that day already.")
    return Outcome(action_id, (task_id,), words, after_deadline(new.on, day(values["deadline_on"])))


def promise_fields(
    read: Reader, task_id: int, values: Row, new: NewPromise, *, because: str | None, actor: Actor = Actor.ME
) -> dict[str, Scalar]:
    """Return the fields that move a promise: its date, time and reason. Every move goes through here.

    Raises RefusedError naming who was told the date that is there, when no reason is given.
    """
    after: dict[str, Scalar] = {
        "promised_on": iso(new.on),
        "promised_time": None if new.at is None or new.on is None else new.at.strftime("%H:%M"),
    }
    if after["promised_on"] != values["promised_on"]:
        holders = who_was_told(read, task_id, values["promised_on"])
        if holders and not because and actor is Actor.ME:
            raise _reason_needed(task_id, holders, str(values["promised_on"]))
        after |= reason_fields(read, task_id, values, after["promised_on"], because)
    elif because and out_of_step(read, task_id, after["promised_on"]):
        # The date moved before, on a calendar or by an undo; this is the reason that was missing.
        after |= {"because": because, "reason_missing": 0}
    return after


def reason_fields(
    read: Reader,
    task_id: int,
    values: Row,
    promised_on: Scalar,
    because: str | None,
    retracted: Mapping[int, bool] = NOTHING_RETRACTED,
) -> dict[str, Scalar]:
    """Return the reason that readers will see for a new promised date, and whether one is missing.

    It is missing when somebody's last telling states another date and nobody said why it moved. `retracted` are
    tellings that the same action takes back, or lets stand again.
    """
    if because:
        return {"because": because, "reason_missing": 0}
    newest = newest_tellings(read, task_id, retracted)
    if not _differs(newest, promised_on):
        return {"because": None, "reason_missing": 0}
    if _holders(newest, values["promised_on"]):
        return {"because": None, "reason_missing": 1}
    return {}


def out_of_step(read: Reader, task_id: int, promised_on: Scalar, *, but: int | None = None) -> bool:
    """Whether the newest telling of somebody, one person (their id) left out, states another date than this one."""
    newest = newest_tellings(read, task_id)
    return _differs({id: told for id, told in newest.items() if id != but}, promised_on)


def _differs(newest: Mapping[int, tasks.Telling], promised_on: Scalar) -> bool:
    return any(told.promised_on.isoformat() != promised_on for told in newest.values())


def newest_tellings(
    read: Reader, task_id: int, retracted: Mapping[int, bool] = NOTHING_RETRACTED
) -> dict[int, tasks.Telling]:
    """Return each person's newest telling that was not retracted, by person id.

    `retracted` says of some tellings whether they are to count as taken back, whatever is recorded.
    """
    every = tasks.tellings(read, [task_id])[task_id]
    return {told.person_id: told for told in every if not retracted.get(told.id, told.retracted)}


def who_was_told(read: Reader, task_id: int, promised_on: Scalar) -> list[str]:
    """Return the handles of those whose newest telling states this date."""
    return _holders(newest_tellings(read, task_id), promised_on)


def _holders(newest: Mapping[int, tasks.Telling], promised_on: Scalar) -> list[str]:
    return [told.person for told in newest.values() if told.promised_on.isoformat() == promised_on]


def _reason_needed(task_id: int, holders: list[str], promised_on: str) -> RefusedError:
    return RefusedError(
        f"{', '.join(holders)} {'was' if len(holders) == 1 else 'were'} told "
        f"{day_words(date.fromisoformat(promised_on))}; moving it needs a reason.",
        safe=f"Task {task_id} was not changed.",
        remedy="Say why with --because TEXT; they will read it.",
    )


def _words(task_id: int, values: Row, new: NewPromise, *, moved: bool) -> str:
    if new.on is None:
        return f"Took back the promise of {task_id}: {values['title']}"
    if not moved:
        return f"Said why the promise of {task_id} moved: {values['title']}"
    verb = "Promised" if values["promised_on"] is None else "Moved promise of"
    return f"{verb} {task_id} {'for' if verb == 'Promised' else 'to'} {day_words(new.on)}: {values['title']}"


def tell(
    ctx: Context, task_id: int, person: str, on: date | None = None, *, how: How, actor: Actor = Actor.ME
) -> Outcome:
    """Record that a person was told a date (the promised one if none is given).

    Raises UsageError without a date to tell, RefusedError for a private task, NotFoundError.
    """
    with ctx.acting() as tx:
        values = edits.row(tx, task_id)
        told = lookup.member(tx, whole(values["practice_id"]), person)
        date_told = on or promised_day(task_id, values)
        today = ctx.today_of(tx, values)
        words = f"Told {told.name} {day_words(date_told, today)}: {values['title']}"
        changes = told_changes(tx, task_id, values, [told], date_told, Told(how, today))
        action_id = edits.record(tx, "tell", words, changes, actor=actor)
    return Outcome(action_id, (task_id,), words)


class Told(NamedTuple):
    """How, and on which day of the practice, somebody was told."""

    how: How
    on: date


def told_changes(
    tx: Writer, task_id: int, values: Row, people: Sequence[Member], on: date, told: Told
) -> tuple[Change, ...]:
    """Return the changes by which people were told a date of a task. Raises RefusedError for a private one."""
    if values["audience"] == Audience.ME:
        raise RefusedError(
            f"Task {task_id} is private; {people[0].name} cannot be told of it.",
            safe="Nothing was recorded.",
            remedy=f"`followthru edit {task_id} audience=owners` opens it to its owners.",
        )
    rows = [telling_row(tx, task_id, values, one.person_id, on, told.on, told.how) for one in people]
    tellings = [create("telling", tx.new_id("telling"), row) for row in rows]
    return (*tellings, *_explained(tx, task_id, values, people, on))


def _explained(tx: Writer, task_id: int, values: Row, people: Sequence[Member], on: date) -> tuple[Change, ...]:
    """Return the change that ends a missing reason once everybody was told in person what holds now."""
    others = {one: told.promised_on for one, told in newest_tellings(tx, task_id).items()}
    others |= {one.person_id: on for one in people}
    if values["reason_missing"] and {on.isoformat() for on in others.values()} == {values["promised_on"]}:
        return edits.changed(tx, task_id, {"reason_missing": 0})
    return ()


def promised_day(task_id: int, values: Row) -> date:
    """Return the date that a task is promised for. Raises UsageError where it has none to tell."""
    if values["promised_on"] is None:
        raise UsageError(f"Task {task_id} has no promised date to tell.", remedy="Name the date that was told.")
    return date.fromisoformat(str(values["promised_on"]))


def target(ctx: Context, task_id: int, on: date | None) -> Outcome:
    """Set the target by hand, or (None) give it back to the buffer policy. Raises RefusedError."""
    with ctx.acting() as tx:
        values = edits.row(tx, task_id)
        edits.check_open(values, task_id, "get a target")
        after: dict[str, Scalar] = {
            "target_on": iso(on),
            "target_source": None if on is None else str(TargetSource.HAND),
        }
        words = f"Target of {task_id} {'follows its promise' if on is None else day_words(on)}: {values['title']}"
        action_id = edits.record(tx, "target", words, edits.changed(tx, task_id, after))
    return Outcome(action_id, (task_id,), words)
