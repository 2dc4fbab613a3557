"""The verbs on the hours log: note time worked, correct it, take it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.domain.changes import Action, Row, Scalar, create, delete, differences
from followthru.domain.dateword import read_past
from followthru.domain.nearest import did_you_mean
from followthru.domain.periods import Length, of
from followthru.domain.plain import several_lines
from followthru.domain.saying import day_words
from followthru.domain.spans import exact_words, minutes
from followthru.domain.worked import Entry, Total
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import journal, worked
from followthru.store.store import Reader, Writer

FIELDS = ("time", "on", "note", "task")
MOST = 24 * 60
"""Minutes that one entry holds at most: a day has no more."""


class Logged(NamedTuple):
    """What a verb did, the entry as it is now (None once it is gone), and its practice's month."""

    outcome: Outcome
    entry: Entry | None
    month: Total


def log(ctx: Context, what: str, span: str, on: str | None = None, note: str | None = None) -> Logged:
    """Note time worked on a task, or with `@SLUG` for a practice, on a day up to today.

    Raises UsageError for a span or day that cannot be read, NotFoundError, RefusedError for a task without a practice
    and for a day to come.
    """
    with ctx.acting() as tx:
        practice_id, task_id, named = _place(tx, what)
        day = _day(ctx, tx, practice_id, on)
        row: dict[str, Scalar] = {
            "practice_id": practice_id,
            "task_id": task_id,
            "worked_on": day.isoformat(),
            "minutes": _minutes(span),
            "note": several_lines(note or "").strip() or None,
            "created_at": tx.now,
        }
        entry_id = tx.new_id("hours_entry")
        words = f"Logged {exact_words(_minutes(span))} on {day_words(day, ctx.today())}: {named}"
        action_id = journal.apply(tx, Action("log", words, (create("hours_entry", entry_id, row),)))
    return _logged(ctx, Outcome(action_id, (), words), entry_id, practice_id, day)


def edit(ctx: Context, entry_id: int, given: Mapping[str, str | None]) -> Logged:
    """Correct fields of an entry: time, on, note, task. Raises UsageError, NotFoundError, RefusedError."""
    with ctx.acting() as tx:
        entry = one(tx, entry_id)
        before = journal.row_of(tx, "hours_entry", entry_id) or {}
        after = {**before, **_read(ctx, tx, entry, given)}
        changes = differences("hours_entry", entry_id, before, after)
        words = f"Corrected {', '.join(given)} of hours entry {entry_id}"
        action_id = edits.record(tx, "hours edit", words, changes)
    said = words if action_id else f"Hours entry {entry_id} is like that already."
    day = date.fromisoformat(str(after["worked_on"]))
    return _logged(ctx, Outcome(action_id, (), said), entry_id, entry.practice_id, day)


def remove(ctx: Context, entry_id: int) -> Logged:
    """Take an entry away. Raises NotFoundError."""
    with ctx.acting() as tx:
        entry = one(tx, entry_id)
        row = journal.row_of(tx, "hours_entry", entry_id) or {}
        words = f"Took away {exact_words(entry.minutes)} of {day_words(entry.on, ctx.today())} @{entry.practice}"
        action_id = journal.apply(tx, Action("hours remove", words, (delete("hours_entry", entry_id, row),)))
    return _logged(ctx, Outcome(action_id, (), words), entry_id, entry.practice_id, entry.on)


def one(read: Reader, entry_id: int) -> Entry:
    """Return one entry. Raises NotFoundError."""
    found = worked.one(read, entry_id)
    if found is None:
        raise NotFoundError(f"There is no hours entry {entry_id}.", remedy="`followthru hours list` shows them.")
    return found


def _logged(ctx: Context, outcome: Outcome, entry_id: int, practice_id: int, day: date) -> Logged:
    month = of(Length.MONTH, day)
    [total] = worked.totals(ctx.read, month.first, month.last, practice_id)
    return Logged(outcome, worked.one(ctx.read, entry_id), total)


def _place(tx: Writer, what: str) -> tuple[int, int | None, str]:
    """Return the practice and task that words name, and what that is called."""
    if what.startswith("@"):
        practice = lookup.practice(tx, what)
        return practice.id, None, f"@{practice.slug}"
    task = lookup.task(tx, what)
    if task.practice_id is None:
        raise RefusedError(
            f"Task {task.id} belongs to no practice, so nobody could be told the time.",
            safe="Nothing was logged.",
            remedy=f"File it first: `followthru edit {task.id} practice=SLUG`.",
        )
    return task.practice_id, task.id, f"{task.title} @{task.practice}"


def _day(ctx: Context, tx: Reader, practice_id: int, text: str | None) -> date:
    today = ctx.today_for(tx, practice_id)
    day = read_past(text, max(today, ctx.today()), ctx.order) if text else ctx.today()
    if day > max(today, ctx.today()):
        raise RefusedError(f"{day_words(day, today)} is still to come.", safe="Nothing was logged.")
    return day


def _minutes(text: str) -> int:
    found = minutes(text)
    if not 0 < found <= MOST:
        raise UsageError(
            f"“{text}” is no time for one day.", safe="Nothing was logged.", remedy="Write 45m, 1h30m or up to 24h."
        )
    return found


def _read(ctx: Context, tx: Writer, entry: Entry, given: Mapping[str, str | None]) -> Row:
    values: dict[str, Scalar] = {}
    for name, text in given.items():
        said = (text or "").strip()
        match name:
            case "time":
                values["minutes"] = _minutes(said)
            case "on":
                values["worked_on"] = _day(ctx, tx, entry.practice_id, said or None).isoformat()
            case "note":
                values["note"] = several_lines(said) or None
            case "task":
                values["task_id"] = _task(tx, entry, said) if said else None
            case _:
                raise UsageError(
                    f"An hours entry has no field {name}. {did_you_mean(name, FIELDS)}".rstrip(),
                    safe="Nothing was changed.",
                    remedy=f"There are {', '.join(FIELDS)}.",
                )
    return values


def _task(tx: Writer, entry: Entry, said: str) -> int:
    task = lookup.task(tx, said)
    if task.practice_id != entry.practice_id:
        raise RefusedError(
            f"Task {task.id} belongs to another practice than these hours.",
            safe="Nothing was changed.",
            remedy=f"Take them away, `followthru hours remove {entry.id}`, and log them anew.",
        )
    return task.id
