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
    case = next(iter(kept.promised(ctx.read, row.id)), None)
    [found] = _logged(ctx, ctx.read, [row], {} if case is None else {row.id: case})
    return found


def of_all(ctx: Context, *, practice: str | None = None, person: str | None = None) -> Log:
    """Return every promise that was told, at one practice or to one person (a handle) only, by first date told.

    The record counts each by who was told first, as the kept rate does: a promise that somebody else was told first
    is shown to a person and not counted for them. Sample data is counted only where its own practice is asked for.
    """
    with ctx.store.snapshot() as read:
        cases = {
            one.task_id: one
            for one in kept.promised(read)
            if (practice is None or one.practice == practice)
            and (person is None or any(told.person == person for told in one.tellings))
        }
        rows = tasks.by_ids(read, sorted(cases, key=lambda id: (cases[id].first.on, id)))
        found = _logged(ctx, read, rows, cases)
    counted = [one for one in found if person is None or (one.case is not None and one.case.first.person == person)]
    counted = [one for one in counted if practice is not None or not is_sample(one.row.practice)]
    verdicts = (one.verdict for one in counted if one.verdict is not None)
    return Log(tuple(found), record(verdicts), sum(one.waited for one in counted))


def waited_on_clients(ctx: Context, practice: str) -> dict[str, int]:
    """Return, by the handle of who was told first, the working days on which promises of a practice waited on it."""
    found: dict[str, int] = {}
    for one in of_all(ctx, practice=practice).promises:
        if one.case is not None and one.waited:
            found[one.case.first.person] = found.get(one.case.first.person, 0) + one.waited
    return found


def _logged(ctx: Context, read: Reader, rows: Sequence[TaskRow], cases: dict[int, Promised]) -> list[Logged]:
    every = {one.id: one for one in practices.all_practices(read)}
    places = {id: Where(one.timezone, practices.work_calendar(read, id)) for id, one in every.items()}
    nowhere = Where("UTC", practices.work_calendar(read, None))
    where = {row.id: places.get(row.practice_id or 0, nowhere) for row in rows}
    steps = promise_log.steps(read, [row.id for row in rows], where)
    told = tasks.tellings(read, [row.id for row in rows])
    actions = promise_log.recorded_by(read, [one.id for each in told.values() for one in each])
    clients = _clients(read)
    found: list[Logged] = []
    for row in rows:
        today = ctx.today(every.get(row.practice_id or 0))
        case, calendar = cases.get(row.id), where[row.id].calendar
        log = entries(steps[row.id], ((actions.get(one.id, 0), one) for one in told[row.id]))
        wrong = {} if row.closed else out_of_step(told[row.id], row.promised_on)
        waiting = _waited(steps[row.id], case, clients.get(row.practice_id or 0, frozenset()), today, calendar)
        became = None if case is None else verdict(case, today, calendar)
        until = None
        if case is not None and became is Verdict.OPEN and not row.closed and not moved_in_time(case, calendar):
            last = last_day_in_time(case, calendar)
            until = last if last >= today else None
        found.append(Logged(row, today, tuple(log), wrong, case, became, moves(log), waiting, until))
    return found


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
