"""Undo and redo over the journal, by the rules of what may be taken back.

Undo appends: it applies the inverse of the newest action by the PM or a calendar as an action of its own. It
compares fields, so that a later change to the same field is refused by name and never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from followthru.actions.context import Context, Outcome
from followthru.actions.promises import reason_fields
from followthru.domain.changes import WHOLE, Action, Change, Row, Scalar, delete, differences
from followthru.domain.saying import day_words
from followthru.errors import RefusedError
from followthru.store import journal, outbox, parts, tasks, updates
from followthru.store.journal import ClashError, Entry, StaleChangeError
from followthru.store.store import Reader, Writer

APPROVED = "approved"
UNCLAIMED = (None, APPROVED)
_FINAL = ("purge", "salvage")


def undo(ctx: Context) -> Outcome:
    """Take back the newest action that can be. Raises RefusedError naming one that cannot, once."""
    refused: Entry | None = None
    try:
        with ctx.acting() as tx:
            refused = entry = journal.newest_undoable(tx)
            if entry is None:
                raise RefusedError("There is nothing to undo.", safe="Nothing was changed.")
            if entry.verb in _FINAL:
                raise _refusal(entry, "what it took away is nowhere any more")
            changes = journal.changes_of(tx, entry.id)
            words = f"Undone: {entry.words}"
            action_id = _apply(tx, Action("undo", words, _inverse(tx, entry, changes)), entry, undone=True)
    except RefusedError:
        if refused is not None:
            with ctx.store.writing() as tx:
                journal.mark_refused(tx, refused.id)
        raise
    return Outcome(action_id, _tasks(changes), words, tuple(_announced(ctx, changes)))


def _announced(ctx: Context, changes: tuple[Change, ...]) -> Iterator[str]:
    """Yield, for each date that was taken back, who had been told of it by mail, and how that is corrected."""
    for change in changes:
        if change.entity == "task" and change.field == "promised_on" and change.after is not None:
            for told in updates.announced(ctx.read, change.id, str(change.after)):
                on = day_words(date.fromisoformat(str(change.after)), ctx.today())
                yield f"{told.person} was told {on} by update {told.update_id}. {_correction(told.update_id)}"


def _correction(update_id: int) -> str:
    return f"`followthru update correct {update_id}` drafts a correction."


def redo(ctx: Context) -> Outcome:
    """Do again what was undone last, until something else is done. Raises RefusedError."""
    with ctx.acting() as tx:
        entry = journal.newest_redoable(tx)
        if entry is None:
            raise RefusedError("There is nothing to redo.", safe="Nothing was changed.")
        changes = journal.changes_of(tx, entry.id)
        words = f"Redone: {entry.words}"
        again = tuple(_forward(tx, entry, change) for change in changes)
        action_id = _apply(tx, Action("redo", words, _with_reasons(tx, again)), entry, undone=False)
    return Outcome(action_id, _tasks(changes), words)


def _apply(tx: Writer, action: Action, entry: Entry, *, undone: bool) -> int:
    journal.mark_undone(tx, entry.id, undone)
    try:
        action_id = journal.apply(tx, action, reverses=entry.id)
    except (StaleChangeError, ClashError) as error:
        raise _later_change(tx, entry, error, undone=undone) from error
    hanging = journal.left_hanging(tx, action.changes)
    if hanging is not None:
        raise _refusal(entry, f"a {hanging.replace('_', ' ')} recorded later belongs to it", undone=undone)
    late = tasks.target_too_late(tx, _tasks(action.changes))
    if late is not None:
        raise _refusal(entry, f"the target of {late} would come after its promise", undone=undone)
    return action_id


def _refusal(entry: Entry, reason: str, *, undone: bool = True) -> RefusedError:
    return RefusedError(
        f"“{entry.words}” cannot be {'taken back' if undone else 'done again'}: {reason}.",
        safe="Nothing was changed.",
        remedy="The next undo passes over it." if undone else "",
    )


def _later_change(read: Reader, entry: Entry, error: Exception, *, undone: bool) -> RefusedError:
    what, later = "something", None
    if isinstance(error, StaleChangeError):
        change = error.change
        what = f"{change.field.removesuffix('_id').replace('_', ' ')} of {change.entity} {change.id}"
        later = journal.last_change(read, change.entity, change.id, change.field)
    by = f" by “{later.words}”" if later is not None and later.id != entry.id else ""
    return _refusal(entry, f"the {what} was changed later{by}", undone=undone)


def _inverse(tx: Writer, entry: Entry, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the changes that take an action back, newest first. Raises RefusedError by the rules of facts."""
    gone = {(change.entity, change.id) for change in changes if _creates(change)}
    inverse = [_backward(tx, entry, change, gone) for change in reversed(changes)]
    known = {change.id for change in inverse if change.entity == "telling"}
    taken_back = (delete("telling", id, row) for id, row in _retracted(tx, gone).items() if id not in known)
    return _with_reasons(tx, (*inverse, *taken_back))


def _retracted(tx: Reader, gone: set[tuple[str, int]]) -> dict[int, Row]:
    """Return tellings taken back before, by id: they go with their task or person, and a redo makes them again."""
    found = {"task": parts.retracted_of_task, "person": parts.retracted_to_person}
    ids = {id for entity, gone_id in gone if entity in found for id in found[entity](tx, gone_id)}
    return {id: journal.row_of(tx, "telling", id) or {} for id in sorted(ids)}


