"""A list that was saved under a name; a filter narrows it further."""

from __future__ import annotations

from followthru.actions import saved_views
from followthru.actions.agenda import Days, both
from followthru.actions.desk import Desk
from followthru.actions.filters import query_for
from followthru.domain.filter import joined
from followthru.domain.orders import PLAIN, Order
from followthru.errors import NotFoundError
from followthru.store import tasks
from followthru.store.tasks import OPEN
from followthru_tui.feed import Line, Section
from followthru_tui.views.shape import At, Shape, task_sections


def saved(at: At) -> Shape:
    """Return the tasks of a saved list. Raises UsageError, NotFoundError for a filter that cannot be read any more."""
    try:
        view = saved_views.find(at.desk.config, at.where.name)
    except NotFoundError as error:
        gone = Line("saved:", ".", f"{error.message} ' shows those that are.", None, None)
        return Shape(at.where.name, [Section("gone", "", (), 1, (gone,))], 0, "", 0)
    query, matching = query_for(at.ctx, at.read, view.words), at.matching()
    query = query if matching is None else both(query, matching)
    late = tasks.count(at.read, both(OPEN, Days(at.ctx, at.read).where("late_from <= ?"), query))
    return Shape(view.name, task_sections(at, query), late, joined(view.words))


def order_of(desk: Desk, name: str) -> Order:
    """Return the order that was saved with a list; the usual one for a list that is not there."""
    try:
        return saved_views.find(desk.config, name).order
    except NotFoundError:
        return PLAIN
