"""A practice's own words for its updates: what may be changed, what every phrase has to keep, and reading them.

A phrase is plain text with placeholders in braces, filled in once and never run. A faulty phrase is left out and told;
the usual one stands in its place, so that no book keeps a mail from being written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, cast

from followthru.domain.nearest import did_you_mean
from followthru.updates.checks import scan
from followthru.updates.phrases import PHRASES, Phrases
from followthru.updates.words import clean

TABLE = "words"
"""The one table of a phrase book."""
LONGEST = 200
"""How many characters a phrase may have."""
EMPTY = frozenset({"greeting", "opening", "nothing_needed", "less_often", "regards", "report_opening"})
"""Phrases that may be left empty; their line is then left out."""
# A day that a line states is recorded as told, so a line keeps its task and its days. These may go.
_OPTIONAL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "subject": frozenset({"news"}),
        "title": frozenset({"practice", "period"}),
        "greeting": frozenset({"reader"}),
        "opening": frozenset({"today"}),
        "nothing_new": frozenset({"last"}),
        "all_stand": frozenset({"last"}),
        "signature": frozenset({"practice"}),
        "moved_because": frozenset({"before"}),
        "moved_plain": frozenset({"before"}),
        "done_on": frozenset({"day"}),
        "warning_subject": frozenset({"day"}),
        "warning_today": frozenset({"day"}),
        "repair_subject": frozenset({"day"}),
        "result_up": frozenset({"before"}),
        "result_down": frozenset({"before"}),
        "result_aim_by": frozenset({"day"}),
        "result_met": frozenset({"aim"}),
        "report_title": frozenset({"practice", "period"}),
        "report_opening": frozenset({"period"}),
        "report_was_moved": frozenset({"before"}),
    }
)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Fault(NamedTuple):
    """One thing that is wrong, at a phrase or (empty name) at the whole book."""

    name: str
    words: str


class Book(NamedTuple):
    """The words to write with, and what of the book could not be used."""

    phrases: Phrases = PHRASES
    faults: tuple[Fault, ...] = ()


def placeholders(name: str) -> tuple[str, ...]:
    """Return what may stand in braces in a phrase."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(str(getattr(PHRASES, name)))))


def needed(name: str) -> tuple[str, ...]:
    """Return what has to stand in braces in a phrase."""
    return tuple(word for word in placeholders(name) if word not in _OPTIONAL.get(name, frozenset()))


def read(content: Mapping[str, object]) -> Book:
    """Return the book that a TOML file holds: one table, `[words]`, of phrases by name."""
    faults = [
        Fault(name, f"there is nothing called this; a phrase stands under [{TABLE}].")
        for name in sorted(content.keys() - {TABLE})
    ]
    table = content.get(TABLE, {})
    if not isinstance(table, dict):
        return Book(faults=(*faults, Fault("", f"expected one table, [{TABLE}].")))
    own: dict[str, str] = {}
    for name, value in cast("dict[str, object]", table).items():
        fault = _fault(name, value)
        if fault is None:
            own[name] = str(value).strip()
        else:
            faults.append(Fault(name, fault))
    return Book(PHRASES._replace(**own), tuple(faults))


def _fault(name: str, value: object) -> str | None:
    """Return what is wrong with a phrase, None for nothing."""
    if name not in Phrases._fields:
        hint = did_you_mean(name, Phrases._fields) or "`followthru update words` shows them all."
        return f"there is no such phrase. {hint}"
    if not isinstance(value, str):
        return "expected text between quotes."
    text = value.strip()
    if not text:
        return None if name in EMPTY else "it cannot be empty: leave it out, and the usual words stand there."
    if clean(text) != text or len(text) > LONGEST:
        return f"expected one line of at most {LONGEST} characters, with single spaces and no invisible ones."
    return _misplaced(name, text) or _unfit(text)


def _misplaced(name: str, text: str) -> str | None:
    """Return what is wrong with a phrase's placeholders."""
    found, known = _PLACEHOLDER.findall(text), placeholders(name)
    for word in found:
        if word not in known:
            hint = f"Known here: {', '.join(f'{{{each}}}' for each in known)}." if known else "None can stand here."
            return f"{{{word}}} says nothing here. {hint}"
    if set(_PLACEHOLDER.sub("", text)) & set("{}"):
        return "a brace that belongs to no placeholder; write {like_this}, small letters alone."
    missing = [word for word in needed(name) if word not in found]
    return (
        f"{{{missing[0]}}} has to stand in it: {_WHY.get(missing[0], 'its line says nothing without')}."
        if missing
        else None
    )


_WHY = MappingProxyType(
    {
        "day": "the day that it states is recorded as told",
        "new": "the day that it states is recorded as told",
        "task": "nobody would know what it speaks of",
        "goal": "nobody would know what it speaks of",
        "value": "it is what the line is for",
        "line": "it stands for all that the line says",
        "period": "a subject names practice and period",
        "practice": "a subject names practice and period",
    }
)


def _unfit(text: str) -> str | None:
    """Return why a phrase would hold every mail, or be read as the markup of plain text."""
    if not any(character.isalpha() for character in text):
        return "there is no word in it."
    if text.startswith(("- ", "* ", "• ")):
        return "it begins like a list item; leave the mark out."
    private = scan(text, None)
    return f"{private[0].words} Every mail would wait for you because of it." if private else None
