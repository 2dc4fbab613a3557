"""Practices, people and the roles that join them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class RoleName(StrEnum):
    """What a person is to a practice. A vendor is in no audience."""

    OWNER = "owner"
    LEAD = "lead"
    STAFF = "staff"
    VENDOR = "vendor"


class Channel(StrEnum):
    """How a person wants to hear from the PM."""

    MAIL = "mail"
    CALL = "call only"
    NONE = "none"


class PracticeStatus(StrEnum):
    """A paused practice sends nothing."""

    ACTIVE = "active"
    PAUSED = "paused"


class Practice(NamedTuple):
    """A client organisation. `weekdays` are ISO weekday digits, `holidays` a code such as `US-CA`.

    `roll` says where a promise goes that falls on a closed day; `capacity_minutes` is the work agreed on for a week,
    `retainer_minutes` the time paid for in a month; `report_hours` says that a report may tell the time worked.
    """

    id: int
    slug: str
    name: str
    timezone: str
    weekdays: str
    holidays: str | None
    buffer_policy: str
    status: PracticeStatus
    roll: str | None = None
    capacity_minutes: int | None = None
    retainer_minutes: int | None = None
    report_hours: bool = False


class Member(NamedTuple):
    """A person in the role they have at one practice.

    `cadence` is None or text such as `weekly:fri@16:00`; `review` holds every digest for the PM's eyes. Their updates
    are paused from `paused_on` until the day of `paused_until`, which is no longer paused; None has no end.
    """

    person_id: int
    role_id: int
    practice_id: int
    practice: str
    handle: str
    name: str
    address: str | None
    email: str | None
    channel: Channel
    timezone: str | None
    role: RoleName
    cadence: str | None
    review: bool
    paused_on: date | None = None
    paused_until: date | None = None

    def paused(self, on: date) -> bool:
        """Return whether this person's updates are paused on a day."""
        if self.paused_on is None or on < self.paused_on:
            return False
        return self.paused_until is None or on < self.paused_until
