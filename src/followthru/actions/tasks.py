"""The verbs of a task's life: add, start, done, reopen, drop, wait, answered, defer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from followthru.actions import edits, holidays, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.stored import day, iso, whole
from followthru.actions.tellings import telling_row
from followthru.domain.changes import Action, Actor, Change, Row, Scalar, create
from followthru.domain.evidence import NOTHING, Shown
from followthru.domain.people import Practice
from followthru.domain.plain import one_line, several_lines
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import CLOSED, Audience, How, Status, TargetSource
from followthru.errors import RefusedError, UsageError
from followthru.store import journal, parts, practices
from followthru.store.store import Writer

if TYPE_CHECKING:
    from followthru.domain.capture import Capture


class Waiting(NamedTuple):
    """Whom a task waits for, for what, by when it is needed, and when to ask again."""

    on: str
    what: str | None = None
    by: date | None = None
    follow_up: date | None = None


def add(
    ctx: Context, line: Capture, *, notes: str | None = None, goal: str | None = None, actor: Actor = Actor.ME
) -> Outcome:
    """Store a captured task; `goal` names the goal that it serves.

    Raises UsageError without a title, RefusedError, NotFoundError.
    """
    if not line.title.strip():
        raise untitled(line)
    with ctx.acting() as tx:
        made = made_of(ctx, tx, line, notes=notes, goal=goal)
        words = f"Added {made.task_id}: {line.title}"
        action_id = journal.apply(tx, Action("add", words, made.changes, actor))
    return Outcome(action_id, (made.task_id,), words, made.notes)


def untitled(line: Capture) -> UsageError:
    """Return what is said of a line without a title."""
    said = f"There is no title in “{line.raw}”."
    return UsageError(said, safe="Nothing was stored.", remedy="Say what is to be done.")


class Made(NamedTuple):
    """What makes a task of a captured line: its id, the changes, and what its user should know."""

    task_id: int
    changes: tuple[Change, ...]
    notes: tuple[str, ...]


class Said(NamedTuple):
    """How, and on which day, the people were told whom a captured line names; without a day it is today."""

    how: How = How.UNSPECIFIED
    on: date | None = None


def made_of(
    ctx: Context,
    tx: Writer,
    line: Capture,
    *,
    notes: str | None = None,
    goal: str | None = None,
    said: Said | None = None,
) -> Made:
    """Return what makes a task of a captured line, which may serve a goal. Raises RefusedError, NotFoundError."""
    practice = lookup.practice(tx, line.practice) if line.practice else None
    line, moved = _rolled(ctx, tx, line, practice)
    task_id = tx.new_id("task")
    kept = several_lines(notes or "") or None
    serves = None if goal is None else _serves(tx, practice, goal)
    given = {**_captured(ctx, tx, line, practice), "notes": kept, "goal_id": serves}
    values = edits.new_task(tx, given)
    changes = [create("task", task_id, values)]
    changes += [create("tag", tx.new_id("tag"), {"task_id": task_id, "name": name}) for name in line.tags]
    if line.told is not None:
        changes.append(_telling(ctx, tx, line, practice, task_id, values, said or Said()))
    notes_of_line = dict.fromkeys(note.words for note in line.notes)
    late = after_deadline(line.promised_on, line.deadline_on)
    return Made(task_id, tuple(changes), (*notes_of_line, *moved, *late))


def _serves(tx: Writer, practice: Practice | None, goal: str) -> int:
    from followthru.actions.goals import to_serve

    return to_serve(tx, None if practice is None else practice.id, goal).id


def _rolled(ctx: Context, tx: Writer, line: Capture, practice: Practice | None) -> tuple[Capture, tuple[str, ...]]:
    """Move a promise off a closed day if its practice has a rule for that, and say so."""
    if practice is None or practice.roll is None or line.promised_on is None:
        return line, ()
    from followthru.domain.rolling import rolled

    holidays.cover_day(tx, practice, line.promised_on)
    calendar = practices.work_calendar(tx, practice.id)
    there = rolled(line.promised_on, practice.roll, calendar, ctx.today(practice))
    return line._replace(promised_on=there.on), () if there.note is None else (there.note,)


def after_deadline(promised_on: date | None, deadline_on: date | None) -> tuple[str, ...]:
    """Return the note that a promise is after its deadline, if it is."""
    if promised_on is None or deadline_on is None or promised_on <= deadline_on:
        return ()
    return (f"The promise is after the deadline {day_words(deadline_on)}.",)


def _captured(ctx: Context, tx: Writer, line: Capture, practice: Practice | None) -> dict[str, Scalar]:
    values: dict[str, Scalar] = {
        "title": line.title,
        "practice_id": practice.id if practice else None,
        "status": str(Status.OPEN if practice else Status.INBOX),
        "kind": line.kind,
        "priority": line.priority and str(line.priority),
        "audience": line.audience and str(line.audience),
        "buffer_set_days": line.buffer_days,
        "promised_on": iso(line.promised_on),
        "promised_time": line.promised_time and line.promised_time.strftime("%H:%M"),
        "target_on": iso(line.target_on),
        "target_source": line.target_on and str(TargetSource.HAND),
        "deadline_on": iso(line.deadline_on),
        "starts_on": iso(line.starts_on),
        "assignee_id": _person(tx, practice, line.assignee),
    }
    if line.waiting_on is not None:
        values |= {"status": str(Status.WAITING), "waiting_on_id": _person(tx, practice, line.waiting_on)}
    if line.repeats is not None:
        from followthru.actions import repeating

        values |= repeating.begun(tx, line.repeats, values, ctx.today(practice))
    return values


def _person(tx: Writer, practice: Practice | None, given: str | None) -> int | None:
    return None if given is None else lookup.member(tx, practice.id if practice else None, given).person_id


def _telling(
    ctx: Context, tx: Writer, line: Capture, practice: Practice | None, task_id: int, values: Row, said: Said
) -> Change:
    """Return the telling of `by DATE to PERSON`; a private task can be told to nobody."""
    if line.audience == Audience.ME:
        raise RefusedError(
            f"A private task cannot be told to {line.told}.",
            safe=f"Nothing was stored: {line.raw}",
            remedy="Leave out *private or the “to”.",
        )
    person = lookup.member(tx, practice.id if practice else None, line.told or "")
    told_on = said.on or ctx.today(practice)
    told = line.promised_on or told_on
    row = telling_row(tx, task_id, values, person.person_id, told, told_on, said.how)
    return create("telling", tx.new_id("telling"), row)


def start(ctx: Context, *task_ids: int) -> Outcome:
    """Note that work on tasks has begun, as one step. Raises RefusedError for a closed one; then none is changed."""
    return _move(ctx, task_ids, "start", Status.STARTED)


def done(ctx: Context, *task_ids: int, actor: Actor = Actor.ME, shown: Shown = NOTHING) -> Outcome:
    """Close tasks as done today, each in its practice's zone, as one step, and keep for each what is shown.

    Raises RefusedError for a dropped one, and for one that closes only with evidence when there is none.
    """
    return _move(ctx, task_ids, "done", Status.DONE, actor=actor, shown=shown)


def drop(ctx: Context, *task_ids: int) -> Outcome:
    """Close tasks as not to be done, as one step. Raises RefusedError for a done one."""
    return _move(ctx, task_ids, "drop", Status.DROPPED)


def reopen(ctx: Context, *task_ids: int, actor: Actor = Actor.ME) -> Outcome:
    """Open closed tasks again, as one step. Raises RefusedError for one that is open; then none is changed."""
    changes: list[Change] = []
    with ctx.acting() as tx:
        titles: list[str] = []
        for task_id in dict.fromkeys(task_ids):
            values = edits.row(tx, task_id)
            if values["status"] not in CLOSED:
                raise RefusedError(f"Task {task_id} is {values['status']} already.", safe="Nothing was changed.")
            status = Status.INBOX if values["practice_id"] is None else Status.OPEN
            titles.append(f"{task_id}: {values['title']}")
            changes += edits.changed(tx, task_id, {"status": str(status), "done_on": None, "closed_at": None})
        words = _step_words("Reopened", titles)
        action_id = edits.record(tx, "reopen", words, changes, actor=actor)
    return Outcome(action_id, task_ids, words)


NOT_WAITING: dict[str, Scalar] = dict.fromkeys(("waiting_on_id", "waiting_for", "waiting_by", "follow_up_on"))
_WORDS = {"start": "Started", "done": "Done", "drop": "Dropped"}
_CANNOT = {Status.STARTED: "start", Status.DONE: "become done", Status.DROPPED: "be dropped"}


class Step(NamedTuple):
    """What moves a task to another status, with what follows from that, and words about it."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()


