"""What was decided: when, by whom, what follows from it and which promise moved by it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from followthru.domain.task import Audience


class Link(StrEnum):
    """What a task is to a decision: it follows from it, or its promise moved by it."""

    FOLLOWS = "follows"
    MOVED = "moved"


class Linked(NamedTuple):
    """A task that a decision is linked with. A promise moved from `was_on` to `now_on`, None where it was cleared."""

    task_id: int
    title: str
    link: Link
    was_on: date | None = None
    now_on: date | None = None


class There(NamedTuple):
    """Somebody who was there: `name` is how they are called in full, `address` in a letter where that is set."""

    person_id: int
    handle: str
    name: str
    address: str | None

    @property
    def called(self) -> str:
        """How they are called in a sentence."""
        return self.address or self.name


class Decision(NamedTuple):
    """One decision of a practice. `words` are what its readers read; `notes` are private.

    `recorded_on` is the practice's day on which it was written down; `retracted_on` that on which it was taken back.
    """

    id: int
    uid: str
    practice_id: int
    practice: str
    meeting_id: int | None
    decided_on: date
    words: str
    notes: str | None
    audience: Audience
    retracted_on: date | None
    created_at: str
    there: tuple[There, ...] = ()
    linked: tuple[Linked, ...] = ()

    @property
    def follows(self) -> tuple[Linked, ...]:
        """The tasks that follow from it."""
        return tuple(one for one in self.linked if one.link is Link.FOLLOWS)

    @property
    def moved(self) -> tuple[Linked, ...]:
        """The tasks whose promise moved by it."""
        return tuple(one for one in self.linked if one.link is Link.MOVED)
