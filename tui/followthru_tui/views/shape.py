"""What a view is made from, and what it comes to."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru.domain.orders import PLAIN, Order
from followthru_tui.feed import Line, Section, Todays, Where

if TYPE_CHECKING:
    from followthru.actions.context import Context
    from followthru.actions.desk import Desk
    from followthru.store.lists import Lists
    from followthru.store.store import Reader
    from followthru.store.tasks import Query

INDENT = " " * 15
"""What stands before words below a line, so that they begin where its title does."""
MOST = 200
"""Lines of one section; a filter finds the others."""


class At(NamedTuple):
    """Where a view is read: the desk, one snapshot of the store, which view, what it is narrowed to, in what order.

    `lists` are those that were read before.
    """

    desk: Desk
    read: Reader
    lists: Lists
    where: Where
    text: str
    todays: Todays
    order: Order = PLAIN

    @property
    def ctx(self) -> Context:
        """The store with the PM's clock and zone."""
        return self.desk.ctx

    def today(self, practice: str | None) -> date:
        """Return the day at a practice, the PM's own without one."""
        return self.todays.get(practice) or self.todays[None]

    def matching(self) -> Query | None:
        """Return which tasks the filter finds, None without one. Raises UsageError, NotFoundError."""
        if not self.text.strip():
            return None
        from followthru.actions.filters import query_for
        from followthru.domain.filter import split, typed_so_far

        words = typed_so_far(split(self.text))
        return query_for(self.ctx, self.read, words) if words else None


class Shape(NamedTuple):
    """A view: its title, its sections, how many of it are late, and what is said beside the title.

    `total` is what is counted in the title, None for all that the sections hold.
    """

    title: str
    sections: list[Section]
    late: int = 0
    remark: str = ""
    total: int | None = None


class Narrow(NamedTuple):
    """What lines are narrowed to: words of the line, `@practice`, `+person`."""

    words: tuple[str, ...]
    practice: str | None
    person: str | None

    def fits(self, words: str, practice: str | None, person: str | None) -> bool:
        """Whether a line with these words, at this practice, about this person, belongs there."""
        said = words.casefold()
        return (
            (self.practice is None or (practice or "").startswith(self.practice))
            and (self.person is None or (person or "").casefold().startswith(self.person))
            and all(word in said for word in self.words)
        )


def narrow(text: str) -> Narrow:
    """Read what lines are narrowed to."""
    given = text.casefold().split()
    practice, person = (next((word[1:] for word in given if word[0] == sigil and word[1:]), None) for sigil in "@+")
    return Narrow(tuple(word for word in given if word[0] not in "@+"), practice, person)


def section(key: str, words: str, lines: Iterable[Line]) -> Section:
    """Return lines under a heading, no more than `MOST` of them."""
    found = tuple(lines)
    return Section(key, words, (), len(found), found[:MOST])


def task_sections(at: At, query: Query) -> list[Section]:
    """Return the tasks that a query finds, in the order that is asked for, with a heading for each group."""
    if at.order.plain:
        ids = at.lists.ids(at.read, query)
        return [Section("", "", ids, len(ids))]
    from followthru.actions.arranging import groups

    found = groups(at.ctx, at.read, query, at.order, lists=at.lists)
    sections = [Section(f"group:{one.key or ''}", one.words, one.ids, len(one.ids)) for one in found]
    return sections or [Section("", "", array("q"), 0)]
