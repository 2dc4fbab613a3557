"""Why an update waits for the PM: flags, and the scanner for what looks like patient data.

The scanner is a guard, not a guarantee: it errs towards holding a draft.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

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


_NUMERIC_DATE = r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})"
_RECORD = r"(?:mrn|medical record|chart|patient id|member id|policy holder)"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("a date of birth", r"(?i)\b(?:dob|d\.o\.b\.?|born|birth ?date|date of birth)\b.{0,20}?\d"),
        ("a date of birth", rf"(?<![\d/.-])(?:{_NUMERIC_DATE})(?![\d/.-])"),
        ("a social security number", r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])"),
        ("a phone number", r"(?<![\d.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\d-])"),
        ("a phone number", r"\+\d{1,3}(?:[ .()-]{0,2}\d){7,12}(?!\d)"),
        ("a record number", rf"(?i)\b{_RECORD}\b\W{{0,4}}(?:no\.?|number)?\W{{0,3}}\w*\d{{3}}"),
        ("a diagnosis code", r"(?<![A-Za-z0-9])[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}(?![A-Za-z0-9])"),
        ("a procedure code", r"(?i)\bcpt\b\W{0,3}\d{5}\b"),
        ("a patient's initials", r"\b(?:[Pp]atient|[Cc]lient|[Pp]t\.?) (?:[A-Z]\.? ?){2,3}(?![A-Za-z])"),
    )
)


def scan(text: str) -> tuple[Flag, ...]:
    """Return one flag for each thing in the text that looks like it belongs to a patient."""
    plain = clean(text)
    found: dict[str, str] = {}
    for name, pattern in _PATTERNS:
        match = pattern.search(plain)
        if match:
            found.setdefault(name, match[0].strip())
    return tuple(Flag(FlagName.PRIVATE_DATA, f"“{words}” looks like {name}.") for name, words in sorted(found.items()))


def dump(flags: Iterable[Flag]) -> str:
    """Return flags as canonical JSON text."""
    content = [flag._asdict() for flag in flags]
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def load(text: str) -> tuple[Flag, ...]:
    """Return the flags that `dump` wrote. Raises ValueError or KeyError for anything else."""
    return tuple(Flag(FlagName(item["name"]), item["words"], item["task_id"]) for item in json.loads(text))
