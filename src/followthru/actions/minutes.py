"""Minutes taken over: action items become tasks, decisions are written down, all as one step and each line once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from followthru.actions import edits
from followthru.actions import known as capturing
from followthru.actions.context import Context, Outcome
from followthru.actions.decisions import followed
from followthru.actions.decisions import made as decision_made
from followthru.actions.meetings import Met
from followthru.actions.meetings import one as meeting_of
from followthru.actions.tasks import Said, made_of
from followthru.domain.capture.model import Capture, Known
from followthru.domain.capture.parser import parse
from followthru.domain.changes import Change, Row, Scalar, create, differences
from followthru.domain.meetings import Meeting
from followthru.domain.minutes import Decided, Item, marked, read, same
from followthru.domain.plain import several_lines
from followthru.domain.saying import count_words
from followthru.domain.task import Audience, How
from followthru.errors import UsageError
from followthru.store import decisions, meetings
from followthru.store.store import Reader, Writer


class MinutesError(UsageError):
    """A line of minutes cannot be taken over; nothing is."""

    def __init__(self, number: int, words: str) -> None:
        super().__init__(f"Line {number}: {words}", safe="Nothing was stored.", remedy="Correct the line.")


class Taken(NamedTuple):
    """A line that is an action item, as it will be taken: what it means, and the line of its decision, if any."""

    item: Item
    capture: Capture


class Plan(NamedTuple):
    """What minutes would bring: new tasks and decisions; and lines that were taken over before, by task or decision.

    `told_on` is the day on which whom a line names was told. `again` are lines that lost their mark, by number.
    """

    text: str
    tasks: tuple[Taken, ...]
    decisions: tuple[Decided, ...]
    told_on: date
    again_tasks: Mapping[int, int]
    again_decisions: Mapping[int, int]
    notes: tuple[str, ...]


def plan(ctx: Context, reader: Reader, meeting: Meeting, text: str) -> Plan:
    """Return what taking these minutes would do. Dates are read as of the meeting, once it was.

    Raises MinutesError for an action item that cannot become a task of the meeting's practice.
    """
    text = several_lines(text)
    found = read(text)
    held = min(meeting.held_on, ctx.today_for(reader, meeting.practice_id))
    items = [item for item in found.items if item.taken is None]
    lines = [line for line in found.decisions if line.taken is None]
    decided = decisions.decisions(reader, meeting_id=meeting.id, retracted=True)
    again = _again(items, [(old.line, old.task_id) for old in meetings.items(reader, meeting.id)])
    again_decided = _again(lines, [(old.words, old.id) for old in decided])

    def then(_: str | None) -> date:
        return held

    known = capturing.known(ctx, reader)._replace(today=then)
    return Plan(
        text,
        tuple(Taken(item, _captured(item, meeting, known)) for item in items if item.number not in again),
        tuple(line for line in lines if line.number not in again_decided),
        held,
        again,
        again_decided,
        tuple(_in_other_words(found.decisions, {one.id: one.words for one in decided})),
    )


def _again(lines: Sequence[Item | Decided], before: Sequence[tuple[str, int]]) -> dict[int, int]:
    """Return what lines without a mark became before, by their number: those that say the same."""
    return {line.number: id for line in lines for words, id in before if same(line.text, words)}


def _in_other_words(lines: Sequence[Decided], stored: Mapping[int, str]) -> Iterator[str]:
    """Yield a note for each line that was taken over and says something else by now than its decision."""
    for line in lines:
        words = None if line.taken is None else stored.get(line.taken)
        if words is not None and not same(line.text, words):
            how = "`followthru decision edit` changes that"
            yield f"line {line.number} says it otherwise than decision {line.taken}; {how}"


def _captured(item: Item, meeting: Meeting, known: Known) -> Capture:
    line = parse(f"@{meeting.practice} {item.text}", known)
    if line.practice != meeting.practice:
        raise MinutesError(
            item.number, f"the meeting is at {meeting.practice}, and “{item.text}” names another practice."
        )
    if not line.title.strip():
        raise MinutesError(item.number, f"there is no title in “{item.text}”.")
    if line.told is not None and line.audience == Audience.ME:
        raise MinutesError(item.number, f"a private task cannot be told to {line.told}.")
    return line._replace(raw=item.text)


def take(ctx: Context, meeting_id: int, text: str, *, before: str | None = None, check: bool = False) -> Met:
    """Keep a meeting's minutes, and take over each action item and decision in them that was not before, as one step.

    With `check`, `before` is the text that was edited: minutes that somebody changed meanwhile are not overwritten.
    Raises MinutesError, NotFoundError, RefusedError.
    """
    with ctx.acting() as tx:
        meeting = meeting_of(tx, meeting_id)
        if check and meeting.minutes != before:
            raise UsageError(
                f"The minutes of meeting {meeting_id} were changed meanwhile.",
                safe="Nothing was stored.",
                remedy=f"`followthru meeting minutes {meeting_id} --print` shows them as they are now.",
            )
        found = plan(ctx, tx, meeting, text)
        made = _Made(ctx, tx, meeting, found)
        changes = made.changes()
        kept = marked(found.text, {**found.again_tasks, **made.tasks}, {**found.again_decisions, **made.decisions})
        after: Row = {"minutes": kept if kept.strip() else None}
        changes += differences("meeting", meeting_id, {"minutes": meeting.minutes}, after)
        words = f"Minutes of meeting {meeting_id}{_counted(made)}"
        action_id = edits.record(tx, "meeting minutes", words, changes)
    said = words if action_id else "The minutes are like that already."
    outcome = Outcome(action_id, tuple(made.tasks.values()), said, (*found.notes, *made.notes))
    return Met(outcome, meetings.one(ctx.read, meeting_id))


def _counted(made: _Made) -> str:
    parts = [
        count_words(len(made.tasks), "task") if made.tasks else "",
        count_words(len(made.decisions), "decision") if made.decisions else "",
    ]
    said = " and ".join(part for part in parts if part)
    return f": {said}" if said else ""


class _Made:
    """Makes what a plan says; `tasks` and `decisions` are what lines became, by the number of their line."""

    def __init__(self, ctx: Context, tx: Writer, meeting: Meeting, found: Plan) -> None:
        self._ctx, self._tx, self._meeting, self._plan = ctx, tx, meeting, found
        self.tasks: dict[int, int] = {}
        self.decisions: dict[int, int] = {}
        self.notes: list[str] = []

    def changes(self) -> list[Change]:
        """Return the changes that make everything."""
        changes: list[Change] = []
        for one in self._plan.tasks:
            changes += self._task(one)
        for line in self._plan.decisions:
            changes += self._decision(line)
        return [*changes, *self._followed()]

    def _task(self, one: Taken) -> Sequence[Change]:
        made = made_of(self._ctx, self._tx, one.capture, said=Said(How.MEETING, self._plan.told_on))
        self.tasks[one.item.number] = made.task_id
        self.notes += [f"line {one.item.number}: {note}" for note in made.notes]
        row: dict[str, Scalar] = {"meeting_id": self._meeting.id, "task_id": made.task_id, "line": one.item.text}
        return (*made.changes, create("action_item", self._tx.new_id("action_item"), row))

    def _decision(self, line: Decided) -> Sequence[Change]:
        decision_id = self._tx.new_id("decision")
        self.decisions[line.number] = decision_id
        row: dict[str, Scalar] = {
            "uid": str(uuid4()),
            "practice_id": self._meeting.practice_id,
            "meeting_id": self._meeting.id,
            "decided_on": self._plan.told_on.isoformat(),
            "words": line.text,
            "audience": str(Audience.ME) if line.private else None,
            "created_at": self._tx.now,
        }
        return decision_made(self._tx, decision_id, row, [there.person_id for there in self._meeting.there])

    def _followed(self) -> Sequence[Change]:
        """Return the changes that say which new tasks follow from which decision, made now or before."""
        known = {**self._plan.again_decisions, **self.decisions}
        known |= {line.number: line.taken for line in read(self._plan.text).decisions if line.taken is not None}
        there = {decision.id for decision in decisions.decisions(self._tx, meeting_id=self._meeting.id, retracted=True)}
        changes: list[Change] = []
        for one in self._plan.tasks:
            decision = known.get(one.item.under or 0)
            if decision is not None and (decision in there or decision in self.decisions.values()):
                changes.append(followed(self._tx, decision, self.tasks[one.item.number]))
        return changes
