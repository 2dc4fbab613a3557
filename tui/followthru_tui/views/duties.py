"""Duties: work that comes back, by its next date; and the year of dates on which it comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from followthru.actions.duties import Coming, preview
from followthru.domain.repeats import CatchUp, Kind, Repeat, Unit, later
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow
from followthru.store import duties as stored
from followthru.store import tasks
from followthru.store.duties import DutyRow
from followthru_tui import rowstate
from followthru_tui.feed import Line, Place, Section, Where
from followthru_tui.views.shape import MOST, At, Shape, narrow, section

_NEXT = 6
"""Dates to come that a duty names."""
_BANDS = ((7, "Within a week"), (30, "Within 30 days"), (90, "Within 90 days"))
_CATCH_UP = {
    CatchUp.SKIP: "those that were missed are left out",
    CatchUp.ONE: "one comes for all that were missed",
    CatchUp.ALL: "each that was missed comes too",
}


def duties(at: At) -> Shape:
    """Return what comes back, by how soon it comes next; what is paused stands last."""
    wanted = narrow(at.text)
    found = [
        one
        for one in stored.duties(at.read)
        if wanted.fits(f"{one.title} {one.rule} {one.kind or ''}", one.practice, "")
    ]
    lines = list(zip(found, duty_lines(at, found), strict=True))
    bands = groupby(sorted(lines, key=lambda one: _band(at, one[0])), key=lambda one: _band(at, one[0]))
    sections = [section(f"duties:{number}", _words(number), (line for _, line in each)) for number, each in bands]
    if found and not at.text:
        to_come = preview(at.read, year_end(at.today(None)))
        more = f"All of the next twelve months: {count_words(len(to_come), 'date')}"
        sections.append(Section("duties:year", "", (), len(to_come), (), Where(Place.YEAR), more))
    return Shape("Duties", sections, total=len(found))


def _band(at: At, one: DutyRow) -> int:
    if one.paused:
        return len(_BANDS) + 2
    if one.leads_on is None:
        return len(_BANDS) + 1
    days = (one.leads_on - at.today(one.practice)).days
    return next((number for number, (most, _) in enumerate(_BANDS) if days <= most), len(_BANDS))


def _words(band: int) -> str:
    return (*(words for _, words in _BANDS), "Later", "Without a date", "Paused")[band]


def duty_lines(at: At, found: Sequence[DutyRow]) -> list[Line]:
    """Return the lines of duties."""
    rows = {row.id: row for row in tasks.by_ids(at.read, [one.id for one in found])}
    coming = _coming(at, found)
    return [_line(at, one, rows.get(one.id), coming.get(one.id, [])) for one in found]


def _coming(at: At, found: Sequence[DutyRow]) -> dict[int, list[Coming]]:
    """Return the next dates of each duty after its open one."""
    wanted = {one.id for one in found}
    dates: dict[int, list[Coming]] = {}
    for one in preview(at.read, year_end(at.today(None))):
        if one.duty.id in wanted and not one.is_open and len(dates.setdefault(one.duty.id, [])) < _NEXT:
            dates[one.duty.id].append(one)
    return dates


def _line(at: At, one: DutyRow, row: TaskRow | None, coming: Sequence[Coming]) -> Line:
    today = at.today(one.practice)
    how = rowstate.state(row, today).text if row is not None else "."
    when = "" if one.leads_on is None else day_words(one.leads_on, today)
    return Line(
        f"duty:{one.id}",
        "- paused" if one.paused else how,
        f"{one.title}, every {one.rule}",
        one.practice,
        one.leads_on,
        when=when,
        task=one.id,
        facts=_facts(one, coming, today),
    )


def _facts(one: DutyRow, coming: Iterable[Coming], today: date) -> tuple[tuple[str, str], ...]:
    then = ", ".join(day_words(each.on, today) for each in coming)
    found = (
        ("Task", f"#{one.id}, {one.status}"),
        ("Next", "" if one.leads_on is None else day_words(one.leads_on, today)),
        ("Comes", f"every {one.rule}"),
        ("Then", "nothing comes while it is paused: K resumes it" if one.paused else then),
        ("Begins", "" if one.starts_on is None else day_words(one.starts_on, today)),
        ("Missed", _CATCH_UP[one.catch_up]),
        ("Kind", one.kind or ""),
    )
    return tuple((name, value) for name, value in found if value)


def year(at: At) -> Shape:
    """Return every date of the next twelve months on which a duty comes, month by month."""
    wanted = narrow(at.text)
    found = [
        one
        for one in preview(at.read, year_end(at.today(None)))
        if wanted.fits(f"{one.duty.title} {one.duty.rule}", one.duty.practice, "")
    ]
    sections = [
        section(f"year:{month:%Y-%m}", f"{month:%B %Y}", (_date_line(at, one) for one in each))
        for month, each in groupby(found, key=lambda one: one.on.replace(day=1))
    ]
    return Shape("Dates of duties", sections)


def _date_line(at: At, one: Coming) -> Line:
    today = at.today(one.duty.practice)
    from_ = "" if one.starts_on is None else f", from {day_words(one.starts_on, today)}"
    return Line(
        f"date:{one.duty.id}:{one.on}",
        f"+ task {one.duty.id}" if one.is_open else ". to come",
        f"{one.duty.title}{from_}",
        one.duty.practice,
        one.on,
        when=day_words(one.on, today),
        task=one.duty.id,
    )


def year_end(today: date) -> date:
    """Return the last day of the twelve months from a day."""
    return later(Repeat(Kind.INTERVAL, 12, Unit.MONTH), today) - timedelta(days=1)


def of_practice(at: At, practice_id: int) -> Section:
    """Return what comes back at a practice."""
    found = stored.duties(at.read, practice_id)
    return Section("duties", "Duties", (), len(found), tuple(duty_lines(at, found[:MOST])), Where(Place.DUTIES))
