"""The verbs on meetings: plan one, change it, take it away; note which dates were told there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.numbered import numbered
from followthru.actions.promises import Told, newest_tellings, promised_day, told_changes
from followthru.domain.changes import Action, Change, Scalar, create, delete, differences
from followthru.domain.dateword import read_date
from followthru.domain.meetings import Meeting, names
from followthru.domain.nearest import did_you_mean
from followthru.domain.people import Member
from followthru.domain.plain import one_line, several_lines
from followthru.domain.saying import day_words
from followthru.domain.task import How
from followthru.errors import RefusedError, UsageError
from followthru.store import decisions, journal, meetings
from followthru.store.store import Reader, Writer

_FIELDS = ("date", "time", "title", "with")


class NewMeeting(NamedTuple):
    """When a meeting is, in date words, with whom, and what it is called."""

    on: str
    time: str | None = None
    people: Sequence[str] = ()
    title: str | None = None


class Met(NamedTuple):
    """What a verb did, and the meeting as it is now; None once it is taken away."""

    outcome: Outcome
    meeting: Meeting | None


def add(ctx: Context, slug: str, new: NewMeeting) -> Met:
    """Plan a meeting at a practice, or note one that was. Raises UsageError, NotFoundError."""
    with ctx.acting() as tx:
        practice = lookup.practice(tx, slug)
        people = [lookup.member(tx, practice.id, given) for given in new.people]
        meeting_id = tx.new_id("meeting")
        row: dict[str, Scalar] = {
            "practice_id": practice.id,
            "held_on": read_date(new.on, ctx.today(practice), ctx.order).on.isoformat(),
            "held_time": _clock(new.time),
            "title": one_line(new.title or "") or None,
            "created_at": tx.now,
        }
        changes = [create("meeting", meeting_id, row), *_joining(tx, meeting_id, people)]
        met = names([one.name for one in people])
        on = day_words(date.fromisoformat(str(row["held_on"])), ctx.today(practice))
        words = f"Meeting {meeting_id} at {practice.slug} on {on}{' with ' + met if met else ''}"
        action_id = journal.apply(tx, Action("meeting add", words, tuple(changes)))
    return Met(Outcome(action_id, (), words), meetings.one(ctx.read, meeting_id))


def edit(ctx: Context, meeting_id: int, given: Mapping[str, str]) -> Met:
    """Give fields of a meeting new values: date, time, title; `with=+dana -sam` for who is there.

    Raises UsageError, NotFoundError.
    """
    with ctx.acting() as tx:
        meeting = one(tx, meeting_id)
        after: dict[str, Scalar] = {}
        changes: list[Change] = []
        for name, text in given.items():
            said = one_line(text)
            if name == "date":
                today = ctx.today_for(tx, meeting.practice_id)
                after["held_on"] = read_date(said, today, ctx.order).on.isoformat()
            elif name == "time":
                after["held_time"] = _clock(said or None)
            elif name == "title":
                after["title"] = said or None
            elif name == "with":
                changes += _with(tx, meeting, said)
            else:
                raise UsageError(
                    f"A meeting has no field {name}. {did_you_mean(name, _FIELDS)}".rstrip(),
                    safe="Nothing was changed.",
                    remedy=f"There are {', '.join(_FIELDS)}.",
                )
        changes += differences("meeting", meeting_id, journal.row_of(tx, "meeting", meeting_id) or {}, after)
        words = f"Changed {', '.join(given)} of meeting {meeting_id}"
        action_id = edits.record(tx, "meeting edit", words, changes)
    said = words if action_id else f"Meeting {meeting_id} is like that already."
    return Met(Outcome(action_id, (), said), meetings.one(ctx.read, meeting_id))


def remove(ctx: Context, meeting_id: int) -> Met:
    """Take a meeting away. Its tasks stay. Raises NotFoundError; RefusedError while decisions were made there."""
    with ctx.acting() as tx:
        meeting = one(tx, meeting_id)
        if decisions.decisions(tx, meeting_id=meeting_id, retracted=True):
            raise RefusedError(
                f"Something was decided at meeting {meeting_id}.",
                safe="Nothing was changed.",
                remedy=f"`followthru decision list --meeting {meeting_id}` shows it.",
            )
        changes = [_deleted(tx, "attendee", id) for id in meetings.attendee_ids(tx, meeting_id).values()]
        changes += [_deleted(tx, "action_item", id) for id in meetings.item_ids(tx, meeting_id)]
        changes.append(_deleted(tx, "meeting", meeting_id))
        words = f"Took away meeting {meeting_id}: {meeting.called}, {day_words(meeting.held_on)}"
        action_id = journal.apply(tx, Action("meeting remove", words, tuple(changes)))
    return Met(Outcome(action_id, (), words), None)


def agenda(ctx: Context, meeting_id: int, text: str | None) -> Met:
    """Keep an agenda as it was edited; None makes it from what is open again. Raises NotFoundError."""
    kept = None if text is None else several_lines(text).strip("\n") or None
    with ctx.acting() as tx:
        meeting = one(tx, meeting_id)
        words = f"{'Kept' if kept else 'Let go'} the agenda of meeting {meeting_id}: {meeting.called}"
        changes = differences("meeting", meeting_id, {"agenda": meeting.agenda}, {"agenda": kept})
        action_id = edits.record(tx, "meeting agenda", words, changes)
    said = words if action_id else "The agenda is like that already."
    return Met(Outcome(action_id, (), said), meetings.one(ctx.read, meeting_id))


def tell(ctx: Context, meeting_id: int, task_id: int, people: Sequence[str], on: date | None = None) -> Outcome:
    """Record that people were told a date of a task at a meeting: all who are there, unless some are named.

    Raises RefusedError before the meeting, for a private task, or where somebody was told later than that;
    UsageError without a date or anybody to tell, NotFoundError.
    """
    with ctx.acting() as tx:
        meeting = one(tx, meeting_id)
        values = edits.row(tx, task_id)
        if values["practice_id"] != meeting.practice_id:
            raise RefusedError(f"Task {task_id} is not one of {meeting.practice}.", safe="Nothing was recorded.")
        given = people or [there.handle for there in meeting.there]
        told = [lookup.member(tx, meeting.practice_id, one) for one in given]
        if not told:
            raise UsageError("Nobody is named.", safe="Nothing was recorded.", remedy="Say who was told.")
        today = ctx.today_for(tx, meeting.practice_id)
        _check_told(tx, meeting, task_id, told, today)
        date_told = on or promised_day(task_id, values)
        words = (
            f"Told {names([one.name for one in told])} {day_words(date_told, today)} at the meeting: {values['title']}"
        )
        changes = told_changes(tx, task_id, values, told, date_told, Told(How.MEETING, meeting.held_on))
        action_id = edits.record(tx, "meeting tell", words, changes)
    return Outcome(action_id, (task_id,), words)


def _check_told(tx: Reader, meeting: Meeting, task_id: int, people: Sequence[Member], today: date) -> None:
    if meeting.held_on > today:
        raise RefusedError(
            f"Meeting {meeting.id} is on {day_words(meeting.held_on, today)}; nobody was told there yet.",
            safe="Nothing was recorded.",
        )
    newest = newest_tellings(tx, task_id)
    for one in people:
        told = newest.get(one.person_id)
        if told is not None and told.told_on > meeting.held_on:
            raise RefusedError(
                f"{one.name} was told {day_words(told.promised_on, today)} on {day_words(told.told_on, today)}, "
                f"after the meeting.",
                safe="Nothing was recorded.",
                remedy="What was told last is what they know.",
            )


def one(read: Reader, given: str | int) -> Meeting:
    """Return the meeting with this number. Raises NotFoundError."""
    return numbered(read, given, meetings.one, "meeting", "meeting list")


def _joining(tx: Writer, meeting_id: int, people: Sequence[Member]) -> list[Change]:
    ids = dict.fromkeys(one.person_id for one in people)
    return [create("attendee", tx.new_id("attendee"), {"meeting_id": meeting_id, "person_id": id}) for id in ids]


def _with(tx: Writer, meeting: Meeting, said: str) -> list[Change]:
    """Return the changes to who is there: `+dana -sam` adds and takes away, bare names are all who are there."""
    there = meetings.attendee_ids(tx, meeting.id)
    words = said.replace(",", " ").split()
    named = [
        (word[0] if word[0] in "+-" else "", lookup.member(tx, meeting.practice_id, word.lstrip("+-")))
        for word in words
    ]
    bare = {one.person_id for sign, one in named if not sign}
    gone = {one.person_id for sign, one in named if sign == "-"}
    if bare or not words:
        gone |= there.keys() - bare
    new = [one for sign, one in named if sign != "-" and one.person_id not in there]
    left = [_deleted(tx, "attendee", id) for person_id, id in there.items() if person_id in gone]
    return [*left, *_joining(tx, meeting.id, new)]


def _deleted(tx: Reader, entity: str, id: int) -> Change:
    return delete(entity, id, journal.row_of(tx, entity, id) or {})


def _clock(text: str | None) -> str | None:
    if not text:
        return None
    hours, colon, minutes = text.partition(":")
    try:
        return time(int(hours), int(minutes) if colon else 0).strftime("%H:%M")
    except ValueError:
        raise UsageError(f"“{text}” is no time.", safe="Nothing was changed.", remedy="Write 14:30.") from None
