"""What a keystroke in a filter costs: each list of the screen, narrowed as one types, read as the screen reads it."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from followthru.actions.desk import open_desk
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.domain.clock import SystemClock
from followthru.store.lists import Lists
from followthru_tui import storeviews
from followthru_tui.feed import Place, Where

PLACES = (Place.TODAY, Place.ALL, Place.WEEK)
TYPED = (
    "", "@", "@o", "@oak", "m", "malp", "r", "fire 0001", "-m", "#insurance", "-#insurance", "health:late",
    "health:on-track", "is:untold", "is:stalled", "by:fri", "done", "all", "@oak-street health:late",
)  # fmt: skip
HEAD = ("list", "filter", "cpu ms", "x the list", "found")


class Figure(NamedTuple):
    """One filter on one list: thread CPU in milliseconds (the machine may be busy), and how many tasks were found."""

    place: str
    typed: str
    cpu: float
    found: int

    def row(self, whole: float) -> tuple[str, ...]:
        """Return the cells of a table; `whole` is what the same list costs without a filter."""
        return self.place, self.typed or "(none)", f"{self.cpu:.1f}", f"{self.cpu / whole:.2f}", f"{self.found:,}"


def figures(folder: Path, rounds: int) -> list[Figure]:
    """Read every list with every filter, in this process."""
    home = home_in(folder)
    desk = open_desk(home, load(home.config), SystemClock())

    def once(where: Where, typed: str) -> tuple[float, int]:
        began = time.thread_time()
        found = storeviews.view(desk, Lists(), where, typed, 0).total
        return (time.thread_time() - began) * 1000, found

    try:
        taken = [(at, typed, [once(Where(at), typed) for _ in range(rounds)]) for at in PLACES for typed in TYPED]
    finally:
        desk.ctx.store.close()
    return [Figure(str(at), typed, median(cpu for cpu, _ in took), took[0][1]) for at, typed, took in taken]
