"""The timeline: every open task that has a date, in the order of its next one; the bars are painted from its row."""

from __future__ import annotations

from array import array

from followthru.actions import agenda
from followthru.actions.agenda import both
from followthru.store import tasks
from followthru.store.tasks import OPEN, Query
from followthru_tui.feed import Section
from followthru_tui.views.shape import At, Shape

_DATED = Query("(promised_on IS NOT NULL OR target_on IS NOT NULL OR deadline_on IS NOT NULL)")


def timeline(at: At) -> Shape:
    """Return what has a date, narrowed to what matches."""
    matching = at.matching()
    wanted = both(OPEN, _DATED, *([] if matching is None else [matching]))
    ids = array("q", tasks.ids(at.read, wanted))
    late = tasks.count(at.read, both(wanted, agenda.Days(at.ctx, at.read).where("late_from <= ?")))
    return Shape("Timeline", [Section("", "", ids, len(ids))], late)
