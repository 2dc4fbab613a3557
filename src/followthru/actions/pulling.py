"""What an edit on a calendar does to a task: one action by the calendar, undoable like any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import cast

from followthru.actions import edits, promises
from followthru.actions.context import Context
from followthru.actions.tasks import NOT_WAITING
from followthru.actions.tellings import telling_row
from followthru.calendars.ical.clean import squash
from followthru.calendars.merge import Move, Value
from followthru.calendars.shown import MAX_TITLE
from followthru.domain.changes import Actor, Change, Row, Scalar, create
from followthru.domain.evidence import NOTHING
from followthru.domain.people import Member
from followthru.domain.saying import day_words
from followthru.domain.task import How, Status, TargetSource
from followthru.store.store import Writer

_WORDS = {
    "promised_on": "moved",
    "promised_time": "timed",
    "deadline_on": "moved the deadline of",
    "target_on": "moved the target of",
    "title": "renamed",
    "public_title": "renamed for its readers",
    "done": "ticked",
}


def pull(ctx: Context, tx: Writer, task_id: int, moves: Sequence[Move]) -> bool:
    """Apply moves to a task; return False, with nothing changed, when a field does not say `before` any more.

    Raises RefusedError by a guard, NotFoundError when the task is gone.
    """
    values = edits.row(tx, task_id)
    if any(value_now(values, move.field) != move.before for move in moves):
        return False
    take_over(ctx, tx, task_id, moves, actor=Actor.CALENDAR)
    return True


def take_over(
    ctx: Context, tx: Writer, task_id: int, moves: Sequence[Move], *, actor: Actor, mover: Member | None = None
) -> None:
    """Apply moves to a task as one action; none is recorded where the task says all that already.

    `mover` is a reader who made them: they know the date that they chose, and need no reason for it. Raises
    RefusedError by a guard, NotFoundError when the task is gone.
    """
    values = edits.row(tx, task_id)
    changes = _changes(ctx, tx, task_id, values, moves, mover)
    if mover is not None:
        after = {**values, **{one.field: one.after for one in changes if (one.entity, one.id) == ("task", task_id)}}
        changes = (*changes, *_heard(ctx, tx, task_id, cast("Row", after), moves, mover))
    what = ", ".join(dict.fromkeys(_word(move) for move in moves))
    dates = [move.after for move in moves if isinstance(move.after, date)]
    to = f" to {day_words(dates[0])}" if dates else ""
    edits.record(tx, "pull", f"Calendar {what} {task_id}{to}: {values['title']}", changes, actor=actor)


def _word(move: Move) -> str:
    off = move.after is None and move.field.endswith("_on")
    return "took off the date of" if off else _WORDS[move.field]


def value_now(values: Row, field: str) -> Value:
    """Return what a field says now, in the form in which calendars show it."""
    if field == "done":
        return values["status"] == Status.DONE
    value = values[field]
    if field in ("title", "public_title"):
        return squash(str(value or ""), MAX_TITLE)
    if value is None or field == "promised_time":
        return None if value is None else str(value)
    return date.fromisoformat(str(value))


def _heard(
    ctx: Context, tx: Writer, task_id: int, after: Row, moves: Sequence[Move], mover: Member
) -> tuple[Change, ...]:
    """Return the telling by which a reader who moved a promise knows its new date, as the task stands with it."""
    on = next((move.after for move in moves if move.field == "promised_on"), None)
    if not isinstance(on, date):
        return ()
    row = telling_row(tx, task_id, after, mover.person_id, on, ctx.today_for(tx, mover.practice_id), How.CALENDAR)
    return (create("telling", tx.new_id("telling"), row),)


def _changes(
    ctx: Context, tx: Writer, task_id: int, values: Row, moves: Sequence[Move], mover: Member | None
) -> tuple[Change, ...]:
    after: dict[str, Scalar] = {}
    wanted = {move.field: move.after for move in moves}
    if "promised_on" in wanted or "promised_time" in wanted:
        after |= _promised(tx, task_id, values, wanted)
        on = after["promised_on"]
        if mover is not None and on and not promises.out_of_step(tx, task_id, on, but=mover.person_id):
            after["reason_missing"] = 0
    after |= {name: str(wanted[name]) for name in ("title", "public_title") if name in wanted}
    if "deadline_on" in wanted:
        after["deadline_on"] = _iso(wanted["deadline_on"])
    if "target_on" in wanted:
        after |= {"target_on": _iso(wanted["target_on"]), "target_source": str(TargetSource.HAND)}
    if wanted.get("done") and values["needs_evidence"]:
        from followthru.actions import compliance

        compliance.check(tx, task_id, values, NOTHING)
    if "done" in wanted:
        after |= _done(ctx, tx, values) if wanted["done"] else _undone(values)
    return (*edits.changed(tx, task_id, after), *_next(ctx, tx, task_id, values, after))


def _next(ctx: Context, tx: Writer, task_id: int, values: Row, after: dict[str, Scalar]) -> tuple[Change, ...]:
    """Return the next occurrence of what was ticked off and comes back, or of the work whose last step it was."""
    if after.get("done_on") is None or (values["repeats"] is None and values["run_id"] is None):
        return ()
    from followthru.actions.repeating import completed, next_occurrence

    done_on = date.fromisoformat(str(after["done_on"]))
    coming = next_occurrence(ctx, tx, task_id, {**values, **after}, done_on).changes
    return (*coming, *completed(ctx, tx, {task_id: Status.DONE}).changes)


def _promised(tx: Writer, task_id: int, values: Row, wanted: dict[str, Value]) -> dict[str, Scalar]:
    """Return the fields of a moved promise. A target by hand that would come after it follows its policy again:
    a move that the user made on the phone must not be lost to a date that is only theirs. A reason may be missing,
    whoever takes the move over: it is flagged."""
    on = wanted.get("promised_on", value_now(values, "promised_on"))
    at = wanted.get("promised_time", value_now(values, "promised_time"))
    new = promises.NewPromise(on if isinstance(on, date) else None, time.fromisoformat(str(at)) if at else None)
    after = promises.promise_fields(tx, task_id, values, new, because=None, actor=Actor.CALENDAR)
    target = values["target_on"]
    if new.on is not None and target is not None and str(target) > new.on.isoformat():
        after |= {"target_on": None, "target_source": None}
    return after


def _done(ctx: Context, tx: Writer, values: Row) -> dict[str, Scalar]:
    return {
        "status": str(Status.DONE),
        "done_on": ctx.today_of(tx, values).isoformat(),
        "closed_at": tx.now,
        **NOT_WAITING,
    }


def _undone(values: Row) -> dict[str, Scalar]:
    status = Status.INBOX if values["practice_id"] is None else Status.OPEN
    return {"status": str(status), "done_on": None, "closed_at": None}


def _iso(value: Value) -> str | None:
    return value.isoformat() if isinstance(value, date) else None
