"""The tables of user state, once: the schema that migrations are made from. Meetings and registers have theirs in
`meeting_tables` and `register_tables`.

Nothing on the light path imports this module (SQLModel costs more than a whole command may).
Dates are ISO text, instants UTC ISO text ending in `Z`, flags 0 or 1; tables are STRICT, so that a
value of the wrong kind is refused by SQLite itself.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

from followthru.store.columns import STRICT
from followthru.store.columns import identity as _id
from followthru.store.columns import maybe_ref as _maybe_ref
from followthru.store.columns import maybe_text as _maybe_text
from followthru.store.columns import ref as _ref
from followthru.store.columns import text as _text

__all__ = ["STRICT"]


class Practice(SQLModel, table=True):
    """A client organisation."""

    __table_args__ = STRICT
    id: int = _id()
    slug: str = _text(unique=True)
    name: str = _text()
    timezone: str = _text()
    weekdays: str = _text()
    holidays: str | None = _maybe_text()
    buffer_policy: str = _text()
    status: str = _text()
    created_at: str = _text()
    roll: str | None = _maybe_text()
    capacity_minutes: int | None = None
    retainer_minutes: int | None = None
    report_hours: int | None = None


class Closure(SQLModel, table=True):
    """A day on which a practice is closed."""

    __table_args__ = (Index("one_closure_a_day", "practice_id", "closed_on", unique=True), STRICT)
    id: int = _id()
    practice_id: int = _ref("practice")
    closed_on: str = _text()
    half: int | None = None


class Season(SQLModel, table=True):
    """A span in which a practice works other weekdays than usual, or none."""

    __table_args__ = STRICT
    id: int = _id()
    practice_id: int = _ref("practice")
    first_on: str = _text()
    last_on: str = _text()
    weekdays: str | None = _maybe_text()
    yearly: int | None = None


class Person(SQLModel, table=True):
    """Somebody whom the PM works with, at one practice or several."""

    __table_args__ = STRICT
    id: int = _id()
    handle: str = _text(unique=True)
    name: str = _text()
    address: str | None = _maybe_text()
    email: str | None = Field(default=None, sa_column=Column(Text, unique=True, nullable=True))
    channel: str = _text()
    timezone: str | None = _maybe_text()
    created_at: str = _text()


class Role(SQLModel, table=True):
    """What a person is to a practice, and how often they hear."""

    __table_args__ = (Index("one_role_a_practice", "person_id", "practice_id", unique=True), STRICT)
    id: int = _id()
    person_id: int = _ref("person")
    practice_id: int = _ref("practice")
    role: str = _text()
    cadence: str | None = _maybe_text()
    review: int
    paused_on: str | None = _maybe_text()
    paused_until: str | None = _maybe_text()


class Absence(SQLModel, table=True):
    """Days on which a person, or without one the PM, is away."""

    __table_args__ = STRICT
    id: int = _id()
    person_id: int | None = _maybe_ref("person")
    first_on: str = _text()
    last_on: str = _text()
    cover_id: int | None = _maybe_ref("person")


class PastCase(SQLModel, table=True):
    """A promise from before, brought in from a file: where, what sort of work, told and done when."""

    __tablename__: ClassVar[str] = "past_case"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    id: int = _id()
    site: str | None = _maybe_text()
    kind: str | None = _maybe_text()
    told_on: str = _text()
    done_on: str = _text()


class Goal(SQLModel, table=True):
    """What a practice wants to reach, by its measure."""

    __table_args__ = STRICT
    id: int = _id()
    uid: str = _text(unique=True)
    practice_id: int = _ref("practice")
    kind: str | None = _maybe_text()
    title: str = _text()
    unit: str | None = _maybe_text()
    direction: str = _text()
    aim: str | None = _maybe_text()
    aim_to: str | None = _maybe_text()
    by_on: str | None = _maybe_text()
    audience: str = _text()
    notes: str | None = _maybe_text()
    retired_on: str | None = _maybe_text()
    created_at: str = _text()


class Reading(SQLModel, table=True):
    """What a goal's measure was on a day, and whom the goal was for when it was written."""

    __table_args__ = (Index("one_reading_a_day", "goal_id", "read_on", unique=True), STRICT)
    id: int = _id()
    goal_id: int = _ref("goal")
    read_on: str = _text()
    value: str = _text()
    audience: str = _text()
    note: str | None = _maybe_text()
    created_at: str = _text()


class Run(SQLModel, table=True):
    """One use of a playbook at a practice: the playbook as it was then, the anchor, who, for whom, and answers."""

    __table_args__ = STRICT
    id: int = _id()
    playbook: str = _text()
    version: int
    title: str = _text()
    practice_id: int = _ref("practice")
    anchor_on: str = _text()
    book: str = _text()
    answers: str = _text()
    roles: str = _text()
    people: str = _text()
    created_at: str = _text()


