"""Write updates: what a reader may see now against what they know, as a draft in the review list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from followthru.actions import corrections, edits, lookup
from followthru.actions.context import Context
from followthru.actions.notices import refreshed
from followthru.actions.phrasebooks import Stamp
from followthru.actions.readers import is_withdrawn, last_known, new_row, view_of
from followthru.domain.changes import Actor, Change, Scalar, create, differences
from followthru.domain.clock import today_in
from followthru.domain.people import Channel, Member, Practice
from followthru.domain.saying import day_words
from followthru.errors import FollowthruError, NotFoundError, RefusedError
from followthru.store import decisions, journal, outbox, practices, tasks, updates
from followthru.store.store import Reader
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.call import compose_call
from followthru.updates.checks import Flag, FlagName
from followthru.updates.compose import Draft, Occasion, compose
from followthru.updates.facts import Facts, State
from followthru.updates.outbox import TO_REVIEW, Phase, UpdateKind, UpdateStatus, a_kind
from followthru.updates.view import ReaderView

FIRST_DAYS = 7
"""How far back a first update looks for what was done."""
GRACE = timedelta(days=14)
"""How much earlier than the last update something may be marked done and still be news."""


class UpdateOutcome(NamedTuple):
    """What a verb did to an update: its step in the journal (None when nothing changed), and words for the user."""

    action_id: int | None
    update_id: int
    words: str
    notes: tuple[str, ...] = ()


def draft(ctx: Context, practice: str, person: str) -> UpdateOutcome:
    """Write an update to a person at a practice now, or write their untouched draft anew.

    For somebody who is called it is what to say. Raises RefusedError when they want to hear nothing, or while an
    update to them is edited, approved or under way; NotFoundError, UsageError.
    """
    at = lookup.practice(ctx.read, practice)
    member = lookup.member(ctx.read, at.id, person)
    _check_hears(member)
    pending = updates.pending(ctx.read, member.person_id, at.id, kind_for(member))
    check_free(member, pending)
    if pending is not None and pending.status in TO_REVIEW and pending.period is not None:
        return write(ctx, at, member, pending, _slot(pending), actor=Actor.ME)
    today = today_in(member.timezone or at.timezone, ctx.store.clock.now())
    return write(ctx, at, member, pending, Slot(None, None, day_words(today, today)), actor=Actor.ME)


class Slot(NamedTuple):
    """Which update it is: the unique key of its period and the hour (UTC ISO text) it is due at, None for one that
    was asked for in between, and what it covers in words.
    """

    period: str | None
    due_at: str | None
    covers: str


def _slot(row: UpdateRow) -> Slot:
    return Slot(row.period, row.due_at, facts.load(row.facts).period)


class Freshness(NamedTuple):
    """When drafts were last written anew: how far the store had come, the day at each practice, the phrase books."""

    mark: updates.Mark
    days: frozenset[tuple[int, date]]
    books: Mapping[str, Stamp]


def freshness(ctx: Context) -> Freshness:
    """Return what the drafts that are composed now are composed from."""
    days = frozenset((one.id, ctx.today(one)) for one in practices.all_practices(ctx.read))
    return Freshness(updates.mark(ctx.read), days, ctx.books.stamps())


def refresh_drafts(ctx: Context, since: Freshness | None = None) -> None:
    """Write anew every untouched draft that says something else by now, of practices that changed `since`.

    Composing takes long at a large practice; most changes concern one. Raises DraftingError, once all others are
    done, for those that cannot be written.
    """
    known = since is not None and since[1:] == freshness(ctx)[1:]
    changed = updates.practices_changed(ctx.read, since.mark) if since is not None and known else None
    faults: list[FollowthruError] = []
    for row in updates.listed(ctx.read, limit=-1):
        if row.status in TO_REVIEW and not row.edited and (changed is None or row.practice_id in changed):
            try:
                refresh(ctx, row)
            except FollowthruError as fault:
                faults.append(fault)
    raise_all(faults)


class DraftingError(FollowthruError):
    """Some updates could not be written; the others were."""


def raise_all(faults: Sequence[FollowthruError]) -> None:
    """Raise DraftingError for what could not be written, if there is any."""
    if faults:
        words = " ".join(dict.fromkeys(fault.sentences() for fault in faults))
        raise DraftingError(words, safe="Every other update is up to date.") from faults[0]


def refresh(ctx: Context, row: UpdateRow, *, leaves: bool = False) -> bool:
    """Write an untouched draft anew from what is true now; return whether it says something else.

    What `leaves` now is as of now, also where it says the same: the next one names it by this day.
    """
    at = practices.practice(ctx.read, row.practice_id)
    member = reader(ctx.read, row)
    values = composed_now(ctx, row, member)
    said = f"Drafted {a_kind(UpdateKind(row.kind))} to {member.name} at {at.name}"
    return values is not None and _rewrite(ctx, row, values, said, Actor.DAEMON, again=leaves) is not None


def composed_now(ctx: Context, row: UpdateRow, member: Member) -> dict[str, Scalar] | None:
    """Return the fields of an update as it would be written now; None where it has nothing to say any more."""
    match kind := UpdateKind(row.kind):
        case UpdateKind.DIGEST | UpdateKind.CALL:
            return _values(ctx, member, row, _slot(row), kind)
        case UpdateKind.CORRECTION:
            return corrections.refreshed(ctx, row, member)
        case UpdateKind.REPORT:
            from followthru.actions import report_writing

            return report_writing.refreshed(ctx, row, member)
        case _:
            return refreshed(ctx, row, member)


def reader(read: Reader, row: UpdateRow) -> Member:
    """Return the person an update is for, in their role at its practice. Raises NotFoundError when they have none."""
    for member in practices.members(read, row.practice_id):
        if member.person_id == row.person_id:
            return member
    raise NotFoundError(
        f"{row.person} has no role at {row.practice} any more.",
        safe="Nothing was sent.",
        remedy=f"`followthru update discard {row.id}`, or give them a role again.",
    )


def view(ctx: Context, member: Member, last: Facts | None) -> ReaderView:
    """Return what a person may see at their practice now, with what has ended since their last update."""
    read_ = ctx.read
    at = practices.practice(read_, member.practice_id)
    today = ctx.today(at)
    known = [uid for uid, fact in last.known.items() if fact.state not in _ENDED] if last else []
    rows = tasks.rows(read_, updates.tasks_to_tell(at.id, _since(last, today).isoformat(), known))
    known = list(last.decisions) if last else []
    decided = decisions.to_tell(read_, at.id, _since(last, today).isoformat(), known)
    return view_of(ctx, member, at, rows, results=True, decided=decided)


_ENDED = frozenset({State.DONE, State.DROPPED})


def _since(last: Facts | None, today: date) -> date:
    return today - timedelta(days=FIRST_DAYS) if last is None else last.on - GRACE


def _compose(ctx: Context, member: Member, slot: Slot, kind: UpdateKind) -> Draft:
    last = last_known(ctx.read, member)
    found = view(ctx, member, last)
    trusted = updates.trusted(ctx.read, member.person_id, member.practice_id, member.role_id)
    occasion = Occasion(
        me=ctx.my_name,
        period=slot.covers,
        at=ctx.store.now(),
        since=_since(last, found.today),
        trusted=trusted,
        automatic=slot.due_at is not None and trusted and not member.review,
    )
    phrases = ctx.books.of(member.practice).phrases
    return (compose_call if kind is UpdateKind.CALL else compose)(found, last, occasion, phrases)


def write(
    ctx: Context,
    at: Practice,
    member: Member,
    pending: UpdateRow | None,
    slot: Slot,
    *,
    actor: Actor,
) -> UpdateOutcome:
    """Compose, then write a new update, or the pending one anew if it says something else.

    Raises RefusedError for a pending one that is under way.
    """
    kind = kind_for(member) if pending is None else UpdateKind(pending.kind)
    values = _values(ctx, member, pending, slot, kind)
    what = "what to tell" if kind is UpdateKind.CALL else "an update to"
    said = f"Drafted {what} {member.name} at {at.name}"
    notes = tuple(flag.words for flag in checks.load(str(values["flags"])))
    if pending is not None and pending.status in TO_REVIEW:
        action_id = _rewrite(ctx, pending, values, said, actor)
        return UpdateOutcome(action_id, pending.id, said, notes)
    return _create(ctx, member, pending, values, said, actor)._replace(notes=notes)


def _values(ctx: Context, member: Member, pending: UpdateRow | None, slot: Slot, kind: UpdateKind) -> dict[str, Scalar]:
    composed = _compose(ctx, member, slot, kind)
    flags = (*composed.flags, *_still_late(pending, slot))
    return {
        "kind": str(kind),
        "period": slot.period,
        "due_at": slot.due_at,
        "status": str(UpdateStatus.IN_REVIEW),
        "subject": composed.subject,
        "body": composed.body,
        "facts": facts.dump(composed.facts),
        "flags": checks.dump(flags),
    }


def _still_late(pending: UpdateRow | None, slot: Slot) -> Sequence[Flag]:
    """Return the flag of a draft that let its hour pass: other words do not take that back."""
    if pending is None or pending.status not in TO_REVIEW or pending.period != slot.period:
        return ()
    return [flag for flag in checks.load(pending.flags) if flag.name == FlagName.LATE]


def _released(tx: Reader, to: UpdateRow | Member, period: Scalar) -> Sequence[Change]:
    """Return the change that takes a period's key from an update that was withdrawn, so that another can have it."""
    found = None if period is None else updates.of_period(tx, to.person_id, to.practice_id, str(period))
    if found is None or not is_withdrawn(tx, found):
        return ()
    return (Change("update", found.id, "period", found.period, None),)


