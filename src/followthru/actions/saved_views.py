"""Lists of tasks that were saved under a name: a filter, an order and groups, kept in the configuration.

Nothing here is journalled: a saved list is how one looks at tasks, as a theme is, and holds none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from followthru.actions.desk import Desk
from followthru.actions.filters import query_for
from followthru.config import saved
from followthru.config.values import Config, is_view_name
from followthru.domain.filter import joined, split
from followthru.domain.orders import Order, taken
from followthru.domain.plain import one_line
from followthru.errors import NotFoundError, UsageError


class SavedView(NamedTuple):
    """A saved list: its name, the words of its filter, and its order."""

    name: str
    words: tuple[str, ...]
    order: Order

    @property
    def line(self) -> str:
        """All of it as it is typed."""
        return joined((*self.words, *self.order.words))


class Saved(NamedTuple):
    """A list that was saved, renamed or removed, in words; `before` is what stood under its name."""

    view: SavedView
    words: str
    before: str | None = None


def views(config: Config) -> list[SavedView]:
    """Return the saved lists by name. One whose order is not known stands in the usual one; `find` refuses it."""
    found: list[SavedView] = []
    for name, line in sorted(config.views):
        try:
            found.append(_view(name, line))
        except UsageError:
            found.append(SavedView(name, tuple(split(line)), Order()))
    return found


def find(config: Config, name: str) -> SavedView:
    """Return a saved list by its name. Raises NotFoundError naming the nearest, UsageError for an unknown order."""
    lines = dict(config.views)
    if name not in lines:
        from followthru.domain.nearest import did_you_mean

        near = did_you_mean(name, lines)
        raise NotFoundError(
            f"No view is saved as “{one_line(name)[:40]}”. {near}".rstrip(),
            remedy="`followthru view list` shows them all." if lines else "`followthru view save NAME` saves one.",
        )
    return _view(name, lines[name])


def save(desk: Desk, name: str, words: Sequence[str], order: Order) -> Saved:
    """Save a filter and an order under a name, in place of what stands there.

    Raises UsageError for a name or a filter that cannot be, NotFoundError for a practice or person that is not known.
    """
    _checked(name)
    query_for(desk.ctx, desk.ctx.read, words)
    view = SavedView(name, tuple(words), order)
    before = dict(desk.config.views).get(name)
    saved.save(desk.home.config, name, view.line)
    again = f"; before it was “{before or 'all open tasks'}”" if before not in (None, view.line) else ""
    return Saved(view, f"Saved {name}: {view.line or 'all open tasks'}{again}", before)


def rename(desk: Desk, name: str, new: str) -> Saved:
    """Give a saved list another name. Raises NotFoundError, UsageError for a name that cannot be or is taken."""
    view = find(desk.config, name)
    _checked(new)
    if new in dict(desk.config.views):
        raise UsageError(f"{new} is saved already.", safe="Nothing was changed.", remedy="Take another name.")
    saved.rename(desk.home.config, name, new)
    return Saved(view._replace(name=new), f"{name} is called {new} now")


def remove(desk: Desk, name: str) -> Saved:
    """Take a saved list away; its tasks stay. Raises NotFoundError."""
    lines = dict(desk.config.views)
    if name not in lines:
        find(desk.config, name)
    saved.remove(desk.home.config, name)
    view = next(one for one in views(desk.config) if one.name == name)
    return Saved(view, f"Removed {name}: it was “{lines[name] or 'all open tasks'}”", lines[name])


def _view(name: str, line: str) -> SavedView:
    words, order = taken(split(line))
    return SavedView(name, tuple(words), order)


def _checked(name: str) -> None:
    if not is_view_name(name):
        raise UsageError(
            f"“{one_line(name)[:40]}” cannot be a name.",
            safe="Nothing was changed.",
            remedy="Small letters, digits and dashes, such as oak-late.",
        )
