"""Reports: what a practice reads of a month, quarter or year, as one of its people may see it; and sending one."""

from __future__ import annotations

from typing import NamedTuple

from followthru.actions import edits, lookup, readers
from followthru.actions.context import Context
from followthru.actions.drafting import UpdateOutcome, notes_of
from followthru.actions.report_writing import composed, values_of
from followthru.actions.update_rows import find
from followthru.domain.changes import Change, create, differences
from followthru.domain.people import Channel, Member, Practice, RoleName
from followthru.domain.periods import Period
from followthru.errors import NotFoundError, RefusedError
from followthru.store import journal, practices, updates
from followthru.store.updates import UpdateRow
from followthru.updates.compose import Draft
from followthru.updates.facts import Facts
from followthru.updates.outbox import TO_REVIEW, UpdateStatus
from followthru.updates.report import Pages


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
    return Report(practice, member, period, composed(ctx, practice, member, period, pages))


def _reader(ctx: Context, practice: Practice, person: str | None) -> Member:
    if person is not None:
        return lookup.member(ctx.read, practice.id, person)
    owners = [one for one in practices.members(ctx.read, practice.id) if one.role is RoleName.OWNER]
    if not owners:
        raise NotFoundError(f"{practice.slug} has no owner yet.", remedy="Say who reads it: --for PERSON.")
    return owners[0]


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
    values = values_of(made.draft, period)
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
