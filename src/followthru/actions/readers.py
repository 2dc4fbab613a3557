"""What a reader may see and knows already, and the row of an update to them: every sort of update begins here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from followthru.actions.context import Context
from followthru.domain.changes import Actor, Row, Scalar
from followthru.domain.decisions import Decision
from followthru.domain.people import Member, Practice
from followthru.domain.saying import day_words
from followthru.domain.task import Audience, TaskRow
from followthru.store import asking, decisions, goals, journal, practices, tasks, updates
from followthru.store.store import Reader, Writer
from followthru.store.updates import UpdateRow
from followthru.updates import facts
from followthru.updates.facts import Facts
from followthru.updates.outbox import Phase, UpdateStatus
from followthru.updates.results import GoalFacts
from followthru.updates.view import Asked, ReaderView, TaskFacts, read

if TYPE_CHECKING:
    from followthru.updates.compose import Occasion

NEVER = "9999"
"""A civil date that no decision comes after."""
_JUDGED_THEN = ("because", "waiting_for", "status")


def view_of(
    ctx: Context,
    member: Member,
    at: Practice,
    rows: Sequence[TaskRow],
    *,
    results: bool = False,
    decided: Sequence[Decision] = (),
) -> ReaderView:
    """Return what a person may see now of these tasks and decisions, and with `results` of their practice's goals."""
    return view_from(ctx, member, at, facts_of(ctx, member, rows), results=results, decided=decided)


def view_from(
    ctx: Context,
    member: Member,
    at: Practice,
    known: Sequence[TaskFacts],
    *,
    results: bool,
    decided: Sequence[Decision] = (),
) -> ReaderView:
    """Return what a person may see of tasks and decisions as the store hands them over."""
    return read(known, member, at, ctx.today(at), goals_of(ctx.read, at.id) if results else (), decided)


def facts_of(ctx: Context, member: Member, rows: Sequence[TaskRow]) -> list[TaskFacts]:
    """Return tasks with all that decides what a person may see of them."""
    read_, ids = ctx.read, [row.id for row in rows]
    tellings = tasks.tellings(read_, ids)
    about = updates.persons_about(read_, ids)
    then = updates.audiences_then(read_, ids, _JUDGED_THEN)
    asked = asked_before(read_, member)
    return [
        TaskFacts(
            row,
            tuple(tellings[row.id]),
            about.get(row.id, frozenset()),
            {name: Audience(found or Audience.OWNERS) for name, found in then.get(row.id, {}).items()},
            asked.get(row.uid),
        )
        for row in rows
    ]


def goals_of(read_: Reader, practice_id: int) -> list[GoalFacts]:
    """Return a practice's goals with their readings."""
    found = goals.goals(read_, practice_id=practice_id)
    known = goals.readings(read_, [one.id for one in found])
    return [GoalFacts(one, tuple(known[one.id])) for one in found]


def asked_before(read_: Reader, member: Member) -> dict[str, Asked]:
    """Return what questions and reminders that arrived have asked a person for, by the task's uid."""
    every = (facts.load(text) for text in asking.asked_in(read_, member.person_id, member.practice_id))
    return {uid: Asked(one.need, one.need_by) for each in every for uid, one in each.known.items() if one.need}


def occasion(ctx: Context, member: Member, view: ReaderView) -> Occasion:
    """Return the occasion of an update about today."""
    from followthru.updates.compose import Occasion

    return Occasion(
        me=ctx.my_name,
        period=day_words(view.today, view.today),
        at=ctx.store.now(),
        since=view.today,
        trusted=updates.trusted(ctx.read, member.person_id, member.practice_id, member.role_id),
    )


def view_of_stated(ctx: Context, member: Member, states: Facts) -> ReaderView:
    """Return what a person may see now of the tasks that an update speaks of: enough to hold it against the facts."""
    at = practices.practice(ctx.read, member.practice_id)
    rows = tasks.rows(ctx.read, updates.tasks_stated(at.id, list(states.known)))
    return view_of(ctx, member, at, rows, results=True, decided=decisions_stated(ctx.read, at, states))


def decisions_stated(read_: Reader, at: Practice, states: Facts) -> list[Decision]:
    """Return the decisions that an update speaks of, as they are now."""
    return decisions.to_tell(read_, at.id, NEVER, list(states.decisions))


def last_known(read_: Reader, member: Member) -> Facts | None:
    """Return what a person knows from their last update that arrived, None before the first."""
    row = updates.confirmed(read_, member.person_id, member.practice_id)
    return None if row is None else stated(row)


def stated(row: UpdateRow) -> Facts:
    """Return the facts that an update's text really states, the PM's edits taken into account."""
    found = facts.load(row.facts)
    return facts.after_edit(found, row.body) if row.edited else found


def is_withdrawn(read_: Reader, row: UpdateRow) -> bool:
    """Whether an update was withdrawn by us, and not given up by the PM; none of it has left."""
    if row.status != UpdateStatus.DISCARDED or row.phase not in (None, Phase.APPROVED):
        return False
    entry = journal.last_change(read_, "update", row.id, "status")
    return entry is not None and entry.actor == Actor.DAEMON


def new_row(tx: Writer, member: Member, values: Row) -> dict[str, Scalar]:
    """Return the row of a new update to a person at the practice of this role."""
    from uuid import uuid4

    return {
        "uid": str(uuid4()),
        "practice_id": member.practice_id,
        "person_id": member.person_id,
        "edited": 0,
        "drafted_at": tx.now,
        **values,
    }
