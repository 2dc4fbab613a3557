"""What calendars ask, and the answers: two values, what was deleted or moved there, and losses to be confirmed."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from followthru.actions import promises, strays
from followthru.actions.context import Context, Outcome
from followthru.actions.ledger import concede, questions_in
from followthru.actions.losses import loss_of
from followthru.actions.publishing import only_reader
from followthru.actions.pulling import take_over, value_now
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter, Move, Question
from followthru.domain.changes import Actor
from followthru.domain.people import Member
from followthru.domain.saying import day_words
from followthru.errors import NotFoundError, RefusedError
from followthru.store import journal, links
from followthru.store.links import LinkRow
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