def _step_words(verb: str, titles: Sequence[str]) -> str:
    """Return the sentence for a step: one task by number and title, several by their count."""
    return f"{verb} {titles[0]}" if len(titles) == 1 else f"{verb} {count_words(len(titles), 'task')}"


def _move(
    ctx: Context,
    task_ids: Sequence[int],
    verb: str,
    status: Status,
    *,
    actor: Actor = Actor.ME,
    shown: Shown = NOTHING,
) -> Outcome:
    changes: list[Change] = []
    titles: list[str] = []
    notes: list[str] = []
    closing: dict[int, Status] = {}
    of_runs = False
    with ctx.acting() as tx:
        for task_id in dict.fromkeys(task_ids):
            values = edits.row(tx, task_id)
            if values["status"] == status:
                notes.append(f"Task {task_id} is {status} already.{_not_kept(task_id, shown)}")
                continue
            titles.append(f"{task_id}: {values['title']}")
            step = moved(ctx, tx, task_id, values, status, shown)
            changes += step.changes
            notes += step.notes
            closing[task_id] = status
            of_runs = of_runs or values["run_id"] is not None
        if of_runs and status in CLOSED:
            from followthru.actions.repeating import completed

            follows = completed(ctx, tx, closing)
            changes += follows.changes
            notes += follows.notes
        if not titles:
            return Outcome(None, tuple(task_ids), notes[0] if notes else "Nothing to do.", tuple(notes[1:]))
        words = _step_words(_WORDS[verb], titles)
        action_id = edits.record(tx, verb, words, changes, actor=actor)
        if status in CLOSED:
            notes += _left_open(tx, task_ids)
    return Outcome(action_id, tuple(task_ids), words, tuple(notes))


