"""Goals: where each stands, its newest reading, its aim, and where it goes, in words beside the row of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from followthru.domain.figures import figure_words
from followthru.domain.goals import Goal, Reading, Standing, aim_words, sparkline, standing, trend_words
from followthru.domain.saying import count_words, day_words
from followthru.store import goals as stored
from followthru_tui.feed import Line, Place, Section, Where
from followthru_tui.views.shape import INDENT, MOST, At, Shape, narrow, section

_GLYPHS = {
    Standing.UNREAD: "?",
    Standing.NO_AIM: ".",
    Standing.MET: "x",
    Standing.NOT_MET: "~",
    Standing.MISSED: "!",
}
_STATES = {
    Standing.UNREAD: "no reading",
    Standing.NO_AIM: "no aim",
    Standing.MET: "met",
    Standing.NOT_MET: "not met",
    Standing.MISSED: "missed",
}
_ORDER = "!~?.x"
"""The glyphs of a goal's state, what needs something first."""
_READINGS = 12
"""Readings that a goal's detail names."""


def goals(at: At) -> Shape:
    """Return the goals by practice, those that are not met first."""
    wanted = narrow(at.text)
    found = [one for one in stored.goals(at.read) if wanted.fits(f"{one.title} {one.kind or ''}", one.practice, "")]
    lines = list(zip(found, goal_lines(at, found), strict=True))
    lines.sort(key=lambda one: (one[0].practice, _ORDER.index(one[1].state[:1])))
    sections = [
        section(f"goals:{slug}", slug, (line for _, line in each))
        for slug, each in groupby(lines, key=lambda one: one[0].practice)
    ]
    idle = sum(1 for one in found if not one.open_tasks)
    return Shape("Goals", sections, remark=f"{idle} without a task" if idle else "")


def goal_lines(at: At, found: Sequence[Goal]) -> list[Line]:
    """Return the lines of goals."""
    known = stored.readings(at.read, [one.id for one in found])
    return [_line(at, one, known[one.id]) for one in found]


def of_practice(at: At, practice_id: int) -> Section:
    """Return the goals of a practice."""
    found = stored.goals(at.read, practice_id=practice_id)
    return Section("goals", "Goals", (), len(found), tuple(goal_lines(at, found[:MOST])), Where(Place.GOALS))


def _line(at: At, one: Goal, readings: Sequence[Reading]) -> Line:
    today = at.today(one.practice)
    stands = standing(one, readings, today)
    newest = readings[-1] if readings else None
    aim = aim_words(one.direction, one.aim, one.aim_to, one.unit)
    drawn = sparkline(readings)
    # The blocks never stand alone: without a trend it is said what they run between.
    under = f"{drawn}  {trend_words(one, readings) or _span(one, readings)}" if drawn else ""
    return Line(
        f"goal:{one.id}",
        f"{_GLYPHS[stands]} {_STATES[stands]}",
        f"{one.title}, aim {aim}" if aim else one.title,
        one.practice,
        None,
        when="r notes one"
        if newest is None
        else f"{figure_words(newest.value, one.unit)} · {newest.on.day} {newest.on:%b}",
        under=(f"{INDENT}{under}",) if under else (),
        facts=_facts(at, one, readings, today),
    )


def _span(one: Goal, readings: Sequence[Reading]) -> str:
    low, high = min(each.value for each in readings), max(each.value for each in readings)
    return f"{figure_words(low)} lowest, {figure_words(high, one.unit)} highest"


def _facts(at: At, one: Goal, readings: Sequence[Reading], today: date) -> tuple[tuple[str, str], ...]:
    aim = aim_words(one.direction, one.aim, one.aim_to, one.unit)
    drawn = sparkline(readings)
    found = [
        ("Aim", aim or "none yet: e aim=35"),
        ("By", "" if one.by_on is None else day_words(one.by_on, today)),
        ("Stands", str(standing(one, readings, today))),
        ("Trend", trend_words(one, readings)),
        ("Lately", f"{drawn}  {_span(one, readings)}" if drawn else ""),
        ("Seen by", "me alone" if one.audience == "me" else str(one.audience)),
    ]
    for each in reversed(readings[-_READINGS:]):
        note = f", {each.note}" if each.note else ""
        found.append(("Reading", f"{day_words(each.on, today)}: {figure_words(each.value, one.unit)}{note}"))
    if not one.open_tasks:
        found.append(("Tasks", "none serves it"))
    else:
        found.append(("Tasks", count_words(one.open_tasks, "open task")))
        found += [("", f"#{task.id} {task.title} ({task.status})") for task in stored.serving(at.read, one.id)[:MOST]]
    found.append(("Notes", one.notes or ""))
    return tuple((name, value) for name, value in found if value)
