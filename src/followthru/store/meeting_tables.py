"""The tables of meetings: who met, what was written down and decided, what is still to be raised with whom."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import SQLModel

from followthru.store.columns import STRICT, identity, maybe_ref, maybe_text, ref, text


class Meeting(SQLModel, table=True):
    """A meeting with people of a practice: what it is to be about, and what was written down."""

    __table_args__ = STRICT
    id: int = identity()
    practice_id: int = ref("practice")
    held_on: str = text()
    held_time: str | None = maybe_text()
    title: str | None = maybe_text()
    agenda: str | None = maybe_text()
    minutes: str | None = maybe_text()
    created_at: str = text()


class Attendee(SQLModel, table=True):
    """Somebody who is, or was, at a meeting."""

    __table_args__ = (Index("one_attendee", "meeting_id", "person_id", unique=True), STRICT)
    id: int = identity()
    meeting_id: int = ref("meeting")
    person_id: int = ref("person")


class ActionItem(SQLModel, table=True):
    """A line of a meeting's minutes that became a task."""

    __tablename__: ClassVar[str] = "action_item"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    id: int = identity()
    meeting_id: int = ref("meeting")
    task_id: int = ref("task")
    line: str = text()


class RaiseNote(SQLModel, table=True):
    """Something to raise with a person. Nobody else ever reads it."""

    __tablename__: ClassVar[str] = "raise_note"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    id: int = identity()
    practice_id: int = ref("practice")
    person_id: int = ref("person")
    words: str = text()
    task_id: int | None = maybe_ref("task")
    raised_on: str | None = maybe_text()
    created_at: str = text()


class Decision(SQLModel, table=True):
    """What was decided at a practice, at a meeting or without one. Its words are read by its readers."""

    __table_args__ = STRICT
    id: int = identity()
    uid: str = text(unique=True)
    practice_id: int = ref("practice")
    meeting_id: int | None = maybe_ref("meeting")
    decided_on: str = text()
    words: str = text()
    notes: str | None = maybe_text()
    audience: str | None = maybe_text()
    retracted_on: str | None = maybe_text()
    created_at: str = text()


class Decider(SQLModel, table=True):
    """Somebody who was there when something was decided."""

    __table_args__ = (Index("one_decider", "decision_id", "person_id", unique=True), STRICT)
    id: int = identity()
    decision_id: int = ref("decision")
    person_id: int = ref("person")


class DecisionTask(SQLModel, table=True):
    """A task that follows from a decision, or whose promise moved by it: from which date to which."""

    __tablename__: ClassVar[str] = "decision_task"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = (Index("one_decision_task", "decision_id", "task_id", "link", unique=True), STRICT)
    id: int = identity()
    decision_id: int = ref("decision")
    task_id: int = ref("task")
    link: str = text()
    was_on: str | None = maybe_text()
    now_on: str | None = maybe_text()
