"""The themes of the screen by the names that the configuration has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App
    from textual.theme import Theme

NAMES = {"dark": "textual-dark", "light": "paper", "contrast": "contrast", "terminal": "ansi-dark"}
"""What each is called in Textual. `paper` is Textual's light one with words that can be read on it, `contrast` is of
blue, orange and white, which most eyes tell apart; `terminal` leaves the colours to the terminal."""


def wear(app: App[None], name: str) -> None:
    """Put a theme on; nothing is done where it is on already."""
    wanted = NAMES.get(name, NAMES["dark"])
    if wanted == NAMES["terminal"] and app.no_color:
        # Taken without its colours, the terminal's own white and black are one black on the other.
        wanted = NAMES["dark"]
    if wanted not in app.available_themes:
        app.register_theme(_OWN[wanted]())
    if app.theme != wanted:
        app.theme = wanted


def _paper() -> Theme:
    from dataclasses import replace

    from textual.theme import BUILTIN_THEMES

    light = BUILTIN_THEMES["textual-light"]
    inks = {"text-error": "#8f1d3a", "text-warning": "#7a4a00", "text-accent": "#7a4a00", "text-success": "#0f6b5f"}
    return replace(light, name="paper", variables={**light.variables, **inks})


def _contrast() -> Theme:
    from textual.theme import Theme

    return Theme(
        "contrast",
        primary="#5aa9ff",
        secondary="#5aa9ff",
        accent="#ffffff",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#000000",
        success="#9fe8ff",
        warning="#ffc845",
        error="#ff7043",
        dark=True,
        variables={
            "text-error": "#ff7043",
            "text-warning": "#ffc845",
            "text-success": "#9fe8ff",
            "text-primary": "#5aa9ff",
            "text-accent": "#ffffff",
        },
    )


_OWN = {"paper": _paper, "contrast": _contrast}
