"""Rules in the words of calendars, `RRULE:FREQ=MONTHLY;BYDAY=2TU` (RFC 5545, section 3.3.10), by days. Pure.

dateutil enumerates them; it is loaded where there is such a rule, and nowhere else. What a date of ours cannot be is
refused: hours and minutes, and ends (`COUNT`, `UNTIL`), since a duty ends when its user ends it. One part is added:
`DTSTART=20260707` says from which day a rule counts that does not follow from its own parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from followthru.domain.nearest import did_you_mean
from followthru.errors import UsageError

PREFIX = "RRULE:"


class RuleError(UsageError):
    """A rule cannot be; `why` says it in words."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(
            f"“{text}” is no rule for work that comes back: {why}.",
            safe="Nothing was changed.",
            remedy="RRULE:FREQ=MONTHLY;BYDAY=2TU is each second Tuesday; see docs/reference/duties.md.",
        )
        self.why = why


_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EVERY = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_ORDER = ("FREQ", "INTERVAL", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST", "DTSTART")
_LARGEST = {"BYMONTH": 12, "BYWEEKNO": 53, "BYYEARDAY": 366, "BYMONTHDAY": 31, "BYSETPOS": 366}
_NO_DAYS = {
    "COUNT": "a duty has no number of times: `followthru duty end ID` ends it",
    "UNTIL": "a duty has no last day: `followthru duty end ID` ends it",
    "BYHOUR": "a duty comes on days", "BYMINUTE": "a duty comes on days", "BYSECOND": "a duty comes on days",
}  # fmt: skip
_OWN_DAYS = frozenset(("BYDAY", "BYMONTHDAY", "BYYEARDAY"))
_LONGEST_TEXT = 300
_LAST_CYCLE = 9957
"""From here to the year 9999, the end of the calendar, every weekday meets every day of the year."""


def is_rrule(text: str) -> bool:
    """Whether a word says that it is such a rule."""
    return text[: len(PREFIX)].upper() == PREFIX


def read(text: str) -> str:
    """Return a rule in one form, its parts in order. Raises UsageError saying what is wrong with it."""
    body = text[len(PREFIX) :].upper().rstrip(";")
    if len(body) > _LONGEST_TEXT:
        raise RuleError(text[:40], "it is too long")
    said: dict[str, str] = {}
    for part in body.split(";"):
        key, _, value = part.partition("=")
        if not value:
            raise RuleError(text, f"“{part}” is not PART=VALUE")
        if key in said:
            raise RuleError(text, f"{key} is there twice")
        said[key] = _part(text, key, value)
    if "FREQ" not in said:
        raise RuleError(text, "it does not say FREQ")
    _check_together(text, said)
    found = PREFIX + ";".join(f"{key}={said[key]}" for key in _ORDER if key in said)
    _check_possible(text, said)
    return found


def anchored(rule: str, on: date) -> str:
    """Return a rule that counts from a day, where it does not follow from its own parts when it comes.

    Raises UsageError where it never comes counted from there.
    """
    said = _said(rule)
    if "DTSTART" in said or ("INTERVAL" not in said and said.keys() & _OWN_DAYS):
        return rule
    return read(f"{rule};DTSTART={on:%Y%m%d}")


def dates(rule: str, from_: date) -> Iterator[date]:
    """Yield the days of a rule from a day on, ascending, to the end of the calendar."""
    said = _said(rule)
    begins = from_ if "DTSTART" not in said else _day(said.pop("DTSTART"))
    if "INTERVAL" not in said and begins < from_ and said.keys() & _OWN_DAYS:
        begins = from_
    for found in _enumerated(said, begins):
        if found >= from_:
            yield found


def _enumerated(said: Mapping[str, str], begins: date) -> Iterator[date]:
    from dateutil.rrule import rrulestr

    text = ";".join(f"{key}={value}" for key, value in said.items())
    rule = rrulestr(text, dtstart=datetime(begins.year, begins.month, begins.day))  # noqa: DTZ001 -- civil dates
    for found in rule:
        yield found.date()


def _part(text: str, key: str, value: str) -> str:
    """Return the value of a part in one form. Raises UsageError."""
    if key in _NO_DAYS:
        raise RuleError(text, f"{key}: {_NO_DAYS[key]}")
    if key == "FREQ":
        if value not in _EVERY:
            raise RuleError(text, f"FREQ is {', '.join(_EVERY[:-1])} or {_EVERY[-1]}")
        return value
    if key == "INTERVAL":
        return _number(text, key, value, 1, 999)
    if key == "WKST":
        return _weekday(text, value, nth=False)
    if key == "BYDAY":
        return ",".join(_weekday(text, one, nth=True) for one in value.split(","))
    if key == "DTSTART":
        try:
            return _day(value).strftime("%Y%m%d")
        except ValueError:
            raise RuleError(text, "DTSTART is a day such as 20260707") from None
    if key not in _LARGEST:
        raise RuleError(text, f"there is no part {key}. {did_you_mean(key, _ORDER)}".rstrip(" ?."))
    low = 1 if key == "BYMONTH" else -_LARGEST[key]
    return ",".join(_number(text, key, one, low, _LARGEST[key]) for one in value.split(","))


def _number(text: str, key: str, value: str, low: int, high: int) -> str:
    digits = value.removeprefix("-").removeprefix("+")
    if digits.isascii() and digits.isdecimal() and low <= int(value) <= high and int(value) != 0:
        return str(int(value))
    raise RuleError(text, f"{key}={value}: it takes numbers from {low} to {high}{', not 0' if low < 0 else ''}")


def _weekday(text: str, value: str, *, nth: bool) -> str:
    day, count = value[-2:], value[:-2]
    if day not in _WEEKDAYS or (count and not nth):
        raise RuleError(text, f"{value} is none of {', '.join(_WEEKDAYS)}")
    return (_number(text, "BYDAY", count, -53, 53) if count else "") + day


def _check_together(text: str, said: Mapping[str, str]) -> None:
    """Raise UsageError for parts that RFC 5545 does not let stand together."""
    counted = any(one[:-2] for one in said.get("BYDAY", "").split(","))
    if counted and said["FREQ"] not in ("MONTHLY", "YEARLY"):
        raise RuleError(text, f"{said['BYDAY']} counts weekdays of a month or a year: FREQ is MONTHLY or YEARLY")
    for key, only in (("BYWEEKNO", ("YEARLY",)), ("BYYEARDAY", ("YEARLY",)), ("BYMONTHDAY", _EVERY[:1] + _EVERY[2:])):
        if key in said and said["FREQ"] not in only:
            raise RuleError(text, f"{key} goes with FREQ={' or '.join(only)}")
    if "BYSETPOS" in said and not said.keys() & {*_OWN_DAYS, "BYMONTH", "BYWEEKNO"}:
        raise RuleError(text, "BYSETPOS chooses among days that another part names")


def _check_possible(text: str, said: Mapping[str, str]) -> None:
    """Raise UsageError for a rule that never comes, such as on 31 February."""
    rule = {key: value for key, value in said.items() if key != "DTSTART"}
    begins = date(_LAST_CYCLE, 1, 1)
    if "INTERVAL" in said and "DTSTART" in said:
        begins = _day(said["DTSTART"])
    elif "INTERVAL" in said:
        del rule["INTERVAL"]
    if next(_enumerated(rule, begins), None) is None:
        raise RuleError(text, "there is no such day in any year")


def _said(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.removeprefix(PREFIX).split(";"))


def _day(text: str) -> date:
    if len(text) != len("20260707"):
        raise ValueError(text)
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 -- a civil date
