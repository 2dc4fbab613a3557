"""When, in the words of other programs: `every 3rd fri`, `every! 2 weeks`, `Jan 15`, `tomorrow at 9am`.

Read by this program's own words for dates and rules, after what others say differently is put into them.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from followthru.domain import rule_words
from followthru.domain.dateword import DateOrder, match_date
from followthru.errors import FollowthruError
from followthru.exchange.days import Reading, read_day, reading_of
from followthru.exchange.values import WrongValueError


class When(NamedTuple):
    """What words say: a date, a rule by which it comes back, or neither. `rest` is what is kept as a note."""

    on: date | None = None
    repeats: str | None = None
    rest: str | None = None


_TIME = re.compile(
    r"(?:^|\s)(?:at\s+)?(?:\d{1,2}(?::\d{2})?\s*(?:am|pm)|\d{1,2}:\d{2}(?::\d{2})?|noon|midnight)(?=\s|$)", re.ASCII
)
_SPAN = re.compile(r"\s+(?:starting|start|from|beginning|ending|until|for)\s+.*", re.ASCII)
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_NTH = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth"}
_WHOLE = {
    "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year", "quarterly": "quarter",
    "every morning": "day", "every afternoon": "day", "every evening": "day", "every night": "day",
    "every workday": "weekday", "every weekend": "sat", "every last day of the month": "last day",
    "every first day": "month on 1", "every 1st day": "month on 1", "weekdays": "weekday", "biweekly": "2 weeks",
    "fortnightly": "2 weeks", "semiannual": "6 months", "bimonthly": "2 months", "biannual": "2 years",
}  # fmt: skip
_ISO_SPAN = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)
_SHORT_SPAN = re.compile(
    r"(\d*)\s*(d|da|days?|w|wk|wks|weeks?|m|mo|mth|mths|mnths|months?|q|qtr|qtrs|quarters?|y|yr|yrs|years?)", re.ASCII
)


def read_when(text: str, today: date, order: DateOrder) -> When:
    """Read words for when. What is not understood is kept as it stands."""
    said = " ".join(text.split())
    low = said.casefold()
    if low in ("", "no date", "no due date"):
        return When()
    rule = read_rule(low)
    if rule is not None:
        return When(repeats=rule[0], rest=rule[1])
    if low.startswith(("every", "ev ")) or low in _WHOLE:
        return When(rest=said)
    return _date(said, today, order)


def _date(said: str, today: date, order: DateOrder) -> When:
    if reading_of(said) is not Reading.EITHER:
        try:
            return When(read_day(said, order))
        except WrongValueError:
            pass
    words = _TIME.sub("", said.casefold()).split()
    found = match_date(words, 0, today, order) if words else None
    if found is None or found.on is None or found.stop != len(words):
        return When(rest=said)
    return When(found.on)


def read_rule(low: str) -> tuple[str, str | None] | None:
    """Return a rule as it is written here and what of the words it leaves out; None where they make no rule."""
    bare = _TIME.sub("", low).strip()
    core = _SPAN.sub("", bare)
    left = low if core != low and (core != bare or _TIME.search(low)) else None
    after = core.startswith(("every!", "every !"))
    core = core.replace("every !", "every").replace("every!", "every")
    core = re.sub(r"^ev ", "every ", core)
    words = _WHOLE.get(core) or _ours(core)
    if words is None:
        return None
    try:
        rule = rule_words.read(f"{words} after done" if after else words)
    except FollowthruError:
        return None
    return str(rule), left


def _ours(core: str) -> str | None:
    """Return the words of a rule as they are said here; None for what begins with no `every`."""
    if not core.startswith("every "):
        return None
    words = core.removeprefix("every ").replace(" and ", ",").replace(", ", ",").split()
    if len(words) == 1 and (found := _DAY_OF_MONTH.fullmatch(words[0])):
        return f"month on {int(found[1])}"
    if len(words) == 2 and words[0] in _NTH:
        return f"{_NTH[words[0]]} {words[1]}"
    if words[:1] == ["3rd"] or words[1:2] == ["last"]:
        return None
    return " ".join(words)


def read_span(text: str) -> str | None:
    """Return the rule of a span such as `weekly`, `2w`, `3 months` or `P1M`; None where it is none."""
    low = text.strip().casefold()
    if low in _WHOLE:
        return _WHOLE[low]
    if found := _ISO_SPAN.fullmatch(text.strip().upper()):
        counts = [(found[at], unit) for at, unit in ((1, "year"), (2, "month"), (3, "week"), (4, "day")) if found[at]]
        return _times(*counts[0]) if len(counts) == 1 else None
    if found := _SHORT_SPAN.fullmatch(low):
        unit = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}[found[2][0]]
        return _times(found[1] or "1", unit)
    return None


def _times(count: str, unit: str) -> str | None:
    times = int(count)
    if not 0 < times < 1000:
        return None
    return unit if times == 1 else f"{times} {unit}s"
