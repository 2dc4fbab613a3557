"""The theme of the screen, chosen from the palette; it is kept in the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from followthru_tui.feed import Said
from followthru_tui.hands.main import Main
from followthru_tui.widgets.picklist import Pick

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

_THEME = "theme "
_ABOUT = {
    "dark": "the usual one",
    "light": "like paper",
    "contrast": "blue, orange and white, for tired eyes",
    "terminal": "the colours that your terminal has",
}


def theme_picks() -> list[Pick]:
    """Return a choice for every theme: `theme light` finds one in the palette."""
    return [Pick(f"{_THEME}{name}", "", f"Theme {name}", about) for name, about in _ABOUT.items()]


class Colours:
    """Puts a theme on."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def take(self, id: str) -> bool:
        """Put on the theme that a choice names; False for any other choice."""
        if not id.startswith(_THEME):
            return False
        name = id.removeprefix(_THEME)
        self._main.act(lambda desk: _worn(desk, name))
        return True


def _worn(desk: Desk, name: str) -> Said:
    """Keep a theme in the configuration; the screen reads it from there at once. Raises UsageError, ConfigError."""
    from followthru.config.change import set_theme

    set_theme(desk.home.config, name)
    return Said(f"The theme is {name} from now on: it stands in {desk.home.config.name}.", None, changed=False)
