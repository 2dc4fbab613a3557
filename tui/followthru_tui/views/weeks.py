"""The load of the weeks to come as lines, and the tasks of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from followthru.actions.agenda import both
from followthru.actions.context import Context
from followthru.actions.loading import load, work_of
from followthru.domain.load import Week, load_words
from followthru.domain.saying import count_words, day_words
from followthru.domain.spans import hours_words
from followthru.store.store import Reader
from followthru.store.tasks import OPEN
from followthru_tui.feed import Line, Section
from followthru_tui.views.shape import At, Shape, task_sections

WEEKS = 8
_CELLS = 12
"""Cells of a bar that is just full; what is beyond it is over."""


def weeks_to_come(ctx: Context, read: Reader) -> Sequence[Week]:
    """Return the weeks that are shown, the present one first."""
    return load(ctx, read).weeks(None, WEEKS)


def load_sections(weeks: Sequence[Week], today: date) -> list[Section]:
    """Return a line for each of the weeks to come, with how full it is; nothing while nothing is promised."""
    lines = tuple(_line(one, today) for one in weeks)
    return [Section("load", "How full the weeks are", (), len(lines), lines)] if any(one.tasks for one in weeks) else []


def remark(week: Week) -> str:
    """Return how full a week is."""
    return f"{'overfull, ' if week.overfull else ''}{load_words(week)}"


def _line(one: Week, today: date) -> Line:
    state = "! overfull" if one.overfull else ". has room" if one.capacity else ". no limit"
    return Line(
        f"load:{one.monday}",
        state if one.minutes else ". empty",
        "  ".join(part for part in (bar(one), _words(one)) if part),
        None,
        None,
        when=f"from {day_words(one.monday, today)}",
    )


def _words(one: Week) -> str:
    of = "" if one.capacity is None else f" of {hours_words(one.capacity)}"
    return f"{hours_words(one.minutes)}{of}, {count_words(one.tasks, 'task')}"


def bar(one: Week) -> str:
    """Return how full a week is as a bar; what is above its capacity stands behind the `|`. Empty without one."""
    if not one.capacity:
        return ""
    full = min(_CELLS + 6, round(one.minutes * _CELLS / one.capacity))
    within = "#" * min(full, _CELLS)
    return f"[{within:.<{_CELLS}}|{'#' * (full - _CELLS)}"


def week_of(at: At) -> Shape:
    """Return the tasks that a week's load counts: promised in it, without a promise with their deadline in it.

    The list is named by the week's Monday, and by the practice if it is of one alone.
    """
    day, _, slug = at.where.name.partition(" ")
    monday = date.fromisoformat(day)
    found = task_sections(at, both(OPEN, work_of(at.ctx, slug or None, monday)))
    title = f"Week of {day_words(monday, at.today(slug or None))}"
    return Shape(f"{title} at {slug}" if slug else title, found)
