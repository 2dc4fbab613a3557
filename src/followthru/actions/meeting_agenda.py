"""What a meeting is to be about: what is open with the people there, and what not all of them may know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions import renewals
from followthru.actions.agenda import health
from followthru.actions.context import Context
from followthru.domain.audience import AUDIENCE_ROLES
from followthru.domain.goals import aim_words, spoken_unit, trend_words
from followthru.domain.health import Health
from followthru.domain.meetings import Meeting, Part, Topic, page
from followthru.domain.people import Member
from followthru.domain.promise_log import out_of_step
from followthru.domain.saying import day_words
from followthru.domain.task import Audience, Status, TaskRow, Telling
from followthru.store import goals, meetings, practices, raising, tasks, updates
from followthru.store.store import Reader
from followthru.updates.view import TaskFacts, may_see, named

SOON = 60
"""Calendar days ahead for which an agenda names what expires."""
_DANGER = (Health.LATE, Health.AT_RISK, Health.IN_BUFFER)
_SAID = {Health.LATE: "late", Health.AT_RISK: "may slip"}


class Open(NamedTuple):
    """A task that concerns somebody there, with its tellings and those there who may not see it."""

    row: TaskRow
    told: tuple[Telling, ...]
    hidden_from: tuple[str, ...]


def text_of(ctx: Context, read: Reader, meeting: Meeting) -> str:
    """Return a meeting's agenda as Markdown: as it was edited, else made from what is open now."""
    return meeting.agenda or made(ctx, read, meeting)


def made(ctx: Context, read: Reader, meeting: Meeting) -> str:
    """Return the agenda that what is open now gives."""
    return page(meeting, list(parts(ctx, read, meeting)))


def parts(ctx: Context, read: Reader, meeting: Meeting) -> Iterator[Part]:
    """Yield the parts of an agenda that have something in them, in their order."""
    people = _people(read, meeting)
    today = ctx.today_for(read, meeting.practice_id)
    open_ = open_with(read, meeting.practice_id, people)
    handles = {one.handle for one in people}
    for heading, topics in (
        ("From last time", _last_time(read, meeting, people, today)),
        ("Promises", _promises(open_, handles, today)),
        ("Questions", _waiting(open_, handles, today, questions=True)),
        ("Waiting for", _waiting(open_, handles, today, questions=False)),
        ("Theirs to do", _theirs(open_, handles, today)),
        ("To raise", _to_raise(read, meeting, people)),
        ("Expires soon", _expiring(ctx, read, meeting, people, today)),
        ("Goals", _goals(read, meeting, people, today)),
    ):
        if topics:
            yield Part(heading, tuple(topics))


def _people(read: Reader, meeting: Meeting) -> list[Member]:
    there = {one.person_id for one in meeting.there}
    return [one for one in practices.members(read, meeting.practice_id) if one.person_id in there]


def open_with(read: Reader, practice_id: int, people: Sequence[Member]) -> list[Open]:
    """Return the open tasks that concern any of these people, each with those of them who may not see it."""
    rows = tasks.rows(read, meetings.concerning(practice_id, [one.person_id for one in people]))
    told = tasks.tellings(read, [row.id for row in rows])
    about = updates.persons_about(read, [row.id for row in rows])
    found: list[Open] = []
    for row in rows:
        facts = TaskFacts(row, tuple(told[row.id]), about.get(row.id, frozenset()))
        hidden = tuple(one.address or one.name for one in people if not may_see(facts, one))
        found.append(Open(row, facts.tellings, hidden))
    return found


def by_danger(open_: Sequence[Open], today: date) -> list[Open]:
    """Return tasks with those in danger first, then by their next date."""
    order = {word: at for at, word in enumerate(_DANGER)}
    return sorted(
        open_,
        key=lambda one: (order.get(health(one.row, today), len(order)), one.row.promised_on or date.max, one.row.id),
    )


def last_told(one: Open) -> Mapping[str, date]:
    """Return the date that each person was told last, by handle."""
    return {telling.person: telling.promised_on for telling in one.told if not telling.retracted}


def _promises(open_: Sequence[Open], handles: set[str], today: date) -> list[Topic]:
    told = [one for one in open_ if handles & last_told(one).keys()]
    return [_promise(one, handles, today) for one in by_danger(told, today)]


def _promise(one: Open, handles: set[str], today: date) -> Topic:
    row = one.row
    wrong = {who: on for who, on in out_of_step(one.told, row.promised_on).items() if who in handles}
    said = [_SAID[word]] if (word := health(row, today)) in _SAID else []
    said += [f"{who} still knows {day_words(on, today)}" for who, on in wrong.items()]
    on = f", {day_words(row.promised_on, today)}" if row.promised_on else ", without a date now"
    return Topic(
        f"{_words(row)}{on}{': ' + ', '.join(said) if said else ''}",
        f"task {row.id}",
        one.hidden_from,
        f"task:{row.id}",
    )


