"""Registers: what expires or needs service, who holds it, and when its renewal has to begin. Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from followthru.domain.repeats import Kind, Repeat, later
from followthru.domain.rule_words import read
from followthru.domain.task import Status
from followthru.domain.workdays import WorkCalendar
from followthru.errors import UsageError

BANDS = (30, 60, 90)
"""Calendar days ahead into which the expiry board is divided."""


class RegisterKind(NamedTuple):
    """A sort of thing that registers hold.

    `asks` are the fields that matter for it, `lead_days` the working days that a renewal usually takes, `every` the
    interval after which it usually comes again (None: its date stands on the paper). `task` is the title of the task
    that renews it, with `{title}` and `{holder}`, `public` what its readers read of it; `task_kind` and `area` are that
    task's; `evidence` says that it closes only with something to show. `source` is where its rules come from;
    `playbook` names the steps in which it is renewed, None where one task is enough.
    """

    name: str
    words: str
    asks: tuple[str, ...]
    lead_days: int
    every: str | None
    task: str
    public: str
    task_kind: str
    area: str
    evidence: bool
    source: str
    playbook: str | None = None


class RegisterItem(NamedTuple):
    """One thing in a register. `holder` is a person's handle and `holder_words` how the holder is called.

    `lead_days` are working days before `expires_on` at which its renewal begins; `task_id` is the open task that
    renews it. `documents` are paths and URLs.
    """

    id: int
    practice_id: int
    practice: str
    kind: str
    title: str
    holder_id: int | None
    holder: str | None
    holder_words: str | None
    identifier: str | None
    issued_on: date | None
    expires_on: date | None
    service_every: str | None
    lead_days: int | None
    vendor: str | None
    contact: str | None
    cost: str | None
    documents: tuple[str, ...]
    notes: str | None
    audience: str | None
    retired_on: date | None
    task_id: int | None

    @property
    def named(self) -> str:
        """How it is called in a sentence: its title, and its holder where the title does not say them."""
        held = self.holder_words
        return self.title if not held or held in self.title else f"{self.title} of {held}"


class FaultReport(NamedTuple):
    """That something in a register does not work: said on a day, with the task that sees to it. `vendor` is who was
    told of it; `status` and `done_on` are the task's.
    """

    id: int
    item_id: int
    task_id: int
    words: str
    reported_on: date
    vendor: str | None
    status: Status
    done_on: date | None


class Expiring(NamedTuple):
    """One line of the expiry board. `days_left` are calendar days, negative once it has expired."""

    item: RegisterItem
    days_left: int
    start_by_on: date
    due: bool

    @property
    def band(self) -> str:
        """Return in which part of the board it stands: `expired`, or the days within which it expires."""
        if self.days_left < 0:
            return "expired"
        return next((f"within {days} days" for days in BANDS if self.days_left <= days), f"after {BANDS[-1]} days")


def expiring(item: RegisterItem, today: date, calendar: WorkCalendar) -> Expiring | None:
    """Return where an item stands on its practice's day; None without a date or once it is retired.

    It is `due` from the day on which its renewal has to begin, until there is an open task for it.
    """
    if item.expires_on is None or item.retired_on is not None:
        return None
    start_by = calendar.latest_working_day_leaving(item.expires_on, item.lead_days or 0)
    return Expiring(item, (item.expires_on - today).days, start_by, today >= start_by and item.task_id is None)


def interval(text: str) -> Repeat:
    """Read how long something holds, such as `120 days` or `12 months`. Raises UsageError for anything else."""
    found = read(text)
    if found.kind is not Kind.INTERVAL:
        raise UsageError(
            f"“{text}” is no length of time.",
            safe="Nothing was changed.",
            remedy="Write 120 days, 6 months or 2 years.",
        )
    return found._replace(after_done=False)


def next_expiry(every: str, from_: date) -> date:
    """Return the day until which something holds that holds for an interval from a day. Raises UsageError."""
    return later(interval(every), from_)


def board_order(one: Expiring) -> tuple[str, str, date, int]:
    """Return what the board is sorted by within a band: practice, holder, date."""
    item = one.item
    return item.practice, item.holder_words or "", item.expires_on or date.max, item.id
