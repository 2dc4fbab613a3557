"""What a playbook comes to at one practice: its plan there, the row of its run, and its tasks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from followthru.actions import edits, holidays, lookup
from followthru.domain.changes import Change, Row, Scalar, create
from followthru.domain.clock import today_in
from followthru.domain.people import Member, Practice
from followthru.domain.playbook_plan import Place, Plan, Planned, Terms, answers, check_roles, plan
from followthru.domain.playbook_reading import read as read_playbook
from followthru.domain.playbook_said import said
from followthru.domain.playbooks import Playbook, offsets
from followthru.domain.task import Audience, TargetSource
from followthru.errors import RefusedError
from followthru.store import goals, practices
from followthru.store.runs import RunRow
from followthru.store.store import Writer

_DAYS_A_YEAR = 150
"""Working days that a year has at least; a practice that works less is looked after by a year more on both sides."""


class Said(NamedTuple):
    """What a run is told: who has which role, the answers to its questions, for whom it is."""

    roles: Mapping[str, str]
    answers: Mapping[str, str]
    people: tuple[str, ...] = ()


class Site(NamedTuple):
    """A playbook at one practice: its plan for an anchor there, who has which role, and by handle for whom it is."""

    practice: Practice
    anchor: date
    plan: Plan
    roles: Mapping[str, Member]
    people: Mapping[str, Member]
    answers: Mapping[str, str]

    @property
    def ends_on(self) -> date:
        """The day of its last step."""
        return max((one.on for one in self.plan.tasks), default=self.plan.anchor_on)


def site(tx: Writer, book: Playbook, practice: Practice, anchor: date, given: Said) -> Site:
    """Return what a playbook comes to. Raises UsageError for a role or answer that it has not, NotFoundError."""
    check_roles(book, given.roles)
    roles = {role: lookup.member(tx, practice.id, who) for role, who in given.roles.items()}
    people = {one.handle: one for one in (lookup.member(tx, practice.id, who) for who in given.people)}
    found = plan(book, anchor, terms(tx, book, practice, anchor), given.answers, tuple(people))
    return Site(practice, anchor, found, roles, people, answers(book, given.answers))


def terms(tx: Writer, book: Playbook, practice: Practice, anchor: date) -> Terms:
    """Return what dates at a practice depend on; its holidays are known as far as the playbook reaches."""
    if practice.holidays is not None:
        days = offsets(book.steps).values()
        before, after = (abs(days_) // _DAYS_A_YEAR + 1 for days_ in (min(0, *days), max(0, *days)))
        holidays.cover(tx, practice.holidays, anchor.year - before, anchor.year + after)
    return Terms(
        practices.work_calendar(tx, practice.id),
        practice.roll,
        today_in(practice.timezone, datetime.fromisoformat(tx.now)),
    )


def still(tx: Writer, book: Playbook, row: RunRow) -> Said:
    """Return what a run was told, as far as it holds for an edition of its playbook and those who are there."""
    here = {one.handle for one in practices.members(tx, row.practice_id)}
    questions = {one.key: one.answers for one in book.questions}
    return Said(
        {role: who for role, who in row.roles.items() if role in book.roles and who in here},
        {key: said for key, said in row.answers.items() if said in questions.get(key, ())},
        tuple(who for who in row.people if who in here),
    )


def book_of(row: RunRow) -> Playbook:
    """Return the playbook as it was when a run began. Raises RefusedError if it cannot be read any more."""
    found = read_playbook(row.book, row.playbook)
    if found.playbook is None:
        raise RefusedError(
            f"The playbook that run {row.id} keeps cannot be read: {found.problems[0].words}.",
            safe="Nothing was changed; its tasks are as they were.",
        )
    return found.playbook


class Whole(NamedTuple):
    """The task whose parts a run's steps are. `private` keeps all of them to the PM; `about_id` is a person whom
    every step is about."""

    task_id: int
    private: bool = False
    about_id: int | None = None


def begun(tx: Writer, book: Playbook, here: Site, whole: Whole | None = None) -> tuple[int, list[Change]]:
    """Return a run's id and the changes that make it and its tasks, as parts of a task if they are."""
    run_id = tx.new_id("run")
    row: dict[str, Scalar] = {
        "playbook": book.name,
        "version": book.version,
        "title": book.title,
        "practice_id": here.practice.id,
        "anchor_on": here.anchor.isoformat(),
        "book": as_json(said(book)),
        "answers": as_json(here.answers),
        "roles": as_json({role: one.handle for role, one in here.roles.items()}),
        "people": as_json(list(here.people)),
        "created_at": tx.now,
    }
    return run_id, [create("run", run_id, row), *added(tx, book, here, run_id, here.plan.tasks, {}, whole)]


