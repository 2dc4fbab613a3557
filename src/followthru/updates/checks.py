"""Why an update waits for the PM: flags, and the scanner for what looks like patient data.

The scanner is a guard, not a guarantee: it errs towards holding a draft.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from followthru.updates.patients import finds
from followthru.updates.words import clean


class FlagName(StrEnum):
    """Why an update is held for review."""

    FIRST_MAIL = "first mail"
    UNSIGNED = "unsigned"
    REASON_MISSING = "reason missing"
    NO_PUBLIC_TITLE = "no public title"
    PRIVATE_DATA = "private data"
    OVERDUE = "overdue"
    MAY_SLIP = "may slip"
    DROPPED = "dropped"
    REOPENED = "open again"
    HIDDEN = "hidden since"
    TOO_MANY = "too many"
    UNTRUE = "no longer true"
    TO_FILL_IN = "to fill in"
    LATE = "late"
    CORRECTION = "correction"
    WRITTEN_ANEW = "written anew"
    SET_ASIDE = "set aside"


class Flag(NamedTuple):
    """One reason to hold an update, in words for the PM; `task_id` where one task is meant."""

    name: FlagName
    words: str
    task_id: int | None = None


def scan(text: str, today: date | None) -> tuple[Flag, ...]:
    """Return one flag for each thing in the text that looks like it belongs to a patient.

    `today` tells dates of everyday work from dates of birth; None takes every date in full for one of birth.
    """
    found: dict[str, str] = {}
    for find in finds(clean(text), today):
        found.setdefault(find.what, find.words)
    return tuple(Flag(FlagName.PRIVATE_DATA, f"“{words}” looks like {what}.") for what, words in sorted(found.items()))


def dump(flags: Iterable[Flag]) -> str:
    """Return flags as canonical JSON text."""
    content = [flag._asdict() for flag in flags]
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def load(text: str) -> tuple[Flag, ...]:
    """Return the flags that `dump` wrote. Raises ValueError or KeyError for anything else."""
    return tuple(Flag(FlagName(item["name"]), item["words"], item["task_id"]) for item in json.loads(text))
