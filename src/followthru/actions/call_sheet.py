"""What is needed on the phone with somebody: what they were told, what they are asked, what to raise, what was decided.

What is captured on a call is of that practice, and a date in it was told on the call.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from followthru.actions import known as capturing
from followthru.actions import lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.meeting_agenda import Open, by_danger, is_question, open_with
from followthru.actions.tasks import Said, made_of, untitled
from followthru.domain.capture.model import Capture, Known
from followthru.domain.capture.parser import parse
from followthru.domain.changes import Action
from followthru.domain.decisions import Decision
from followthru.domain.people import Member, Practice
from followthru.domain.raising import RaiseNote
from followthru.domain.task import Audience, How, Status, TaskRow, Telling
from followthru.errors import RefusedError
from followthru.store import decisions, journal, meetings, raising, tasks, updates
from followthru.store.store import Reader
from followthru.updates.decided import may_read
from followthru.updates.view import TaskFacts, may_see

DECIDED = 5
"""How many of the last decisions are shown."""
UNTOLD = 20
"""How many promises are shown that they were not told yet."""


class Promised(NamedTuple):
    """A promise that they were told: `last` is what they were told last."""

    row: TaskRow
    last: Telling

    @property
    def in_step(self) -> bool:
        """Whether what they know is what holds."""
        return self.last.promised_on == self.row.promised_on


class Sheet(NamedTuple):
    """All that is open with somebody at a practice.

    `promises` come in danger first; `asked` are tasks that wait on them, questions first; `theirs` are theirs to do;
    `untold` are promises that they may know of and were not told yet, the soonest first.
    """

    practice: Practice
    member: Member
    today: date
    promises: tuple[Promised, ...]
    asked: tuple[TaskRow, ...]
    theirs: tuple[TaskRow, ...]
    untold: tuple[TaskRow, ...]
    notes: tuple[RaiseNote, ...]
    decisions: tuple[Decision, ...]


def sheet(ctx: Context, read: Reader, practice: str, person: str) -> Sheet:
    """Return what is open with a person at a practice. Raises NotFoundError, UsageError."""
    at = lookup.practice(read, practice)
    member = lookup.member(read, at.id, person.removeprefix("+"))
    today = ctx.today(at)
    open_ = by_danger(open_with(read, at.id, [member]), today)
    told = tuple(Promised(one.row, last) for one in open_ if (last := _last(one, member)) is not None)
    asked = [one.row for one in open_ if one.row.status is Status.WAITING and one.row.waiting_on == member.handle]
    theirs = tuple(one.row for one in open_ if one.row.assignee == member.handle and _last(one, member) is None)
    recent = decisions.decisions(read, practice_id=at.id)
    return Sheet(
        at,
        member,
        today,
        told,
        tuple(sorted(asked, key=lambda row: (not is_question(row), row.waiting_by or date.max, row.id))),
        theirs,
        tuple(_untold(read, at, member)),
        tuple(raising.notes(read, practice_id=at.id, person_id=member.person_id)),
        tuple([one for one in recent if may_read(one, member)][:DECIDED]),
    )


def _last(one: Open, member: Member) -> Telling | None:
    heard = [telling for telling in one.told if telling.person_id == member.person_id and not telling.retracted]
    return heard[-1] if heard else None


def _untold(read: Reader, at: Practice, member: Member) -> Iterator[TaskRow]:
    """Yield what is promised at the practice, is for their eyes and was not told to them."""
    rows = tasks.rows(read, meetings.untold(at.id, member.person_id, member.handle), limit=UNTOLD * 5)
    about = updates.persons_about(read, [row.id for row in rows])
    seen = (row for row in rows if may_see(TaskFacts(row, (), about.get(row.id, frozenset())), member))
    for count, row in enumerate(seen):
        if count < UNTOLD:
            yield row


def read_line(line: str, known: Known, practice: str, person: str) -> Capture:
    """Return what a line means that is captured on a call: of this practice, and a date in it is told this person.

    Who else it names was told, or that it is private, stays as it is said.
    """
    found = parse(f"@{practice} {line}", known)
    if found.promised_on is None or found.told is not None or found.audience == Audience.ME:
        return found._replace(raw=line)
    return found._replace(told=person, raw=line)


def capture(ctx: Context, line: str, practice: str, person: str) -> Outcome:
    """Store a line that is captured on a call. Raises UsageError without a title, RefusedError, NotFoundError."""
    at = lookup.practice(ctx.read, practice)
    member = lookup.member(ctx.read, at.id, person)
    found = read_line(line, capturing.known(ctx, ctx.read), at.slug, member.handle)
    if not found.title.strip():
        raise untitled(found)
    if found.practice != at.slug:
        raise RefusedError(
            f"The call is with {at.slug}, and the line names another practice.",
            safe=f"Nothing was stored: {line}",
            remedy="Leave the call first.",
        )
    with ctx.acting() as tx:
        made = made_of(ctx, tx, found, said=Said(How.CALL))
        words = f"Added {made.task_id}: {found.title}"
        told = f", told to {found.told} on this call" if found.told else ""
        action_id = journal.apply(tx, Action("add", f"{words}{told}", made.changes))
    return Outcome(action_id, (made.task_id,), f"{words}{told}", made.notes)
