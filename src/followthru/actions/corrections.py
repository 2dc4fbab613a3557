"""What a correction of an update says now, from the facts that the update stated and those that hold."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from followthru.actions import readers
from followthru.actions.context import Context
from followthru.domain.changes import Scalar
from followthru.domain.people import Member
from followthru.store import practices, tasks, updates
from followthru.store.store import Reader
from followthru.store.tasks import Query
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.facts import Facts
from followthru.updates.outbox import LEFT, Phase, UpdateKind, UpdateStatus, standing


def refreshed(ctx: Context, row: UpdateRow, member: Member) -> dict[str, Scalar] | None:
    """Return what a correction would say now; None where what it corrects is gone."""
    wrong = None if row.follows_id is None else updates.one(ctx.read, row.follows_id)
    if wrong is None:
        return None
    return {**composed(ctx, wrong, member, facts.load(row.facts).because), "period": row.period}


def composed(ctx: Context, wrong: UpdateRow, member: Member, because: str) -> dict[str, Scalar]:
    """Return the fields of a correction as it would be written now."""
    from followthru.updates.corrections import Wrong, compose_correction

    at = practices.practice(ctx.read, wrong.practice_id)
    stated = _stated(ctx.read, wrong)
    rows = tasks.rows(ctx.read, _of(stated))
    decided = readers.decisions_stated(ctx.read, at, stated)
    view = readers.view_of(ctx, member, at, rows, results=True, decided=decided)
    occasion = readers.occasion(ctx, member, view)
    sent = datetime.fromisoformat(wrong.approved_at or wrong.drafted_at).astimezone(ZoneInfo(view.zone)).date()
    arrived = standing(wrong.status, wrong.phase) is Phase.ACCEPTED
    draft = compose_correction(
        view, Wrong(stated, wrong.subject, sent, because, arrived), occasion, ctx.books.of(at.slug).phrases
    )
    return {
        "kind": str(UpdateKind.CORRECTION),
        "status": str(UpdateStatus.IN_REVIEW),
        "subject": draft.subject,
        "body": draft.body,
        "facts": facts.dump(draft.facts),
        "flags": checks.dump(draft.flags),
        "follows_id": wrong.id,
    }


def _stated(read: Reader, wrong: UpdateRow) -> Facts:
    """Return what an update stated, as corrections that have left since say it."""
    found = readers.stated(wrong)
    for later in updates.following(read, wrong.id, UpdateKind.CORRECTION):
        if standing(later.status, later.phase) in LEFT:
            corrected = readers.stated(later)
            redated = {said.uid for said in corrected.said}
            said = (*(one for one in found.said if one.uid not in redated), *corrected.said)
            results = {**found.results, **corrected.results}
            decided = {**found.decisions, **corrected.decisions}
            found = found._replace(
                known={**found.known, **corrected.known}, said=said, results=results, decisions=decided
            )
    return found


def _of(stated: Facts) -> Query:
    marks = ",".join("?" * len(stated.known))
    return Query(f"uid IN ({marks})", tuple(stated.known))
