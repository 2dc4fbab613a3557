"""The keys that sort and group a list; what is chosen is remembered for that kind of list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from followthru.domain.orders import DATE, GROUPS, NO_GROUP, PLAIN, SORTS, Order, taken
from followthru_tui.dispatch import Handler
from followthru_tui.feed import ARRANGED, Place, Said, Where
from followthru_tui.hands.lists import ListHands
from followthru_tui.hands.main import Main
from followthru_tui.widgets.picklist import Pick

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

_SORT, _GROUP = "sort ", "group "


def arrange_picks() -> list[Pick]:
    """Return a choice for every order and group: `sort title` finds one in the palette."""
    sorts = [Pick(f"{_SORT}{key}", "", f"Sort by {key}", hint) for key, hint in SORTS.items()]
    groups = [Pick(f"{_GROUP}{key}", "", f"Group by {key}", hint) for key, hint in GROUPS.items()]
    return [*sorts, *groups]


class ArrangeHands:
    """Sorts and groups what is on screen."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._lists = ListHands(main)

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {"sort": self._pick_sort, "group": self._pick_group}

    def take(self, id: str) -> bool:
        """Arrange the list as a choice says; False for any other choice."""
        if id.startswith(_SORT):
            self._arrange(lambda order: _turned(order, id.removeprefix(_SORT)))
        elif id.startswith(_GROUP):
            self._arrange(lambda order: order.grouped_by(id.removeprefix(_GROUP)))
        else:
            return False
        return True

    def _pick_sort(self) -> None:
        if self._keeps_its_own():
            return
        held = self._order.sort or DATE
        picks = [Pick(f"{_SORT}{key}", _holds(held == key), key, hint) for key, hint in SORTS.items()]
        self._main.pick("Sort by: the one that holds is turned round", picks, self._main.run)

    def _pick_group(self) -> None:
        if self._keeps_its_own():
            return
        held = self._order.group or NO_GROUP
        picks = [Pick(f"{_GROUP}{key}", _holds(held == key), key, hint) for key, hint in GROUPS.items()]
        self._main.pick("Group by", picks, self._main.run)

    @property
    def _order(self) -> Order:
        return PLAIN if self._main.view is None else self._main.view.order

    def _keeps_its_own(self) -> bool:
        """Whether the list on screen cannot be arranged; says so."""
        where = self._main.navigation.where
        if where.place in ARRANGED or where.place is Place.PRACTICE:
            return False
        self._main.hint("This view keeps its own order. 3 shows all tasks: they can be sorted and grouped.")
        return True

    def _arrange(self, change: Callable[[Order], Order]) -> None:
        main = self._main
        if self._keeps_its_own():
            return
        order = change(self._order)
        if main.navigation.where.place is Place.PRACTICE:
            # Of the parts of a practice it is its tasks that are sorted: all of them, in a list of their own.
            whole = Where(Place.PRACTICE_TASKS, main.navigation.where.name)
            main.navigation.carry_filter(whole)
            main.navigation.enter(whole)
        # What is typed into the filter holds before what is chosen, so it goes.
        main.navigation.narrow(_without_order(main.navigation.matching))
        main.navigation.arrange(order)
        main.ask_view()
        main.hint("")
        place = main.navigation.where.place
        if place is not Place.SAVED:
            main.reader.act(lambda desk: _remember(desk, place, order), lambda _: None, main.fail)


def _holds(holds: bool) -> str:
    return "now" if holds else ""


def _turned(order: Order, key: str) -> Order:
    """Return an order sorted by a key; by the one that holds already, turned round."""
    return order.sorted_by(f"-{key}" if key == (order.sort or DATE) and not order.down else key)


def _without_order(matching: str) -> str:
    from followthru.domain.filter import joined, split

    return joined(taken(split(matching))[0])


def _remember(desk: Desk, place: str, order: Order) -> Said:
    from followthru.actions.arranging import remember

    remember(desk.ctx, place, order)
    return Said("", None, changed=False)
