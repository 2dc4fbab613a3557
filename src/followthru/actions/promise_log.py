"""The promise log: of one task all that happened to its date, of many what became of each, and the rate they kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.domain.kept import Promised, Record, Verdict, last_day_in_time, moved_in_time, record, verdict
from followthru.domain.people import RoleName
from followthru.domain.promise_log import Entry, Step, entries, moves, out_of_step, waited
from followthru.domain.sample import is_sample
from followthru.domain.task import TaskRow
from followthru.domain.workdays import WorkCalendar
from followthru.store import kept, practices, promise_log, tasks
from followthru.store.movements import Where
from followthru.store.store import Reader


class Logged(NamedTuple):
    """A task with its log. `out_of_step` is who was last told another date than ours, and which, by handle.

    `case` and `verdict` are None while nobody was told. `waited` counts the working days, since it was first told,
    on which it waited on a client; `moves` how often its date was moved; `in_time_until` the last day on which a
    later date can still be told in time, None once it has passed, one was told, or the promise is settled.
    """

    row: TaskRow
    today: date
    log: tuple[Entry, ...]
    out_of_step: dict[str, date]
    case: Promised | None
    verdict: Verdict | None
    moves: int
    waited: int
    in_time_until: date | None = None


class Log(NamedTuple):
    """Promises that were told, newest first date last, the rate they kept, and the days waited on clients."""

    promises: tuple[Logged, ...]
    record: Record
    waited: int


def of_task(ctx: Context, row: TaskRow) -> Logged:
    """Return the log of one task."""
    return _Logs(ctx, ctx.read, [row]).of(row, next(iter(kept.promised(ctx.read, row.id)), None))


def of_all(ctx: Context, *, practice: str | None = None, person: str | None = None) -> Log:
    """Return every promise that was told, at one practice or to one person (a handle) only, by first date told.

    The record counts each by who was told first, as the kept rate does: a promise that somebody else was told first
    is shown to a person and not counted for them. Sample data is counted only where its own practice is asked for.
    """
    with ctx.store.snapshot() as read:
        cases = {one.task_id: one for one in kept.promised(read) if _is_asked_for(one, practice, person)}
        rows = tasks.by_ids(read, sorted(cases, key=lambda id: (cases[id].first.on, id)))
        logs = _Logs(ctx, read, rows)
        found = [(cases[row.id], logs.of(row, cases[row.id])) for row in rows]
    counted = [
        one
        for case, one in found
        if person in (None, case.first.person) and (practice is not None or not is_sample(case.practice))
    ]
    verdicts = (one.verdict for one in counted if one.verdict is not None)
    return Log(tuple(one for _, one in found), record(verdicts), sum(one.waited for one in counted))


def _is_asked_for(case: Promised, practice: str | None, person: str | None) -> bool:
    told = person is None or any(one.person == person for one in case.tellings)
    return told and practice in (None, case.practice)


def waited_on_clients(ctx: Context, practice: str) -> dict[str, int]:
    """Return, by the handle of who was told first, the working days on which promises of a practice waited on it."""
    found: dict[str, int] = {}
    for one in of_all(ctx, practice=practice).promises:
        if one.case is not None and one.waited:
            found[one.case.first.person] = found.get(one.case.first.person, 0) + one.waited
    return found


class _Logs:
    """Logs of some tasks: all that happened to these and the days of their practices, each read once."""

    def __init__(self, ctx: Context, read: Reader, rows: Sequence[TaskRow]) -> None:
        self._ctx = ctx
        self._practices = {one.id: one for one in practices.all_practices(read)}
        places = {id: Where(one.timezone, practices.work_calendar(read, id)) for id, one in self._practices.items()}
        nowhere = Where("UTC", practices.work_calendar(read, None))
        ids = [row.id for row in rows]
        self._where = {row.id: places.get(row.practice_id or 0, nowhere) for row in rows}
        self._steps = promise_log.steps(read, ids, self._where)
        self._told = tasks.tellings(read, ids)
        self._actions = promise_log.recorded_by(read, [one.id for each in self._told.values() for one in each])
        self._clients = _clients(read)

    def of(self, row: TaskRow, case: Promised | None) -> Logged:
        """Return the log of a task; `case` is None while nobody was told."""
        today, calendar = self._ctx.today(self._practices.get(row.practice_id or 0)), self._where[row.id].calendar
        told, steps = self._told[row.id], self._steps[row.id]
        log = tuple(entries(steps, ((self._actions.get(one.id, 0), one) for one in told)))
        became = None if case is None else verdict(case, today, calendar)
        return Logged(
            row,
            today,
            log,
            {} if row.closed else out_of_step(told, row.promised_on),
            case,
            became,
            moves(log),
            _waited(steps, case, self._clients.get(row.practice_id or 0, frozenset()), today, calendar),
            None if case is None or row.closed else _in_time_until(case, became, today, calendar),
        )


def _in_time_until(case: Promised, became: Verdict | None, today: date, calendar: WorkCalendar) -> date | None:
    """Return the last day on which a later date can still be told in time; see `Logged`."""
    if became is not Verdict.OPEN or moved_in_time(case, calendar):
        return None
    last = last_day_in_time(case, calendar)
    return last if last >= today else None


def _clients(read: Reader) -> dict[int, frozenset[int]]:
    """Return the ids of the persons at each practice who are no vendors."""
    found: dict[int, set[int]] = {}
    for one in practices.everybody(read):
        if one.role is not RoleName.VENDOR:
            found.setdefault(one.practice_id, set()).add(one.person_id)
    return {practice_id: frozenset(people) for practice_id, people in found.items()}


def _waited(
    steps: Sequence[Step], case: Promised | None, clients: frozenset[int], today: date, calendar: WorkCalendar
) -> int:
    if case is None or not steps:
        return 0
    return waited(steps, clients, case.first.told_on, case.done_on or today, calendar)
