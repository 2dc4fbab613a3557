"""Read runs of playbooks: each with the playbook as it was then, and how far its steps are."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple

from followthru.store.days import day_of
from followthru.store.store import Reader, SqlRow


class RunRow(NamedTuple):
    """One run. `book` is the playbook as its file said it, `roles` are handles by role, `people` handles.

    `occurrence_id` is the task of a duty or a register whose work it is. `open` and `done` count its steps, those
    dropped in neither; `ends_on` is the last day among the open ones.
    """

    id: int
    playbook: str
    version: int
    title: str
    practice_id: int
    practice: str
    anchor_on: date
    book: dict[str, object]
    answers: dict[str, str]
    roles: dict[str, str]
    people: tuple[str, ...]
    created_at: str
    occurrence_id: int | None
    open: int
    done: int
    ends_on: date | None


class StepRow(NamedTuple):
    """One task of a run. `step` is the key of its step, with `:HANDLE` behind it for a person's copy."""

    id: int
    step: str
    status: str


_STEPS = "FROM task t WHERE t.run_id = r.id AND t.step IS NOT NULL"
_CLOSED = "('done', 'dropped')"
_SQL = (
    "SELECT r.id, r.playbook, r.version, r.title, r.practice_id, p.slug, r.anchor_on, r.book, r.answers, r.roles, "
    "r.people, r.created_at, (SELECT t.id FROM task t WHERE t.run_id = r.id AND t.step IS NULL), "
    f"(SELECT count(*) {_STEPS} AND t.status NOT IN {_CLOSED}), "
    f"(SELECT count(*) {_STEPS} AND t.status = 'done'), "
    f"(SELECT max(coalesce(t.promised_on, t.target_on)) {_STEPS} AND t.status NOT IN {_CLOSED}) "
    "FROM run r JOIN practice p ON p.id = r.practice_id"
)


def runs(read: Reader, practice_id: int | None = None) -> list[RunRow]:
    """Return every run by anchor."""
    where = "WHERE ?1 IS NULL OR r.practice_id = ?1 ORDER BY r.anchor_on, r.id"
    return [_run(row) for row in read.rows(f"{_SQL} {where}", practice_id)]


def run(read: Reader, run_id: int) -> RunRow | None:
    """Return one run, None when there is none."""
    row = read.row(f"{_SQL} WHERE r.id = ?", run_id)
    return None if row is None else _run(row)


def private_ids(read: Reader) -> frozenset[int]:
    """Return the runs of which every task is for the PM alone."""
    sql = "SELECT run_id FROM task WHERE run_id IS NOT NULL GROUP BY run_id HAVING min(audience IS 'me')"
    return frozenset(id for (id,) in read.rows(sql))


def alike(read: Reader, playbook: str, practice_id: int, anchor: date) -> list[RunRow]:
    """Return the runs of a playbook at a practice for one anchor that have a step which is not dropped."""
    where = "WHERE r.playbook = ? AND r.practice_id = ? AND r.anchor_on = ? ORDER BY r.id"
    found = [_run(row) for row in read.rows(f"{_SQL} {where}", playbook, practice_id, anchor.isoformat())]
    return [one for one in found if one.open or one.done]


def steps(read: Reader, run_id: int) -> list[StepRow]:
    """Return the tasks of a run, dropped ones too, in order of their days."""
    sql = (
        "SELECT id, step, status FROM task WHERE run_id = ? AND step IS NOT NULL "
        "ORDER BY coalesce(step_on, promised_on, target_on), id"
    )
    return [StepRow(*row) for row in read.rows(sql, run_id)]


class Place(NamedTuple):
    """Which run a task belongs to, and which step of it is; `step` is None for the task whose parts the steps are."""

    run_id: int
    playbook: str
    step: str | None


def place_of(read: Reader, task_id: int) -> Place | None:
    """Return which run a task belongs to, None if to none."""
    row = read.row("SELECT r.id, r.playbook, t.step FROM task t JOIN run r ON r.id = t.run_id WHERE t.id = ?", task_id)
    return None if row is None else Place(*row)


def dependencies(read: Reader, run_id: int) -> set[tuple[int, int]]:
    """Return what waits for what among a run's tasks, as ids of the one that waits and the one it needs."""
    sql = "SELECT d.task_id, d.needs_id FROM dependency d JOIN task t ON t.id = d.task_id WHERE t.run_id = ?"
    return {(int(task), int(needs)) for task, needs in read.rows(sql, run_id)}


def _run(row: SqlRow) -> RunRow:
    id, playbook, version, title, practice_id, slug, anchor, book, answers, roles, people, at, *rest = row
    occurrence_id, still, done, ends_on = rest
    return RunRow(
        id, playbook, version, title, practice_id, slug, date.fromisoformat(anchor),
        json.loads(book), json.loads(answers), json.loads(roles), tuple(json.loads(people)), at,
        occurrence_id, still, done, day_of(ends_on),
    )  # fmt: skip
