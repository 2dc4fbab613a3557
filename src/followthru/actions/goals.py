"""The verbs on goals: add, edit and retire them, and note their readings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.numbered import numbered
from followthru.domain.changes import WHOLE, Action, Change, Row, Scalar, create, delete, differences
from followthru.domain.dateword import read_date, read_past
from followthru.domain.figures import figure_text, figure_words, read_figure
from followthru.domain.goals import Direction, Goal, Reading
from followthru.domain.nearest import did_you_mean
from followthru.domain.plain import one_line, several_lines
from followthru.domain.saying import day_words
from followthru.domain.task import Audience
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.exchange.goal_kinds import kinds
from followthru.store import goals, journal
from followthru.store.store import Reader, Writer

Values = dict[str, Scalar]

FIELDS = ("title", "unit", "direction", "aim", "by", "audience", "notes")
_RANGE = re.compile(r"(?P<low>.+?)\s*(?:\.\.|…|–|\bto\b)\s*(?P<high>.+)")


class Kept(NamedTuple):
    """What a verb did, and the goal with its readings as they are now."""

    outcome: Outcome
    goal: Goal
    readings: Sequence[Reading]


def add(ctx: Context, what: str, slug: str, given: Mapping[str, str | None]) -> Kept:
    """Add a goal to a practice: of a shipped kind, whose usual fields hold where none is given, or one of its own.

    Raises UsageError for a kind, field or value that cannot be read, NotFoundError.
    """
    sort = kinds().get(what.strip().casefold())
    if sort is None and "direction" not in given:
        near = did_you_mean(what, kinds())
        raise UsageError(
            f"There is no kind {one_line(what)}. {near}".rstrip(),
            safe="Nothing was changed.",
            remedy="`followthru goal kinds` lists them; for a measure of your own say direction=up, down or within.",
        )
    from uuid import uuid4

    with ctx.acting() as tx:
        practice = lookup.practice(tx, slug)
        row: Values = {
            "uid": str(uuid4()),
            "practice_id": practice.id,
            "title": one_line(what),
            "audience": str(Audience.OWNERS),
            "created_at": tx.now,
        }
        if sort is not None:
            aims = (None if one is None else figure_text(one) for one in (sort.aim, sort.aim_to))
            row |= {"kind": sort.name, "title": sort.title, "unit": sort.unit, "direction": str(sort.direction)}
            row |= dict(zip(("aim", "aim_to"), aims, strict=True))
        row |= _read(ctx, tx, practice.id, row, given)
        _check(row)
        goal_id = tx.new_id("goal")
        words = f"Added goal {goal_id}: {row['title']} @{practice.slug}"
        action_id = journal.apply(tx, Action("goal add", words, (create("goal", goal_id, row),)))
    notes = (
        ["Its aim is the usual one; `aim=…` sets yours"] if sort and sort.aim is not None and "aim" not in given else []
    )
    notes += ["It has no aim yet: `aim=…` sets one"] if row.get("aim") is None else []
    return _kept(ctx, goal_id, Outcome(action_id, (), words, tuple(notes)))


def edit(ctx: Context, goal_id: int, given: Mapping[str, str | None]) -> Kept:
    """Give fields of a goal new values; None or an empty text clears a field. Raises UsageError, NotFoundError."""
    with ctx.acting() as tx:
        goal = one(tx, goal_id)
        before = journal.row_of(tx, "goal", goal_id) or {}
        after: Row = {**before, **_read(ctx, tx, goal.practice_id, before, given)}
        _check(after)
        changes = differences("goal", goal_id, before, after)
        words = f"Changed {', '.join(given)} of goal {goal_id}: {after['title']}"
        action_id = edits.record(tx, "goal edit", words, changes)
    notes: list[str] = []
    if action_id and after["unit"] != before["unit"] and goals.readings(ctx.read, [goal_id])[goal_id]:
        notes.append(f"Its readings stay as they are, and are {after['unit'] or 'without a unit'} from now on")
    if action_id and after["audience"] != before["audience"]:
        notes.append("A reading from before is seen only by those who could see it when it was written")
    said = words if action_id else f"Goal {goal_id} is like that already."
    return _kept(ctx, goal_id, Outcome(action_id, (), said, tuple(notes)))


def read(ctx: Context, goal_id: int, value: str, on: str | None = None, note: str | None = None) -> Kept:
    """Note what a goal's measure was on a day, today without one; a reading of that day is corrected.

    Raises UsageError for a value or day that cannot be read, RefusedError for a day to come or a retired goal,
    NotFoundError.
    """
    with ctx.acting() as tx:
        goal = _open(tx, goal_id)
        today = ctx.today_for(tx, goal.practice_id)
        day = read_past(on, today, ctx.order) if on else today
        changes = reading_changes(tx, goal, day, read_figure(value, goal.unit), note, today)
        said = f"{goal.title} @{goal.practice} {figure_words(read_figure(value, goal.unit), goal.unit)}"
        fresh = any(change.field == WHOLE for change in changes)
        words = f"{'Noted' if fresh else 'Corrected'} {said} on {day_words(day, today)}"
        action_id = edits.record(tx, "goal read", words, changes)
    return _kept(ctx, goal_id, Outcome(action_id, (), words if action_id else "That reading is there already."))


def reading_changes(
    tx: Writer, goal: Goal, on: date, value: Decimal, note: str | None, today: date
) -> tuple[Change, ...]:
    """Return the changes that note a reading, or correct the one of that day; none where it is just so already.

    A note that is None leaves the one there is. Raises RefusedError for a day to come.
    """
    if on > today:
        raise RefusedError(
            f"{day_words(on, today)} is still to come.",
            safe="Nothing was changed.",
            remedy="Give the day of the reading.",
        )
    known = goals.reading_id(tx, goal.id, on)
    after: Values = {"value": figure_text(value), "audience": str(goal.audience)}
    if note is not None:
        after["note"] = several_lines(note).strip() or None
    if known is None:
        row = {"goal_id": goal.id, "read_on": on.isoformat(), "note": None, "created_at": tx.now, **after}
        return (create("reading", tx.new_id("reading"), row),)
    return differences("reading", known, journal.row_of(tx, "reading", known) or {}, after)


def unread(ctx: Context, goal_id: int, on: str) -> Kept:
    """Take away the reading of a day. Raises UsageError, NotFoundError."""
    with ctx.acting() as tx:
        goal = one(tx, goal_id)
        today = ctx.today_for(tx, goal.practice_id)
        day = read_past(on, today, ctx.order)
        known = goals.reading_id(tx, goal_id, day)
        if known is None:
            raise NotFoundError(
                f"{goal.title} has no reading of {day_words(day, today)}.",
                remedy=f"`followthru goal show {goal_id}` lists them.",
            )
        words = f"Took away the reading of {goal.title} @{goal.practice} on {day_words(day, today)}"
        gone = delete("reading", known, journal.row_of(tx, "reading", known) or {})
        action_id = journal.apply(tx, Action("goal unread", words, (gone,)))
    return _kept(ctx, goal_id, Outcome(action_id, (), words))


def retire(ctx: Context, goal_id: int) -> Kept:
    """Note that a goal is not pursued any more: it and its readings stay, and no update tells of it.

    Raises NotFoundError, RefusedError when it is retired already.
    """
    return _retired(ctx, goal_id, retired=True)


def resume(ctx: Context, goal_id: int) -> Kept:
    """Pursue a retired goal again. Raises NotFoundError, RefusedError when it is not retired."""
    return _retired(ctx, goal_id, retired=False)


def _retired(ctx: Context, goal_id: int, *, retired: bool) -> Kept:
    with ctx.acting() as tx:
        goal = one(tx, goal_id)
        if (goal.retired_on is not None) is retired:
            said = "is retired already" if retired else "is not retired"
            raise RefusedError(f"Goal {goal_id}, {goal.title}, {said}.", safe="Nothing was changed.")
        today = ctx.today_for(tx, goal.practice_id).isoformat() if retired else None
        row = journal.row_of(tx, "goal", goal_id) or {}
        words = f"{'Retired' if retired else 'Took up again'} goal {goal_id}: {goal.title} @{goal.practice}"
        changes = differences("goal", goal_id, row, {**row, "retired_on": today})
        action_id = edits.record(tx, f"goal {'retire' if retired else 'resume'}", words, changes)
    notes = (f"{goal.open_tasks} open tasks still serve it",) if retired and goal.open_tasks else ()
    return _kept(ctx, goal_id, Outcome(action_id, (), words, notes))


def one(read_: Reader, goal_id: int | str) -> Goal:
    """Return the goal with this number. Raises NotFoundError."""
    return numbered(read_, goal_id, goals.one, "goal", "goal list")


def find(read_: Reader, given: str, practice_id: int | None = None) -> Goal:
    """Return the goal that words name: its number, or its kind or title, or the beginning of either, `@SLUG` after it.

    Retired ones are named by their number alone. Raises NotFoundError, UsageError when more than one fits.
    """
    text = one_line(given).removeprefix("#")
    if text.isdecimal():
        return one(read_, text)
    name, at, slug = text.rpartition("@")
    if at:
        practice_id = lookup.practice(read_, slug).id
    name = (name if at else text).strip().casefold()
    every = goals.goals(read_, practice_id=practice_id)
    exact = [one for one in every if name in ((one.kind or "").casefold(), one.title.casefold())]
    begun = [
        one for one in every if name and any((of or "").casefold().startswith(name) for of in (one.kind, one.title))
    ]
    found = exact or begun
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{one.id} ({one.title} @{one.practice})" for one in found[:8])
        raise UsageError(f"“{given}” fits {listed}.", safe="Nothing was changed.", remedy="Give its number.")
    names = [name for one in every for name in (one.kind, one.title) if name]
    raise NotFoundError(
        f"There is no goal {given}. {did_you_mean(name, names)}".rstrip(),
        remedy="`followthru goal list` shows what there is.",
    )


def to_serve(read_: Reader, practice_id: int | None, given: str) -> Goal:
    """Return the goal that a task of a practice is to serve.

    Raises NotFoundError, UsageError, RefusedError without a practice, for another practice's goal and a retired one.
    """
    if practice_id is None:
        raise RefusedError(
            "A task without a practice serves no goal.", safe="Nothing was changed.", remedy="File it first."
        )
    goal = find(read_, given, practice_id)
    if goal.practice_id != practice_id:
        raise RefusedError(f"Goal {goal.id} belongs to another practice.", safe="Nothing was changed.")
    if goal.retired_on is not None:
        raise RefusedError(f"Goal {goal.id}, {goal.title}, is retired.", safe="Nothing was changed.")
    return goal


def _open(tx: Writer, goal_id: int) -> Goal:
    goal = one(tx, goal_id)
    if goal.retired_on is not None:
        raise RefusedError(
            f"{goal.title} is retired.",
            safe="Nothing was changed.",
            remedy=f"First `followthru goal resume {goal_id}`.",
        )
    return goal


def _kept(ctx: Context, goal_id: int, outcome: Outcome) -> Kept:
    return Kept(outcome, one(ctx.read, goal_id), goals.readings(ctx.read, [goal_id])[goal_id])


def _read(ctx: Context, tx: Writer, practice_id: int, before: Row, given: Mapping[str, str | None]) -> Values:
    """Return the fields that words set, as stored. Raises UsageError."""
    values: Values = {}
    for name, text in given.items():
        said = (text or "").strip()
        if name in ("by", "by_on"):
            day = read_date(said, ctx.today_for(tx, practice_id), ctx.order).on if said else None
            values["by_on"] = None if day is None else day.isoformat()
        elif name in _READ:
            values[name] = _READ[name](said) if said else None
        elif name != "aim":
            raise UsageError(
                f"A goal has no field {name} that can be set. {did_you_mean(name, FIELDS)}".rstrip(),
                safe="Nothing was changed.",
                remedy=f"There are {', '.join(FIELDS)}.",
            )
    if "aim" in given:
        values |= _aim((given["aim"] or "").strip(), {**before, **values})
    elif values.get("direction", before.get("direction")) != before.get("direction"):
        values |= {"aim_to": None} if values["direction"] != Direction.WITHIN else {}
    return values


def _aim(said: str, row: Row) -> Values:
    """Return an aim, or the two ends of the range that it is. Raises UsageError."""
    unit = None if row.get("unit") is None else str(row["unit"])
    if not said:
        return {"aim": None, "aim_to": None}
    range_ = _RANGE.fullmatch(said)
    if row.get("direction") != Direction.WITHIN:
        if range_ is not None:
            raise UsageError(
                f"“{said}” is a range.", safe="Nothing was changed.", remedy="Give one figure, or direction=within too."
            )
        return {"aim": figure_text(read_figure(said, unit)), "aim_to": None}
    if range_ is None:
        raise UsageError(
            f"“{said}” is no range.", safe="Nothing was changed.", remedy="A measure to keep within aims at 85..95."
        )
    low, high = (read_figure(range_[end], unit) for end in ("low", "high"))
    if low > high:
        raise UsageError(f"“{said}” begins above its end.", safe="Nothing was changed.", remedy="Give 85..95.")
    return {"aim": figure_text(low), "aim_to": figure_text(high)}


def _check(row: Row) -> None:
    """Raise UsageError for what cannot be."""
    for name in ("title", "direction", "audience"):
        if not row.get(name):
            raise UsageError(f"A goal needs {'an' if name == 'audience' else 'a'} {name}.", safe="Nothing was changed.")
    if row["direction"] == Direction.WITHIN and row.get("aim") is not None and row.get("aim_to") is None:
        raise UsageError("A range needs two ends.", safe="Nothing was changed.", remedy="Give aim=85..95 as well.")


def _direction(text: str) -> str:
    if text not in set(Direction):
        raise UsageError(f"“{text}” is no direction.", safe="Nothing was changed.", remedy="up, down or within.")
    return text


def _audience(text: str) -> str:
    if text not in set(Audience):
        raise UsageError(f"“{text}” is no audience.", safe="Nothing was changed.", remedy="me, owners or team.")
    return text


_READ: Mapping[str, Callable[[str], Scalar]] = {
    "title": one_line,
    "unit": one_line,
    "direction": _direction,
    "audience": _audience,
    "notes": several_lines,
}
