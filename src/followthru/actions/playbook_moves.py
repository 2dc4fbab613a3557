"""Move the anchor of runs: the open steps go with it, but what somebody was told stays until there is a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.context import Context, Outcome
from followthru.actions.numbered import numbered
from followthru.actions.playbook_tasks import book_of, place_of, terms
from followthru.actions.promises import NewPromise, promise_fields, who_was_told
from followthru.actions.stored import day, iso
from followthru.domain.changes import Change, Row, Scalar, differences
from followthru.domain.plain import one_line
from followthru.domain.playbook_moves import Dates, Home, Moved, home_of, moved_to
from followthru.domain.playbook_plan import Planned, plan
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import CLOSED, TargetSource
from followthru.domain.workdays import WorkCalendar
from followthru.store import journal, practices, runs
from followthru.store.runs import RunRow
from followthru.store.store import Reader, Writer


class StepMoved(NamedTuple):
    """One open step: the day it had and has now. `told` are those who hold a telling of a day that stays for them."""

    task_id: int
    title: str
    practice: str
    was: date | None
    on: date | None
    told: tuple[str, ...] = ()


class Went(NamedTuple):
    """What a move of an anchor did or would do: steps that moved, and those that stay because somebody was told."""

    outcome: Outcome
    runs: tuple[RunRow, ...]
    moved: tuple[StepMoved, ...]
    stay: tuple[StepMoved, ...]


def one(read: Reader, run_id: int) -> RunRow:
    """Return a run. Raises NotFoundError."""
    return numbered(read, run_id, runs.run, "run", "playbook runs --all")


def move(
    ctx: Context, run_ids: Sequence[int], anchor: date, *, because: str | None = None, dry_run: bool = False
) -> Went:
    """Move the anchor of runs as one step, each in the working days of its practice.

    Starts, targets by hand and promises of open steps go along. A promise that somebody was told stays, with its
    whole task, unless there is a reason; with one it moves and is unannounced. Raises NotFoundError.
    """
    because = one_line(because or "") or None
    with ctx.store.writing() if dry_run else ctx.acting() as tx:
        rows = tuple(one(tx, id) for id in dict.fromkeys(run_ids))
        changes: list[Change] = []
        steps: list[StepMoved] = []
        for row in rows:
            those, found = changes_of(tx, row, anchor, because)
            changes += those
            steps += found
        stay = tuple(step for step in steps if step.told)
        gone = tuple(step for step in steps if not step.told and step.was != step.on)
        words = _words(rows, anchor, gone, dry_run=dry_run)
        action_id = None if dry_run else edits.record(tx, "playbook move", words, changes, because=because)
        rows = tuple(one(tx, row.id) for row in rows)
    ids = tuple(step.task_id for step in gone)
    return Went(Outcome(action_id, ids, words, notes_of(stay)), rows, gone, stay)


def changes_of(tx: Writer, row: RunRow, anchor: date, because: str | None) -> tuple[list[Change], list[StepMoved]]:
    """Return the changes that move one run's anchor, and its open steps."""
    book, practice = book_of(row), practices.practice(tx, row.practice_id)
    known = terms(tx, book, practice, anchor)
    planned = {each.place: each for each in plan(book, anchor, known, row.answers, row.people).tasks}
    before = journal.row_of(tx, "run", row.id) or {}
    changes = list(differences("run", row.id, before, {**before, "anchor_on": anchor.isoformat()}))
    steps: list[StepMoved] = []
    for task in runs.steps(tx, row.id):
        there = planned.get(place_of(task.step))
        if task.status in CLOSED or there is None:
            continue
        values = edits.row(tx, task.id)
        after, told = _step(tx, task.id, values, (row.anchor_on, anchor), there, known.calendar, because)
        changes += edits.changed(tx, task.id, after)
        to = after.get("promised_on", values["promised_on"]) or after.get("target_on", values["target_on"])
        was = values["promised_on"] or values["target_on"]
        steps.append(StepMoved(task.id, str(values["title"]), row.practice, day(was), day(to), told))
    changes += _occurrence(tx, row, changes)
    return changes, steps


def _step(
    tx: Writer,
    task_id: int,
    values: Row,
    anchors: tuple[date, date],
    there: Planned,
    calendar: WorkCalendar,
    because: str | None,
) -> tuple[dict[str, Scalar], tuple[str, ...]]:
    """Return the fields of one open step for another anchor, and who was told a day that stays."""
    by_hand = values["target_source"] == TargetSource.HAND
    now = Dates(
        day(values["promised_on"]),
        day(values["target_on"]) if by_hand else None,
        day(values["starts_on"]),
        day(values["deadline_on"]),
    )
    step_on = day(values["step_on"]) or there.on
    stored = values["moved_from"]
    home = home_of(Home(anchors[0], step_on, now), None if stored is None else str(stored))
    back = home.anchor == anchors[1]
    new_day = home.step_on if back else there.on
    new = moved_to(home, anchors[1], new_day, calendar)
    if not there.step.deadline:
        # A deadline that the outside set, and not the playbook, is nobody's to move.
        new = new._replace(deadline_on=now.deadline_on)
    told = () if new.promised_on == now.promised_on else tuple(who_was_told(tx, task_id, values["promised_on"]))
    if told and not because:
        return {"step_on": new_day.isoformat(), "moved_from": str(Moved(home, now))}, told
    after: dict[str, Scalar] = {
        "step_on": new_day.isoformat(),
        "moved_from": None if back else str(Moved(home, new)),
        "starts_on": iso(new.starts_on),
        "deadline_on": iso(new.deadline_on),
    }
    if by_hand:
        after["target_on"] = iso(new.target_on)
    if new.promised_on != now.promised_on:
        at = None if values["promised_time"] is None else time.fromisoformat(str(values["promised_time"]))
        after |= promise_fields(tx, task_id, values, NewPromise(new.promised_on, at), because=because)
    return after, ()


def _occurrence(tx: Writer, row: RunRow, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the change that keeps the task whose work a run is on the day of its last open step."""
    if row.occurrence_id is None:
        return ()
    there = [task.id for task in runs.steps(tx, row.id) if task.status not in CLOSED]
    days: dict[int, Scalar] = {id: edits.row(tx, id)["promised_on"] for id in there}
    for change in changes:
        if change.entity == "task" and change.field == "promised_on" and not isinstance(change.after, Mapping):
            days[change.id] = change.after
    last = day(max((str(on) for on in days.values() if on is not None), default=None))
    values = edits.row(tx, row.occurrence_id)
    if last is None or values["status"] in CLOSED or values["target_source"] != TargetSource.HAND:
        return ()
    return edits.changed(tx, row.occurrence_id, {"target_on": last.isoformat()})


def _words(rows: Sequence[RunRow], anchor: date, gone: Sequence[StepMoved], *, dry_run: bool) -> str:
    name = f"run {rows[0].id} of {rows[0].playbook}" if len(rows) == 1 else count_words(len(rows), "run")
    verb = "Would move" if dry_run else "Moved"
    steps = count_words(len(gone), "step")
    end = ". Nothing was changed" if dry_run else ""
    return f"{verb} {name} to {day_words(anchor)}: {steps} moved{end}"


def notes_of(stay: Sequence[StepMoved]) -> tuple[str, ...]:
    """Return the sentence about steps that stayed, if any did."""
    if not stay:
        return ()
    return (
        f"{count_words(len(stay), 'step')} stayed: somebody was told the day. --because TEXT moves them too, "
        "and they will read it",
    )
