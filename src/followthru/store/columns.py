"""The sorts of columns that tables are made of."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Text
from sqlmodel import Field

STRICT = {"sqlite_strict": True}


def identity() -> int:
    """Return an id that the program gives out."""
    return Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


def text(*, unique: bool = False) -> str:
    """Return text that is always there."""
    return Field(sa_type=Text, unique=unique)


def maybe_text() -> str | None:
    """Return text that may be absent."""
    return Field(default=None, sa_type=Text, nullable=True)


def ref(table: str) -> int:
    """Return the id of a row of another table."""
    return Field(sa_column=Column(Integer, ForeignKey(f"{table}.id"), nullable=False, index=True))


def maybe_ref(table: str) -> int | None:
    """Return the id of a row of another table, or nothing."""
    return Field(default=None, sa_column=Column(Integer, ForeignKey(f"{table}.id"), nullable=True, index=True))
