"""Prepare what is to be said beside the digests: drafts, one for each person and occasion, never sent by themselves.

A draft is known by its key, so that whoever looks again, or at the same time, makes no second one. One that is no
longer true is withdrawn, and comes back if it becomes true again; one that the PM discarded or that went out does not.
"""

from __future__ import annotations

from followthru.actions import asking, edits, readers, slipping
from followthru.actions.context import Context
from followthru.actions.notice_keys import Key, Wanted
from followthru.domain.changes import Actor, Change, Row, Scalar, create, differences
from followthru.domain.people import Member, Practice
from followthru.domain.sample import is_sample
from followthru.errors import FollowthruError, RefusedError
from followthru.store import journal, notices, practices, tasks, updates
from followthru.store.journal import ClashError
from followthru.store.store import Reader
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.checks import Flag, FlagName
from followthru.updates.outbox import KIND_WORDS, TO_REVIEW, UpdateKind, UpdateStatus, a_kind

NOTICES = slipping.KINDS | asking.KINDS
MOST_NAMED = 3
"""Of how many tasks it is said why a draft about several is not wanted any more."""


def prepare(ctx: Context) -> None:
    """Draft what is due, withdraw what is no longer so. Changes nothing where nothing is due.

    Raises the fault of a draft that cannot be written once all others are done, StoreError.
    """
    made_up = {one.id for one in practices.all_practices(ctx.read) if is_sample(one.slug)}
    every = (*slipping.wanted(ctx), *asking.wanted(ctx))
    wanted = {one.place: one for one in every if one.practice_id not in made_up}
    for row in notices.to_review(ctx.read, sorted(NOTICES)):
        if (row.person_id, row.practice_id, row.period) not in wanted:
            _withdraw(ctx, row)
    faults: list[FollowthruError] = []
    for one in wanted.values():
        known = updates.of_period(ctx.read, *one.place)
        if known is None or readers.is_withdrawn(ctx.read, known) or _speaks_of_others(known, one):
            try:
                write(ctx, one, known)
            except FollowthruError as fault:
                faults.append(fault)
    if faults:
        raise faults[0]


def _speaks_of_others(row: UpdateRow, one: Wanted) -> bool:
    """Return whether an untouched draft is about other tasks than it is to be by now."""
    if row.status not in TO_REVIEW or row.edited:
        return False
    return {known.id for known in facts.load(row.facts).known.values()} != set(one.task_ids)


def _why_not(ctx: Context, row: UpdateRow, key: Key) -> str:
    """Return why a draft is not wanted any more; of one about several tasks, of each."""
    known = facts.load(row.facts).known
    if len(known) < 2:
        # The task whose name it is known by may have gone out of it before.
        return _why_not_of(ctx, row, key._replace(uid=next(iter(known), key.uid)))
    named = [
        f"“{fact.words}”: {_why_not_of(ctx, row, key._replace(uid=uid))}"
        for uid, fact in sorted(known.items(), key=lambda one: one[1].id)
    ]
    more = [f"and {len(named) - MOST_NAMED} more"] if len(named) > MOST_NAMED else []
    return "; ".join((*named[:MOST_NAMED], *more))


def _why_not_of(ctx: Context, row: UpdateRow, key: Key) -> str:
    found = tasks.resolve(ctx.read, key.uid)
    task = tasks.one(ctx.read, found[0]) if found else None
    if task is None:
        return "the task is gone"
    if task.closed:
        return f"the task is {task.status}"
    if key.kind in slipping.KINDS:
        return slipping.why_not(ctx, row, key, task)
    return asking.why_not(row, key, task)


def _withdraw(ctx: Context, row: UpdateRow) -> None:
    """Withdraw a draft that is no longer true; of one that holds the PM's own words only say so."""
    key = Key.read(row.period or "")
    reason = _why_not(ctx, row, key)
    after: dict[str, Scalar] = {"status": str(UpdateStatus.DISCARDED)}
    if row.edited and _tells_new_date(ctx, row, key):
        return
    if row.edited:
        flags = dict.fromkeys((*checks.load(row.flags), Flag(FlagName.UNTRUE, f"It is no longer needed: {reason}.")))
        after = {"flags": checks.dump(flags)}
    words = f"{'Kept, with your words,' if row.edited else 'Withdrew'} the {_called(key)} to {row.person}: {reason}"
    with ctx.acting() as tx:
        before = journal.row_of(tx, "update", row.id) or {}
        if before.get("status") == row.status and before.get("edited") == int(row.edited):
            changes = differences("update", row.id, before, after)
            edits.record(tx, "update withdraw", words, changes, actor=Actor.DAEMON)


