"""The port through which data reaches the screen.

A `Feed` is used on one reader thread only, with its own connection; nothing here is called on the
thread that paints. Every answer is a value that never changes afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from followthru.domain.capture import Known
from followthru.domain.people import Member, Practice
from followthru.domain.task import ChecklistItem, TaskRow, Telling

Todays = Mapping[str | None, date]
"""Today in each practice's zone, by slug; `None` is the PM's own."""


class Place(StrEnum):
    """The kinds of list that can fill the screen."""

    TODAY = "today"
    SECTION = "section"
    PRACTICE = "practice"
    ALL = "all"


class Where(NamedTuple):
    """One list: Today, a whole section of it (`late`), one practice by slug, or every open task."""

    place: Place
    name: str = ""


TODAY = Where(Place.TODAY)


class Line(NamedTuple):
    """A line that is no task: an update to review, a conflict. `key` names it, as in `update:12`."""

    key: str
    state: str
    title: str
    practice: str | None
    on: date | None


class Section(NamedTuple):
    """A heading and what stands under it: tasks by id, or lines.

    `total` counts all that belong here; a bounded section holds fewer. Without `words` no heading
    is painted. `ids` is not copied, so it may be an `array('q')` of any length.
    """

    key: str
    words: str
    ids: Sequence[int]
    total: int
    lines: tuple[Line, ...] = ()


class View(NamedTuple):
    """One list as it stands at `version`.

    `rows` holds at least the first screenful, so that the first frame needs no second question;
    `late` counts the late tasks of the whole list. `version` rises whenever any connection changed the store.
    """

    where: Where
    title: str
    sections: tuple[Section, ...]
    rows: Sequence[TaskRow]
    todays: Todays
    total: int
    late: int
    version: int


class TaskDetail(NamedTuple):
    """All that the detail shows of one task."""

    row: TaskRow
    notes: str
    checklist: tuple[ChecklistItem, ...]
    tellings: tuple[Telling, ...]
    needs: tuple[tuple[int, str], ...]
    history: tuple[str, ...]


TargetOf = Callable[[str | None, date, int | None], tuple[date, int]]
"""The target and the wiggle room for a practice, a promise and the days typed with `~` (None: by policy)."""


class Aids(NamedTuple):
    """What a capture line is read with. Neither part touches the store any more."""

    known: Known
    target_of: TargetOf


class Outcome(NamedTuple):
    """What an action did, in words, and the task to select afterwards."""

    words: str
    select: int | None = None


class Feed(Protocol):
    """Answers the screen's questions. Every method may raise FollowthruError."""

    def version(self) -> int:
        """Return a number that differs once any connection changed the store (`data_version`)."""
        ...

    def view(self, where: Where, matching: str) -> View:
        """Return one list, narrowed to what matches the filter text (empty: all of it)."""
        ...

    def rows(self, ids: Sequence[int]) -> Sequence[TaskRow]:
        """Return the rows of these tasks in any order; ids that are gone are left out."""
        ...

    def details(self, ids: Sequence[int]) -> Sequence[TaskDetail]:
        """Return a few tasks with their tellings in any order; ids that are gone are left out."""
        ...

    def practices(self) -> Sequence[Practice]:
        """Return all practices by slug."""
        ...

    def members(self) -> Sequence[Member]:
        """Return every person in every role, for completion and for who can be told."""
        ...

    def aids(self) -> Aids:
        """Return what a capture line is previewed against, read in full: it is used on the painting thread."""
        ...

    def capture(self, line: str) -> Outcome:
        """Store a capture line. Raises UsageError without a title, RefusedError by a guard."""
        ...

    def close(self) -> None:
        """Release the connection."""
        ...
