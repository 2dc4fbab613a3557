"""Set calendars up, and answer what they ask."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import NamedTuple

from followthru.actions import promises, strays
from followthru.actions.calendar_rest import lift_rest
from followthru.actions.context import Context, Outcome
from followthru.actions.desk import Desk, reconfigured
from followthru.actions.ledger import concede, questions_in, view_of
from followthru.actions.lookup_config import account_named
from followthru.actions.losses import loss_of, note_loss
from followthru.actions.probing import measure_asked, measure_new
from followthru.actions.publishing import only_reader
from followthru.actions.pulling import take_over, value_now
from followthru.actions.sync import cycle_of, held_patiently, sign_in, url_of
from followthru.actions.whereabouts import find_again, follow, take_up
from followthru.calendars.caps import Caps
from followthru.calendars.dav.client import Account as SignIn
from followthru.calendars.dav.client import DavClient
from followthru.calendars.discovery import FoundCalendar, count_objects, find_calendars, make_calendar, same_place
from followthru.calendars.errors import ReadOnlyError
from followthru.calendars.ical.form import RULES
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter, Move, Question
from followthru.config.change import set_collection
from followthru.config.edit import add_calendar
from followthru.config.reading import load
from followthru.config.values import Account, Calendar, Config
from followthru.domain.changes import Actor
from followthru.domain.people import Member
from followthru.domain.saying import day_words
from followthru.domain.task import Audience
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import calendar_books, journal, links
from followthru.store.links import CalendarRow, LinkRow
from followthru.store.store import Reader, Writer


class Choice(StrEnum):
    """An answer: what the store says holds, or what the calendar says."""

    OURS = "ours"
    THEIRS = "theirs"


class OpenQuestion(NamedTuple):
    """Something a calendar waits for: the link, its task, why, and the values on both sides.

    `moved_to` is the calendar on which a deleted event was found instead.
    """

    link_id: int
    calendar: str
    task_id: int
    state: LinkState
    reason: str | None
    questions: tuple[Question, ...]
    moved_to: str | None = None


def add(desk: Desk, calendar: Calendar) -> tuple[Desk, str]:
    """Set a calendar up on its server, then write it into the configuration; return the new desk and its address.

    Raises UsageError for what no calendar of its audience may be, RefusedError for a collection that holds foreign
    items or may only be read, NotFoundError, ConfigError, CalendarError. The configuration is not touched unless all
    went well. Blocking: for commands only.
    """
    _check_free(desk.config, calendar.name)
    _check_audience(calendar)
    with held_patiently(desk, account_named(desk.config, calendar.account)):
        _check_free(load(desk.home.config), calendar.name)  # as it is by now: another command may have been first
        url = _look_up(desk, calendar)
        config = _written(desk, calendar, url)
    return reconfigured(desk, config), url


def _check_free(config: Config, name: str) -> None:
    if any(one.name == name for one in config.calendars):
        raise RefusedError(f"There is a calendar {name} already.", safe="Nothing was changed.")


def _written(desk: Desk, calendar: Calendar, url: str) -> Config:
    return add_calendar(
        desk.home.config,
        account=calendar.account,
        collection=url,
        name=calendar.name,
        practices=calendar.practices,
        audience=calendar.audience,
        as_=calendar.as_,
        targets=calendar.targets,
        share_existing=calendar.share_existing,
    )


def _check_audience(calendar: Calendar) -> None:
    """Refuse what the configuration would refuse, before anything is made on a server."""
    if calendar.audience == Audience.ME:
        return
    if len(calendar.practices) != 1:
        raise UsageError(
            f"A calendar for {calendar.audience} shows exactly one practice.",
            safe="Nothing was changed.",
            remedy="Name it with --practice SLUG.",
        )
    if calendar.targets:
        raise UsageError("Targets are yours alone; they need --audience me.", safe="Nothing was changed.")


def set_up(desk: Desk, calendar: Calendar, *, new: bool = False) -> str:
    """Find or make a calendar's collection, check that it may be used, remember its address and return it.

    One that was found before is looked for there, and followed where its server says it has moved to. With `new`,
    another is made in its place. Raises ForeignItemsError, NotFoundError, CalendarError. Blocking:
    for commands only. Raises BeingSyncedError while the account is being synced.
    """
    account = account_named(desk.config, calendar.account)
    with held_patiently(desk, account):
        return _set_up(desk, account, calendar, new=new)


def _set_up(desk: Desk, account: Account, calendar: Calendar, *, new: bool) -> str:
    take_up(desk.ctx, calendar.name)
    known = calendar_books.place(desk.ctx.read, calendar.name)
    if new:
        url = _look_up(desk, calendar._replace(create=True, collection=None))
        if calendar.collection is not None:
            reconfigured(desk, set_collection(desk.home.config, calendar.name, url))
        return url
    if known is None:
        return _look_up(desk, calendar)
    return find_again(desk, sign_in(desk, account), calendar, known.url)[1]


def _look_up(desk: Desk, calendar: Calendar) -> str:
    signed = sign_in(desk, account_named(desk.config, calendar.account))
    found = _made(signed, calendar) if calendar.create else _found(signed, calendar)
    url = f"{found.url.rstrip('/')}/"
    take_up(desk.ctx, calendar.name)
    follow(desk, calendar, url)
    asyncio.run(_check(desk, signed, calendar._replace(collection=url)))
    with desk.ctx.store.writing() as tx:
        links.remember(tx, calendar.name, CalendarRow(url, None, None, None, 0, 0, 0))
        calendar_books.belongs_to(tx, calendar.name, calendar.account)
        calendar_books.called(tx, calendar.name, found.name or None)
        note_loss(tx, calendar.name, None)
        if calendar.create:
            calendar_books.made_by_us(tx, calendar.name)
    asyncio.run(_measure(desk, signed, calendar, url))
    return url


async def _measure(desk: Desk, signed: SignIn, calendar: Calendar, url: str) -> None:
    async with DavClient(signed, now=desk.ctx.store.clock.now) as client:
        await measure_new(desk, client, calendar, url)


def probe_now(desk: Desk, calendar: Calendar, *, allowed: bool) -> tuple[str, Caps]:
    """Measure what a calendar's server does; return its address and what was seen.

    Writes a scratch object and removes it: in a calendar that is shared with other things only if `allowed`. Raises
    RefusedError, CalendarError, SecretError, BeingSyncedError. Blocking: for commands only.
    """
    if calendar.share_existing and not allowed:
        raise RefusedError(
            f"Calendar {calendar.name} is shared with other things; a measurement puts an object into it for a moment.",
            safe="Nothing was written.",
            remedy="Say --yes if that is fine.",
        )
    url, account = url_of(desk, calendar), account_named(desk.config, calendar.account)

    async def signed_in() -> Caps:
        async with DavClient(sign_in(desk, account), now=desk.ctx.store.clock.now) as client:
            return await measure_asked(desk, client, calendar, url)

    with held_patiently(desk, account):
        return url, asyncio.run(signed_in())


def _made(signed: SignIn, calendar: Calendar) -> FoundCalendar:
    """Return a new collection, or an empty one of our name that an interrupted set-up left behind."""
    title = f"followthru {calendar.name}"
    kind = RULES[view_of(calendar).form].component
    for one in find_calendars(signed):
        takes = not one.components or kind in one.components
        if one.name == title and takes and not one.read_only and asyncio.run(_is_empty(signed, one.url)):
            return one
    return make_calendar(signed, title, (kind,))


async def _is_empty(signed: SignIn, url: str) -> bool:
    async with DavClient(signed) as client:
        return await count_objects(client, url) == 0


def _found(signed: SignIn, calendar: Calendar) -> FoundCalendar:
    every = find_calendars(signed)
    wanted = (calendar.collection or "").rstrip("/")
    fitting = [one for one in every if wanted == one.name or same_place(wanted, one.url)]
    if len(fitting) != 1:
        names = ", ".join(sorted(f"“{one.name}”" for one in every)) or "none"
        problem = "There is no calendar" if not fitting else "More than one calendar is named"
        raise NotFoundError(
            f"{problem} “{calendar.collection}” on account {calendar.account}; it has {names}.",
            safe="Nothing was changed.",
            remedy="Name one of them, or leave the name out to have one made.",
        )
    if fitting[0].read_only:
        raise ReadOnlyError(fitting[0].name or fitting[0].url)
    return fitting[0]


async def _check(desk: Desk, signed: SignIn, calendar: Calendar) -> None:
    """Look once, changing nothing; foreign items and missing rights show here."""
    async with DavClient(signed, now=desk.ctx.store.clock.now) as client:
        await cycle_of(desk, client, calendar).rehearse()


def collections(desk: Desk, account: Account) -> tuple[FoundCalendar, ...]:
    """Return the calendars that an account has on its server; one that lets us in is left alone no longer.

    Raises CalendarError, SecretError. Blocking.
    """
    found = find_calendars(sign_in(desk, account))
    lift_rest(desk, account)
    return found


def open_questions(ctx: Context) -> list[OpenQuestion]:
    """Return what calendars wait for, by calendar and age. Our values are those of now, not of when it was asked."""
    return [_open(ctx, calendar, row) for calendar, row in links.asking(ctx.read)]


def _open(ctx: Context, calendar: str, row: LinkRow) -> OpenQuestion:
    state = LinkState(row.state)
    moved = strays.elsewhere(ctx.read, row.uid, calendar) if state is LinkState.UNLINKED else None
    return OpenQuestion(row.id, calendar, row.task_id, state, row.reason, _as_of_now(ctx, row), moved)


def _as_of_now(ctx: Context, row: LinkRow) -> tuple[Question, ...]:
    found = questions_in(row.questions)
    values = journal.row_of(ctx.read, "task", row.task_id)
    if values is None:
        return found
    return tuple(one._replace(ours=value_now(values, one.field)) if one.matter in _CHOICES else one for one in found)


_CHOICES = frozenset({Matter.CONFLICT, Matter.PROPOSAL})
"""What is asked by showing two values."""


def open_question(ctx: Context, given: str | int) -> OpenQuestion:
    """Return the open question of this number. Raises NotFoundError."""
    for one in open_questions(ctx):
        if str(one.link_id) == str(given):
            return one
    raise NotFoundError(
        f"There is no open question {given}.",
        safe="Nothing was changed.",
        remedy="`followthru calendar resolve` lists them.",
    )


def answer(ctx: Context, link_id: int, choice: Choice) -> Outcome:
    """Settle one question. Raises NotFoundError; RefusedError by a guard of the task, or where `ours` cannot be had.

    `ours` publishes what the store says over what the calendar says, makes a deleted event again and removes what
    was moved elsewhere, or puts another event beside one that is left alone; `theirs` takes the calendar's values
    over, or leaves the event as it is there.
    """
    with ctx.acting() as tx:
        question = open_question(ctx, link_id)
        if choice is Choice.OURS:
            state = _ours(tx, question)
        else:
            state = _theirs(ctx, tx, question)
            links.settle(tx, link_id, str(state))
        unsaid = f"{_known_to(ctx, tx, question)}{_moved_unsaid(tx, question)}" if state is LinkState.ASKED else ""
    return Outcome(None, (question.task_id,), f"{_settled(question, state)}{unsaid}")


def _moved_unsaid(read: Reader, question: OpenQuestion) -> str:
    """Return words for a told date that was moved just now without a reason."""
    moved = any(one.field == "promised_on" for one in question.questions if one.matter in _CHOICES)
    values = journal.row_of(read, "task", question.task_id)
    if not moved or values is None or not values["reason_missing"]:
        return ""
    every = promises.newest_tellings(read, question.task_id).values()
    told = [f"{one.person} {day_words(one.promised_on)}" for one in every]
    give = f'`followthru edit {question.task_id} because="…"` gives it.'
    return f" It was told to be another day ({', '.join(told)}): the reason is missing, and updates wait. {give}"


def _ours(tx: Writer, question: OpenQuestion) -> LinkState:
    """Have ours published, and return the state in which its event waits for that. Raises RefusedError."""
    row = links.by_id(tx, question.link_id)
    if question.state is LinkState.QUARANTINED:
        strays.publish_beside(tx, question.calendar, row)
        return LinkState.WAITING
    state = LinkState.GONE if question.state is LinkState.UNLINKED else LinkState.OURS
    if state is LinkState.GONE:
        strays.want_removed(tx, row.uid, row.task_id)
    links.settle(tx, row.id, str(state))
    return state


def _theirs(ctx: Context, tx: Writer, question: OpenQuestion) -> LinkState:
    """Take the calendar's values over as an action of the PM's, and return the event's state.

    Raises RefusedError by a guard of the task.
    """
    moves = [Move(one.field, one.ours, one.theirs) for one in question.questions if one.matter in _CHOICES]
    if not moves:
        return LinkState.UNLINKED
    take_over(ctx, tx, question.task_id, moves, actor=Actor.ME, mover=_mover(ctx, tx, question))
    if all(one.matter is Matter.CONFLICT for one in question.questions):
        concede(tx, question.calendar, links.by_id(tx, question.link_id), moves)
    if any(move.field == "promised_on" for move in moves):
        # By this action, unless the task was promised for that day before.
        by = journal.last_change(tx, "task", question.task_id, "promised_on")
        links.accepted(tx, question.link_id, None if by is None else by.id)
    return LinkState.ASKED


_OTHER_DATE = (Matter.PROPOSAL, "promised_on")


def _mover(ctx: Context, read: Reader, question: OpenQuestion) -> Member | None:
    """Return the reader who proposed another promised date, where only one can have.

    Who moved a date that was told anew meanwhile may not know which of the two holds.
    """
    proposed = [one.theirs for one in question.questions if (one.matter, one.field) == _OTHER_DATE]
    if not any(proposed):
        return None
    return only_reader(read, question.task_id, ctx.audience_of(question.calendar))


def _known_to(ctx: Context, read: Reader, question: OpenQuestion) -> str:
    """Return words for the reader whose own move was accepted just now."""
    mover = _mover(ctx, read, question)
    return "" if mover is None else f" {mover.name} moved it there, and counts as told."


def _settled(question: OpenQuestion, state: LinkState) -> str:
    number, calendar = question.task_id, question.calendar
    if state is question.state is LinkState.UNLINKED:
        return f"Task {number} stays off calendar {calendar}; it is kept here, as it is."
    return {
        LinkState.GONE: f"Task {number} is put on calendar {calendar} again at the next sync.",
        LinkState.WAITING: f"The event is left as it is, and task {number} gets another one beside it on {calendar}.",
        LinkState.OURS: f"Your value for task {number} is published to calendar {calendar} at the next sync.",
        LinkState.ASKED: f"What calendar {calendar} says of task {number} is taken over; undo takes that back.",
    }.get(state, f"Task {number} is left as it is on calendar {calendar}.")


def confirm(ctx: Context, calendar: str) -> Outcome:
    """Allow the loss that a calendar's guard refused, once.

    Raises NotFoundError; RefusedError where no loss waits for a word: given ahead, it would let the next one through.
    """
    with ctx.acting() as tx:
        if links.calendar(tx, calendar) is None:
            raise NotFoundError(f"There is no calendar {calendar}.", remedy="`followthru calendar list` shows them.")
        check_loss(tx, calendar)
        links.confirm(tx, calendar)
    return Outcome(None, (), f"The next sync of {calendar} accepts what is missing there.")


def check_loss(read: Reader, calendar: str) -> None:
    """Raise RefusedError where no loss on a calendar waits for a word."""
    if loss_of(read, calendar) is None:
        raise RefusedError(
            f"Nothing that is missing on calendar {calendar} waits for a confirmation.",
            safe="Nothing was changed.",
            remedy=f"`followthru sync status {calendar}` says how it stands.",
        )
