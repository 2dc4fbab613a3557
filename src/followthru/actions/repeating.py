"""The next occurrence of work that comes back: made in the step that finishes the one before, and undone with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.context import Context
from followthru.actions.stored import day, whole
from followthru.domain.buffers import buffer_days
from followthru.domain.changes import Change, Row, Scalar, create
from followthru.domain.repeats import CatchUp, Kind, Repeat, anchored, first, following, window_start
from followthru.domain.rule_words import read
from followthru.domain.saying import day_words
from followthru.domain.task import CLOSED, Status, TargetSource
from followthru.domain.workdays import WorkCalendar
from followthru.store import entities, practices, runs, tasks
from followthru.store.store import Writer

_KEPT = (
    "title", "public_title", "practice_id", "area", "kind", "priority", "estimate_minutes", "notes", "audience",
    "assignee_id", "parent_id", "promised_time", "buffer_set_days", "repeats", "lead_days",
    "register_item_id", "needs_evidence", "catch_up", "goal_id",
)  # fmt: skip


class Next(NamedTuple):
    """What follows an occurrence: the changes that make the next one, and notes that say so."""

    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


def next_or_last(ctx: Context, tx: Writer, task_id: int, values: Row, done_on: date | None, status: Status) -> Next:
    """Return what follows an occurrence that moves to a status: done makes the next one, dropped ends the series."""
    if status is Status.DROPPED and values["repeats"]:
        return Next((), (f"Task {task_id} came back every {values['repeats']}; it does not any more.",))
    return (
        Next() if done_on is None or status is not Status.DONE else next_occurrence(ctx, tx, task_id, values, done_on)
    )


def next_occurrence(ctx: Context, tx: Writer, task_id: int, values: Row, done_on: date) -> Next:
    """Return the occurrence after one that is done; nothing for a task that does not come back, or did already.

    The rule moves its promise, without one its deadline, without one its target; its other dates keep their
    distance. Nobody has been told of the new date yet. Where its work is a playbook, a run comes with it, of the
    edition that holds by now. Raises UsageError beyond the year 9999.
    """
    if values["repeats"] is None or entities.holds(tx, "task", ("previous_id",), (task_id,)):
        return Next()
    if values["duty_paused"]:
        return Next((), (f"It is paused: the next one comes with `followthru duty resume {task_id}`.",))
    calendar = practices.work_calendar(tx, whole(values["practice_id"]))
    leading, on = leading_date(values)
    rule = read(str(values["repeats"]))
    then = following(rule, on, done_on, calendar, CatchUp(values["catch_up"] or CatchUp.SKIP))
    given = {
        **{name: values[name] for name in _KEPT},
        **_dates(values, leading, on, then, calendar),
        **_window(rule, then),
        "status": str(Status.INBOX if values["practice_id"] is None else Status.OPEN),
        "previous_id": task_id,
    }
    new_id = tx.new_id("task")
    words = f"The next one is {new_id}, {day_words(then, done_on)}."
    notes: tuple[str, ...] = ()
    run_id = run_of(values)
    if run_id is None:
        made = [create("task", new_id, edits.new_task(tx, given))]
    else:
        made, notes = _next_run(ctx, tx, run_id, then, new_id, given)
    return Next((*made, *_members(tx, task_id, new_id)), (words, *notes))


def run_of(values: Row) -> int | None:
    """Return the run that is a task's work; None for any other, such as a step of a run that comes back by itself."""
    return None if values["step"] is not None else whole(values["run_id"])


def _next_run(
    ctx: Context, tx: Writer, run_id: int, anchor: date, task_id: int, row: Row
) -> tuple[list[Change], tuple[str, ...]]:
    """Return what makes the next run of a playbook and the task whose work it is."""
    from followthru.actions.playbook_tasks import book_of, site, still, with_occurrence

    former = runs.run(tx, run_id)
    if former is None:
        raise KeyError(run_id)
    now = ctx.playbooks(former.playbook)
    book = now or book_of(former)
    here = site(tx, book, practices.practice(tx, former.practice_id), anchor, still(tx, book, former))
    stays = f"{former.playbook} has no good edition now (`followthru playbook check`): version {book.version} goes on."
    return with_occurrence(tx, book, here, task_id, row), () if now is not None else (stays,)


