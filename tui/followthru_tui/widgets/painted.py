"""The base of the widgets that paint their own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from followthru_tui.palette import Palette

if TYPE_CHECKING:
    from textual.dom import DOMNode


def app_of(node: DOMNode) -> App[None]:
    """Return the app a widget or screen belongs to."""
    return node.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


class Painted(Widget):
    """A widget of the Line API with the theme's palette at hand."""

    ALLOW_SELECT = False
    _palette: Palette | None = None
    _made: tuple[Region, list[Strip]] | None = None

    def on_mount(self) -> None:
        """Follow the theme."""
        app_of(self).theme_changed_signal.subscribe(self, lambda _: self.repaint_in_new_theme())

    def repaint_in_new_theme(self) -> None:
        """Paint with the colours of the theme that was chosen."""
        self._palette = None
        self.refresh()

    @property
    def inks(self) -> Palette:
        """The palette of the present theme."""
        if self._palette is None:
            self._palette = Palette.of(app_of(self))
        return self._palette

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part; Textual asks every widget for every frame, also those that are as they were."""
        if self._made is None or self._made[0] != crop:
            self._made = (crop, super().render_lines(crop))
        return self._made[1]

    def _set_dirty(self, *regions: Region) -> None:
        self._made = None
        super()._set_dirty(*regions)


class Beside(Horizontal):
    """Widgets beside each other that cover all of it: nothing of its own is to be made for each frame."""

    BLANK = True
