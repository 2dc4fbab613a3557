"""Answer a run's question later: the branch of its steps that now holds is opened, the one that does not is dropped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.context import Context, Outcome
from followthru.actions.playbook_moves import one
from followthru.actions.playbook_tasks import Said, Site, Whole, added, as_json, book_of, place_of, site, still
from followthru.actions.promises import NewPromise, promise_fields, who_was_told
from followthru.actions.tasks import NOT_WAITING
from followthru.domain.changes import Change, Scalar, create, differences
from followthru.domain.playbook_plan import Place, Planned, answers
from followthru.domain.saying import count_words
from followthru.domain.task import CLOSED, Audience, Status
from followthru.store import journal, practices, runs, tasks
from followthru.store.runs import RunRow, StepRow
from followthru.store.store import Writer


class Answered(NamedTuple):
    """What an answer did or would do. `opened` are steps that are there now, `dropped` the tasks that are not."""

    outcome: Outcome
    run: RunRow
    opened: tuple[Planned, ...]
    dropped: tuple[int, ...]


class _Branches(NamedTuple):
    """What an answer opens and drops: steps without a task, those whose task was dropped before, open ones to drop."""

    new: list[Planned]
    again: list[tuple[StepRow, Planned]]
    away: list[StepRow]


def answer(ctx: Context, run_id: int, given: Mapping[str, str], *, dry_run: bool = False) -> Answered:
    """Give a run other answers, as one step.

    A step that is done stays; one that was dropped for another answer is opened again. Raises UsageError for a
    question or an answer that the playbook has not, NotFoundError.
    """
    with ctx.store.writing() if dry_run else ctx.acting() as tx:
        row = one(tx, run_id)
        book, practice = book_of(row), practices.practice(tx, row.practice_id)
        said = answers(book, {**row.answers, **given})
        here = site(tx, book, practice, row.anchor_on, still(tx, book, row)._replace(answers=said))
        there = runs.steps(tx, run_id)
        former = site(tx, book, practice, row.anchor_on, Said({}, row.answers, row.people))
        branches = _branches(there, here, {planned.place for planned in former.plan.tasks})
        before = journal.row_of(tx, "run", run_id) or {}
        changes: list[Change] = list(differences("run", run_id, before, {**before, "answers": as_json(said)}))
        for task, planned in branches.again:
            changes += edits.changed(tx, task.id, _opened(tx, task.id, planned))
        for task in branches.away:
            gone: dict[str, Scalar] = {"status": str(Status.DROPPED), "closed_at": tx.now, **NOT_WAITING}
            changes += edits.changed(tx, task.id, gone)
        known = {place_of(task.step): task.id for task in there}
        made = [] if dry_run else added(tx, book, here, run_id, branches.new, known, _whole(tx, row))
        if not dry_run:
            changes += [*made, *_waits(tx, run_id, here, {**known, **_ids(made)}, made)]
        words = _words(row, given, branches, dry_run=dry_run)
        action_id = None if dry_run else edits.record(tx, "playbook answer", words, changes)
        opened = (*branches.new, *(planned for _, planned in branches.again))
        ids = (*_ids(made).values(), *(task.id for task, _ in branches.again), *(task.id for task in branches.away))
        row = one(tx, run_id)
    return Answered(Outcome(action_id, ids, words), row, opened, tuple(task.id for task in branches.away))


def _branches(there: Sequence[StepRow], here: Site, former: Collection[Place]) -> _Branches:
    """Return what other answers change. What was dropped by hand stays dropped: it was wanted before as well."""
    planned = {one.place: one for one in here.plan.tasks}
    known = {place_of(task.step): task for task in there}
    return _Branches(
        [one for place, one in planned.items() if place not in known],
        [
            (known[place], one)
            for place, one in planned.items()
            if place in known and known[place].status == Status.DROPPED and place not in former
        ],
        [task for place, task in known.items() if place not in planned and task.status not in CLOSED],
    )


def _whole(tx: Writer, row: RunRow) -> Whole | None:
    """Return the task whose parts a run's steps are: what is private of it, and whom it is about, holds for all."""
    if row.occurrence_id is None:
        return None
    values = edits.row(tx, row.occurrence_id)
    about = tasks.persons_about(tx, row.occurrence_id) if values["register_item_id"] else []
    return Whole(row.occurrence_id, values["audience"] == Audience.ME, about[0] if about else None)


def _opened(tx: Writer, task_id: int, planned: Planned) -> dict[str, Scalar]:
    """Return the fields of a dropped step that is there again, on the playbook's day unless it was moved or told."""
    values = edits.row(tx, task_id)
    opened: dict[str, Scalar] = {"status": str(Status.OPEN), "closed_at": None}
    on = values["promised_on"]
    if on is None or on != values["step_on"] or who_was_told(tx, task_id, on):
        return opened
    fields = promise_fields(tx, task_id, values, NewPromise(planned.on), because=None)
    return {**opened, **fields, "step_on": planned.on.isoformat()}


def _waits(tx: Writer, run_id: int, here: Site, ids: Mapping[Place, int], made: Sequence[Change]) -> list[Change]:
    """Return what open steps wait for by now and did not before."""
    known = runs.dependencies(tx, run_id) | {
        (int(one.after["task_id"] or 0), int(one.after["needs_id"] or 0))
        for one in made
        if one.entity == "dependency" and isinstance(one.after, Mapping)
    }
    wanted = [(ids[planned.place], ids[place]) for planned in here.plan.tasks for place in planned.needs]
    return [
        create("dependency", tx.new_id("dependency"), {"task_id": task, "needs_id": needs})
        for task, needs in wanted
        if (task, needs) not in known
    ]


def _ids(made: Sequence[Change]) -> dict[Place, int]:
    return {
        place_of(str(one.after["step"])): one.id
        for one in made
        if one.entity == "task" and isinstance(one.after, Mapping)
    }


def _words(row: RunRow, given: Mapping[str, str], branches: _Branches, *, dry_run: bool) -> str:
    said = ", ".join(f"{key}={value}" for key, value in given.items())
    opens = count_words(len(branches.new) + len(branches.again), "step")
    drops = count_words(len(branches.away), "step")
    words = f"run {row.id} of {row.playbook} with {said}: {opens} opened, {drops} dropped"
    return f"Would answer {words}. Nothing was changed" if dry_run else f"Answered {words}"