class Task(SQLModel, table=True):
    """One thing to do for one practice."""

    __table_args__ = (Index("tasks_by_kind", "kind", "status", "done_on"), STRICT)
    id: int = _id()
    uid: str = _text(unique=True)
    title: str = _text()
    public_title: str | None = _maybe_text()
    practice_id: int | None = _maybe_ref("practice")
    status: str = _text()
    area: str | None = _maybe_text()
    kind: str | None = _maybe_text()
    priority: str | None = _maybe_text()
    estimate_minutes: int | None = None
    notes: str | None = _maybe_text()
    audience: str | None = _maybe_text()
    assignee_id: int | None = _maybe_ref("person")
    parent_id: int | None = _maybe_ref("task")
    deadline_on: str | None = _maybe_text()
    promised_on: str | None = _maybe_text()
    promised_time: str | None = _maybe_text()
    because: str | None = _maybe_text()
    reason_missing: int
    target_on: str | None = _maybe_text()
    target_source: str | None = _maybe_text()
    buffer_set_days: int | None = None
    starts_on: str | None = _maybe_text()
    waiting_on_id: int | None = _maybe_ref("person")
    waiting_for: str | None = _maybe_text()
    waiting_by: str | None = _maybe_text()
    follow_up_on: str | None = _maybe_text()
    answer: str | None = _maybe_text()
    created_at: str = _text()
    done_on: str | None = _maybe_text()
    closed_at: str | None = _maybe_text()
    repeats: str | None = _maybe_text()
    previous_id: int | None = _maybe_ref("task")
    lead_days: int | None = None
    start_by_on: str | None = _maybe_text()
    register_item_id: int | None = _maybe_ref("register_item")
    needs_evidence: int | None = None
    occurs_on: str | None = _maybe_text()
    catch_up: str | None = _maybe_text()
    duty_paused: int | None = None
    goal_id: int | None = _maybe_ref("goal")
    imported_at: str | None = _maybe_text()
    run_id: int | None = _maybe_ref("run")
    step: str | None = _maybe_text()
    step_on: str | None = _maybe_text()
    moved_from: str | None = _maybe_text()


class Tag(SQLModel, table=True):
    """One tag of one task."""

    __table_args__ = (Index("one_tag_a_task", "task_id", "name", unique=True), STRICT)
    id: int = _id()
    task_id: int = _ref("task")
    name: str = _text()


class Dependency(SQLModel, table=True):
    """A task that cannot go on before another one is done."""

    __table_args__ = (Index("one_dependency", "task_id", "needs_id", unique=True), STRICT)
    id: int = _id()
    task_id: int = _ref("task")
    needs_id: int = _ref("task")


class ChecklistItem(SQLModel, table=True):
    """One step of a task's checklist."""

    __tablename__: ClassVar[str] = "checklist_item"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    id: int = _id()
    task_id: int = _ref("task")
    position: int
    words: str = _text()
    done: int


class About(SQLModel, table=True):
    """A person whom a task is about, and who sees it only when told."""

    __table_args__ = (Index("one_about", "task_id", "person_id", unique=True), STRICT)
    id: int = _id()
    task_id: int = _ref("task")
    person_id: int = _ref("person")


class Telling(SQLModel, table=True):
    """A fact: this person was told this date, then. Never deleted, at most retracted."""

    __table_args__ = STRICT
    id: int = _id()
    task_id: int = _ref("task")
    person_id: int = _ref("person")
    promised_on: str = _text()
    told_on: str = _text()
    told_at: str = _text()
    how: str = _text()
    retracted: int
    update_id: int | None = _maybe_ref("update")
    buffer_days: int | None = None
    forecast_on: str | None = _maybe_text()
    forecast_chance: int | None = None
    calendar: str | None = _maybe_text()


class Update(SQLModel, table=True):
    """A message to one stakeholder, up to and including its approval."""

    __table_args__ = (
        Index("one_update_a_period", "person_id", "practice_id", "period", unique=True),
        Index("updates_by_status", "status"),
        STRICT,
    )
    id: int = _id()
    uid: str = _text(unique=True)
    practice_id: int = _ref("practice")
    person_id: int = _ref("person")
    kind: str = _text()
    period: str | None = _maybe_text()
    status: str = _text()
    subject: str = _text()
    body: str = _text()
    facts: str = _text()
    flags: str = _text()
    edited: int
    drafted_at: str = _text()
    approved_at: str | None = _maybe_text()
    approved_by: str | None = _maybe_text()
    approved_hash: str | None = _maybe_text()
    send_after: str | None = _maybe_text()
    composed: str | None = _maybe_text()
    former: str | None = _maybe_text()
    follows_id: int | None = _maybe_ref("update")
    due_at: str | None = _maybe_text()


class HoursEntry(SQLModel, table=True):
    """Time worked for a practice on a day, on one of its tasks or on none."""

    __tablename__: ClassVar[str] = "hours_entry"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = (Index("hours_by_day", "worked_on", "practice_id"), STRICT)
    id: int = _id()
    practice_id: int = _ref("practice")
    task_id: int | None = _maybe_ref("task")
    worked_on: str = _text()
    minutes: int
    note: str | None = _maybe_text()
    created_at: str = _text()


class Action(SQLModel, table=True):
    """One user-level verb in the journal."""

    __table_args__ = (Index("undoable_actions", "undone", "id"), STRICT)
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=True))
    verb: str = _text()
    words: str = _text()
    actor: str = _text()
    at: str = _text()
    because: str | None = _maybe_text()
    reverses_id: int | None = _maybe_ref("action")
    undone: int = 0
    undo_refused: int = 0


class Change(SQLModel, table=True):
    """One field of one entity, before and after, as JSON."""

    __table_args__ = (Index("changes_of_an_entity", "entity", "entity_id"), STRICT)
    id: int = Field(sa_column=Column(Integer, primary_key=True))
    action_id: int = _ref("action")
    entity: str = _text()
    entity_id: int
    field: str = _text()
    before: str | None = _maybe_text()
    after: str | None = _maybe_text()
