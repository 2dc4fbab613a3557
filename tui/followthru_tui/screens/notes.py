"""Notes written in the screen itself; every change is in a file at once, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import TextArea

from followthru_tui.palette import Tone
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.typedline import Typed


class _Text(TextArea):
    """Does each key before the next; see `TypedLine`."""

    async def on_key(self, event: events.Key) -> None:
        """Do at once what a key is bound to, such as Backspace."""
        for binding in self._bindings.key_to_bindings.get(event.key, []):
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)


class NotesScreen(ModalScreen[None]):
    """Edits a file; Esc leaves it as it is then."""

    DEFAULT_CSS = """
    NotesScreen { background: $background; }
    NotesScreen > TextArea { height: 1fr; border: none; }
    """

    def __init__(self, title: str, file: Path) -> None:
        super().__init__()
        self.begins: Callable[[], None] | None = None
        """Called once this screen is there."""
        self._title = title
        self._file = file
        self.text = _Text(file.read_text(encoding="utf-8", errors="replace"))
        self.text.cursor_blink = False

    def compose(self) -> ComposeResult:
        """Lay out title, text and what the key does."""
        title, keys = OneLine(id="header"), OneLine(id="status")
        title.put([(f" {self._title}", Tone.STRONG)])
        keys.put([(" Esc", Tone.KEY), (" stores it; u undoes that", Tone.DIM)])
        yield title
        yield self.text
        yield keys

    def on_mount(self) -> None:
        """Type at once."""
        self.text.focus()
        if self.begins is not None:
            self.begins()

    def release(self, ahead: Sequence[Typed]) -> None:
        """Put what was typed ahead of it into the text."""
        for one in ahead:
            self.text.post_message(one)

    @on(TextArea.Changed)
    def _keep(self) -> None:
        self._file.write_text(self.text.text, encoding="utf-8")

    def on_key(self, event: events.Key) -> None:
        """Leave with Esc."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.dismiss(None)
