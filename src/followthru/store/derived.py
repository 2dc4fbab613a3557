"""What is computed for a task when it changes: its next date, its wiggle room, the days from which each
health word holds and from which it is stalled, the day from which Today has to look at it, the words it is found by.
Never journalled; `rebuild` makes all of it anew from user state and the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru.domain.buffers import buffer_days
from followthru.domain.changes import WHOLE, Change
from followthru.domain.frozen import thaw
from followthru.domain.health import HealthFacts, done_share, thresholds
from followthru.domain.stall import SHORTEST, StallFacts, stalled_from
from followthru.domain.task import CLOSED, Status
from followthru.domain.workdays import WorkCalendar
from followthru.store import movements, record_words
from followthru.store.chunks import chunks, slots
from followthru.store.days import day_of
from followthru.store.frozen import frozen
from followthru.store.movements import Where
from followthru.store.practices import work_calendar
from followthru.store.store import Writer

if TYPE_CHECKING:
    from fractions import Fraction

NO_DATE = "9999-12-31"
ALWAYS = "0001-01-01"
_WORDS = frozenset((WHOLE, "title", "public_title", "notes"))
_MEMBERS = frozenset(("checklist_item", "telling"))


class Touched(NamedTuple):
    """What has to be computed anew: tasks, kinds whose finished tasks have changed, tasks found by other words."""

    tasks: frozenset[int]
    kinds: frozenset[str]
    words: frozenset[int]

    def with_(self, other: Touched, more: Iterable[int]) -> Touched:
        """Return what is touched either way, and more tasks."""
        return Touched(self.tasks | other.tasks | set(more), self.kinds | other.kinds, self.words | other.words)


def touched(tx: Writer, changes: Sequence[Change]) -> Touched:
    """Return what depends on what these changes change, as things stand now."""
    found = _tasks_touched(tx, changes)
    words = {one.id for one in changes if one.entity == "task" and one.field in _WORDS}
    return Touched(frozenset(found), frozenset(_finished_kinds(tx, found)), frozenset(words))


def _tasks_touched(tx: Writer, changes: Iterable[Change]) -> set[int]:
    found: set[int] = set()
    for change in changes:
        if change.entity == "task":
            found.add(change.id)
            if change.field in ("*", "status", "parent_id"):
                parent = tx.value("SELECT parent_id FROM task WHERE id = ?", change.id)
                found.update(() if parent is None else (parent,))
        elif change.entity in _MEMBERS:
            task_id = tx.value(f"SELECT task_id FROM {change.entity} WHERE id = ?", change.id)
            found.update(() if task_id is None else (task_id,))
        elif change.entity in ("closure", "season"):
            found.update(
                row[0]
                for row in tx.rows(
                    f"SELECT id FROM task WHERE practice_id = (SELECT practice_id FROM {change.entity} WHERE id = ?)",
                    change.id,
                )
            )
        elif change.entity == "practice" and change.field in ("weekdays", "holidays", "timezone"):
            found.update(row[0] for row in tx.rows("SELECT id FROM task WHERE practice_id = ?", change.id))
    return found


def _finished_kinds(tx: Writer, task_ids: Iterable[int]) -> set[str]:
    return {kind for part in chunks(sorted(task_ids)) for kind in movements.finished_kinds(tx, part)}


class _Practices:
    """How each practice counts its days, each read once."""

    def __init__(self, tx: Writer) -> None:
        self._tx = tx
        self._known: dict[int | None, Where] = {}

    def __call__(self, practice_id: int | None) -> Where:
        if practice_id not in self._known:
            zone = movements.zone_of(self._tx, practice_id)
            self._known[practice_id] = Where(zone, work_calendar(self._tx, practice_id))
        return self._known[practice_id]


def refresh(tx: Writer, found: Touched) -> None:
    """Compute these tasks anew, and all whose kind moves at another pace by now.

    Tasks that no longer exist lose what was computed for them.
    """
    where = _Practices(tx)
    ids = set(found.tasks)
    for kind in sorted({*found.kinds, *_finished_kinds(tx, ids)}):
        ids.update(movements.settle_pace(tx, kind, where))
    paces = movements.paces(tx)
    known: dict[_Case, tuple[object, ...]] = {}
    for part in chunks(sorted(ids)):
        _refresh(tx, part, where, paces, known)
    for part in chunks(sorted(found.words)):
        _find_by_words(tx, part)


def recount(tx: Writer, task_ids: Iterable[int]) -> None:
    """Compute these tasks anew because days are counted otherwise by now; their words are as they were."""
    refresh(tx, Touched(frozenset(task_ids), frozenset(), frozenset()))


def rebuild(tx: Writer) -> None:
    """Compute everything anew."""
    movements.rebuild(tx)
    record_words.rebuild(tx)
    every = frozenset(row[0] for row in tx.rows("SELECT id FROM task"))
    refresh(tx, Touched(every, frozenset(), every))


def _find_by_words(tx: Writer, ids: Sequence[int]) -> None:
    marks = slots(ids)
    tx.run(f"DELETE FROM task_words WHERE rowid IN ({marks})", *ids)
    tx.run(
        "INSERT INTO task_words(rowid, title, public_title, notes) "
        f"SELECT id, title, public_title, notes FROM task WHERE id IN ({marks})",
        *ids,
    )


def _refresh(
    tx: Writer,
    ids: Sequence[int],
    where: _Practices,
    paces: Mapping[str | None, int],
    known: dict[_Case, tuple[object, ...]],
) -> None:
    """Compute some tasks anew. `known` holds what was computed: much work has the same dates."""
    marks = slots(ids)
    shares = _done_shares(tx, ids)
    moved = movements.last(tx, ids)
    told = frozen(tx, ids)
    computed: list[tuple[object, ...]] = []
    for id, practice_id, kind, status, begun_at, reason_missing, start_by, out_of_step, *days in tx.rows(
        "SELECT t.id, practice_id, kind, status, iif(imported_at IS NULL, created_at, NULL), reason_missing, "
        "start_by_on, EXISTS (SELECT 1 FROM out_of_step o WHERE o.task_id = t.id), "
        f"{_DATES} FROM task t WHERE t.id IN ({marks})",
        *ids,
    ):
        at = where(practice_id)
        needs_you = bool(reason_missing or out_of_step or status == Status.INBOX)
        closed = status in CLOSED
        moved_at = moved.get(id) or begun_at
        still = None if closed or moved_at is None else _Still(at.day(str(moved_at)), paces.get(kind, SHORTEST))
        case = _Case(practice_id, status, needs_you, start_by, told.get(id), shares.get(id, 0), still, tuple(days))
        if case not in known:
            known[case] = _judged(case, at.calendar)
        computed.append((id, practice_id, *known[case]))
    _store(tx, ids, computed)


def _store(tx: Writer, ids: Sequence[int], computed: Sequence[tuple[object, ...]]) -> None:
    """Keep what was computed for these tasks; a row is written only where it says something else than before."""
    marks = slots(ids)
    there = set(tx.rows(f"SELECT {_COLUMNS} FROM task_dates WHERE task_id IN ({marks})", *ids))
    new = [row for row in computed if row not in there]
    gone: set[object] = {row[0] for row in there} - {row[0] for row in computed} | {row[0] for row in new}
    tx.run(f"DELETE FROM task_dates WHERE task_id IN ({slots(gone)})", *gone)
    tx.run_many(f"INSERT INTO task_dates({_COLUMNS}) VALUES ({','.join('?' * _COLUMNS.count(','))},?)", new)


class _Case(NamedTuple):
    """All that a task is judged by, dates as they are stored; tasks with the same stand the same."""

    practice_id: int | None
    status: str
    needs_you: bool
    start_by: str | None
    told_in: str | None
    share: Fraction | int
    still: _Still | None
    dates: tuple[str | None, ...]


def _judged(case: _Case, now: WorkCalendar) -> tuple[object, ...]:
    """Return what is computed for a task, in the order of the columns."""
    dates = _Dates(*map(day_of, case.dates))
    days_of = _Days(now if case.told_in is None else thaw(case.told_in, now), now)
    facts = HealthFacts(
        Status(case.status), dates.promised_on, dates.target_on, dates.deadline_on, day_of(case.start_by)
    )
    return _computed(facts, case.needs_you, dates, case.share, days_of, case.still)


class _Days(NamedTuple):
    """The working days that a promise is counted in, frozen once it was told, and those of the practice now."""

    promise: WorkCalendar
    now: WorkCalendar


class _Still(NamedTuple):
    """When an open task moved last, on its practice's day, and how long its kind usually goes without a movement.

    What was imported and has not moved since has none.
    """

    moved_on: date
    pace: int


class _Dates(NamedTuple):
    """A task's dates, in the order of the columns that they are read from."""

    promised_on: date | None
    deadline_on: date | None
    target_on: date | None
    starts_on: date | None
    follow_up_on: date | None


