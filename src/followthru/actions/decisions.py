"""The verbs on decisions: write one down, change it, take it back, and say which tasks and promises go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from followthru.actions import edits, lookup, promise_log
from followthru.actions.context import Context, Outcome
from followthru.actions.meetings import one as meeting_of
from followthru.actions.numbered import numbered
from followthru.actions.stored import iso
from followthru.domain.changes import Action, Change, Row, Scalar, create, delete, differences
from followthru.domain.dateword import DateOrder, read_past
from followthru.domain.decisions import Decision, Link
from followthru.domain.nearest import did_you_mean
from followthru.domain.people import Member, Practice
from followthru.domain.plain import one_line, several_lines
from followthru.domain.promise_log import What
from followthru.domain.saying import day_words
from followthru.domain.task import Audience
from followthru.errors import RefusedError, UsageError
from followthru.store import decisions, journal, practices
from followthru.store.store import Reader, Writer

_FIELDS = ("words", "date", "with", "follows", "moved", "audience", "notes")


class NewDecision(NamedTuple):
    """What was decided, and where they are said: when (date words), at which meeting, who was there, which tasks.

    Without them it was today, or at the meeting's day and with those who were there.
    """

    words: str
    on: str | None = None
    meeting: str | None = None
    people: Sequence[str] = ()
    follows: Sequence[str] = ()
    moved: Sequence[str] = ()
    audience: str | None = None
    notes: str | None = None


class Decided(NamedTuple):
    """What a verb did, and the decision as it is now."""

    outcome: Outcome
    decision: Decision


def add(ctx: Context, slug: str, new: NewDecision) -> Decided:
    """Write down what was decided at a practice. Its readers read these words in their next update.

    Raises UsageError, NotFoundError, RefusedError.
    """
    moves = [(task, _last_move(ctx, task)) for task in (lookup.task(ctx.read, given).id for given in new.moved)]
    with ctx.acting() as tx:
        practice = lookup.practice(tx, slug)
        row = _row(ctx, tx, practice, new)
        people = [lookup.member(tx, practice.id, given).person_id for given in new.people]
        if not people and row["meeting_id"] is not None:
            people = [there.person_id for there in meeting_of(tx, int(row["meeting_id"])).there]
        decision_id = tx.new_id("decision")
        follows = [lookup.task(tx, given).id for given in new.follows]
        changes = [
            *made(tx, decision_id, row, people, follows),
            *(_moved(tx, decision_id, task, move) for task, move in moves),
        ]
        for task_id in (*follows, *(task for task, _ in moves)):
            _check_task(tx, practice.id, task_id)
        words = f"Decision {decision_id} at {practice.slug}: {row['words']}"
        action_id = journal.apply(tx, Action("decision add", words, tuple(changes)))
    return _answer(ctx, action_id, decision_id, words)


def made(
    tx: Writer, decision_id: int, row: Row, people: Sequence[int], follows: Sequence[int] = ()
) -> tuple[Change, ...]:
    """Return the changes that make a decision by people (by id), with the tasks that follow from it."""
    return (
        create("decision", decision_id, row),
        *(
            create("decider", tx.new_id("decider"), {"decision_id": decision_id, "person_id": id})
            for id in dict.fromkeys(people)
        ),
        *(_linked(tx, decision_id, task_id, Link.FOLLOWS) for task_id in dict.fromkeys(follows)),
    )


def followed(tx: Writer, decision_id: int, task_id: int) -> Change:
    """Return the change that says that a task follows from a decision."""
    return _linked(tx, decision_id, task_id, Link.FOLLOWS)


def _linked(tx: Writer, decision_id: int, task_id: int, link: Link, **days: Scalar) -> Change:
    row = {"decision_id": decision_id, "task_id": task_id, "link": str(link), **days}
    return create("decision_task", tx.new_id("decision_task"), row)


def _moved(tx: Writer, decision_id: int, task_id: int, move: tuple[Scalar, Scalar]) -> Change:
    return _linked(tx, decision_id, task_id, Link.MOVED, was_on=move[0], now_on=move[1])


def _row(ctx: Context, tx: Writer, practice: Practice, new: NewDecision) -> dict[str, Scalar]:
    meeting = None if new.meeting is None else meeting_of(tx, new.meeting)
    if meeting is not None and meeting.practice_id != practice.id:
        raise RefusedError(f"Meeting {meeting.id} was not at {practice.slug}.", safe="Nothing was stored.")
    today = ctx.today(practice)
    held = today if meeting is None else min(meeting.held_on, today)
    on = held if new.on is None else _been(new.on, today, ctx.order)
    return {
        "uid": str(uuid4()),
        "practice_id": practice.id,
        "meeting_id": None if meeting is None else meeting.id,
        "decided_on": on.isoformat(),
        "words": _words(new.words),
        "notes": several_lines(new.notes or "") or None,
        "audience": None if new.audience is None else _audience(new.audience),
        "created_at": tx.now,
    }


def _been(text: str, today: date, order: DateOrder) -> date:
    """Read the day on which something was decided. Raises UsageError, and RefusedError for one that is to come."""
    on = read_past(text, today, order)
    if on > today:
        raise RefusedError(
            f"{day_words(on)} is yet to come.", safe="Nothing was stored.", remedy="Give a day that has been."
        )
    return on


def edit(ctx: Context, decision_id: int, given: Mapping[str, str]) -> Decided:
    """Give fields of a decision new values; `with`, `follows` and `moved` take `+` and `-` before what they name.

    Whoever was told it in an update reads in the next one what it is now. Raises UsageError, NotFoundError,
    RefusedError.
    """
    before = one(ctx.read, decision_id)
    moves = {task: _last_move(ctx, task) for task in _new_moves(ctx.read, before, given.get("moved", ""))}
    with ctx.acting() as tx:
        decision = one(tx, decision_id)
        changes: list[Change] = []
        after: dict[str, Scalar] = {}
        for name, text in given.items():
            changes += _edited(ctx, tx, decision, name, text, after, moves)
        changes += differences("decision", decision_id, journal.row_of(tx, "decision", decision_id) or {}, after)
        words = f"Changed {', '.join(given)} of decision {decision_id}: {after.get('words', decision.words)}"
        action_id = edits.record(tx, "decision edit", words, changes)
    return _answer(ctx, action_id, decision_id, words if action_id else f"Decision {decision_id} is like that already.")


def _edited(
    ctx: Context,
    tx: Writer,
    decision: Decision,
    name: str,
    text: str,
    after: dict[str, Scalar],
    moves: Mapping[int, tuple[Scalar, Scalar]],
) -> list[Change]:
    """Set one field in `after`, or return the changes to what belongs to the decision."""
    match name:
        case "words":
            after["words"] = _words(text)
        case "date":
            today = ctx.today_for(tx, decision.practice_id)
            after["decided_on"] = _been(one_line(text), today, ctx.order).isoformat()
        case "audience":
            after["audience"] = _audience(text) if text else None
        case "notes":
            after["notes"] = several_lines(text) or None
        case "with":
            return _people(tx, decision, text)
        case "follows" | "moved":
            return _tasks(tx, decision, Link.FOLLOWS if name == "follows" else Link.MOVED, text, moves)
        case _:
            raise UsageError(
                f"A decision has no field {name}. {did_you_mean(name, _FIELDS)}".rstrip(),
                safe="Nothing was changed.",
                remedy=f"There are {', '.join(_FIELDS)}.",
            )
    return []


def _people(tx: Writer, decision: Decision, text: str) -> list[Change]:
    there = decisions.decider_ids(tx, decision.id)
    changes: list[Change] = []
    for sign, word in _signed(text):
        person = lookup.member(tx, decision.practice_id, word).person_id
        if sign == "-" and person in there:
            changes.append(delete("decider", there[person], journal.row_of(tx, "decider", there[person]) or {}))
        elif sign == "+" and person not in there:
            row = {"decision_id": decision.id, "person_id": person}
            changes.append(create("decider", tx.new_id("decider"), row))
    return changes


def _tasks(
    tx: Writer, decision: Decision, link: Link, text: str, moves: Mapping[int, tuple[Scalar, Scalar]]
) -> list[Change]:
    there = decisions.linked_ids(tx, decision.id, link)
    changes: list[Change] = []
    for sign, word in _signed(text):
        task = lookup.task(tx, word).id
        _check_task(tx, decision.practice_id, task)
        if sign == "-" and task in there:
            row = journal.row_of(tx, "decision_task", there[task]) or {}
            changes.append(delete("decision_task", there[task], row))
        elif sign == "+" and task not in there:
            moved = link is Link.MOVED
            changes.append(
                _moved(tx, decision.id, task, moves[task]) if moved else _linked(tx, decision.id, task, link)
            )
    return changes


def _new_moves(read: Reader, decision: Decision, text: str) -> list[int]:
    there = decisions.linked_ids(read, decision.id, Link.MOVED)
    named = (lookup.task(read, word).id for sign, word in _signed(text) if sign == "+")
    return [task for task in named if task not in there]


def _signed(text: str) -> list[tuple[str, str]]:
    words = text.replace(",", " ").split()
    return [(word[0] if word[0] in "+-" else "+", word.lstrip("+-")) for word in words]


def retract(ctx: Context, decision_id: int) -> Decided:
    """Take a decision back. Whoever was told it in an update reads in the next one that it no longer holds.

    Raises NotFoundError, RefusedError when it is taken back already.
    """
    return _retracted(ctx, decision_id, retracted=True)


def restore(ctx: Context, decision_id: int) -> Decided:
    """Let a decision that was taken back hold again. Raises NotFoundError, RefusedError when it holds."""
    return _retracted(ctx, decision_id, retracted=False)


def _retracted(ctx: Context, decision_id: int, *, retracted: bool) -> Decided:
    with ctx.acting() as tx:
        decision = one(tx, decision_id)
        if (decision.retracted_on is not None) is retracted:
            stands = "is taken back" if retracted else "holds"
            raise RefusedError(f"Decision {decision_id} {stands} already.", safe="Nothing was changed.")
        today = ctx.today_for(tx, decision.practice_id).isoformat() if retracted else None
        words = f"{'Took back' if retracted else 'Let hold again'} decision {decision_id}: {decision.words}"
        before = journal.row_of(tx, "decision", decision_id) or {}
        changes = differences("decision", decision_id, before, {"retracted_on": today})
        action_id = edits.record(tx, "decision retract" if retracted else "decision restore", words, changes)
    return _answer(ctx, action_id, decision_id, words)


def one(read: Reader, given: str | int) -> Decision:
    """Return the decision with this number. Raises NotFoundError."""
    return numbered(read, given, decisions.one, "decision", "decision list --all")


def readers(read: Reader, decision: Decision) -> list[Member]:
    """Return who may read of a decision, by handle."""
    from followthru.updates.decided import may_read

    return [one for one in practices.members(read, decision.practice_id) if may_read(decision, one)]


def _last_move(ctx: Context, task_id: int) -> tuple[Scalar, Scalar]:
    """Return from which day to which a promise moved last, as stored. Raises RefusedError where it never did."""
    log = promise_log.of_task(ctx, lookup.task(ctx.read, task_id)).log
    moves = [entry for entry in log if entry.what in (What.MOVED, What.CLEARED)]
    if not moves:
        raise RefusedError(
            f"The promise of task {task_id} never moved.",
            safe="Nothing was changed.",
            remedy=f"Move it first: `followthru promise {task_id} DATE --because TEXT`.",
        )
    return iso(moves[-1].before), iso(moves[-1].date)


def _check_task(tx: Reader, practice_id: int, task_id: int) -> None:
    if edits.row(tx, task_id)["practice_id"] != practice_id:
        slug = practices.practice(tx, practice_id).slug
        raise RefusedError(f"Task {task_id} is not one of {slug}.", safe="Nothing was changed.")


def _words(text: str) -> str:
    words = one_line(text)
    if not words:
        raise UsageError("Nothing was decided.", safe="Nothing was stored.", remedy="Say what was decided.")
    return words


def _audience(text: str) -> str:
    if text not in set(Audience):
        raise UsageError(f"“{text}” is no audience.", safe="Nothing was changed.", remedy="me, owners or team.")
    return text


def _answer(ctx: Context, action_id: int | None, decision_id: int, words: str) -> Decided:
    decision = one(ctx.read, decision_id)
    read_by = [member.name for member in readers(ctx.read, decision)] if action_id else []
    if action_id and decision.audience is not Audience.ME and not read_by:
        notes: tuple[str, ...] = ("nobody else may read it",)
    elif read_by:
        notes = (f"{', '.join(read_by)} may read it in an update",)
    else:
        notes = ()
    tasks = tuple(one.task_id for one in decision.linked)
    return Decided(Outcome(action_id, tasks, words, notes), decision)
