"""The least that any Textual app costs: one line of text on a screen, painted anew for each key."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """Shows READY, and after a key how many there were."""

    pressed = 0

    def compose(self) -> ComposeResult:
        """Return the one line."""
        yield Static("READY")

    def on_key(self, event: events.Key) -> None:
        """Count a key."""
        if event.is_printable:
            self.pressed += 1
            self.query_one(Static).update(f"READY {self.pressed}")


if __name__ == "__main__":
    Bare().run()