def _rewrite(
    ctx: Context, pending: UpdateRow, values: dict[str, Scalar], said: str, actor: Actor, *, again: bool = False
) -> int | None:
    """Give an untouched draft other words. When it was composed is no news by itself, unless it is written `again`."""
    if actor is Actor.DAEMON:
        values["status"] = pending.status
    shown = values.keys() & {"period", "due_at", "status", "subject", "body", "flags"}
    same = all(getattr(pending, name) == values[name] for name in shown)
    if not again and same and _figures(pending.facts) == _figures(str(values["facts"])):
        return None
    with ctx.acting() as tx:
        before = journal.row_of(tx, "update", pending.id) or {}
        if before.get("edited") or before.get("status") not in TO_REVIEW:
            return None
        changes = (
            *_released(tx, pending, values["period"]),
            *differences("update", pending.id, before, {**values, "drafted_at": tx.now}),
        )
        return edits.record(tx, "update draft", said, changes, actor=actor)


def _figures(stored: str) -> Mapping[str, object]:
    """Return what goes along beside a text."""
    return facts.load(stored).figures if facts.MARK_OF_FIGURES in stored else {}


def _create(
    ctx: Context,
    member: Member,
    former: UpdateRow | None,
    values: dict[str, Scalar],
    said: str,
    actor: Actor,
) -> UpdateOutcome:
    """Store a new update; one to the same reader that was refused, or is late, is folded into it."""
    with ctx.acting() as tx:
        _check_alone(tx, member, former)
        update_id = tx.new_id("update")
        row = new_row(tx, member, values)
        changes = [*_released(tx, member, values["period"]), create("update", update_id, row)]
        if former is not None and former.phase == Phase.REFUSED:
            changes.append(Change("update", former.id, "status", former.status, str(UpdateStatus.DISCARDED)))
        elif former is not None and not outbox.supersede(tx, former.id):
            raise RefusedError(f"Update {former.id} is under way.", safe="Nothing was written.")
        return UpdateOutcome(edits.record(tx, "update draft", said, changes, actor=actor), update_id, said)


