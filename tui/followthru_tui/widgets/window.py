"""The arithmetic of scrolling: which lines are on screen, and which rows have to be loaded. Pure.

Lines and rows count from 0; a `range` is half-open. `height` is in lines and at least 1.
"""

from __future__ import annotations

MARGIN = 100
SLACK = 50


def clamp_top(top: int, height: int, count: int) -> int:
    """Return the nearest first visible line that leaves no gap below the last one."""
    return max(0, min(top, count - height))


def follow(top: int, height: int, count: int, cursor: int, lead: int = 0, trail: int = 0) -> int:
    """Return the first visible line after the least scrolling that shows `cursor`.

    `lead` lines above the cursor (its heading) are shown too where the height allows it, and then the `trail` lines
    below it that belong to it.
    """
    first = max(0, cursor - min(lead, height - 1))
    last = min(count - 1, max(cursor, min(cursor + trail, first + height - 1)))
    if first < top:
        top = first
    elif last >= top + height:
        top = last - height + 1
    return clamp_top(top, height, count)


def hold(top: int, before: int, after: int, height: int, count: int) -> int:
    """Return the first visible line that keeps a line on its screen row when it moved `before` -> `after`."""
    return follow(clamp_top(after - (before - top), height, count), height, count, after)


def visible(top: int, height: int, count: int) -> range:
    """Return the lines on screen."""
    return range(top, max(top, min(top + height, count)))


def wanted(top: int, height: int, count: int) -> range:
    """Return the rows to load for a viewport: what is visible and `MARGIN` lines on either side."""
    return range(max(0, top - MARGIN), max(0, min(count, top + height + MARGIN)))


def runs_short(loaded: range, top: int, height: int, count: int) -> bool:
    """Whether fewer than `SLACK` loaded rows are left on a side where there are more to load."""
    above = max(0, top - SLACK)
    below = min(count, top + height + SLACK)
    return above < below and (above < loaded.start or below > loaded.stop)


def thumb(top: int, height: int, count: int) -> range:
    """Return the screen rows of the scroll bar's thumb; empty when everything fits."""
    if count <= height:
        return range(0)
    size = max(1, height * height // count)
    start = top * (height - size) // (count - height)
    return range(start, start + size)