def _waiting(open_: Sequence[Open], handles: set[str], today: date, *, questions: bool) -> list[Topic]:
    found = [
        one
        for one in open_
        if one.row.status is Status.WAITING and one.row.waiting_on in handles and is_question(one.row) is questions
    ]
    return [Topic(_asked(one.row, today), f"task {one.row.id}", one.hidden_from, f"task:{one.row.id}") for one in found]


def _asked(row: TaskRow, today: date) -> str:
    by = f" by {day_words(row.waiting_by, today)}" if row.waiting_by else ""
    return f"{_words(row)}: {row.waiting_for or 'an answer'}{by}, from {row.waiting_on}"


def is_question(row: TaskRow) -> bool:
    """Whether what is waited for is the answer to a question."""
    return (row.waiting_for or "").rstrip().endswith("?")


def _theirs(open_: Sequence[Open], handles: set[str], today: date) -> list[Topic]:
    found = [one for one in open_ if one.row.assignee in handles and not handles & last_told(one).keys()]
    return [
        Topic(f"{_words(one.row)}{_on(one.row.promised_on, today)}, with {one.row.assignee}", f"task {one.row.id}",
              one.hidden_from, f"task:{one.row.id}")
        for one in by_danger(found, today)
    ]  # fmt: skip


def _last_time(read: Reader, meeting: Meeting, people: Sequence[Member], today: date) -> list[Topic]:
    last = meetings.before(read, meeting)
    if last is None:
        return []
    items = meetings.items(read, last.id)
    rows = tasks.by_ids(read, [one.task_id for one in items])
    told = tasks.tellings(read, [row.id for row in rows])
    about = updates.persons_about(read, [row.id for row in rows])
    return [
        _was(row, TaskFacts(row, tuple(told[row.id]), about.get(row.id, frozenset())), people, today) for row in rows
    ]


def _was(row: TaskRow, facts: TaskFacts, people: Sequence[Member], today: date) -> Topic:
    hidden = tuple(one.address or one.name for one in people if not may_see(facts, one))
    how = f"done {day_words(row.done_on, today)}" if row.done_on else str(row.status)
    on = _on(None if row.closed else row.promised_on, today)
    return Topic(f"{_words(row)}: {how}{on}", f"task {row.id}", hidden, f"task:{row.id}")


def _to_raise(read: Reader, meeting: Meeting, people: Sequence[Member]) -> list[Topic]:
    """A note is for its person: where others are there too, it is for the PM alone."""
    found = [
        one
        for person in people
        for one in raising.notes(read, practice_id=meeting.practice_id, person_id=person.person_id)
    ]
    return [
        Topic(
            one.words,
            f"{one.person}, note {one.id}",
            tuple(o.address or o.name for o in people if o.person_id != one.person_id),
            f"raise:{one.id}",
        )
        for one in found
    ]


def _expiring(ctx: Context, read: Reader, meeting: Meeting, people: Sequence[Member], today: date) -> list[Topic]:
    board = renewals.board(ctx, read, within=SOON, practice_id=meeting.practice_id)
    return [
        Topic(
            f"{one.item.named}, {day_words(one.item.expires_on, today)}",
            f"register {one.item.id}" if one.item.task_id is None else f"task {one.item.task_id}",
            _not_for(people, Audience(one.item.audience or Audience.OWNERS)),
            f"register:{one.item.id}",
        )
        for one in board
        if one.item.expires_on is not None
    ]


def _goals(read: Reader, meeting: Meeting, people: Sequence[Member], today: date) -> list[Topic]:
    found = goals.goals(read, practice_id=meeting.practice_id)
    readings = goals.readings(read, [one.id for one in found])
    topics: list[Topic] = []
    for one in found:
        aim = aim_words(one.direction, one.aim, one.aim_to, spoken_unit(one.title, one.unit))
        last = readings[one.id][-1] if readings[one.id] else None
        now = f"{last.value:f} on {day_words(last.on, today)}, " if last else ""
        said = ", ".join(part for part in (f"{now}{aim}".rstrip(", "), trend_words(one, readings[one.id])) if part)
        topics.append(
            Topic(
                f"{one.title}: {said}" if said else one.title,
                f"goal {one.id}",
                _not_for(people, one.audience),
                f"goal:{one.id}",
            )
        )
    return topics


def _not_for(people: Sequence[Member], audience: Audience) -> tuple[str, ...]:
    return tuple(one.address or one.name for one in people if one.role not in AUDIENCE_ROLES[audience])


def _words(row: TaskRow) -> str:
    return named(row.public_title or row.title)


def _on(on: date | None, today: date) -> str:
    return f", {day_words(on, today)}" if on else ""
