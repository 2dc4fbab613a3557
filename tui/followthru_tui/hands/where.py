"""Of which practice what is on screen is."""

from __future__ import annotations

from followthru_tui.feed import Place
from followthru_tui.hands.main import Main


def practice_here(main: Main) -> str | None:
    """Return the practice that is on screen or under the cursor, None without one."""
    if main.navigation.where.place in (Place.PRACTICE, Place.PRACTICE_TASKS):
        return main.navigation.where.name
    row, mark = main.selected().row, main.list.selected_mark
    if row is not None:
        return row.practice
    return None if mark is None or mark.line is None else mark.line.practice
