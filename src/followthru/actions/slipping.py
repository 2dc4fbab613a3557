"""Warnings before told dates break, and repairs once they have passed: one for each person and told date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from followthru.actions import readers
from followthru.actions.agenda import Days
from followthru.actions.context import Context
from followthru.actions.notice_keys import Key, Wanted, Writing
from followthru.domain.people import Member, Practice
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow
from followthru.errors import RefusedError
from followthru.store import notices, practices, tasks
from followthru.store.notices import Held
from followthru.store.updates import UpdateRow
from followthru.updates import facts
from followthru.updates.outbox import UpdateKind

if TYPE_CHECKING:
    from followthru.updates.notices import Proposal

KINDS = frozenset({UpdateKind.WARNING, UpdateKind.REPAIR})


def wanted(ctx: Context) -> list[Wanted]:
    """Return what has to be said now of dates that somebody holds."""
    days = Days(ctx, ctx.read)
    slugs = {one.id: one.slug for one in practices.all_practices(ctx.read)}
    found: list[Wanted] = []
    for one in notices.held(ctx.read, days.latest.isoformat()):
        kind = _kind(one, days.today(slugs[one.practice_id]).isoformat())
        if kind is not None:
            key = Key(kind, one.uid, date.fromisoformat(one.told_on))
            found.append(Wanted(key, (one.task_id,), one.practice_id, one.person_id))
    return found


def _kind(one: Held, today: str) -> UpdateKind | None:
    """Return what has to be said of a date that somebody holds, on their practice's day.

    Who was told another date than the one that holds hears of the move, not that the new date is in danger.
    """
    if one.told_on < today:
        return UpdateKind.REPAIR
    at_risk = one.at_risk_from is not None and one.at_risk_from <= today
    return UpdateKind.WARNING if at_risk and one.told_on == one.promised_on else None


def why_not(ctx: Context, row: UpdateRow, key: Key, task: TaskRow) -> str:
    """Return why a warning or a repair is not wanted any more, of a task that is still to be done."""
    if key.kind is UpdateKind.WARNING and key.told_on < ctx.today_for(ctx.read, row.practice_id):
        return f"{day_words(key.told_on)} has passed"
    if task.promised_on != key.told_on:
        return "the promise has moved"
    return "it is no longer in danger, or they know"


def composed(ctx: Context, at: Practice, member: Member, one: Wanted) -> Writing | None:
    """Return a warning or repair as it would be written now; None where its reader may not see the task."""
    from followthru.updates.notices import Notice, compose_notice

    row, key = tasks.one(ctx.read, one.task_ids[0]), one.key
    if row is None or row.closed:
        return None
    view = readers.view_of(ctx, member, at, [row])
    if not view.tasks:
        return None
    last = readers.last_known(ctx.read, member)
    known = None if last is None else last.known.get(row.uid)
    notice = Notice(key.kind, key.told_on, _proposal(ctx, at, row, key.told_on), None if known is None else known.words)
    occasion = readers.occasion(ctx, member, view)
    return Writing(compose_notice(view, notice, occasion, ctx.books.of(at.slug).phrases))


def _proposal(ctx: Context, at: Practice, row: TaskRow, told_on: date) -> Proposal:
    """Return a date that can be given honestly today: by the forecast, else by the wiggle room; after the told one."""
    from followthru.actions.calibration import foretell
    from followthru.domain.forecast import Forecast
    from followthru.updates.notices import Proposal

    today, calendar = ctx.today(at), practices.work_calendar(ctx.read, at.id)
    earliest = calendar.add(max(told_on, today), 1)
    found = None if row.kind is None else foretell(ctx, row.kind, at).found
    few = "there are too few finished cases like it for a forecast"
    if isinstance(found, Forecast):
        cases, days = len(found.reference.days), count_words(found.days, "working day")
        on, why = found.promised_on, f"{found.within} of {cases} cases like it took {days} or fewer."
    elif row.buffer_days:
        days = count_words(row.buffer_days, "working day")
        on, why = calendar.add(today, row.buffer_days), f"{days} from today, as much as its wiggle room; {few}."
    else:
        on, why = earliest, f"the next working day; it has no wiggle room to go by, and {few}."
    on = max(on, earliest)
    if row.deadline_on is not None and on > row.deadline_on:
        why += f" That is after its deadline {day_words(row.deadline_on, today)}."
    return Proposal(on, why)


def check_new_date(row: UpdateRow) -> None:
    """Raise RefusedError for a repair that has no new date to state."""
    stated = facts.load(row.facts)
    undecided = [fact.words for fact in stated.known.values() if fact.state is facts.State.AHEAD]
    if row.kind == UpdateKind.REPAIR and not stated.said and undecided:
        task_id = next(iter(stated.known.values())).id
        raise RefusedError(
            f"The date that was told for “{undecided[0]}” has passed, and no new one is promised.",
            safe="Nothing was sent.",
            remedy=f"`followthru promise {task_id} DATE --because TEXT`; the draft then says both"
            + (f", after `followthru update redraft {row.id}` around your words." if row.edited else "."),
        )
