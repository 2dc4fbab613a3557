"""The keys of the timeline: earlier and later weeks."""

from __future__ import annotations

from followthru_tui.dispatch import Handler
from followthru_tui.feed import Place
from followthru_tui.hands.main import Main


class WeekHands:
    """Scrolls the weeks of the timeline."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {"earlier": lambda: self._scroll(-1), "later": lambda: self._scroll(1)}

    def _scroll(self, weeks: int) -> None:
        if self._main.navigation.where.place is not Place.TIMELINE:
            self._main.hint("Weeks are scrolled on the timeline: 0 shows it.")
            return
        self._main.list.scroll_weeks(weeks)
