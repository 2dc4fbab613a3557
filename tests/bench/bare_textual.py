"""The least that any Textual app costs: one line of text on a screen."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """Shows READY."""

    def compose(self) -> ComposeResult:
        """Return the one line."""
        yield Static("READY")


if __name__ == "__main__":
    Bare().run()
