"""The lists of a real store: ids of all that belong there, rows of the first screenful."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, cast

from followthru.actions import agenda
from followthru.actions.agenda import Days, Placed, both
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.domain.orders import PLAIN, Order, taken
from followthru.domain.saying import day_words
from followthru.errors import UsageError
from followthru.store import list_orders, practices, tasks
from followthru.store.tasks import OPEN, Query
from followthru_tui.feed import ARRANGED, Place, Section, Todays, View, Where
from followthru_tui.views.shape import At, Shape, task_sections

if TYPE_CHECKING:
    from followthru.store.lists import Lists
    from followthru.store.store import Reader

FIRST = 130
"""Rows that come with a list: an ordinary screen at its top wants no more."""
BOUND = 12
"""Tasks of one section of Today; the rest is one key away."""


def view(desk: Desk, lists: Lists, where: Where, matching: str, version: int, order: Order | None = None) -> View:
    """Return a list; without an order as it was left. `lists` are those that were read before.

    Raises UsageError, NotFoundError for a filter or an order that cannot be read.
    """
    ctx = desk.ctx
    alone = _alone(desk, where)
    with ctx.store.snapshot() as read:
        todays = _todays(ctx, read)
        text, order = _order(desk, read, where, matching, order)
        title, sections, late, remark, counted = alone or _shape(At(desk, read, lists, where, text, todays, order))
        firsts = [id for section in sections for id in section.ids[:FIRST]][:FIRST]
        behind = [line.task for section in sections for line in section.lines if line.task is not None]
        rows = tasks.by_ids(read, firsts + behind)
        total = sum(section.total for section in sections) if counted is None else counted
        empty_store = not total and not matching and len(todays) == 1
        return View(where, title, tuple(sections), rows, todays, total, late, version, empty_store, remark, order)


def _order(desk: Desk, read: Reader, where: Where, matching: str, order: Order | None) -> tuple[str, Order]:
    """Return the filter without what it says of the order, and the order: as typed, else as chosen, else as left."""
    if order is None:
        order = _left_in(desk, read, where)
    if ":" not in matching:
        return matching, order
    from followthru.domain.filter import joined, split

    words = split(matching)
    rest, typed = taken(words, order)
    if len(rest) == len(words):
        return matching, order
    if where.place not in ARRANGED:
        raise UsageError("This view keeps its own order.", remedy="3 shows all tasks: they can be sorted and grouped.")
    return joined(rest), typed


def _left_in(desk: Desk, read: Reader, where: Where) -> Order:
    """Return the order in which a list was left; of a saved one, that which was saved with it."""
    if where.place is Place.SAVED:
        from followthru_tui.views.saved import order_of

        return order_of(desk, where.name)
    if where.place not in ARRANGED or not list_orders.kept(read, where.place):
        return PLAIN
    from followthru.actions.arranging import remembered

    return remembered(read, where.place)


def _alone(desk: Desk, where: Where) -> Shape | None:
    """Return a view whose reader opens a snapshot of its own; None for the others."""
    if where.place is not Place.CALENDARS:
        return None
    from followthru_tui.views.health import health

    return health(desk)


def _shape(at: At) -> Shape:
    """Return what a view holds; the readers of most are loaded when they are asked for first."""
    if at.where.place in _READERS:
        module, name = _READERS[at.where.place]
        read = cast("Callable[[At], Shape]", getattr(import_module(f"followthru_tui.views.{module}"), name))
        return read(at)
    if at.where.place is Place.UPDATES:
        from followthru_tui.storesent import update_sections

        return Shape("Updates", update_sections(at.ctx, at.read, at.text))
    if at.where.place is Place.WEEK:
        return _week(at)
    matching = at.matching()
    title, sections = _sections(at, matching)
    return Shape(title, sections, _late(at, matching, sections))


_READERS = {
    Place.EXPIRY: ("expiry", "expiry"),
    Place.WAITING: ("waiting", "waiting"),
    Place.PRACTICES: ("practices", "cards"),
    Place.PRACTICE: ("practices", "practice"),
    Place.PRACTICE_TASKS: ("practices", "practice"),
    Place.DUTIES: ("duties", "duties"),
    Place.YEAR: ("duties", "year"),
    Place.GOALS: ("goals", "goals"),
    Place.INBOX: ("inbox", "inbox"),
    Place.TIMELINE: ("timeline", "timeline"),
    Place.PLAYBOOKS: ("playbooks", "playbooks"),
    Place.RUN: ("playbooks", "run"),
    Place.HOURS: ("hours", "hours"),
    Place.LOADED: ("weeks", "week_of"),
    Place.MEETINGS: ("meetings", "meetings"),
    Place.MEETING: ("meeting", "meeting"),
    Place.REVIEW: ("weekly", "weekly"),
    Place.SAVED: ("saved", "saved"),
}
"""The module of a view in `followthru_tui.views`, and its reader there."""


def _todays(ctx: Context, read: Reader) -> Todays:
    days = Days(ctx, read)
    return {None: days.mine, **{one.slug: days.today(one.slug) for one in practices.all_practices(read)}}


def _sections(at: At, matching: Query | None) -> tuple[str, list[Section]]:
    ctx, read, where = at.ctx, at.read, at.where
    match where.place:
        case Place.TODAY:
            return "Today", _today(at, matching)
        case Place.SECTION:
            found = agenda.today_ids(ctx, read, matching=matching)
            return where.name, _arranged(at, [one._replace(name="") for one in found if one.name == where.name])
        case _:
            return "All open" if matching is None else "All", task_sections(at, matching or OPEN)


def _week(at: At) -> Shape:
    """Return the days of the week, and below them how full the weeks to come are."""
    from followthru_tui.views.weeks import load_sections, remark, weeks_to_come

    matching = at.matching()
    parts = agenda.week_ids(at.ctx, at.read, matching=matching)
    days = _arranged(at, parts, lambda one: _headed(one, _day_heading(one.name, at.today(None))))
    total = sum(one.total for one in days)
    if at.text.strip():
        return Shape("This week", days)
    weeks = weeks_to_come(at.ctx, at.read)
    return Shape("This week", [*days, *load_sections(weeks, at.today(None))], 0, remark(weeks[0]), total)


def _today(at: At, matching: Query | None) -> list[Section]:
    ctx, read = at.ctx, at.read
    found = agenda.today_ids(ctx, read, matching=matching)
    sections = _arranged(at, found, lambda one: _headed(one, one.name[:1].upper() + one.name[1:], BOUND))
    if matching is None:
        from followthru_tui.storecalendars import question_lines
        from followthru_tui.storelines import call_lines, update_lines
        from followthru_tui.views.expiry import due_lines

        for key, words, lines in (
            ("updates", "Updates to review", update_lines(ctx, read)),
            ("calls", "To call", call_lines(ctx)),
            ("expiring", "To renew", due_lines(ctx, read)),
            ("questions", "Calendars ask", question_lines(read, ctx.today())),
        ):
            if lines:
                sections.insert(_after_late(sections), Section(key, words, (), len(lines), lines))
    return sections


def _after_late(sections: Sequence[Section]) -> int:
    """Return where lines that wait for the PM stand: behind what needs them or is late, before what is only near."""
    return sum(1 for one in sections if one.key in ("needs you", "late", "updates", "calls", "expiring"))


def _arranged(at: At, parts: Sequence[Placed], headed: Callable[[Placed], Section] | None = None) -> list[Section]:
    """Return parts under their own headings, each in the order that is asked for; grouped, their tasks in groups."""
    if at.order.plain:
        return [_plain(one) if headed is None else headed(one) for one in parts]
    from followthru.actions.arranging import groups_of

    every = groups_of(at.ctx, at.read, [id for one in parts for id in one.ids], at.order)
    if at.order.group:
        return [Section(f"group:{one.key or ''}", one.words, array("q", one.ids), len(one.ids)) for one in every]
    at_ = {id: place for one in every for place, id in enumerate(one.ids)}
    return [
        _plain(one) if headed is None else headed(one)
        for one in (part._replace(ids=sorted(part.ids, key=at_.__getitem__)) for part in parts)
    ]


def _plain(placed: Placed) -> Section:
    return Section("", "", array("q", placed.ids), len(placed.ids))


def _headed(placed: Placed, words: str, bound: int | None = None) -> Section:
    # One more than the bound is shown rather than said: the line that says it takes as much room.
    most = len(placed.ids) if bound is None or len(placed.ids) == bound + 1 else bound
    if bound is not None:
        most = min(most, agenda.most_of(placed.name))
    return Section(placed.name, words, array("q", placed.ids[:most]), len(placed.ids))


def _day_heading(name: str, today: date) -> str:
    if not name[:1].isdecimal():
        return "Before today"
    on = date.fromisoformat(name)
    return f"{'Today, ' if on == today else ''}{day_words(on, today)}"


def _late(at: At, matching: Query | None, sections: Sequence[Section]) -> int:
    """Return how many open tasks of the list are late; 0 where it is not said: the list does, or it is narrowed."""
    if at.where.place is Place.TODAY and not at.order.group:
        return next((one.total for one in sections if one.key == "late"), 0)
    if at.where.place not in (Place.ALL, Place.TODAY) or matching is not None:
        return 0
    return tasks.count(at.read, both(OPEN, Days(at.ctx, at.read).where("late_from <= ?")))
