"""The cases behind a forecast, line by line, so that its date can be checked by eye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from followthru.actions.context import Context
from followthru.domain.asked import Asked
from followthru.domain.clock import today_in
from followthru.domain.forecast import Case
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow, Telling
from followthru.store import practices, tasks
from followthru.store.store import Reader


def about(ctx: Context, row: TaskRow, told: Sequence[Telling]) -> Asked:
    """Return what is asked about a task's own date: judged as of the day on which it was told first."""
    first = min((one.told_on for one in told if not one.retracted), default=None)
    set_days = tasks.set_buffer(ctx.read, row.id)
    return Asked(row.practice, row.kind, row.audience, row.promised_on, set_days, since(ctx, ctx.read, row), on=first)


def since(ctx: Context, read: Reader, row: TaskRow) -> date:
    """Return the day from which a task's work has time: when it was captured, or its start if that is later."""
    zone = ctx.zone if row.practice_id is None else practices.practice(read, row.practice_id).timezone
    captured = today_in(zone, datetime.fromisoformat(tasks.created_at(read, row.id)))
    return max(captured, row.starts_on or captured)


def evidence_lines(cases: Sequence[tuple[Case, int]], today: date) -> Iterator[str]:
    """Yield a line for each case with its working days, longest first; `today` decides which dates have a year."""
    for case, days in cases:
        ended = "" if case.done_on is None else f", done {day_words(case.done_on, today)}"
        where = f"{case.kind or 'no kind'} @{case.practice or '-'}"
        name = f"#{case.place} " if case.place > 0 else ""
        yield f"{count_words(days, 'working day'):>16}  {name}{where}, told {day_words(case.told_on, today)}{ended}"
