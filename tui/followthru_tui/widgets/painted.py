"""The base of the widgets that paint their own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
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
