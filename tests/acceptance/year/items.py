"""What expires at the two practices in their year, and the expiry board that a plain calendar draws of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tests.acceptance.year.brute import ONE_DAY
from tests.acceptance.year.office import ELM, FIRST, LAST, OAK, Practice

PEOPLE = (
    (OAK, "Dana Reyes", "owner"), (OAK, "Lee Park", "lead"), (OAK, "Sam Ito", "staff"),
    (ELM, "Nora Quist", "owner"), (ELM, "Max Obi", "staff"),
)  # fmt: skip
_DANA, _LEE, _SAM, _NORA, _MAX = (name for _, name, _ in PEOPLE)


@dataclass(frozen=True, eq=False)
class Item:
    """One thing in a register. Once renewed it holds for `days` from that day, or `years` from when it expired.

    `lead` are the working days that its renewal takes; that of its kind unless `said`.
    """

    practice: Practice
    kind: str
    title: str
    holder: str | None
    expires: date
    lead: int
    days: int = 0
    years: int = 1
    said: bool = False

    @property
    def named(self) -> str:
        """How it is called in a sentence."""
        return f"{self.title} of {self.holder}" if self.holder else self.title


ITEMS = (
    Item(OAK, "licence", "LCSW licence", _DANA, date(2027, 11, 30), 40, years=2),
    Item(OAK, "licence", "LPC licence", _LEE, date(2028, 3, 31), 40, years=2),
    Item(OAK, "licence", "Social work licence", _SAM, date(2027, 7, 15), 40, years=2),
    Item(OAK, "caqh", "CAQH profile", _DANA, date(2027, 8, 2), 10, days=120),
    Item(OAK, "caqh", "CAQH profile", _LEE, date(2027, 8, 30), 10, days=120),
    Item(OAK, "caqh", "CAQH profile", _SAM, date(2027, 10, 15), 10, days=120),
    Item(OAK, "certification", "CPR", _LEE, date(2028, 1, 31), 30, years=2),
    Item(OAK, "malpractice", "Malpractice cover", _DANA, date(2028, 1, 1), 40),
    Item(OAK, "malpractice", "Malpractice cover", _SAM, date(2028, 1, 1), 40),
    Item(OAK, "property-insurance", "Office contents", None, date(2027, 9, 30), 30),
    Item(OAK, "workers-compensation", "Workers' compensation", None, date(2028, 2, 29), 30),
    Item(OAK, "lease", "Suite 4", None, date(2028, 6, 30), 130, years=5),
    Item(OAK, "contract", "Billing service", None, date(2028, 1, 6), 60),
    Item(OAK, "policy", "Privacy policies", None, date(2027, 7, 1), 15, days=366),
    Item(OAK, "emergency-plan", "Fire and storm plan", _LEE, date(2027, 10, 10), 20, days=366),
    Item(OAK, "training", "HIPAA training", _SAM, date(2028, 4, 30), 15, days=365),
    Item(ELM, "licence", "Medical licence", _NORA, date(2028, 5, 31), 60, years=2, said=True),
    Item(ELM, "licence", "DEA registration", _NORA, date(2028, 2, 29), 45, years=3, said=True),
    Item(ELM, "licence", "RN licence", _MAX, date(2027, 8, 31), 40, years=2),
    Item(ELM, "licence", "CLIA certificate of waiver", None, date(2027, 11, 11), 40, years=2),
    Item(ELM, "caqh", "CAQH profile", _NORA, date(2027, 7, 20), 10, days=120),
    Item(ELM, "payer-revalidation", "Medicare revalidation", _NORA, date(2028, 1, 31), 60, years=5),
    Item(ELM, "equipment", "Autoclave", None, date(2027, 9, 15), 10, days=180, said=True),
    Item(ELM, "equipment", "Defibrillator", None, date(2027, 12, 25), 10, days=365),
    Item(ELM, "equipment", "X-ray", None, date(2028, 3, 7), 25, days=365, said=True),
    Item(ELM, "accreditation", "Accreditation", None, date(2028, 6, 15), 180, years=3),
    Item(ELM, "training", "Bloodborne pathogens", _MAX, date(2027, 9, 10), 15, days=365),
    Item(ELM, "malpractice", "Malpractice cover", _NORA, date(2027, 10, 29), 40),
    Item(ELM, "contract", "Medical waste pick-up", None, date(2027, 7, 5), 60),
    Item(ELM, "policy", "Infection control", None, date(2028, 1, 17), 0, days=366, said=True),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the board."""

    item: Item
    expires: date
    days_left: int
    start_by: date
    due: bool

    @property
    def band(self) -> str:
        """In which part of the board it stands."""
        if self.days_left < 0:
            return "expired"
        return next(f"within {days} days" for days in (30, 60, 90) if self.days_left <= days)


@dataclass(frozen=True)
class Look:
    """The first day of a month: what is renewed on it and until when, then the board, then what gets its task."""

    day: date
    renewed: dict[Item, date]
    board: tuple[Line, ...]
    due: tuple[Item, ...]


def looks() -> Iterator[Look]:
    """Yield the year, month by month: what is due gets its task on the first, and is renewed on the next first."""
    expires = {item: item.expires for item in ITEMS}
    tasked: tuple[Item, ...] = ()
    day = FIRST
    while day <= LAST:
        if day.day == 1:
            renewed = {item: _renewed(item, expires[item], day) for item in tasked}
            expires |= renewed
            lines = [_line(item, expires[item], day) for item in ITEMS]
            tasked = tuple(one.item for one in lines if one.due)
            near = [one for one in lines if one.days_left <= 90]
            yield Look(day, renewed, tuple(sorted(near, key=_order)), tasked)
        day += ONE_DAY


def _line(item: Item, expires: date, day: date) -> Line:
    start_by = item.practice.days.leaving(expires, item.lead)
    return Line(item, expires, (expires - day).days, start_by, day >= start_by)


def _renewed(item: Item, expires: date, day: date) -> date:
    if item.days:
        return day + item.days * ONE_DAY
    on = expires
    while (on.year, on.month) != (expires.year + item.years, expires.month):
        on += ONE_DAY
    while on.day != expires.day and (on + ONE_DAY).month == on.month:
        on += ONE_DAY
    return on


def _order(one: Line) -> tuple[int, str, str, date, int]:
    bands = ("expired", "within 30 days", "within 60 days", "within 90 days")
    item = one.item
    return bands.index(one.band), item.practice.slug, item.holder or "", one.expires, ITEMS.index(item)


def lines() -> Iterator[str]:
    """Yield the board on the first of each month, as a person reads it."""
    for look in looks():
        yield from ("", f"{look.day:%-d %B %Y}")
        for item, until in look.renewed.items():
            yield f"  renewed   {item.practice.slug:<12} {item.named}, until {until}"
        for one in look.board:
            what = "begin now" if one.due else f"begin by {one.start_by}"
            yield (
                f"  {one.band:<14}  {one.item.practice.slug:<12} {one.item.named}, {one.expires} "
                f"({one.days_left} day{'' if abs(one.days_left) == 1 else 's'}): {what}"
            )
        far = [item.named for item in look.due if item not in {one.item for one in look.board}]
        yield from (f"  begin now, though it is more than 90 days off: {name}" for name in far)
