"""A task as a bar over weeks: from its start over its target to its promise, with the wiggle room to be seen. Pure.

A cell is a weekday; a weekend falls to the Friday before. The signs are those of the line in a task's detail.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from followthru.domain.task import TaskRow
from followthru_tui import rowstate
from followthru_tui.cells import fit, safe
from followthru_tui.palette import Tone
from followthru_tui.parts import Part

LEGEND = "= gone  . to come  | target  ~ wiggle room  # used  ] promise  ! deadline  > today; [ and ] scroll"
_WEEK = 5
_STATE, _DATE = 12, 6
_TITLE = 20
_TITLE_LEAST, _TITLE_MOST = 12, 44


class Shape(NamedTuple):
    """Widths in cells; `weeks` are whole ones."""

    state: int
    title: int
    date: int
    weeks: int


def shape(cells: int) -> Shape:
    """Share `cells` out: as many whole weeks as half of the room holds, the title takes what is left."""
    rest = cells - _STATE - 1 - 1 - _DATE - 1
    title = max(_TITLE, min(_TITLE_MOST, rest // 3))
    weeks = max(0, (rest - title) // _WEEK)
    if weeks < 2:
        weeks = max(0, (rest - _TITLE_LEAST) // _WEEK)
    return Shape(_STATE, max(0, rest - weeks * _WEEK), _DATE, weeks)


def axis(cells: int, first: date) -> list[Part]:
    """Return the line above the bars: the Monday of every other week."""
    at = shape(cells)
    mondays = [first + timedelta(days=7 * number) for number in range(0, at.weeks - 1, 2)]
    words = "".join(fit(f"{on.day} {on:%b}", 2 * _WEEK) for on in mondays)
    before = 2 + at.state + 1 + at.title + 1 + at.date + 1
    return [(" " * before, Tone.DIM), (fit(words, at.weeks * _WEEK), Tone.HEADING)]


def bar_parts(row: TaskRow, today: date, first: date, cells: int) -> list[Part]:
    """Return the parts of a task: state, title, the date that counts, and its bar from the week of `first` on."""
    at, how = shape(cells), rowstate.state(row, today)
    on = row.promised_on or row.deadline_on or row.target_on
    day = "" if on is None else f"{on.day} {on:%b}"
    parts: list[Part] = [
        (fit(safe(how.text), at.state), how.tone),
        (" " + fit(safe(row.title), at.title), Tone.PLAIN),
        (" " + fit(day, at.date) + " ", Tone.DIM),
    ]
    return parts + _joined([_cell(row, day_of(first, number), today) for number in range(at.weeks * _WEEK)])


def day_of(first: date, cell: int) -> date:
    """Return the weekday of a cell."""
    weeks, day = divmod(cell, _WEEK)
    return first + timedelta(days=7 * weeks + day)


def cell_of(first: date, on: date) -> int:
    """Return the cell of a day; a weekend falls to the Friday before."""
    weeks, day = divmod((on - first).days, 7)
    return weeks * _WEEK + min(day, _WEEK - 1)


def _weekday(on: date) -> date:
    return on - timedelta(days=max(0, on.weekday() - 4))


def _cell(row: TaskRow, on: date, today: date) -> Part:
    """Return one day of a bar; outside of it the line of today, or nothing."""
    now = on == _weekday(today)
    end = row.promised_on or row.deadline_on or row.target_on
    target = _weekday(row.target_on) if row.target_on is not None else None
    if row.deadline_on is not None and on == _weekday(row.deadline_on):
        return "!", Tone.RISK
    if row.promised_on is not None and on == _weekday(row.promised_on):
        return "]", Tone.STRONG
    begin = row.starts_on or min(today, target or end or today)
    if end is None or not begin <= on <= end:
        return (":", Tone.DIM) if now else (" ", Tone.PLAIN)
    if now:
        return ">", Tone.KEY
    if target is not None and on == target:
        return "|", Tone.WAITING
    if target is not None and on > target:
        return ("#", Tone.RISK) if on < today else ("~", Tone.BUFFER)
    return ("=", Tone.DIM) if on < today else (".", Tone.PLAIN)


def _joined(cells: list[Part]) -> list[Part]:
    """Join neighbours of one tone: a strip of few segments is painted in less time."""
    parts: list[Part] = []
    for text, tone in cells:
        if parts and parts[-1][1] is tone:
            parts[-1] = (parts[-1][0] + text, tone)
        else:
            parts.append((text, tone))
    return parts
