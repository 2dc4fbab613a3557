"""Waiting: whom tasks wait on, for what, since when, and when to ask again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from followthru.actions.agenda import both
from followthru.domain.clock import zone
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow
from followthru.store import tasks
from followthru.store.asking import waiting_since
from followthru.store.tasks import OPEN, Query
from followthru_tui import rowstate
from followthru_tui.feed import Line, Section
from followthru_tui.views.shape import MOST, At, Shape

_WAITS = Query("status = 'waiting'")
_SHOWN = 1000
"""Tasks whose words are read at once: nobody looks through more; a filter finds the others."""


def waiting(at: At) -> Shape:
    """Return the waiting tasks by whom they wait on, who is to be asked again first."""
    matching = at.matching()
    ids = tasks.ids(at.read, both(OPEN, _WAITS, *([] if matching is None else [matching])))
    rows = tasks.by_ids(at.read, ids[:_SHOWN])
    since = waiting_since(at.read, [row.id for row in rows])
    people = [list(found) for _, found in groupby(sorted(rows, key=_who), key=_who)]
    people.sort(key=lambda found: (min(_asks_on(row) for row in found), _who(found[0])))
    sections = [_section(at, found, since) for found in people]
    due = sum(1 for row in rows if row.follow_up_on is not None and row.follow_up_on <= at.today(row.practice))
    return Shape("Waiting", sections, remark=f"{due} to ask again now" if due else "")


def _who(row: TaskRow) -> str:
    return row.waiting_on or ""


def _asks_on(row: TaskRow) -> date:
    return row.follow_up_on or row.waiting_by or date.max


def _section(at: At, rows: Sequence[TaskRow], since: dict[int, str]) -> Section:
    ordered = sorted(rows, key=lambda row: (_asks_on(row), row.id))
    who = _who(rows[0])
    lines = tuple(_line(at, row, since.get(row.id)) for row in ordered[:MOST])
    return Section(f"waiting:{who}", f"On {who}" if who else "On somebody", (), len(rows), lines)


def _line(at: At, row: TaskRow, since: str | None) -> Line:
    today = at.today(row.practice)
    what = f"{row.title}: {row.waiting_for}" if row.waiting_for else row.title
    return Line(f"waiting:{row.id}", _state(at, row, since, today), what, row.practice, None, _when(row, today), row.id)


def _state(at: At, row: TaskRow, since: str | None, today: date) -> str:
    """Return what a waiting task needs: to be asked about, or only time."""
    how = rowstate.state(row, today)
    if how.glyph == "!":
        return how.text
    if row.follow_up_on is not None and row.follow_up_on <= today:
        return "! ask again"
    if row.waiting_by is not None and row.waiting_by < today:
        return "! overdue"
    if since is None:
        return "? waits"
    days = (today - datetime.fromisoformat(since).astimezone(zone(at.ctx.zone)).date()).days
    return f"? {count_words(days, 'day')}" if days > 0 else "? since today"


def _when(row: TaskRow, today: date) -> str:
    if row.follow_up_on is not None:
        return f"ask {day_words(row.follow_up_on, today)}"
    if row.waiting_by is not None:
        return f"by {day_words(row.waiting_by, today)}"
    return "no day to ask"
