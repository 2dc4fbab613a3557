"""Keep a task's target true to its promise: recomputed when either moves, unless it was set by hand."""

from __future__ import annotations

from datetime import date

from followthru.domain.buffers import check_target, parse_policy, target_for
from followthru.domain.changes import Row, Scalar
from followthru.domain.task import TargetSource
from followthru.store import practices
from followthru.store.store import Reader


def settled(read: Reader, row: Row) -> dict[str, Scalar]:
    """Return a task's fields with its target made to fit its promise, buffer and practice.

    Raises RefusedError when a target set by hand would lie after the promise.
    """
    after = dict(row)
    promised = _day(after["promised_on"])
    if after["target_source"] == TargetSource.HAND:
        check_target(_day(after["target_on"]), promised)
        return after
    if promised is None:
        after["target_on"] = after["target_source"] = None
        return after
    practice_id = after["practice_id"]
    policy = "fixed:0" if practice_id is None else practices.practice(read, int(practice_id)).buffer_policy
    calendar = practices.work_calendar(read, None if practice_id is None else int(practice_id))
    set_days = after["buffer_set_days"]
    target = target_for(promised, None if set_days is None else int(set_days), parse_policy(policy), calendar)
    after["target_on"], after["target_source"] = target.target_on.isoformat(), str(target.source)
    return after


def _day(value: Scalar) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