def _called(key: Key) -> str:
    return KIND_WORDS[key.kind][0]


def _tells_new_date(ctx: Context, row: UpdateRow, key: Key) -> bool:
    """Whether a notice was written anew since its promise moved: it tells the new date, which is still promised."""
    found = tasks.resolve(ctx.read, key.uid)
    task = tasks.one(ctx.read, found[0]) if found else None
    dates = {said.on for said in readers.stated(row).said}
    return task is not None and not task.closed and task.promised_on in dates


def write(ctx: Context, one: Wanted, known: UpdateRow | None) -> None:
    """Write a draft, or one that is there anew; where it is another by now, or says just this, leave it."""
    at = practices.practice(ctx.read, one.practice_id)
    member = next((each for each in practices.members(ctx.read, at.id) if each.person_id == one.person_id), None)
    values = None if member is None else composed(ctx, at, member, one)
    if values is None or member is None or _says_so(known, values):
        return
    words = f"Drafted {a_kind(one.key.kind)} to {member.name} at {at.name}"
    try:
        with ctx.acting() as tx:
            now = updates.of_period(tx, *one.place)
            if not _is_still(tx, now, known):
                return
            if now is None:
                id = tx.new_id("update")
                changes: tuple[Change, ...] = (create("update", id, readers.new_row(tx, member, values)),)
            else:
                before = journal.row_of(tx, "update", now.id) or {}
                status = values["status"] if readers.is_withdrawn(tx, now) else now.status
                after = {**values, "status": status, "edited": 0, "drafted_at": tx.now}
                changes = differences("update", now.id, before, after)
            edits.record(tx, "update draft", words, changes, actor=Actor.DAEMON)
    except ClashError:
        return


def _says_so(known: UpdateRow | None, values: Row) -> bool:
    """Return whether a draft in review says all this already: it leaves out what its reader may not see."""
    if known is None or known.status not in TO_REVIEW or known.body != values["body"]:
        return False
    # Renewals of several things are called the same.
    return facts.load(known.facts).known.keys() == facts.load(str(values["facts"])).known.keys()


def _is_still(tx: Reader, now: UpdateRow | None, known: UpdateRow | None) -> bool:
    """Return whether a draft is as it was seen, and may be written: not there, withdrawn, or untouched in review."""
    if now is None or known is None:
        return now is known
    if (now.status, now.edited, now.facts) != (known.status, known.edited, known.facts):
        return False
    return readers.is_withdrawn(tx, now) or now.status in TO_REVIEW


def composed(ctx: Context, at: Practice, member: Member, one: Wanted) -> dict[str, Scalar] | None:
    """Return the fields of a notice as it would be written now; None where its reader may not see the task."""
    sort = slipping if one.key.kind in slipping.KINDS else asking
    found = sort.composed(ctx, at, member, one)
    if found is None:
        return None
    draft = found.draft
    return {
        "kind": str(one.key.kind),
        "period": str(one.key),
        "status": str(UpdateStatus.IN_REVIEW),
        "subject": draft.subject,
        "body": draft.body,
        "facts": facts.dump(draft.facts),
        "flags": checks.dump(draft.flags),
        "follows_id": found.follows_id,
    }


def refreshed(ctx: Context, row: UpdateRow, member: Member) -> dict[str, Scalar] | None:
    """Return what a notice would say now; None where it has nothing to say any more."""
    key = Key.read(row.period or "")
    if key.kind in asking.KINDS:
        place = (row.person_id, row.practice_id, str(key))
        one = next((each for each in asking.wanted(ctx, row.person_id) if each.place == place), None)
    else:
        found = tasks.resolve(ctx.read, key.uid)
        one = Wanted(key, (found[0],), row.practice_id, row.person_id) if found else None
    at = practices.practice(ctx.read, row.practice_id)
    return None if one is None else composed(ctx, at, member, one)


def check_complete(row: UpdateRow) -> None:
    """Raise RefusedError for a notice that still has a blank, or for a repair without a new date."""
    from followthru.updates.phrases import BLANK

    if row.kind == UpdateKind.DIGEST:
        return
    slipping.check_new_date(row)
    if BLANK in row.body:
        raise RefusedError(
            f"Update {row.id} still has a blank: {BLANK}.",
            safe="Nothing was sent.",
            remedy=f"`followthru update edit {row.id}`: say what only you know there, or take the line out.",
        )