_DATES = ", ".join(_Dates._fields)
_COLUMNS = (
    "task_id, practice_id, closed, next_on, notice_from, needs_you, buffer_days, "
    f"in_buffer_from, at_risk_from, late_from, stalled_from, status, {_DATES}"
)


def _computed(
    facts: HealthFacts,
    needs_you: bool,
    dates: _Dates,
    share: Fraction | int,
    days_of: _Days,
    still: _Still | None,
) -> tuple[object, ...]:
    binding = [day for day in (dates.promised_on, dates.deadline_on) if day is not None]
    if not binding and dates.target_on is not None:
        binding = [dates.target_on]
    status = facts.status
    from_ = thresholds(facts, share, days_of.promise)
    stalled = _stalled(facts, dates, days_of.now, still)
    # Not later than the first day on which any section of Today can hold the task.
    notice = [day.isoformat() for day in (*from_, *dates, stalled) if day is not None]
    if needs_you or status is Status.STARTED:
        notice = [ALWAYS]
    return (
        int(status in CLOSED),
        min(binding).isoformat() if binding else NO_DATE,
        min(notice, default=NO_DATE),
        int(needs_you),
        buffer_days(dates.target_on, dates.promised_on, days_of.promise),
        _iso(from_.in_buffer_from),
        _iso(from_.at_risk_from),
        _iso(from_.late_from),
        _iso(stalled),
        str(status),
        *(_iso(day) for day in dates),
    )


def _stalled(facts: HealthFacts, dates: _Dates, calendar: WorkCalendar, still: _Still | None) -> date | None:
    """Return the first day on which a task is stalled, None for never."""
    if still is None:
        return None
    begins = dates.starts_on or facts.start_by
    return stalled_from(StallFacts(facts.status, still.moved_on, begins, dates.follow_up_on), still.pace, calendar)


def _done_shares(tx: Writer, ids: Sequence[int]) -> dict[int, Fraction]:
    """Return the done share of tasks that have a checklist, else subtasks; dropped subtasks do not count."""
    marks = slots(ids)
    parts = tx.rows(
        "SELECT parent_id, count(*), sum(status = 'done') FROM task "
        f"WHERE parent_id IN ({marks}) AND status <> 'dropped' GROUP BY parent_id",
        *ids,
    )
    items = tx.rows(
        f"SELECT task_id, count(*), sum(done) FROM checklist_item WHERE task_id IN ({marks}) GROUP BY task_id",
        *ids,
    )
    return {id: done_share(int(done), int(all_)) for id, all_, done in (*parts, *items)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
