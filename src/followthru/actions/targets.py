"""Keep a task's target true to its promise: recomputed when either moves, unless it was set by hand."""

from __future__ import annotations

from datetime import date

from followthru.actions import holidays
from followthru.domain.buffers import NO_BUFFER, check_target, parse_policy, target_for
from followthru.domain.changes import Row, Scalar
from followthru.domain.task import TargetSource
from followthru.store import practices
from followthru.store.store import Writer

# A target is settled when one of these changes; anything else leaves it as it is.
SETTLED_BY = frozenset(("promised_on", "target_on", "target_source", "buffer_set_days", "practice_id"))


def settled(tx: Writer, row: Row) -> dict[str, Scalar]:
    """Return a task's fields with its target made to fit its promise, buffer and practice.

    Raises RefusedError when a target set by hand would lie after the promise, UsageError when the buffer
    reaches before the year 1.
    """
    after = dict(row)
    promised = _day(after["promised_on"])
    practice = None if after["practice_id"] is None else practices.practice(tx, int(after["practice_id"]))
    if promised is not None and practice is not None:
        holidays.cover_day(tx, practice, promised)
    if after["target_source"] == TargetSource.HAND:
        check_target(_day(after["target_on"]), promised)
        return after
    if promised is None:
        after["target_on"] = after["target_source"] = None
        return after
    policy = NO_BUFFER if practice is None else parse_policy(practice.buffer_policy)
    calendar = practices.work_calendar(tx, None if practice is None else practice.id)
    set_days = after["buffer_set_days"]
    target = target_for(promised, None if set_days is None else int(set_days), policy, calendar)
    after["target_on"], after["target_source"] = target.target_on.isoformat(), str(target.source)
    return after


def _day(value: Scalar) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