def _not_kept(task_id: int, shown: Shown) -> str:
    """Return words for what is shown of a task that was done before."""
    if not shown.pieces:
        return ""
    return f" What you show was not kept; `followthru evidence add {task_id} …` keeps it."


def moved(ctx: Context, tx: Writer, task_id: int, values: Row, status: Status, shown: Shown = NOTHING) -> Step:
    """Return the changes that start, finish or drop a task, keep what is shown, and make the next of what comes back.

    Raises RefusedError for one that is closed, or would be done with nothing to show although it has to.
    """
    edits.check_open(values, task_id, _CANNOT[status])
    changes = edits.changed(tx, task_id, after := _moved(ctx, tx, values, status))
    if status is Status.DONE and (values["needs_evidence"] or shown.pieces):
        from followthru.actions import compliance

        compliance.check(tx, task_id, values, shown)
        changes += tuple(compliance.kept(tx, shown, date.fromisoformat(str(after["done_on"])), task_id))
    if values["repeats"] is None:
        return Step(changes)
    from followthru.actions.repeating import next_or_last

    coming = next_or_last(ctx, tx, task_id, values, day(after.get("done_on")), status)
    return Step((*changes, *coming.changes), coming.notes)


def _moved(ctx: Context, tx: Writer, values: Row, status: Status) -> dict[str, Scalar]:
    """Return the fields that a task gets with a status it moves to."""
    after: dict[str, Scalar] = {"status": str(status), **NOT_WAITING}
    if status in CLOSED:
        after["closed_at"] = tx.now
    if status is Status.DONE:
        after["done_on"] = ctx.today_of(tx, values).isoformat()
    return after