def _creates(change: Change) -> bool:
    return change.field == WHOLE and change.before is None


def _backward(tx: Writer, entry: Entry, change: Change, gone: set[tuple[str, int]]) -> Change:
    if change.entity == "telling" and _creates(change):
        row = cast("Row", change.after)
        if ("task", row["task_id"]) not in gone:
            _check_unstated(tx, entry, row)
            return Change("telling", change.id, "retracted", 0, 1)
    if change.entity == "decision" and _creates(change):
        _check_unread(tx, entry, change)
    if change.entity == "update":
        if change.field == "status" and change.before == APPROVED:
            raise _by_approval_alone(entry)
        _check_unclaimed(tx, entry, change.id)
    return Change(change.entity, change.id, change.field, change.after, change.before)


def _by_approval_alone(entry: Entry) -> RefusedError:
    """Refuse to let a message go by undo or redo: nothing is ever sent by a single key."""
    return RefusedError(
        f"“{entry.words}” would let a message go out.",
        safe="Nothing was changed, and nothing is sent.",
        remedy="Look at it and approve it again.",
    )


def _forward(tx: Reader, entry: Entry, change: Change) -> Change:
    """Return a change as it is done again; a telling that was retracted stands again."""
    if change.entity == "update" and change.field == "status" and change.after == APPROVED:
        raise _by_approval_alone(entry)
    if change.entity == "telling" and _creates(change) and journal.row_of(tx, "telling", change.id) is not None:
        return Change("telling", change.id, "retracted", 1, 0)
    return change


def _check_unstated(tx: Reader, entry: Entry, telling: Row) -> None:
    if parts.is_stated(tx, int(telling["task_id"] or 0), int(telling["person_id"] or 0), str(telling["promised_on"])):
        raise RefusedError(
            f"“{entry.words}” cannot be taken back: an update that was sent states it.",
            safe="Nothing was changed.",
            remedy="Tell them the right date; the next undo passes over this one.",
        )


def _check_unread(tx: Reader, entry: Entry, change: Change) -> None:
    """Raise RefusedError for a decision that somebody has read of: it is taken back, not made undone."""
    if updates.says(tx, str(cast("Row", change.after)["uid"])):
        raise RefusedError(
            f"“{entry.words}” cannot be taken back: an update that was sent says what was decided.",
            safe="Nothing was changed.",
            remedy=f"`followthru decision retract {change.id}` takes it back, and says so in the next update. "
            "The next undo passes over this one.",
        )


def _check_unclaimed(tx: Reader, entry: Entry, update_id: int) -> None:
    """Raise RefusedError for an update that may have left: what it said is a fact, its words and facts included."""
    phase = outbox.phase_of(tx, update_id)
    if phase not in UNCLAIMED or (phase is not None and outbox.may_have_left(tx, update_id)):
        raise RefusedError(
            f"“{entry.words}” cannot be taken back: the message is on its way ({phase}).",
            safe="Nothing was changed.",
            remedy=f"{_correction(update_id)} The next undo passes over this one.",
        )


def _with_reasons(tx: Reader, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Let the reason of every promise that moves fit the date it moves to.

    An undo or redo has no reason of its own: if somebody was told the date it leaves, the reason is missing.
    What an undo or redo wrote there before is overtaken, not changed by somebody.
    """
    fitting: list[Change] = []
    retracted = {one.id: bool(one.after) for one in changes if (one.entity, one.field) == ("telling", "retracted")}
    for change in changes:
        if change.entity == "task" and change.field == "promised_on":
            values = journal.row_of(tx, "task", change.id) or {}
            fields = reason_fields(tx, change.id, values, cast("Scalar", change.after), None, retracted)
            fitting += differences("task", change.id, values, fields)
            changes = tuple(c for c in changes if not (_of_task(c, change.id) and c.field in fields))
    kept = (_overtaken(tx, change) for change in changes)
    return (*(change for change in kept if change is not None), *fitting)


def _of_task(change: Change, task_id: int) -> bool:
    return change.entity == "task" and change.id == task_id


_REASONS = ("because", "reason_missing")


def _overtaken(tx: Reader, change: Change) -> Change | None:
    """Return a change as it is made where an undo or redo wrote a task's reason since; None when it is not made."""
    if change.entity != "task":
        return change
    if change.field in _REASONS and _is_reversal(journal.last_change(tx, "task", change.id, change.field)):
        now = journal.row_of(tx, "task", change.id) or {}
        return change if now[change.field] == change.before else None
    if change.field == WHOLE and change.after is None:
        now = journal.row_of(tx, "task", change.id) or {}
        before = cast("Row", change.before)
        if all(now.get(name) == before.get(name) for name in _REASONS):
            return change
        written = [name for name in _REASONS if _is_reversal(journal.last_change(tx, "task", change.id, name))]
        return change._replace(before={**cast("Row", change.before), **{name: now.get(name) for name in written}})
    return change


def _is_reversal(entry: Entry | None) -> bool:
    """Whether a field has its value from an undo or redo, or from an action whose undo left it so."""
    return entry is not None and (entry.reverses_id is not None or entry.undone)


def _tasks(changes: tuple[Change, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(change.id for change in changes if change.entity == "task"))
