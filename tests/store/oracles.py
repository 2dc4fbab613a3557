"""What the store must amount to, computed another way: the journal replayed, dates by the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple, cast

from followthru.actions.context import Context
from followthru.domain import fields
from followthru.domain.changes import WHOLE, Change, Row, Scalar
from followthru.domain.health import HealthFacts
from followthru.domain.task import Status
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar, parse_half_weekdays, parse_weekdays
from followthru.store import journal
from followthru.store.store import Reader

State = dict[tuple[str, int], dict[str, Scalar]]


def state(ctx: Context) -> State:
    """Return every row of user state, read table by table."""
    return {
        (entity, int(id)): journal.row_of(ctx.read, entity, int(id)) or {}
        for entity in fields.ENTITIES
        for (id,) in ctx.read.rows(f'SELECT id FROM "{entity}"')  # noqa: S608 -- our own names
    }


def replayed(read: Reader) -> State:
    """Return what the journal's changes amount to, applied in order to nothing. Fails on one that does not fit."""
    found: State = {}
    for (action_id,) in read.rows("SELECT id FROM action ORDER BY id"):
        _play(found, journal.changes_of(read, int(action_id)))
    return found


def _play(found: State, changes: Iterable[Change]) -> None:
    for change in changes:
        key = (change.entity, change.id)
        if change.field != WHOLE:
            assert found[key][change.field] == change.before, change
            found[key][change.field] = cast("Scalar", change.after)
        elif change.before is None:
            assert key not in found, change
            found[key] = _full(change.entity, cast("Row", change.after))
        else:
            assert found.pop(key) == _full(change.entity, cast("Row", change.before)), change


def _full(entity: str, row: Row) -> dict[str, Scalar]:
    return {field.name: row.get(field.name) for field in fields.of(entity)}


class Facts(NamedTuple):
    """What a task's health is judged by, gathered from replayed rows and a code's holidays."""

    health: HealthFacts
    share: Fraction
    calendar: WorkCalendar


def facts(rows: State, task_id: int, holidays: Mapping[str, frozenset[date]]) -> Facts:
    """Return a task's facts, read from rows alone."""
    task = rows["task", task_id]
    health = HealthFacts(
        Status(str(task["status"])),
        _day(task["promised_on"]),
        _day(task["target_on"]),
        _day(task["deadline_on"]),
        _day(task["start_by_on"]),
    )
    now = _calendar(rows, task["practice_id"], holidays)
    return Facts(health, _share(rows, task_id), _as_told(rows, task_id, now))


def _as_told(rows: State, task_id: int, now: WorkCalendar) -> WorkCalendar:
    """The working days as the first telling of the present promise says them, day by day."""
    promised = rows["task", task_id]["promised_on"]
    for row in _of(rows, "telling", "task_id", task_id):
        if not row["retracted"] and promised is not None and row["promised_on"] == promised:
            span, week, *days = str(row["calendar"]).split()
            first, last = (date.fromisoformat(day) for day in span.split(".."))
            kept = [day for day in now.off if day < first or day > last]
            kept_half = [day for day in now.half if day < first or day > last]
            off = [date.fromisoformat(day) for day in days if day[0] != "~"]
            half = [date.fromisoformat(day[1:]) for day in days if day[0] == "~"]
            return WorkCalendar(
                parse_weekdays(week),
                frozenset([*kept, *off]),
                parse_half_weekdays(week),
                frozenset([*kept_half, *half]),
            )
    return now


def _share(rows: State, task_id: int) -> Fraction:
    steps = [row["done"] == 1 for row in _of(rows, "checklist_item", "task_id", task_id)]
    parts = [row["status"] for row in _of(rows, "task", "parent_id", task_id) if row["status"] != "dropped"]
    ticks = steps or [status == "done" for status in parts]
    return Fraction(sum(ticks), len(ticks)) if ticks else Fraction(0)


def _calendar(rows: State, practice_id: Scalar, holidays: Mapping[str, frozenset[date]]) -> WorkCalendar:
    if practice_id is None:
        return MONDAY_TO_FRIDAY
    practice = rows["practice", int(practice_id)]
    closed = [(_day(row["closed_on"]), row["half"]) for row in _of(rows, "closure", "practice_id", practice_id)]
    off = holidays.get(str(practice["holidays"]), frozenset()) | {day for day, half in closed if day and not half}
    half = {day for day, halved in closed if day and halved}
    for row in _of(rows, "season", "practice_id", practice_id):
        first, last = _day(row["first_on"]), _day(row["last_on"])
        assert first is not None
        assert last is not None
        days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        assert not row["yearly"], "no work that is drawn makes such a season"
        off |= {day for day in days if str(day.isoweekday()) not in str(row["weekdays"] or "")}
    week = str(practice["weekdays"])
    return WorkCalendar(parse_weekdays(week), frozenset(off), parse_half_weekdays(week), frozenset(half))


def _of(rows: State, entity: str, field: str, value: Scalar) -> list[dict[str, Scalar]]:
    return [row for (kind, _), row in sorted(rows.items()) if kind == entity and row[field] == value]


def _day(text: Scalar) -> date | None:
    return None if text is None else date.fromisoformat(str(text))


def movement_days(read: Reader) -> dict[int, list[str]]:
    """Return the instants at which each task moved, in order: found by comparing it before and after each action.

    What was undone is left out, and what undid it.
    """
    rows: State = {}
    found: dict[int, list[str]] = {}
    for action_id, at, counts in read.rows("SELECT id, at, undone = 0 AND reverses_id IS NULL FROM action ORDER BY id"):
        before = _pictures(rows)
        changes = journal.changes_of(read, int(action_id))
        _play(rows, changes)
        wide = any(change.entity in ("practice", "closure", "season", "absence") for change in changes)
        for id, picture in _pictures(rows).items():
            if counts and id not in before:
                found[id] = [at]
            elif counts and picture != before[id] and not wide:
                found[id].append(at)
    return found


_MOVES = (
    "status", "deadline_on", "promised_on", "promised_time", "target_on", "starts_on", "waiting_on_id", "waiting_for",
    "waiting_by", "follow_up_on",
)  # fmt: skip


def _pictures(rows: State) -> dict[int, tuple[object, ...]]:
    """Return what of each task a movement changes: its fields, its steps, its subtasks."""
    found: dict[int, list[object]] = {
        id: [row[name] for name in _MOVES] for (entity, id), row in rows.items() if entity == "task"
    }
    for (entity, id), row in sorted(rows.items()):
        if entity == "checklist_item":
            found[cast("int", row["task_id"])].append((id, *row.values()))
        elif entity == "task" and row["parent_id"] is not None:
            found[cast("int", row["parent_id"])].append((id, row["status"]))
    return {id: tuple(parts) for id, parts in found.items()}


def computed(read: Reader) -> list[tuple[object, ...]]:
    """Return everything computed for tasks, and the words they are found by."""
    return [
        *read.rows("SELECT * FROM task_dates ORDER BY task_id"),
        *read.rows("SELECT rowid, * FROM task_words ORDER BY rowid"),
    ]


def sound(read: Reader) -> None:
    """Fail unless SQLite finds the file whole and every reference kept."""
    assert read.value("PRAGMA integrity_check") == "ok"
    assert read.rows("PRAGMA foreign_key_check") == []
