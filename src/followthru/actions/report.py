"""Reports: what a practice reads of a month, quarter or year, as one of its people may see it; and sending one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions import duties, edits, lookup, readers
from followthru.actions.context import Context
from followthru.actions.drafting import UpdateOutcome, notes_of
from followthru.actions.update_rows import find
from followthru.domain.changes import Change, Scalar, create, differences
from followthru.domain.kept import verdict
from followthru.domain.people import Channel, Member, Practice, RoleName
from followthru.domain.periods import Length, Period, of
from followthru.domain.task import TaskRow
from followthru.errors import NotFoundError, RefusedError
from followthru.store import journal, kept, practices, tasks, updates, worked
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.compose import Draft
from followthru.updates.facts import Facts
from followthru.updates.mail_reading import Attached
from followthru.updates.outbox import TO_REVIEW, UpdateKind, UpdateStatus
from followthru.updates.report import Given, Hours, Pages, Seen, compose_report, moves_of
from followthru.updates.view import ReaderTask, Standing

_MONTHS = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}


class Report(NamedTuple):
    """A report as composed, for whom, on what."""

    practice: Practice
    reader: Member
    period: Period
    draft: Draft

    @property
    def facts(self) -> Facts:
        """What it states."""
        return self.draft.facts


def report(ctx: Context, slug: str, period: Period, person: str | None = None, pages: Pages = Pages.ALONE) -> Report:
    """Return the report on a period as a person of the practice may read it: an owner, if nobody is named.

    Raises NotFoundError, UsageError, RefusedError for a period that has
    not begun, and where nobody is named and no owner is known.
    """
    practice = lookup.practice(ctx.read, slug)
    member = _reader(ctx, practice, person)
    if period.first > ctx.today(practice):
        raise RefusedError(f"{period.words[:1].upper()}{period.words[1:]} has not begun.", safe="Nothing was written.")
    return Report(practice, member, period, _composed(ctx, practice, member, period, pages))


def _reader(ctx: Context, practice: Practice, person: str | None) -> Member:
    if person is not None:
        return lookup.member(ctx.read, practice.id, person)
    owners = [one for one in practices.members(ctx.read, practice.id) if one.role is RoleName.OWNER]
    if not owners:
        raise NotFoundError(f"{practice.slug} has no owner yet.", remedy="Say who reads it: --for PERSON.")
    return owners[0]


def _composed(ctx: Context, practice: Practice, member: Member, period: Period, pages: Pages) -> Draft:
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
    coming = duties.preview(ctx, ctx.read, after.last, rows[0].practice_id) if dated else []
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


def send(ctx: Context, slug: str, period: Period, person: str, *, paged: bool = True) -> UpdateOutcome:
    """Draft a report as an update for the PM to review; one to the same reader on the same period is written anew.

    Raises what `report` raises, and RefusedError for somebody who gets no mail, or while the report has left already
    or holds the PM's edits.
    """
    made = report(ctx, slug, period, person, Pages.BESIDE if paged else Pages.NONE)
    member = made.reader
    if member.channel is not Channel.MAIL or not member.email:
        raise RefusedError(
            f"{member.name} gets no mail.",
            safe="Nothing was written.",
            remedy="`followthru report … --out FILE` writes it into a file.",
        )
    values = _values(made.draft, period)
    words = f"Drafted the report on {period.words} to {member.name} at {made.practice.name}"
    with ctx.acting() as tx:
        known = updates.of_period(tx, member.person_id, made.practice.id, str(values["period"]))
        _check_free(known)
        if known is not None and known.status in TO_REVIEW:
            before = journal.row_of(tx, "update", known.id) or {}
            changes: tuple[Change, ...] = differences("update", known.id, before, {**values, "drafted_at": tx.now})
            id = known.id
        else:
            id = tx.new_id("update")
            released = () if known is None else (Change("update", known.id, "period", known.period, None),)
            changes = (*released, create("update", id, readers.new_row(tx, member, values)))
        action_id = edits.record(tx, "report", words, changes)
    return UpdateOutcome(action_id, id, words, tuple(notes_of(find(ctx.read, id))))


def _values(draft: Draft, period: Period) -> dict[str, Scalar]:
    return {
        "kind": str(UpdateKind.REPORT),
        "period": f"{UpdateKind.REPORT}:{period.length}:{period.first.isoformat()}",
        "status": str(UpdateStatus.IN_REVIEW),
        "subject": draft.subject,
        "body": draft.body,
        "facts": facts.dump(draft.facts),
        "flags": checks.dump(draft.flags),
    }


def _check_free(known: UpdateRow | None) -> None:
    """Raise RefusedError for a report on the same period that is not simply to be written anew."""
    if known is None or known.status == UpdateStatus.DISCARDED:
        return
    if known.status not in TO_REVIEW:
        raise RefusedError(
            f"That report is update {known.id}, and it is {known.phase or known.status}.",
            safe="Nothing was written.",
            remedy=f"`followthru update show {known.id}` shows it; what was wrong in it, `update correct` puts right.",
        )
    if known.edited:
        raise RefusedError(
            f"Update {known.id}, that report, has your edits.",
            safe="Nothing was written.",
            remedy=f"Approve it, or `followthru update redraft {known.id}` writes it anew around your words.",
        )


def refreshed(ctx: Context, row: UpdateRow, member: Member) -> dict[str, Scalar]:
    """Return what a report would say now, with its page if it has one."""
    period = _period_of(row)
    practice = practices.practice(ctx.read, row.practice_id)
    pages = Pages.BESIDE if facts.load(row.facts).figures else Pages.NONE
    return _values(_composed(ctx, practice, member, period, pages), period)


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
