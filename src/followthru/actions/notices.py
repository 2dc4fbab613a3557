"""Prepare warnings before told dates break, and repairs once they have passed: drafts, one for each person and date.

A draft is known by person, task and told date, so that whoever looks again, or at the same time, makes no second
one. One that is no longer true is withdrawn, and comes back if it becomes true again; one that the PM discarded, or
that went out, does not.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru.actions import edits, readers
from followthru.actions.agenda import Days
from followthru.actions.context import Context
from followthru.domain.changes import Actor, Change, Scalar, create, differences
from followthru.domain.people import Member, Practice
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow
from followthru.errors import FollowthruError, RefusedError
from followthru.store import journal, notices, practices, tasks, updates
from followthru.store.journal import ClashError
from followthru.store.notices import Held
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.checks import Flag, FlagName
from followthru.updates.outbox import UpdateKind, UpdateStatus

if TYPE_CHECKING:
    from followthru.updates.notices import Proposal

NOTICES = (UpdateKind.WARNING, UpdateKind.REPAIR)


class Key(NamedTuple):
    """What a notice is known by for its reader. As text it is the update's period."""

    kind: UpdateKind
    uid: str
    told_on: date

    def __str__(self) -> str:
        """Return the key as it is stored."""
        return f"{self.kind}:{self.uid}:{self.told_on.isoformat()}"

    @classmethod
    def read(cls, period: str) -> Key:
        """Read a stored key."""
        kind, uid, told_on = period.split(":")
        return cls(UpdateKind(kind), uid, date.fromisoformat(told_on))


class _Wanted(NamedTuple):
    key: Key
    task_id: int
    practice_id: int
    person_id: int

    @property
    def place(self) -> tuple[int, int, str]:
        """Who it is for, where, and what of."""
        return self.person_id, self.practice_id, str(self.key)


def prepare(ctx: Context) -> None:
    """Draft what is due, withdraw what is no longer so. Changes nothing where nothing is due.

    Raises the fault of a draft that cannot be written once all others are done, StoreError.
    """
    wanted = {one.place: one for one in _wanted(ctx)}
    for row in notices.to_review(ctx.read):
        if (row.person_id, row.practice_id, row.period) not in wanted:
            _withdraw(ctx, row)
    faults: list[FollowthruError] = []
    for one in wanted.values():
        known = updates.of_period(ctx.read, *one.place)
        if known is None or readers.is_withdrawn(ctx.read, known):
            try:
                _write(ctx, one, known)
            except FollowthruError as fault:
                faults.append(fault)
    if faults:
        raise faults[0]


def _wanted(ctx: Context) -> list[_Wanted]:
    days = Days(ctx, ctx.read)
    slugs = {one.id: one.slug for one in practices.all_practices(ctx.read)}
    found: list[_Wanted] = []
    for one in notices.held(ctx.read, days.latest.isoformat()):
        kind = _kind(one, days.today(slugs[one.practice_id]).isoformat())
        if kind is not None:
            key = Key(kind, one.uid, date.fromisoformat(one.told_on))
            found.append(_Wanted(key, one.task_id, one.practice_id, one.person_id))
    return found


def _kind(one: Held, today: str) -> UpdateKind | None:
    """Return what has to be said of a date that somebody holds, on their practice's day.

    Who was told another date than the one that holds hears of the move, not that the new date is in danger.
    """
    if one.told_on < today:
        return UpdateKind.REPAIR
    at_risk = one.at_risk_from is not None and one.at_risk_from <= today
    return UpdateKind.WARNING if at_risk and one.told_on == one.promised_on else None


def _withdraw(ctx: Context, row: UpdateRow) -> None:
    """Withdraw a draft that is no longer true; of one that holds the PM's own words only say so."""
    key = Key.read(row.period or "")
    reason = _why_not(ctx, row, key)
    after: dict[str, Scalar] = {"status": str(UpdateStatus.DISCARDED)}
    if row.edited:
        flags = dict.fromkeys((*checks.load(row.flags), Flag(FlagName.UNTRUE, f"It is no longer needed: {reason}.")))
        after = {"flags": checks.dump(flags)}
    words = f"{'Kept, with your words,' if row.edited else 'Withdrew'} the {key.kind} to {row.person}: {reason}"
    with ctx.acting() as tx:
        before = journal.row_of(tx, "update", row.id) or {}
        if before.get("status") == row.status and before.get("edited") == int(row.edited):
            changes = differences("update", row.id, before, after)
            edits.record(tx, "update withdraw", words, changes, actor=Actor.DAEMON)