def _check_alone(tx: Reader, member: Member, known: UpdateRow | None) -> None:
    """Raise RefusedError if another process has drafted an update to the same reader meanwhile."""
    found = updates.pending(tx, member.person_id, member.practice_id, kind_for(member))
    if found is not None and (known is None or found.id != known.id):
        raise RefusedError(
            f"Update {found.id} to {member.name} was drafted just now.",
            safe="Nothing was written.",
            remedy=f"`followthru update show {found.id}` shows it.",
        )


def kind_for(member: Member) -> UpdateKind:
    """Return what a person gets at their hour: a digest by mail, or a call."""
    return UpdateKind.CALL if member.channel == Channel.CALL else UpdateKind.DIGEST


def _check_hears(member: Member) -> None:
    if member.channel == Channel.NONE or (member.channel == Channel.MAIL and not member.email):
        why = "has no e-mail address" if member.channel == Channel.MAIL else f"wants {member.channel}"
        raise RefusedError(
            f"{member.name} {why}.",
            safe="Nothing was written.",
            remedy="`followthru person edit` changes that.",
        )


def check_free(member: Member, pending: UpdateRow | None) -> None:
    """Raise RefusedError while another update to the same reader (None: there is none) must not be passed over."""
    if pending is None or pending.phase == Phase.REFUSED:
        return
    if pending.status in TO_REVIEW and not pending.edited:
        return
    if pending.status in TO_REVIEW:
        what, remedy = "has your edits", f"Approve it, or `followthru update discard {pending.id}`."
    elif pending.phase == Phase.UNCERTAIN:
        what, remedy = "may have arrived", f"`followthru update settle {pending.id} arrived` or `resend`."
    else:
        what, remedy = f"is {pending.phase}", f"Let it go out, or `followthru update recall {pending.id}`."
    raise RefusedError(
        f"Update {pending.id} to {member.name} {what}; what is new waits for the next one.",
        safe="Nothing was written.",
        remedy=remedy,
    )


def notes_of(row: UpdateRow) -> Sequence[str]:
    """Return why an update waits, in words."""
    return [flag.words for flag in checks.load(row.flags)]
