"""One row of a list as a strip of exactly the width it is given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from followthru.domain.task import TaskRow
from followthru_tui import rowstate
from followthru_tui.cells import fit, safe
from followthru_tui.feed import Line
from followthru_tui.palette import Palette, Tone
from followthru_tui.parts import Part

_STATE = 14
_PRACTICE = 10
_WHEN = 21
_WHEN_SHORT = 16
_TOLD = 6
_TOLD_WIDE = 11
_TITLE_ROOMY = 26
_TITLE_MIN = 20
_WIDE = 100


class Columns(NamedTuple):
    """Widths in cells; 0 leaves the column out."""

    state: int
    title: int
    practice: int
    when: int
    told: int


def columns(width: int, with_practice: bool) -> Columns:
    """Share `width` cells (gutter and scroll bar excluded) out; the title takes what the others leave.

    While the title would be narrow, first `5d room` becomes `5d`; while it would fall under its least width, the
    told mark, the practice and at last the date give way.
    """
    wide = width >= _WIDE
    practice = (_PRACTICE + (4 if wide else 0)) if with_practice else 0
    when, told = (_WHEN + 2, _TOLD_WIDE) if wide else (_WHEN, _TOLD)
    shapes = ((practice, when, told), (practice, _WHEN_SHORT, told), (practice, _WHEN_SHORT, 0), (0, _WHEN_SHORT, 0))
    for shape in (*shapes, (0, 0, 0)):
        title = width - _STATE - 1 - sum(cells + 1 for cells in shape if cells)
        if title >= (_TITLE_ROOMY if shape is shapes[0] else _TITLE_MIN):
            return Columns(_STATE, title, *shape)
    return Columns(width, 0, 0, 0, 0) if width <= _STATE + 1 else Columns(_STATE, width - _STATE - 1, 0, 0, 0)


def strip(parts: Iterable[Part], width: int, palette: Palette, cursor: bool) -> Strip:
    """Join parts that together are `width` cells wide, reversed under the cursor."""
    styles = palette.under_cursor if cursor else palette.tones
    return Strip([Segment(text, styles[tone]) for text, tone in parts if text], width)


def row_parts(row: TaskRow, today: date, shape: Columns) -> list[Part]:
    """Return the parts of one task; a closed one is dimmed as a whole."""
    how = rowstate.state(row, today)
    told = rowstate.told(row)
    body = Tone.DIM if row.closed else Tone.PLAIN
    when = rowstate.when(row, today, short=shape.when < _WHEN)
    if not (shape.practice and row.practice) and not when:
        shape = _all_for_the_title(shape)
    title = fit(safe(row.title), shape.title)
    parts: list[Part] = [(fit(safe(how.text), shape.state), how.tone), ((" " + title) if title else "", body)]
    if shape.practice:
        parts.append((" " + fit(row.practice or "-", shape.practice), Tone.DIM))
    if shape.when:
        parts.append((" " + fit(when, shape.when), body))
    if shape.told:
        short = told if len(told) <= shape.told else "retell"
        parts.append((" " + fit(short, shape.told), Tone.DIM if told == "told" else Tone.BUFFER))
    return parts


def _all_for_the_title(shape: Columns) -> Columns:
    """Return the columns of a task that has nothing for the others, as most of what was captured in a hurry."""
    others = (shape.practice, shape.when, shape.told)
    return Columns(shape.state, shape.title + sum(cells + 1 for cells in others if cells), 0, 0, 0)


_TONES = {"!": Tone.RISK, "~": Tone.BUFFER, "?": Tone.WAITING, ".": Tone.DIM, "x": Tone.DONE, "-": Tone.DIM}
"""How the state of a line is painted, by the glyph before it."""


def line_parts(line: Line, today: date, shape: Columns) -> list[Part]:
    """Return the parts of a line that is no task; its words take the columns that it has nothing for."""
    when = line.when or (rowstate.day(line.on, today) if line.on else "")
    columns = [(line.practice or "", shape.practice, Tone.DIM), (when, shape.when, Tone.PLAIN)]
    kept = [(text, cells, tone) for text, cells, tone in columns if cells and text]
    spare = sum(cells + 1 for text, cells, _ in columns if cells and not text) + (shape.told + 1 if shape.told else 0)
    return [
        (fit(safe(line.state), shape.state), _TONES.get(line.state[:1], Tone.KEY)),
        (" " + fit(safe(line.title), shape.title + spare), Tone.PLAIN),
        *((" " + fit(text, cells), tone) for text, cells, tone in kept),
    ]