def _why_not(ctx: Context, row: UpdateRow, key: Key) -> str:
    found = tasks.resolve(ctx.read, key.uid)
    task = tasks.one(ctx.read, found[0]) if found else None
    if task is None:
        return "the task is gone"
    if task.closed:
        return f"the task is {task.status}"
    if key.kind is UpdateKind.WARNING and key.told_on < ctx.today_for(ctx.read, row.practice_id):
        return f"{day_words(key.told_on)} has passed"
    if task.promised_on != key.told_on:
        return "the promise has moved"
    return "it is no longer in danger, or they know"


def _write(ctx: Context, one: _Wanted, known: UpdateRow | None) -> None:
    """Write a draft, or a withdrawn one anew; where another process has just done so, leave it."""
    at = practices.practice(ctx.read, one.practice_id)
    member = next((each for each in practices.members(ctx.read, at.id) if each.person_id == one.person_id), None)
    row = tasks.one(ctx.read, one.task_id)
    values = None if member is None or row is None else composed(ctx, at, member, row, one.key)
    if values is None or member is None:
        return
    words = f"Drafted a {one.key.kind} to {member.name} at {at.name}"
    try:
        with ctx.acting() as tx:
            now = updates.of_period(tx, *one.place)
            if (now is None) != (known is None) or (now is not None and not readers.is_withdrawn(tx, now)):
                return
            if now is None:
                id = tx.new_id("update")
                changes: tuple[Change, ...] = (create("update", id, readers.new_row(tx, member, values)),)
            else:
                before = journal.row_of(tx, "update", now.id) or {}
                changes = differences("update", now.id, before, {**values, "edited": 0, "drafted_at": tx.now})
            edits.record(tx, "update draft", words, changes, actor=Actor.DAEMON)
    except ClashError:
        return


def composed(ctx: Context, at: Practice, member: Member, row: TaskRow, key: Key) -> dict[str, Scalar] | None:
    """Return the fields of a notice as it would be written now; None where its reader may not see the task."""
    from followthru.updates.compose import Occasion
    from followthru.updates.notices import Notice, compose_notice

    view = readers.view_of(ctx, member, at, [row])
    if not view.tasks:
        return None
    last = readers.last_known(ctx.read, member)
    known = None if last is None else last.known.get(row.uid)
    notice = Notice(key.kind, key.told_on, _proposal(ctx, at, row, key.told_on), None if known is None else known.words)
    occasion = Occasion(
        me=ctx.my_name,
        period=day_words(view.today, view.today),
        at=ctx.store.now(),
        since=view.today,
        trusted=updates.trusted(ctx.read, member.person_id, member.practice_id, member.role_id),
    )
    draft = compose_notice(view, notice, occasion, ctx.books.of(at.slug).phrases)
    return {
        "kind": str(key.kind),
        "period": str(key),
        "status": str(UpdateStatus.IN_REVIEW),
        "subject": draft.subject,
        "body": draft.body,
        "facts": facts.dump(draft.facts),
        "flags": checks.dump(draft.flags),
    }


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


def refreshed(ctx: Context, row: UpdateRow, member: Member) -> dict[str, Scalar] | None:
    """Return what a notice would say now; None where it has nothing to say any more."""
    key = Key.read(row.period or "")
    found = tasks.resolve(ctx.read, key.uid)
    task = tasks.one(ctx.read, found[0]) if found else None
    at = practices.practice(ctx.read, row.practice_id)
    return None if task is None or task.closed else composed(ctx, at, member, task, key)


def check_complete(row: UpdateRow) -> None:
    """Raise RefusedError for a notice that still has a blank, or for a repair without a new date."""
    from followthru.updates.phrases import BLANK

    if row.kind not in NOTICES:
        return
    stated = facts.load(row.facts)
    undecided = [fact.words for fact in stated.known.values() if fact.state is facts.State.AHEAD]
    if row.kind == UpdateKind.REPAIR and not stated.said and undecided:
        task_id = next(iter(stated.known.values())).id
        raise RefusedError(
            f"The date that was told for “{undecided[0]}” has passed, and no new one is promised.",
            safe="Nothing was sent.",
            remedy=f"`followthru promise {task_id} DATE --because TEXT`; the draft then says both.",
        )
    if BLANK in row.body:
        raise RefusedError(
            f"Update {row.id} still has a blank: {BLANK}.",
            safe="Nothing was sent.",
            remedy=f"`followthru update edit {row.id}`: say what only you know there, or take the line out.",
        )
