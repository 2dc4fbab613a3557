"""The capture line: typed text with its recognised parts coloured, and below it what would be stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from followthru_tui.palette import Palette, Tone
from followthru_tui.previewwords import Preview
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.painted import app_of

_LINES = 3


class _Spans(Highlighter):
    """Colours the recognised parts of what is typed."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self.spans: Sequence[tuple[int, int, Tone]] = ()

    def highlight(self, text: Text) -> None:
        """Put each span's tone onto the text."""
        for start, end, tone in self.spans:
            text.stylize(self._palette.tones[tone], start, end)


class CapturePanel(Vertical):
    """Asks for one capture line. `preview` is called for every change; it is pure and quick."""

    DEFAULT_CSS = """
    CapturePanel { height: 5; border-top: hkey $accent; }
    CapturePanel > Input { height: 1; }
    """

    class Entered(Message):
        """Enter was pressed on a line."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Left(Message):
        """Esc was pressed; `line` is the draft to be kept."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(self, preview: Callable[[str], Preview], draft: str = "") -> None:
        super().__init__()
        self._preview = preview
        self._draft = draft
        self._lines = [OneLine(id=f"preview-{number}") for number in range(_LINES)]
        self._spans: _Spans | None = None

    def compose(self) -> ComposeResult:
        """Lay out the input and its preview."""
        self._spans = _Spans(Palette.of(app_of(self)))
        self.input = Input(
            self._draft,
            compact=True,
            select_on_focus=False,
            highlighter=self._spans,
            placeholder="Renew malpractice cover by 15 Jan to dana @oak-street ~5d",
        )
        yield self.input
        yield from self._lines

    def on_mount(self) -> None:
        """Type at once."""
        self._show(self._draft)
        self.input.focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    def _show(self, line: str) -> None:
        preview = self._preview(line)
        if self._spans is not None:
            self._spans.spans = preview.spans
        for number, widget in enumerate(self._lines):
            widget.put(preview.lines[number] if number < len(preview.lines) else [])
        self.input.refresh()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(event.value))

    def on_key(self, event: events.Key) -> None:
        """Leave with Esc; what was typed is kept as a draft."""
        if event.key == "escape" or (event.key == "backspace" and not self.input.value):
            event.stop()
            event.prevent_default()
            self.post_message(self.Left(self.input.value))
