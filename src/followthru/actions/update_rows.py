"""One update as the verbs need it: found, named in words, and changed only while it says what was looked at."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from followthru.actions import edits
from followthru.actions.context import Context
from followthru.actions.drafting import reader
from followthru.actions.numbered import numbered
from followthru.domain.changes import Actor, Scalar, differences
from followthru.domain.saying import day_words
from followthru.errors import RefusedError
from followthru.store import journal, updates
from followthru.store.store import Reader, Writer
from followthru.store.updates import UpdateRow
from followthru.updates import facts
from followthru.updates.facts import figures_text
from followthru.updates.outbox import LEFT, MOVES, TELL_AFTER, TO_REVIEW, Phase, UpdateKind, UpdateStatus, standing
from followthru.updates.review_text import approval_hash

UNAPPROVED: dict[str, Scalar] = {
    "status": str(UpdateStatus.IN_REVIEW),
    "approved_at": None,
    "approved_by": None,
    "approved_hash": None,
    "send_after": None,
}


def find(read: Reader, given: str | int) -> UpdateRow:
    """Return the update with this number. Raises NotFoundError."""
    return numbered(read, given, updates.one, "update", "update list --all")


def seen(row: UpdateRow) -> str:
    """Return the mark of what an update says now; `approve` takes it and refuses other words."""
    charts = figures_text(facts.load(row.facts)) if facts.MARK_OF_FIGURES in row.facts else ""
    return approval_hash(row.email or "", row.subject, row.body, charts)


def can(tx: Reader, row: UpdateRow, after: Phase) -> bool:
    """Return whether an update may move so, judged by where it stands inside this transaction."""
    now = updates.one(tx, row.id)
    return now is not None and now.status == row.status and after in MOVES[standing(now.status, now.phase)]


def to_review(read: Reader, update_id: int, verb: str) -> UpdateRow:
    row = find(read, update_id)
    if row.status not in TO_REVIEW:
        raise too_late(row, verb)
    return row


def change(
    tx: Writer, verb: str, words: str, row: UpdateRow, after: dict[str, Scalar], actor: Actor = Actor.ME
) -> int | None:
    """Change an update that still says what `row` says. Raises RefusedError when it does not."""
    before = journal.row_of(tx, "update", row.id) or {}
    if any(before.get(name) != getattr(row, name) for name in ("status", "subject", "body")):
        raise look_again(row)
    return edits.record(tx, verb, words, differences("update", row.id, before, after), actor=actor)


def check_mail(row: UpdateRow) -> None:
    """Raise RefusedError for what is to be said in a call, and not sent."""
    if row.kind == UpdateKind.CALL:
        raise RefusedError(
            f"Update {row.id} is what to say to {row.person} in a call; it is not sent.",
            safe="Nothing was changed.",
            remedy=f"`followthru update told {row.id}` once you have told them.",
        )


class LookAgainError(RefusedError):
    """An update says something else than what was looked at."""


def look_again(row: UpdateRow) -> LookAgainError:
    """Return the refusal of an update that says something else than what was looked at."""
    return LookAgainError(
        f"Update {row.id} says something else by now.",
        safe="Nothing was sent.",
        remedy=f"Look at it again: `followthru update show {row.id}`.",
    )


def too_late(row: UpdateRow, verb: str) -> RefusedError:
    """Return the refusal for an update that is past a verb; one that has left is corrected by another."""
    now = standing(row.status, row.phase)
    if now in LEFT:
        return RefusedError(
            f"It is too late: update {row.id} to {row.person} is {now}; it cannot {verb}.",
            safe="Nothing was changed.",
            remedy=f"`followthru update correct {row.id}` drafts a correction, for you to look at.",
        )
    return RefusedError(
        f"Update {row.id} to {row.person} is {now}; it cannot {verb}.",
        safe="Nothing was changed.",
        remedy=f"`followthru update show {row.id}` shows where it stands.",
    )


def should_have_left(ctx: Context, row: UpdateRow) -> bool:
    """Return whether an approved update was tried, failed, and is tried again for longer than goes unsaid.

    What waits for quiet hours, a paused account or a word of the PM is told elsewhere, or is as it should be.
    """
    if row.send_after is None or row.next_at is None or standing(row.status, row.phase) is not Phase.DEFERRED:
        return False
    return ctx.store.clock.now() - datetime.fromisoformat(row.send_after) > TELL_AFTER


def recipient(read: Reader, row: UpdateRow) -> str:
    return f"{reader(read, row).name} <{row.email or 'no address'}>"


def named(row: UpdateRow) -> str:
    return f"update {row.id} to {row.person} at {row.practice}"


def due_words(ctx: Context, due: datetime) -> str:
    """Return an hour (aware) where the PM is: `Fri 16 Jan at 16:00`."""
    zone = ZoneInfo(ctx.zone)
    local = due.astimezone(zone)
    return f"{day_words(local.date(), ctx.store.clock.now().astimezone(zone).date())} at {local:%H:%M}"