def added(
    tx: Writer,
    book: Playbook,
    here: Site,
    run_id: int,
    wanted: Iterable[Planned],
    there: Mapping[Place, int],
    whole: Whole | None = None,
) -> list[Change]:
    """Return the changes that make tasks of a run; `there` are those that it has already, by place."""
    wanted = list(wanted)
    ids = {**there, **{one.place: tx.new_id("task") for one in wanted}}
    own: dict[str, Scalar] = {"run_id": run_id, "parent_id": None if whole is None else whole.task_id}
    if whole is not None and whole.private:
        own |= {"audience": str(Audience.ME), "assignee_id": None}
    found = [create("task", ids[one.place], _row(tx, here, one, own)) for one in wanted]
    for one in wanted:
        found += _members(tx, book, here, one, ids, None if whole is None else whole.about_id)
    return found


def with_occurrence(
    tx: Writer, book: Playbook, here: Site, task_id: int, row: Row, about_id: int | None = None
) -> list[Change]:
    """Return the changes that make a run, the task whose work it is, and its steps as parts of that.

    The task is for the day of the last step, by hand: nothing is promised but the steps.
    """
    whole = Whole(task_id, row.get("audience") == Audience.ME, about_id)
    run_id, (run_, *steps) = begun(tx, book, here, whole)
    given: dict[str, Scalar] = {
        **row,
        "run_id": run_id,
        "promised_on": None,
        "promised_time": None,
        "target_on": here.ends_on.isoformat(),
        "target_source": str(TargetSource.HAND),
        "occurs_on": here.anchor.isoformat() if row.get("repeats") else None,
    }
    return [run_, create("task", task_id, edits.new_task(tx, given)), *steps]


def made(changes: Iterable[Change]) -> dict[tuple[int, Place], int]:
    """Return the tasks that changes make for runs, by practice and place."""
    found: dict[tuple[int, Place], int] = {}
    for one in changes:
        if one.entity == "task" and isinstance(one.after, Mapping) and one.after.get("step") is not None:
            found[int(one.after["practice_id"] or 0), place_of(str(one.after["step"]))] = one.id
    return found


def place_of(step: str) -> Place:
    """Return the place that a task's `step` names."""
    key, _, person = step.partition(":")
    return key, person or None


def _row(tx: Writer, here: Site, one: Planned, own: Row) -> dict[str, Scalar]:
    step, person = one.step, one.person
    about = "" if person is None else f": {here.people[person].name}"
    role = None if step.role is None or step.audience is Audience.ME else here.roles.get(step.role)
    given: dict[str, Scalar] = {
        "title": f"{step.title}{about}",
        "public_title": None if step.public is None else f"{step.public}{about}",
        "practice_id": here.practice.id,
        "area": str(step.area),
        "kind": step.kind,
        "audience": None if step.audience is None else str(step.audience),
        "assignee_id": None if role is None else role.person_id,
        "promised_on": one.on.isoformat(),
        "starts_on": None if one.starts_on is None else one.starts_on.isoformat(),
        "deadline_on": here.anchor.isoformat() if step.deadline else None,
        "buffer_set_days": step.buffer_days,
        "estimate_minutes": step.minutes,
        "needs_evidence": int(step.evidence) or None,
        "notes": step.note,
        "goal_id": None if step.goal is None else goals.of_kind(tx, here.practice.id, step.goal),
        "step": step.key if person is None else f"{step.key}:{person}",
        "step_on": one.on.isoformat(),
        **own,
    }
    return edits.new_task(tx, given)


def _members(
    tx: Writer, book: Playbook, here: Site, one: Planned, ids: Mapping[Place, int], about_id: int | None
) -> list[Change]:
    """Return what belongs to a task: the playbook's name as its tag, its checklist, what it needs, whom it is about."""
    rows: list[tuple[str, Row]] = [("tag", {"name": book.name})]
    for position, words in enumerate(one.step.checklist):
        rows.append(("checklist_item", {"position": position, "words": words, "done": 0}))
    for place in one.needs:
        rows.append(("dependency", {"needs_id": ids[place]}))  # noqa: PERF401
    own = None if one.person is None else here.people[one.person].person_id
    rows += [("about", {"person_id": id}) for id in dict.fromkeys((own, about_id)) if id is not None]
    return [create(entity, tx.new_id(entity), {"task_id": ids[one.place], **row}) for entity, row in rows]


def as_json(value: object) -> str:
    """Return a value as it is stored in a field of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
