"""Read a rule for work that comes back, as it is typed after `every`: `mon`, `last workday`, `2 weeks`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from followthru.domain import rrules
from followthru.domain.dateword import LONGEST_MONTHS, PUNCTUATION, WEEKDAY_BY_NAME, number
from followthru.domain.repeats import ALWAYS_WORKED, MONTHS, NTH, ROLLS, Kind, Repeat, Unit
from followthru.errors import UsageError

_WINDOW = re.compile(r"(\d{1,2}) ([a-z]{3,9}) ?(?:\.\.|-|–|to) ?(\d{1,2}) ([a-z]{3,9})", re.ASCII)
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth"}


def read(text: str) -> Repeat:
    """Read a rule, with or without `every` before it. Raises UsageError."""
    words = text.split()
    words = words[1:] if words[:1] in (["every"], ["Every"]) else words
    if words and rrules.is_rrule(words[0]):
        rrules.read(words[0])  # says what is wrong with it
    found = match(words)
    if found is None:
        raise UsageError(
            f"“{text}” is no rule for work that comes back.",
            remedy="Write mon, 2 weeks, month on 15, last working day, second tue, 120 days after done, "
            "or RRULE:FREQ=MONTHLY;BYDAY=2TU.",
        )
    return found


def match(words: Sequence[str]) -> Repeat | None:
    """Return the rule that all these words make, None if they make none."""
    keys = _as_kept([word.casefold().rstrip(PUNCTUATION) for word in words])
    if keys[-2:] == ["after", "done"]:
        rule = _interval(keys[:-2])
        return None if rule is None else rule._replace(after_done=True)
    return _rolled(keys) or _fixed(keys) or _interval(keys)


def _as_kept(keys: list[str]) -> list[str]:
    """Return the words in which a rule is kept for other ways to say it: `2nd tue of the month`, `last workday`."""
    for end in (["of", "the", "month"], ["of", "each", "month"], ["of", "every", "month"]):
        keys = keys[: -len(end)] if keys[-len(end) :] == end else keys
    said = " ".join(_ORDINALS.get(key, key) for key in keys)
    for other in ("business day", "workday"):
        said = said.replace(other, "working day")
    return said.split()


def why_none(words: Sequence[str]) -> str:
    """Return why words that look like a rule are none."""
    try:
        if words and rrules.is_rrule(words[0]):
            rrules.read(words[0])
    except rrules.RuleError as error:
        return error.why
    return "it is no rule that is known"


def _fixed(keys: Sequence[str]) -> Repeat | None:
    return _weekdays(keys) or _of_month(keys) or _window(keys) or _rrule(keys)


def _rrule(keys: Sequence[str]) -> Repeat | None:
    if len(keys) != 1 or not rrules.is_rrule(keys[0]):
        return None
    try:
        return Repeat(Kind.RRULE, words=rrules.read(keys[0]))
    except UsageError:
        return None


def _rolled(keys: Sequence[str]) -> Repeat | None:
    """Return a rule of fixed dates that says where those go on which nobody works."""
    roll = next((roll for roll, said in ROLLS.items() if said and list(keys[-2:]) == said.split()), None)
    if roll is None:
        return None
    found = _fixed(keys[:-2])
    return None if found is None or found.kind in ALWAYS_WORKED else found._replace(roll=roll)


def _window(keys: Sequence[str]) -> Repeat | None:
    found = _WINDOW.fullmatch(" ".join(keys))
    if found is None:
        return None
    first, last = _year_day(found[1], found[2]), _year_day(found[3], found[4])
    return Repeat(Kind.WINDOW, unit=Unit.YEAR, days=(*first, *last)) if first and last and first != last else None


def _year_day(day: str, name: str) -> tuple[int, int] | None:
    """Return month and day; None where there is none of that name or it never has such a day."""
    month = next((at for at, short in enumerate(MONTHS) if name.startswith(short)), None)
    return (month + 1, int(day)) if month is not None and 1 <= int(day) <= LONGEST_MONTHS[month] else None


def _weekdays(keys: Sequence[str]) -> Repeat | None:
    if keys in (["weekday"], ["working", "day"], ["workday"]):
        return Repeat(Kind.WORKING_DAY)
    names = [name for key in keys if key != "and" for name in key.split(",") if name]
    if not names or any(name not in WEEKDAY_BY_NAME for name in names):
        return None
    return Repeat(Kind.WEEKDAYS, unit=Unit.WEEK, days=tuple(sorted({WEEKDAY_BY_NAME[name] for name in names})))


def _of_month(keys: Sequence[str]) -> Repeat | None:
    short = [key for key in keys if key != "the"]
    if short[:2] == ["month", "on"] and len(short) == 3:
        day = number(short[2].rstrip("stndrh"), 2)
        return Repeat(Kind.MONTH_DAY, unit=Unit.MONTH, days=(day,)) if day and day <= 31 else None
    if short in (["last", "day"], ["month", "on", "last", "day"]):
        return Repeat(Kind.MONTH_DAY, unit=Unit.MONTH, days=(-1,))
    if short[1:] == ["working", "day"] and short[0] in NTH:
        return Repeat(Kind.MONTH_WORKING_DAY, unit=Unit.MONTH, nth=NTH[short[0]])
    if len(short) == 2 and short[0] in NTH and short[1] in WEEKDAY_BY_NAME:
        return Repeat(Kind.MONTH_WEEKDAY, unit=Unit.MONTH, days=(WEEKDAY_BY_NAME[short[1]],), nth=NTH[short[0]])
    return None


def _interval(keys: Sequence[str]) -> Repeat | None:
    if len(keys) > 2 and keys[-2] == "on":
        day, found = number(keys[-1], 2), _interval(keys[:-2])
        months = found is not None and found.unit in (Unit.MONTH, Unit.YEAR)
        return found._replace(days=(day,)) if found is not None and months and day and 28 < day <= 31 else None
    count, unit = 1, keys[-1] if keys else ""
    if len(keys) == 2:
        count = 2 if keys[0] == "other" else number(keys[0], 3) or 0
    elif len(keys) != 1:
        return None
    name = unit.removesuffix("s")
    if not count or (name == unit and count > 1 and keys[0] != "other") or (name != unit and len(keys) == 1):
        return None
    if name == "quarter":
        return Repeat(Kind.INTERVAL, 3 * count, Unit.MONTH)
    return Repeat(Kind.INTERVAL, count, Unit(name)) if name in {one.value for one in Unit} else None
