"""Approve all clean updates of a practice at once: regular ones that nothing is to be looked at in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.actions.drafting import UpdateOutcome
from followthru.actions.update_rows import find, seen
from followthru.actions.updates import approve
from followthru.actions.wording import points_of
from followthru.config.values import Config
from followthru.domain.saying import count_words
from followthru.errors import FollowthruError, RefusedError
from followthru.store import updates
from followthru.store.updates import UpdateRow
from followthru.updates import checks
from followthru.updates.outbox import KIND_WORDS, TO_REVIEW, UpdateKind, UpdateStatus


class Clean(NamedTuple):
    """An update that may be approved together with others, and the mark of what it says now."""

    row: UpdateRow
    mark: str


class Left(NamedTuple):
    """An update that has to be looked at by itself, and why."""

    row: UpdateRow
    why: str


class Sorted(NamedTuple):
    """The updates of a practice that wait for review: those that are clean, and the others; oldest first."""

    clean: tuple[Clean, ...]
    left: tuple[Left, ...]


class Approved(NamedTuple):
    """What came of approving several: what was done, and for each that could not be approved its number and why."""

    done: tuple[UpdateOutcome, ...]
    refused: tuple[tuple[int, FollowthruError], ...]


def sort_out(ctx: Context, practice_id: int) -> Sorted:
    """Return which updates of a practice are clean: nothing flagged, nothing remarked on, never a first mail."""
    rows = [row for row in updates.listed(ctx.read, practice_id=practice_id, limit=-1) if row.status in TO_REVIEW]
    clean: list[Clean] = []
    left: list[Left] = []
    for row in reversed(rows):
        why = _why_not(ctx, row)
        if why is None:
            clean.append(Clean(row, seen(row)))
        else:
            left.append(Left(row, why))
    return Sorted(tuple(clean), tuple(left))


def approve_clean(
    ctx: Context, config: Config, looked_at: Sequence[tuple[int, str]], *, at_once: bool = False
) -> Approved:
    """Approve what was listed, by number and mark, each only if it still says what its mark was given to.

    What is refused stops no other. Raises StoreError.
    """
    done: list[UpdateOutcome] = []
    refused: list[tuple[int, FollowthruError]] = []
    for id, mark in looked_at:
        try:
            if _why_not(ctx, find(ctx.read, id)) is not None:
                raise _no_longer_clean(id)
            done.append(approve(ctx, config, id, seen_mark=mark, at_once=at_once))
        except FollowthruError as fault:
            refused.append((id, fault))
    return Approved(tuple(done), tuple(refused))


def _no_longer_clean(id: int) -> RefusedError:
    return RefusedError(
        f"Update {id} is no longer clean.",
        safe="It was not approved.",
        remedy=f"`followthru update show {id}` says why.",
    )


def _why_not(ctx: Context, row: UpdateRow) -> str | None:
    """Return why an update has to be looked at by itself, None for a clean one."""
    flags = checks.load(row.flags)
    if row.kind != UpdateKind.DIGEST:
        return f"it is no regular update ({KIND_WORDS[UpdateKind(row.kind)][0]})"
    if row.status == UpdateStatus.HELD:
        return "you hold it"
    if flags:
        return flags[0].words if len(flags) == 1 else f"{flags[0].words} And {len(flags) - 1} more."
    points = points_of(ctx, row)
    return f"{count_words(len(points), 'remark')} on its tone" if points else None
