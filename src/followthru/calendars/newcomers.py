"""What is said of an object that is not known yet, in a collection of our own: as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from followthru.calendars.ical.form import Form
from followthru.calendars.links import Link


class Kind(StrEnum):
    """Why an object in a collection of our own is left alone."""

    COPY = "copy"
    FORMER = "former"
    MOVED = "moved"
    REMOVING = "removing"
    UNKNOWN = "unknown"
    UNSHOWN = "unshown"
    AUDIENCE = "audience"
    INVITED = "invited"
    REPEATS = "repeats"
    CANCELLED = "cancelled"
    DONE = "done"
    EMPTY = "empty"
    PAST = "past"
    MANY = "many"
    UNREADABLE = "unreadable"
    RETURNED = "returned"
    UNDONE = "undone"
    TAKEN = "taken"


class Other(NamedTuple):
    """An object that is left alone, and why, in words. `uid` is known only where it is that of an object of ours."""

    name: str
    etag: str | None
    kind: Kind
    reason: str
    uid: str | None = None


class Kin(NamedTuple):
    """An object of ours on another calendar."""

    calendar: str
    task_id: int


class Known(NamedTuple):
    """What the store knows of some UIDs and tasks.

    `links` are this calendar's of those UIDs and tasks, `kin` objects on other calendars by UID, `tasks` ids by uid;
    `zone` is the one in which a clock time is read.
    """

    links: tuple[Link, ...]
    kin: Mapping[str, Kin]
    tasks: Mapping[str, int]
    zone: str


class Newcomer(NamedTuple):
    """An object as it was found: its version as it was listed, and as it was read."""

    name: str
    etag: str | None
    text: str
    version: str | None


class Take(NamedTuple):
    """Make it a task: its words and first day, and its clock time in the task's zone. It stays the object it is.

    A todo without a day becomes a task without a promise, and is left alone from then on.
    """

    found: Newcomer
    uid: str
    href: str
    title: str
    on: date | None
    time: str | None
    form: Form


class Follow(NamedTuple):
    """It is the object of this link, which now has another address."""

    link: Link


class Found(NamedTuple):
    """It is an object of ours whose link was lost; `instead` is an older link whose object is no more."""

    link: Link
    instead: Link | None = None


class Leave(NamedTuple):
    """Leave it alone."""

    other: Other


Verdict = Take | Follow | Found | Leave
