"""The words of a task and the values in which tasks travel."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """Where a task stands."""

    INBOX = "inbox"
    OPEN = "open"
    STARTED = "started"
    WAITING = "waiting"
    DONE = "done"
    DROPPED = "dropped"


CLOSED = frozenset({Status.DONE, Status.DROPPED})


class Area(StrEnum):
    """Which side of the practice a task serves."""

    OPERATIONS = "operations"
    PEOPLE = "people"
    PERFORMANCE = "performance"


class Audience(StrEnum):
    """Who may see a task: nobody else, role owner, or owner, lead and staff."""

    ME = "me"
    OWNERS = "owners"
    TEAM = "team"


class Priority(StrEnum):
    """How much a task matters; most have none."""

    HIGH = "high"
    LOW = "low"


class TargetSource(StrEnum):
    """Where a target came from. A target by hand is never recomputed."""

    POLICY = "policy"
    FORECAST = "forecast"
    HAND = "hand"


class How(StrEnum):
    """How a person was told a date; by a calendar whoever moved it there, and the PM agreed."""

    MAIL = "mail"
    CALL = "call"
    MEETING = "meeting"
    CALENDAR = "calendar"
    UNSPECIFIED = "unspecified"


class Telling(NamedTuple):
    """A fact: this person was told this date, on that day."""

    id: int
    task_id: int
    person_id: int
    person: str
    promised_on: date
    told_on: date
    told_at: str
    how: str
    retracted: bool


class ChecklistItem(NamedTuple):
    """One step of a task's checklist."""

    id: int
    position: int
    words: str
    done: bool


class TaskRow(NamedTuple):
    """A task as lists, filters and JSON read it.

    `practice`, `assignee` and `waiting_on` are slugs and handles; `audience` is the effective one
    (a task without a practice is `me`). `in_buffer_from`, `at_risk_from` and `late_from` are the first
    practice days on which each health word holds, `stalled_from` that on which it is stalled beside it;
    `start_by_on` is the last day to begin in good time for the deadline; `blocked` is true while a dependency is
    open.
    """

    id: int
    uid: str
    title: str
    public_title: str | None
    practice: str | None
    practice_id: int | None
    status: Status
    area: str | None
    kind: str | None
    priority: str | None
    audience: Audience
    assignee: str | None
    waiting_on: str | None
    waiting_for: str | None
    waiting_by: date | None
    follow_up_on: date | None
    deadline_on: date | None
    promised_on: date | None
    promised_time: str | None
    because: str | None
    reason_missing: bool
    target_on: date | None
    target_source: str | None
    buffer_days: int
    starts_on: date | None
    done_on: date | None
    in_buffer_from: date | None
    at_risk_from: date | None
    late_from: date | None
    stalled_from: date | None
    tags: tuple[str, ...]
    told: int
    out_of_step: int
    blocked: bool
    start_by_on: date | None = None

    @property
    def closed(self) -> bool:
        """Whether the task is done or dropped."""
        return self.status in CLOSED

    def stalled(self, today: date) -> bool:
        """Whether it is stalled on its practice's day."""
        return self.stalled_from is not None and self.stalled_from <= today
