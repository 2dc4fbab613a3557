"""Where the user is, how they came there, and what was selected in each list they left. Pure."""

from __future__ import annotations

from followthru.domain.orders import Order
from followthru_tui.feed import TODAY, Place, Where
from followthru_tui.widgets.model import Key


class Navigation:
    """A path of lists, the first of which is never left, and a filter for each."""

    def __init__(self, start: Where = TODAY) -> None:
        self._path = [start]
        self._filters: dict[Where, str] = {}
        self._selected: dict[Where, Key] = {}
        self._titles: dict[Where, str] = {}
        self._orders: dict[Place | Where, Order] = {}
        self.fault = ""
        """Why the list cannot be had with its filter; empty for no fault."""

    @property
    def where(self) -> Where:
        """The list on screen."""
        return self._path[-1]

    @property
    def matching(self) -> str:
        """The filter of the list on screen; empty for none."""
        return self._filters.get(self.where, "")

    @property
    def order(self) -> Order | None:
        """The order that was chosen for this kind of list; None for that in which it was left."""
        return self._orders.get(self._kind)

    @property
    def _kind(self) -> Place | Where:
        """What shares an order: all lists of a kind, but for saved ones."""
        return self.where if self.where.place is Place.SAVED else self.where.place

    def arrange(self, order: Order) -> None:
        """Choose the order of this kind of list."""
        self._orders[self._kind] = order

    @property
    def deep(self) -> bool:
        """Whether there is a list to go back to."""
        return len(self._path) > 1

    def remember(self, key: Key | None) -> None:
        """Remember what is selected in the list on screen."""
        if key is not None:
            self._selected[self.where] = key

    def remembered(self) -> Key | None:
        """Return what was selected when the list on screen was left."""
        return self._selected.get(self.where)

    def call(self, title: str) -> None:
        """Note what the list on screen is called."""
        self._titles[self.where] = title

    def crumbs(self) -> list[str]:
        """Return what the lists above the one on screen are called."""
        return [self._titles[where] for where in self._path[:-1] if where in self._titles]

    def enter(self, where: Where) -> None:
        """Go to a list; if it is on the path already, go back to it."""
        if where in self._path:
            del self._path[self._path.index(where) + 1 :]
        else:
            self._path.append(where)

    def restart(self, where: Where) -> None:
        """Go to a top-level list and forget the path."""
        self._path = [where]

    def leave(self, where: Where) -> None:
        """Forget how a list was narrowed, arranged and what was selected in it."""
        self._filters.pop(where, None)
        self._selected.pop(where, None)
        self._orders.pop(where, None)

    def back(self) -> bool:
        """Go up one list; False at the top."""
        if self.deep:
            self._path.pop()
            return True
        return False

    def carry_filter(self, where: Where) -> None:
        """Give another list the filter of the list on screen."""
        if self.matching:
            self._filters[where] = self.matching
        else:
            self._filters.pop(where, None)

    def narrow(self, matching: str) -> None:
        """Set the filter of the list on screen; empty clears it."""
        if matching:
            self._filters[self.where] = matching
        else:
            self._filters.pop(self.where, None)
