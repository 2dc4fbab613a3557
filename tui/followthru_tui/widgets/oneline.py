"""A single painted line: the header, the status line and the footer are such."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from followthru_tui.cells import fit, width
from followthru_tui.palette import Tone
from followthru_tui.parts import Part
from followthru_tui.widgets.painted import Painted
from followthru_tui.widgets.rowpaint import strip


class OneLine(Painted):
    """Parts at the left and parts at the right of one line; the left gives way."""

    DEFAULT_CSS = "OneLine { height: 1; width: 1fr; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """What the line says, without its layout."""
        return "".join(text for text, _ in (*self._left, *self._right))

    def put(self, left: Sequence[Part], right: Sequence[Part] = ()) -> None:
        """Show these parts; nothing is repainted if nothing changed."""
        new_left, new_right = tuple(left), tuple(right)
        if (new_left, new_right) != (self._left, self._right):
            self._left, self._right = new_left, new_right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Paint the line."""
        cells = self.size.width
        tail = sum(width(text) for text, _ in self._right)
        right = self._right if tail < cells else ()
        return strip([*_cut(self._left, cells - (tail if right else 0)), *right], cells, self.inks, False)


def _cut(parts: Sequence[Part], cells: int) -> list[Part]:
    """Return the parts cut or padded to `cells` cells."""
    kept: list[Part] = []
    for text, tone in parts:
        taken = width(text)
        if taken > cells:
            kept.append((fit(text, cells), tone))
            return kept
        kept.append((text, tone))
        cells -= taken
    return [*kept, (" " * cells, Tone.PLAIN)]
