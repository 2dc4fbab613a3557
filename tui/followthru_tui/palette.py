"""The few styles that everything is painted with, taken from the theme.

Colour is never the only carrier of a meaning: each tone goes with a glyph and a word.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.app import App


class Tone(StrEnum):
    """What a piece of text is, not how it looks."""

    PLAIN = "plain"
    DIM = "dim"
    STRONG = "strong"
    HEADING = "heading"
    KEY = "key"
    LATE = "late"
    RISK = "risk"
    BUFFER = "buffer"
    WAITING = "waiting"
    DONE = "done"


_VARIABLE = {
    Tone.HEADING: "text-primary",
    Tone.KEY: "text-accent",
    Tone.LATE: "text-error",
    Tone.RISK: "text-warning",
    Tone.BUFFER: "text-warning",
    Tone.WAITING: "text-primary",
    Tone.DONE: "text-success",
}
_BOLD = frozenset({Tone.STRONG, Tone.HEADING, Tone.KEY, Tone.LATE, Tone.RISK})
_DIM = frozenset({Tone.DIM, Tone.DONE})


class Palette:
    """A Rich style for each tone, with and without the cursor on it."""

    def __init__(self, colours: dict[str, str]) -> None:
        from textual.color import Color

        self.tones: dict[Tone, Style] = {}
        self.under_cursor: dict[Tone, Style] = {}
        base = Color.parse(colours["foreground"])
        # Painted lines get no background from the stylesheet; without one a light terminal would show through.
        behind = Color.parse(colours["background"]).rich_color
        for tone in Tone:
            name = _VARIABLE.get(tone)
            colour = (base if name is None else Color.parse(colours[name])).rich_color
            bold = tone in _BOLD or None
            self.tones[tone] = Style(color=colour, bgcolor=behind, bold=bold, dim=tone in _DIM or None)
            self.under_cursor[tone] = Style(color=base.rich_color, bgcolor=behind, reverse=True, bold=bold)

    @classmethod
    def of(cls, app: App[None]) -> Palette:
        """Return the palette of the app's present theme."""
        return cls(app.theme_variables)
