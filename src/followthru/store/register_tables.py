"""The tables of registers: what expires or needs service, what shows that it was renewed, what does not work."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import SQLModel

from followthru.store.columns import STRICT, identity, maybe_ref, maybe_text, ref, text


class RegisterItem(SQLModel, table=True):
    """One thing in a register: it expires or needs service, and somebody holds it."""

    __tablename__: ClassVar[str] = "register_item"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    id: int = identity()
    practice_id: int = ref("practice")
    kind: str = text()
    title: str = text()
    holder_id: int | None = maybe_ref("person")
    holder_name: str | None = maybe_text()
    identifier: str | None = maybe_text()
    issued_on: str | None = maybe_text()
    expires_on: str | None = maybe_text()
    service_every: str | None = maybe_text()
    lead_days: int | None = None
    vendor: str | None = maybe_text()
    contact: str | None = maybe_text()
    cost: str | None = maybe_text()
    documents: str | None = maybe_text()
    notes: str | None = maybe_text()
    audience: str | None = maybe_text()
    retired_on: str | None = maybe_text()
    created_at: str = text()


class Evidence(SQLModel, table=True):
    """Something to show that a task, or the renewal of a register item, was done: a note, an address, a file."""

    __table_args__ = STRICT
    id: int = identity()
    task_id: int | None = maybe_ref("task")
    register_item_id: int | None = maybe_ref("register_item")
    dated_on: str = text()
    form: str = text()
    words: str = text()
    sha256: str | None = maybe_text()
    created_at: str = text()


class FaultReport(SQLModel, table=True):
    """That something in a register does not work, and the task that sees to it."""

    __tablename__: ClassVar[str] = "fault_report"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    id: int = identity()
    register_item_id: int = ref("register_item")
    task_id: int = ref("task")
    words: str = text()
    reported_on: str = text()
    vendor: str | None = maybe_text()
    created_at: str = text()
