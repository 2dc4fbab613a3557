"""Lists of tasks in an order and in groups, and the order in which each view was left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions.agenda import Days
from followthru.actions.context import Context
from followthru.domain.orders import PLAIN, Order, taken
from followthru.domain.saying import day_words
from followthru.errors import UsageError
from followthru.store import arranging, list_orders
from followthru.store.arranging import BEFORE, HEALTHS, Value
from followthru.store.lists import Lists
from followthru.store.store import Reader
from followthru.store.tasks import Query


class Group(NamedTuple):
    """Tasks under one heading: what they have in common (null: nothing), in words, and their ids.

    Without groups there is one, and its words are empty.
    """

    key: str | None
    words: str
    ids: Sequence[int]


def groups(
    ctx: Context, read: Reader, query: Query, order: Order, *, limit: int = -1, lists: Lists | None = None
) -> list[Group]:
    """Return the tasks that a query finds, in an order and in its groups; those that hold nothing are left out.

    With `lists` all of them come from those that are at hand, if they can; then `read` is a snapshot.
    """
    days = Days(ctx, read)
    if lists is None:
        found = arranging.grouped(read, query, order, days.where, limit=limit)
    else:
        found = lists.grouped(read, query, order, days.where)
    if not order.group:
        return [Group(None, "", found[0].ids if found else [])]
    return [Group(*_named(order.group, value, days.mine), ids) for value, ids in found]


def groups_of(ctx: Context, read: Reader, ids: Sequence[int], order: Order) -> list[Group]:
    """Return certain tasks, in an order and in its groups."""
    return groups(ctx, read, arranging.these(ids), order)


def _named(group: str, value: Value, today: date) -> tuple[str | None, str]:
    match group, value:
        case "health", int():
            word = str(HEALTHS[value])
            return word, word[:1].upper() + word[1:]
        case "day", None:
            return None, "Without a date"
        case "day", str() if value == BEFORE:
            return "before", "Before today"
        case "day", str():
            on = date.fromisoformat(value)
            return value, f"{'Today, ' if on == today else ''}{day_words(on, today)}"
        case "practice", None:
            return None, "No practice"
        case "person", None:
            return None, "With you"
        case "person", _:
            return str(value), f"With {value}"
        case _:
            return str(value), str(value)


def remembered(read: Reader, view: str) -> Order:
    """Return the order in which a view was left; one of words that are not known any more is none."""
    try:
        return taken(list_orders.kept(read, view).split())[1]
    except UsageError:
        return PLAIN


def remember(ctx: Context, view: str, order: Order) -> None:
    """Note the order in which a view is left, for the next start."""
    with ctx.store.writing() as tx:
        list_orders.note(tx, view, " ".join(order.words))