def _left_open(tx: Writer, task_ids: Iterable[int]) -> list[str]:
    """Return a sentence for each task that has subtasks still open."""
    left = {task_id: parts.open_parts(tx, task_id) for task_id in task_ids}
    return [f"{count_words(count, 'subtask')} of {task_id} still open." for task_id, count in left.items() if count]


def wait(ctx: Context, task_id: int, waiting: Waiting) -> Outcome:
    """Note that a task waits on a person of its practice. Raises NotFoundError, RefusedError."""
    with ctx.acting() as tx:
        values = edits.row(tx, task_id)
        edits.check_open(values, task_id, "wait")
        person = lookup.member(tx, whole(values["practice_id"]), waiting.on)
        after: dict[str, Scalar] = {
            "status": str(Status.WAITING),
            "waiting_on_id": person.person_id,
            "waiting_for": one_line(waiting.what or "") or None,
            "waiting_by": iso(waiting.by),
            "follow_up_on": iso(waiting.follow_up),
        }
        words = f"Waiting on {person.name}: {values['title']}"
        action_id = edits.record(tx, "wait", words, edits.changed(tx, task_id, after))
    return Outcome(action_id, (task_id,), words)


def answered(ctx: Context, task_id: int, answer: str) -> Outcome:
    """Record what came back and take the task up again. Raises RefusedError when it was not waiting."""
    with ctx.acting() as tx:
        values = edits.row(tx, task_id)
        if values["status"] != Status.WAITING:
            raise RefusedError(f"Task {task_id} is not waiting.", safe="Nothing was changed.")
        after: dict[str, Scalar] = {"status": str(Status.OPEN), "answer": several_lines(answer), **NOT_WAITING}
        words = f"Answered {task_id}: {values['title']}"
        action_id = edits.record(tx, "answered", words, edits.changed(tx, task_id, after))
    return Outcome(action_id, (task_id,), words)


def defer(ctx: Context, task_ids: Sequence[int], *, to: date | None = None, by_days: int | None = None) -> Outcome:
    """Set when tasks start, as one step: to a date, or by calendar days from the later of today and their start.

    An earlier target moves along and is by hand then. Raises RefusedError when a start would come after its
    promise; then none is moved.
    """
    task_ids = tuple(dict.fromkeys(task_ids))
    with ctx.acting() as tx:
        changes: list[Change] = []
        for task_id in task_ids:
            changes += _deferred(ctx, tx, task_id, to, by_days)
        shown = f"{task_ids[0]}" if len(task_ids) == 1 else count_words(len(task_ids), "task")
        when = day_words(to) if to is not None else f"by {count_words(by_days or 0, 'day')}"
        words = f"Deferred {shown} {'to ' if to else ''}{when}"
        action_id = edits.record(tx, "defer", words, changes)
    return Outcome(action_id, task_ids, words)


def _deferred(ctx: Context, tx: Writer, task_id: int, to: date | None, by_days: int | None) -> tuple[Change, ...]:
    values = edits.row(tx, task_id)
    edits.check_open(values, task_id, "be deferred")
    today = ctx.today_of(tx, values)
    starts = to or _later(max(today, day(values["starts_on"]) or today), by_days or 0)
    promised, target = day(values["promised_on"]), day(values["target_on"])
    if promised is not None and starts > promised:
        raise RefusedError(
            f"Task {task_id} would start {day_words(starts)}, after its promise {day_words(promised)}.",
            safe="Nothing was deferred.",
            remedy=f"Move the promise first: `followthru promise {task_id} DATE --because TEXT`.",
        )
    after: dict[str, Scalar] = {"starts_on": starts.isoformat()}
    if target is not None and target < starts:
        after |= {"target_on": starts.isoformat(), "target_source": str(TargetSource.HAND)}
    return edits.changed(tx, task_id, after)


def _later(on: date, days: int) -> date:
    try:
        return on + timedelta(days=days)
    except OverflowError:
        raise UsageError(
            f"{days} days from {on.isoformat()} is outside the years 1 to 9999.", safe="Nothing was deferred."
        ) from None
