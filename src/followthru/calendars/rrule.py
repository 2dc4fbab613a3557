"""The rules of a calendar (RFC 5545 section 3.3.10) that are rules here; any other is kept in its own words."""

from __future__ import annotations

from datetime import date

from followthru.domain import rule_words
from followthru.errors import FollowthruError

_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_DAYS = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}
_WORKWEEK = {"MO", "TU", "WE", "TH", "FR"}
_NTH = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}


def rule_of(text: str, on: date | None) -> tuple[str | None, str | None]:
    """Return the rule, and the text where it makes none or says more than a rule here can. `on` is its first date."""
    if not text:
        return None, None
    parts = (part.upper().partition("=") for part in text.split(";") if "=" in part)
    said = {name: value for name, _, value in parts}
    words = _words(said, on)
    if words is None:
        return None, text
    try:
        rule = str(rule_words.read(words))
    except FollowthruError:
        return None, text
    return rule, text if said.keys() & {"COUNT", "UNTIL"} else None


def _words(said: dict[str, str], on: date | None) -> str | None:
    """Return the words of a rule here; None where there are none."""
    rest = said.keys() - {"FREQ", "INTERVAL", "WKST", "COUNT", "UNTIL"}
    unit, times = _UNITS.get(said.get("FREQ", "")), said.get("INTERVAL", "1")
    if unit is None or not times.isdecimal() or not 0 < int(times) < 1000:
        return None
    days = said.get("BYDAY", "").split(",") if "BYDAY" in said else []
    if not rest:
        if unit == "week" and times == "1" and on is not None:
            return list(_DAYS.values())[on.weekday()]
        return unit if times == "1" else f"{times} {unit}s"
    if times != "1":
        return None
    if rest == {"BYDAY"} and unit in ("week", "day") and all(day in _DAYS for day in days):
        return "weekday" if set(days) == _WORKWEEK else ",".join(_DAYS[day] for day in days)
    if unit == "month" and rest == {"BYMONTHDAY"}:
        return "last day" if said["BYMONTHDAY"] == "-1" else f"month on {said['BYMONTHDAY']}"
    if unit == "month":
        return _of_month(said, rest, days)
    return "year" if unit == "year" and _is_its_own_day(said, rest, on) else None


def _of_month(said: dict[str, str], rest: set[str], days: list[str]) -> str | None:
    """Return the words of `the second Tuesday`, or of `the last working day`."""
    nth = said.get("BYSETPOS", "")
    if rest == {"BYDAY", "BYSETPOS"} and set(days) == _WORKWEEK and nth in ("1", "-1"):
        return f"{_NTH[nth]} working day"
    if rest == {"BYDAY", "BYSETPOS"} and len(days) == 1:
        days = [f"{nth}{days[0]}"]
    elif rest != {"BYDAY"}:
        return None
    if len(days) == 1 and days[0][-2:] in _DAYS and days[0][:-2].lstrip("+") in _NTH:
        return f"{_NTH[days[0][:-2].lstrip('+')]} {_DAYS[days[0][-2:]]}"
    return None


def _is_its_own_day(said: dict[str, str], rest: set[str], on: date | None) -> bool:
    if on is None or not rest <= {"BYMONTH", "BYMONTHDAY"}:
        return False
    return said.get("BYMONTH", str(on.month)) == str(on.month) and said.get("BYMONTHDAY", str(on.day)) == str(on.day)