def completed(ctx: Context, tx: Writer, closing: Mapping[int, Status]) -> Next:
    """Return what follows once tasks are closed: work whose run has no open step left is done, and the next comes.

    What closes only with something to show, or renews a register item, waits for its user.
    """
    changes: list[Change] = []
    notes: list[str] = []
    rows = [edits.row(tx, id) for id, status in closing.items() if status in CLOSED]
    for run_id in dict.fromkeys(int(row["run_id"]) for row in rows if row["run_id"] and row["step"]):
        found = runs.run(tx, run_id)
        task_id = None if found is None else found.occurrence_id
        if task_id is None or task_id in closing or not _all_closed(tx, run_id, closing):
            continue
        values = edits.row(tx, task_id)
        if values["status"] in CLOSED:
            continue
        if values["needs_evidence"] or values["register_item_id"]:
            notes.append(f"All steps of {task_id} are done; it is yours to close.")
            continue
        today = ctx.today_of(tx, values)
        done: dict[str, Scalar] = {"status": str(Status.DONE), "done_on": today.isoformat(), "closed_at": tx.now}
        coming = next_or_last(ctx, tx, task_id, values, today, Status.DONE)
        changes += [*edits.changed(tx, task_id, done), *coming.changes]
        notes += [f"All steps are done, and {task_id} with them: {values['title']}.", *coming.notes]
    return Next(tuple(changes), tuple(notes))


def _all_closed(tx: Writer, run_id: int, closing: Mapping[int, Status]) -> bool:
    """Whether a run has no open step once these are closed, and one that is done."""
    ends = [closing.get(one.id, one.status) for one in runs.steps(tx, run_id)]
    return all(end in CLOSED for end in ends) and Status.DONE in ends


def leading_date(values: Row) -> tuple[str, date | None]:
    """Return the field by which a task comes back, and the date that its rule means: it may have been moved once."""
    leading = next((name for name in ("promised_on", "deadline_on", "target_on") if values[name]), "target_on")
    return leading, day(values["occurs_on"]) or day(values[leading])


def _window(rule: Repeat, on: date) -> Row:
    """Return the start of what has to be done within a window of the year."""
    begins = window_start(rule, on)
    return {} if begins is None else {"starts_on": begins.isoformat()}


def begun(tx: Writer, rule: str, values: Row, today: date) -> dict[str, Scalar]:
    """Return the rule of a new task and, where it has no date, the rule's first as its target.

    What has to be done within a window of the year starts when that opens, if nobody said otherwise.
    """
    known = read(rule)
    _, on = leading_date({**values, "occurs_on": None})
    if on is not None:
        opens = window_start(known, on)
        starts = values["starts_on"] if opens is None or values["starts_on"] else opens.isoformat()
        return {"repeats": str(anchored(known, on)), "starts_on": starts}
    if known.kind is Kind.RRULE:
        known = anchored(known, today)  # its first date may be rolled out of the span that it counts in
    on = first(known, today, practices.work_calendar(tx, whole(values["practice_id"])))
    target = {"target_on": on.isoformat(), "target_source": str(TargetSource.HAND)}
    return {"repeats": str(anchored(known, on)), **target, **_window(known, on)}


def _dates(values: Row, leading: str, on: date | None, then: date, calendar: WorkCalendar) -> Row:
    """Return the dates of the next occurrence: the leading one by the rule, the others as far from it as before."""
    span = timedelta(0) if on is None else then - on
    promised, target = day(values["promised_on"]), day(values["target_on"])
    after: dict[str, Scalar] = {"promised_on": None, "target_on": None, "target_source": None}
    for name in ("deadline_on", "starts_on"):
        old = day(values[name])
        after[name] = None if old is None else (old + span).isoformat()
    after[leading] = then.isoformat()
    if leading == "target_on":
        after["target_source"] = str(TargetSource.HAND)
    elif values["target_source"] == TargetSource.HAND and target is not None:
        room = buffer_days(target, promised, calendar) if promised else 0
        moved = calendar.latest_working_day_leaving(then, room) if promised else target + span
        after |= {"target_on": moved.isoformat(), "target_source": str(TargetSource.HAND)}
    return after


def _members(tx: Writer, task_id: int, new_id: int) -> list[Change]:
    """Return tags, steps not done yet and the persons it is about, for the next occurrence."""
    rows: list[tuple[str, Row]] = [("tag", {"name": name}) for name in tasks.tags_of(tx, task_id)]
    rows += [
        ("checklist_item", {"position": one.position, "words": one.words, "done": 0})
        for one in tasks.checklist(tx, task_id)
    ]
    rows += [("about", {"person_id": person}) for person in tasks.persons_about(tx, task_id)]
    return [create(entity, tx.new_id(entity), {"task_id": new_id, **row}) for entity, row in rows]
