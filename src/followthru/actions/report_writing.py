"""Compose reports from the store, as one person may read them, and the page that goes along with one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from followthru.actions import duties, readers
from followthru.actions.context import Context
from followthru.domain.changes import Scalar
from followthru.domain.kept import verdict
from followthru.domain.people import Member, Practice
from followthru.domain.periods import Length, Period, of
from followthru.domain.task import TaskRow
from followthru.store import kept, practices, tasks, updates, worked
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.compose import Draft
from followthru.updates.mail_reading import Attached
from followthru.updates.outbox import UpdateKind, UpdateStatus
from followthru.updates.report import Given, Hours, Pages, Seen, compose_report, moves_of
from followthru.updates.view import ReaderTask, Standing

_MONTHS = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}


def composed(ctx: Context, practice: Practice, member: Member, period: Period, pages: Pages) -> Draft:
    """Return a report as a person of the practice may read it."""
    seen = _seen(ctx, practice, member, period)
    occasion = readers.occasion(ctx, member, seen.view)._replace(period=period.words)
    return compose_report(seen, occasion, ctx.books.of(practice.slug).phrases, pages)


def _seen(ctx: Context, practice: Practice, member: Member, period: Period) -> Seen:
    read = ctx.read
    calendar, today = practices.work_calendar(read, practice.id), ctx.today(practice)
    cases = [
        one._replace(tellings=mine)
        for one in kept.promised(read, practice_id=practice.id)
        if (mine := tuple(told for told in one.tellings if told.person == member.handle))
    ]
    due = {one.task_id: one for one in cases if period.holds(one.first.on)}
    rows = _rows(ctx, practice, period, due)
    known = readers.facts_of(ctx, member, rows)
    view = readers.view_from(ctx, member, practice, known, results=True)
    shown = {task.id: task for task in view.tasks}
    given = (
        Given(shown[id], one.first.on, verdict(one, today, calendar)) for id, one in sorted(due.items()) if id in shown
    )
    return Seen(
        view,
        period,
        tuple(given),
        moves_of(known, member, view, period),
        tuple(_coming(ctx, period, rows, shown)),
        tuple(_deadlines(rows, period, shown)),
        _hours(ctx, practice, period),
    )


def _rows(ctx: Context, practice: Practice, period: Period, due: dict[int, kept.Promised]) -> Sequence[TaskRow]:
    """Return what was open or closed since the period began, and what had a date in it."""
    found = tasks.rows(ctx.read, updates.tasks_to_tell(practice.id, period.first.isoformat(), ()))
    missing = [id for id in due if id not in {row.id for row in found}]
    return [*found, *tasks.by_ids(ctx.read, missing)]


def _coming(
    ctx: Context, period: Period, rows: Sequence[TaskRow], shown: dict[int, ReaderTask]
) -> list[tuple[ReaderTask, date]]:
    """Return when what a reader may see comes back in the next period, after the one that is open now.

    What comes back by the PM's own target alone is nobody else's.
    """
    after = period.next()
    dated = {row.id for row in rows if row.id in shown and (row.promised_on or row.deadline_on)}
    coming = duties.preview(ctx.read, after.last, rows[0].practice_id) if dated else []
    return [
        (shown[one.duty.id], one.on)
        for one in coming
        if not one.is_open and one.duty.id in dated and after.holds(one.on)
    ]


def _deadlines(rows: Sequence[TaskRow], period: Period, shown: dict[int, ReaderTask]) -> list[tuple[ReaderTask, date]]:
    """Return the deadlines until the end of the next period of open tasks that have no promised date."""
    until = period.next().last
    return [
        (shown[row.id], row.deadline_on)
        for row in rows
        if row.id in shown
        and shown[row.id].standing is Standing.OPEN
        and row.promised_on is None
        and row.deadline_on is not None
        and row.deadline_on <= until
    ]


def _hours(ctx: Context, practice: Practice, period: Period) -> Hours | None:
    """Return the time worked in a period, where the practice's reports may tell it."""
    if not practice.report_hours:
        return None
    [total] = worked.totals(ctx.read, period.first, period.last, practice.id)
    agreed = None if total.retainer is None else total.retainer * _MONTHS[period.length]
    return Hours(total.minutes, agreed)


def values_of(draft: Draft, period: Period) -> dict[str, Scalar]:
    """Return the fields of a report as an update."""
    return {
        "kind": str(UpdateKind.REPORT),
        "period": f"{UpdateKind.REPORT}:{period.length}:{period.first.isoformat()}",
        "status": str(UpdateStatus.IN_REVIEW),
        "subject": draft.subject,
        "body": draft.body,
        "facts": facts.dump(draft.facts),
        "flags": checks.dump(draft.flags),
    }


def refreshed(ctx: Context, row: UpdateRow, member: Member) -> dict[str, Scalar]:
    """Return what a report would say now, with its page if it has one."""
    period = _period_of(row)
    practice = practices.practice(ctx.read, row.practice_id)
    pages = Pages.BESIDE if facts.load(row.facts).figures else Pages.NONE
    return values_of(composed(ctx, practice, member, period, pages), period)


def _period_of(row: UpdateRow) -> Period:
    _, length, first = (row.period or "").split(":")
    return of(Length(length), date.fromisoformat(first))


def page_of(row: UpdateRow) -> Attached | None:
    """Return the page that goes along with an update as its text stands now; None where none does."""
    states = facts.load(row.facts)
    if not states.figures:
        return None
    from followthru.updates.report_page import file_name, page

    return Attached(file_name(row.subject), page(row.subject, row.body, states))
