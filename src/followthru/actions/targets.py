"""Keep a task's target true to its promise and its start-by true to its deadline: recomputed when what they follow
moves, unless the target was set by hand.
"""

from __future__ import annotations

from datetime import date, datetime

from followthru.actions import holidays
from followthru.actions.stored import day, iso, whole
from followthru.domain.buffers import NO_BASIS, NO_BUFFER, Basis, Way, check_target, parse_policy, target_for
from followthru.domain.changes import Row, Scalar
from followthru.domain.clock import today_in
from followthru.domain.people import Practice
from followthru.domain.task import TargetSource
from followthru.domain.workdays import WorkCalendar
from followthru.store import practices
from followthru.store.store import Writer

# A target is settled when one of these changes; anything else leaves it as it is.
SETTLED_BY = frozenset(("promised_on", "target_on", "target_source", "buffer_set_days", "practice_id", "starts_on"))
# A start-by follows these.
STARTED_BY = frozenset(("deadline_on", "lead_days", "kind", "practice_id"))


def settled(tx: Writer, row: Row, calendar: WorkCalendar | None = None) -> dict[str, Scalar]:
    """Return a task's fields with its target made to fit its promise, buffer and practice.

    `calendar` are the working days to count in; without it, those of the practice as they are now. Raises RefusedError
    when a target set by hand would lie after the promise, UsageError when the buffer reaches before the year 1.
    """
    after = dict(row)
    promised = day(after["promised_on"])
    practice = _practice(tx, after)
    if promised is not None and practice is not None:
        holidays.cover_day(tx, practice, promised)
    if after["target_source"] == TargetSource.HAND:
        check_target(day(after["target_on"]), promised)
        return after
    if promised is None:
        after["target_on"] = after["target_source"] = None
        return after
    calendar = calendar or practices.work_calendar(tx, None if practice is None else practice.id)
    policy = NO_BUFFER if practice is None else parse_policy(practice.buffer_policy)
    set_days = after["buffer_set_days"]
    basis = (
        NO_BASIS
        if set_days is not None or practice is None
        else basis_for(tx, (practice.slug, practice.timezone), after, policy.way)
    )
    target = target_for(promised, None if set_days is None else int(set_days), policy, calendar, basis)
    after["target_on"], after["target_source"] = target.target_on.isoformat(), str(target.source)
    return after


def basis_for(tx: Writer, site: tuple[str, str], row: Row, way: Way) -> Basis:
    """Return what a buffer of this way is sized by; nothing is read for one that is fixed.

    `site` is the practice's slug and timezone.
    """
    slug, zone = site
    if way is Way.SHARE:
        captured = today_in(zone, datetime.fromisoformat(str(row.get("created_at") or tx.now)))
        return Basis(since=max(captured, day(row.get("starts_on")) or captured))
    if way is Way.FORECAST:
        from followthru.actions.foretelling import chance_for, foretold, learnt_room

        today = today_in(zone, datetime.fromisoformat(tx.now))
        found = foretold(tx, slug, _text(row.get("kind")), today, chance_for(row.get("audience"), slug))
        return Basis(learnt=learnt_room(found))
    return NO_BASIS


def with_start_by(tx: Writer, row: Row) -> dict[str, Scalar]:
    """Return a task's fields with the last day to begin in good time for its deadline, None where none is known."""
    deadline = day(row["deadline_on"])
    if deadline is None:
        return {**row, "start_by_on": None}
    from followthru.actions.foretelling import start_by

    practice = _practice(tx, row)
    if practice is not None:
        holidays.cover_day(tx, practice, deadline)
    lead = row.get("lead_days")
    found = start_by(
        tx,
        None if practice is None else practice.slug,
        _text(row.get("kind")),
        deadline,
        whole(lead),
        practices.work_calendar(tx, None if practice is None else practice.id),
        _today(tx, practice),
    )
    return {**row, "start_by_on": iso(found)}


def _practice(tx: Writer, row: Row) -> Practice | None:
    id = whole(row["practice_id"])
    return None if id is None else practices.practice(tx, id)


def _today(tx: Writer, practice: Practice | None) -> date:
    return today_in("UTC" if practice is None else practice.timezone, datetime.fromisoformat(tx.now))


def _text(value: Scalar) -> str | None:
    return None if value is None else str(value)
