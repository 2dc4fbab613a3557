"""The timeline: every open task that has a date, in the order of its next one; the bars are painted from its row."""

from __future__ import annotations

from followthru.actions import agenda
from followthru.actions.agenda import both
from followthru.store import tasks
from followthru.store.tasks import OPEN, Query
from followthru_tui.views.shape import At, Shape, task_sections

_DATED = Query("(promised_on IS NOT NULL OR target_on IS NOT NULL OR deadline_on IS NOT NULL)")


def timeline(at: At) -> Shape:
    """Return what has a date, narrowed to what matches."""
    matching = at.matching()
    wanted = both(OPEN, _DATED, *([] if matching is None else [matching]))
    late = tasks.count(at.read, both(wanted, agenda.Days(at.ctx, at.read).where("late_from <= ?")))
    return Shape("Timeline", task_sections(at, wanted), late)
