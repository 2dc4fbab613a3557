"""Dates as other programs write them. Where day and month could be either, the other rows of the column decide; where
none does, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from followthru.domain.dateword import MONTH_BY_NAME, DateOrder
from followthru.errors import UsageError
from followthru.exchange.values import WrongValueError

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,].*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?[ ,-]+(\d{4}|\d{2})(?: .*)?", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? .*)?", re.ASCII)
_SERIAL = re.compile(r"[34]\d{4}(?:\.\d+)?", re.ASCII)


class Reading(StrEnum):
    """What a text says of the order in which its file writes day and month."""

    NOTHING = "nothing"
    EITHER = "either"
    DMY = "dmy"
    MDY = "mdy"


class Order(NamedTuple):
    """How a column's dates are read. `order` is None where no row decides; `because` is a text that does or should."""

    order: DateOrder | None
    because: str | None = None


class MixedOrderError(ValueError):
    """A column has dates that only make sense with the day first, and others with the month first."""

    def __init__(self, day_first: str, month_first: str) -> None:
        super().__init__(f"“{day_first}” has the day first, “{month_first}” the month")


def settled(name: str, texts: Iterable[str]) -> Order:
    """Return how a file's dates are read. Raises UsageError where nobody can say which of two numbers is the day."""
    try:
        order = order_of(texts)
    except MixedOrderError as error:
        raise UsageError(
            f"{name}: its dates are in two orders: {error}.",
            safe="Nothing was imported.",
            remedy="Say --dates dmy or --dates mdy: rows that do not fit it are left out and listed.",
        ) from None
    if order.order is None:
        raise UsageError(
            f"{name}: “{order.because}” may have the day first or the month, and no date tells which.",
            safe="Nothing was imported.",
            remedy="Say --dates dmy (day first) or --dates mdy (month first).",
        )
    return order


def order_of(texts: Iterable[str]) -> Order:
    """Return how a column writes its dates. Raises MixedOrderError."""
    seen: dict[Reading, str] = {}
    for text in texts:
        seen.setdefault(reading_of(text), text)
    if Reading.DMY in seen and Reading.MDY in seen:
        raise MixedOrderError(seen[Reading.DMY], seen[Reading.MDY])
    for reading, order in ((Reading.DMY, DateOrder.DMY), (Reading.MDY, DateOrder.MDY)):
        if reading in seen:
            return Order(order, seen[reading])
    # Nothing here depends on an order: any will do.
    return Order(None, seen[Reading.EITHER]) if Reading.EITHER in seen else Order(DateOrder.DMY)


def reading_of(text: str) -> Reading:
    """Return what one date says of the order; points (`3.4.2026`) always have the day first."""
    found = _NUMBERS.fullmatch(text.strip())
    if found is None or found[2] == ".":
        return Reading.NOTHING
    first, second = int(found[1]), int(found[3])
    if first == second:
        return Reading.NOTHING
    if first > 12 >= second:
        return Reading.DMY
    if second > 12 >= first:
        return Reading.MDY
    return Reading.EITHER if first <= 12 and second <= 12 else Reading.NOTHING


def read_day(text: str, order: DateOrder) -> date:
    """Read a date; a clock time after it is passed over. Raises WrongValueError."""
    said = " ".join(text.split()).casefold()
    found = _parts(said, order)
    if found is None:
        hint = ": a spreadsheet's number; give its column the form of a date" if _SERIAL.fullmatch(said) else ""
        raise WrongValueError(f"“{text.strip()[:40]}” is no date such as 2027-01-15{hint}")
    try:
        return date(*found)
    except ValueError:
        raise WrongValueError(f"“{text.strip()[:40]}” is no day of any calendar") from None


def _parts(said: str, order: DateOrder) -> tuple[int, int, int] | None:
    """Return year, month and day."""
    if found := _ISO.fullmatch(said) or _COMPACT.fullmatch(said.upper()):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NUMBERS.fullmatch(said):
        day, month = (found[1], found[3]) if order is DateOrder.DMY or found[2] == "." else (found[3], found[1])
        return _year(found[4]), int(month), int(day)
    if (found := _DAY_FIRST.fullmatch(said)) and (month := MONTH_BY_NAME.get(found[2])):
        return _year(found[3]), month, int(found[1])
    if (found := _MONTH_FIRST.fullmatch(said)) and (month := MONTH_BY_NAME.get(found[1])):
        return int(found[3]), month, int(found[2])
    return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
