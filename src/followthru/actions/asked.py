"""Who is asked for what as things stand now, what has been written to them of it, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.actions.notice_keys import Key
from followthru.domain.clock import today_in
from followthru.domain.people import Practice
from followthru.domain.workdays import WorkCalendar
from followthru.store import asking as store
from followthru.store import incoming, practices
from followthru.store.absences import absences
from followthru.store.asking import Ask, Letter
from followthru.store.incoming import IncomingRow
from followthru.updates import facts
from followthru.updates.facts import Known
from followthru.updates.outbox import Phase, UpdateKind, UpdateStatus, standing

RECENT = timedelta(days=7)
"""How long ago something may have been asked for and still get its first mail: an old store has no backlog."""
MOST = 2
"""How many reminders somebody gets of one thing; after that a call is kinder."""
PAUSE = 3
"""Working days from one reminder to the next."""


class Due(NamedTuple):
    """A reminder: from which day it is due, how many there were, and the mails that arrived and asked."""

    ask: Ask
    on: date
    before: int
    letters: tuple[Letter, ...]


class Told(NamedTuple):
    """A mail that may have asked for something, and what it states of each task by uid."""

    letter: Letter
    known: Mapping[str, Known]


class Round:
    """One look at all that people, or one person, are asked for."""

    def __init__(self, ctx: Context, person_id: int | None = None) -> None:
        self._ctx = ctx
        self._places = {one.id: one for one in practices.all_practices(ctx.read)}
        written = {Key.read(period).step for period in store.first_mails(ctx.read)}
        every = store.asks(ctx.read, person_id)
        # What was asked for long ago and is followed up by nobody costs nothing but this look.
        self.asks = [one for one in every if self._is_live(one) or one.step in written]
        self._told: dict[int, Sequence[Told]] = {}
        self._calendars: dict[int, WorkCalendar] = {}
        self._away = [(one.handle, one.first_on, one.last_on) for one in absences(ctx.read, ctx.today() - RECENT)]

    def place(self, ask: Ask) -> Practice:
        """Return the practice that something is asked at."""
        return self._places[ask.practice_id]

    def today(self, ask: Ask) -> date:
        """Return the day at that practice."""
        return self._ctx.today(self.place(ask))

    def day(self, ask: Ask, at: str) -> date:
        """Return the day at that practice on which an instant (UTC ISO text) fell."""
        return today_in(self.place(ask).timezone, datetime.fromisoformat(at))

    def key(self, ask: Ask) -> Key:
        """Return what the mail is known by that asks for it first."""
        kind = UpdateKind.QUESTION if ask.waits else UpdateKind.ASSIGNMENT
        return Key(kind, ask.uid, self.day(ask, ask.asked_at), ask.step)

    def _is_live(self, ask: Ask) -> bool:
        return not ask.by_mail or ask.follow_up_on is not None or self._is_recent(ask)

    def is_working(self, ask: Ask) -> bool:
        """Return whether that practice works today."""
        return self._calendar(ask).is_working(self.today(ask))

    def _calendar(self, ask: Ask) -> WorkCalendar:
        if ask.practice_id not in self._calendars:
            self._calendars[ask.practice_id] = practices.work_calendar(self._ctx.read, ask.practice_id)
        return self._calendars[ask.practice_id]

    def is_away(self, ask: Ask, handle: str) -> bool:
        """Return whether a person is away today."""
        today = self.today(ask)
        return any(who == handle and first <= today <= last for who, first, last in self._away)

    def told(self, person_id: int) -> Sequence[Told]:
        """Return every mail to a person, at any practice, since the first thing that they are asked for now."""
        if person_id not in self._told:
            lately = (self._ctx.store.clock.now() - RECENT).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            since = min([lately, *(one.asked_at for one in self.asks if one.person_id == person_id)])
            every = store.letters(self._ctx.read, person_id, since)
            self._told[person_id] = [Told(one, facts.load(one.facts).known) for one in every]
        return self._told[person_id]

    def letters(self, ask: Ask) -> list[Letter]:
        """Return the mails that asked a person for this since it was asked, whatever became of them; oldest first."""
        return [
            one
            for one, known in self.told(ask.person_id)
            if one.practice_id == ask.practice_id and _asks(known.get(ask.uid), ask) and _is_since(one, ask)
        ]

    def _is_recent(self, ask: Ask) -> bool:
        """Return whether it was asked for lately."""
        return self.today(ask) - self.day(ask, ask.asked_at) <= RECENT

    def first_mail_waits(self, ask: Ask) -> bool:
        """Return whether the mail that asks for it first is still to go out; no reminder overtakes it."""
        letters = self.letters(ask)
        if any(one.at is not None for one in letters):
            return False
        asked = [one for one in letters if one.kind in _FIRST and (ask.waits or not _is_given_up_in_doubt(one))]
        # A draft that was withdrawn decides nothing where the PM has given up another.
        first = next((one for one in asked if not is_withdrawn(one)), asked[0] if asked else None)
        return self._is_recent(ask) if first is None else first.given_up_at is None

    def is_on_its_way(self, ask: Ask, but: int | None = None) -> bool:
        """Return whether a mail that asks for it first was approved and has not arrived; `but` one is left aside."""
        return any(one.kind in _FIRST and one.id != but and is_under_way(one) for one in self.letters(ask))

    def of_step(self, ask: Ask) -> list[Letter]:
        """Return the assignments of the step that gave a person this task, whatever became of them; oldest first."""
        return [
            one
            for one, _ in self.told(ask.person_id)
            if one.kind == UpdateKind.ASSIGNMENT and one.practice_id == ask.practice_id and _is_since(one, ask)
        ]

    def due(self, ask: Ask) -> Due | None:
        """Return when the next reminder is due, None while none will be."""
        letters = self.letters(ask)
        if ask.follow_up_on is None or not ask.by_mail or self.first_mail_waits(ask):
            return None
        arrived = tuple(one for one in letters if one.at is not None)
        if self._has_answered(ask, arrived):
            return None
        nudges = [self.day(ask, one.at) for one in arrived if one.kind == UpdateKind.NUDGE and one.at]
        on = date.fromisoformat(ask.follow_up_on)
        if nudges:
            on = max(on, self._calendar(ask).add(max(nudges), PAUSE))
        declined = [
            self.day(ask, one.given_up_at) for one in letters if one.given_up_at and one.kind == UpdateKind.NUDGE
        ]
        if declined and on <= max(declined):
            return None
        return Due(ask, on, len(nudges), arrived)

    def _has_answered(self, ask: Ask, arrived: Sequence[Letter]) -> bool:
        """Return whether a person has written back: they wait for the PM then, and not the other way round.

        Who has seen the reply and set another follow-up day since wants to be reminded of asking again.
        """
        replies = [one for letter in arrived for one in incoming.of_update(self._ctx.read, letter.id) if _is_reply(one)]
        if not replies:
            return False
        again = store.follow_up_set_at(self._ctx.read, ask.task_id, ask.step) or ""
        return any(one.seen_at is None or again <= one.seen_at for one in replies)


def _is_reply(one: IncomingRow) -> bool:
    return one.kind == "reply" and one.from_reader


def _asks(known: Known | None, ask: Ask) -> bool:
    return known is not None and (known.need is not None if ask.waits else known.assigned)


_FIRST = (UpdateKind.QUESTION, UpdateKind.ASSIGNMENT)


def _is_since(letter: Letter, ask: Ask) -> bool:
    """Return whether a mail is about what is asked now, and not about the same task as it was before."""
    if letter.kind in _FIRST:
        return Key.read(letter.period or "").step == ask.step
    return (letter.at or letter.given_up_at or ask.asked_at) >= ask.asked_at


def is_withdrawn(letter: Letter) -> bool:
    """Return whether a draft was withdrawn by us, and not given up by the PM; none of it has left."""
    ended = letter.status == UpdateStatus.DISCARDED and letter.given_up_at is None
    return ended and letter.phase in (None, Phase.APPROVED)


def _is_given_up_in_doubt(letter: Letter) -> bool:
    """Return whether the PM gave up a mail that may have left, so that what it said is to be said anew.

    No regular update tells whose a task is, while every one says what it waits for.
    """
    return letter.given_up_at is not None and letter.phase == Phase.UNCERTAIN


def is_under_way(letter: Letter) -> bool:
    """Return whether a mail is approved and has neither arrived nor ended otherwise."""
    if letter.status != UpdateStatus.APPROVED:
        return False
    return standing(letter.status, letter.phase) not in (Phase.ACCEPTED, Phase.SUPERSEDED, Phase.CANCELLED)
