"""How readers' dates and words are written: plain, on one line, in no program's locale."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from followthru.domain.saying import day_words

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# Joiners shape letters and emoji; every other format character only hides or reorders.
_SHAPING = frozenset("\u200c\u200d")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def clean(text: str) -> str:
    """Return text from outside as one line: no control, line-breaking, invisible or reordering characters."""
    if text.isprintable():  # `_safe` changes no printable character, and a space is the only one that is white
        return " ".join(text.split())
    return " ".join("".join(_safe(character) for character in text).split())


def clean_lines(text: str) -> str:
    """Return text of several lines, made safe as `clean` does; line ends, tabs and spacing stay."""
    if text.isprintable():
        return text
    return "".join(character if character in "\n\t" else _safe(character) for character in text)


def _safe(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if category == "Cs":
        return "\ufffd"
    if category == "Cf" and character not in _SHAPING:
        return ""
    return character


def crop(text: str, width: int) -> str:
    """Return at most `width` characters, cut at a word where that keeps half of them, ending in `…`."""
    if len(text) <= width:
        return text
    head = text[: width - 1]
    at_word = head.rsplit(" ", 1)[0]
    return (at_word if len(at_word) * 2 > width else head).rstrip(" ,;:") + "…"


def clock(at: time) -> str:
    """Return `2 pm`, `2:30 pm`, `noon` or `midnight`."""
    if (at.hour, at.minute) in {(12, 0), (0, 0)}:
        return "noon" if at.hour else "midnight"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {'am' if at.hour < 12 else 'pm'}"


def moment(on: date, at: str | None, here: str, there: str, today: date) -> str:
    """Return a promised date as its reader's calendar shows it.

    `at` is `HH:MM` on the practice's clock, `here` the practice's zone, `there` the reader's. A date
    without a time is the same date everywhere; with a time it is turned into the reader's zone, and the
    zone is named where the two clocks differ.
    """
    if at is None:
        return day_words(on, today)
    local = datetime.combine(on, time.fromisoformat(at), ZoneInfo(here))
    seen = local.astimezone(ZoneInfo(there))
    zone = "" if seen.utcoffset() == local.utcoffset() else f" ({seen.tzname()})"
    return f"{day_words(seen.date(), today)} at {clock(seen.timetz())}{zone}"


def sentence(text: str) -> str:
    """Return a clause ready to stand inside a sentence: one line, no full stop at its end."""
    return clean(text).rstrip(" .;,")


def fill(phrase: str, words: Mapping[str, str]) -> str:
    """Return a phrase with its `{placeholders}` filled in once; what is filled in is never read again.

    Raises KeyError for a placeholder that has no words.
    """
    return _PLACEHOLDER.sub(lambda found: words[found[1]], phrase)


def megabytes(size: int) -> str:
    """Return a number of bytes as people say it: 20 MB, 4 kB."""
    return f"{size / 1_000_000:.0f} MB" if size >= 1_000_000 else f"{size / 1000:.0f} kB"
