"""One line that is typed into: a question or a filter."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from followthru_tui.palette import Tone
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.typedline import TypedLine


class Prompt(Horizontal):
    """A sign (`/`, `Promise 12 for`) and an input. Enter and Esc close it; what was typed is in `text`."""

    DEFAULT_CSS = """
    Prompt { height: 1; }
    Prompt > #sign { width: auto; }
    Prompt > Input { width: 1fr; }
    """

    class Changed(Message):
        """The text changed."""

        def __init__(self, prompt: Prompt, text: str) -> None:
            super().__init__()
            self.prompt = prompt
            self.text = text

        @property
        def control(self) -> Prompt:
            """The prompt."""
            return self.prompt

    class Closed(Message):
        """Enter (`entered`) or Esc was pressed."""

        def __init__(self, prompt: Prompt, text: str, entered: bool) -> None:
            super().__init__()
            self.prompt = prompt
            self.text = text
            self.entered = entered

        @property
        def control(self) -> Prompt:
            """The prompt."""
            return self.prompt

    def __init__(self, sign: str, text: str = "", *, id: str) -> None:
        super().__init__(id=id)
        self._sign = OneLine(id="sign")
        self._sign.styles.width = len(sign) + 2
        self._sign.put([(f" {sign} ", Tone.KEY)])
        self._input = TypedLine(text, takes=self._take)

    def compose(self) -> ComposeResult:
        yield self._sign
        yield self._input

    def on_mount(self) -> None:
        self._input.focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Closed(self, event.value, entered=True))

    def _take(self, key: str) -> bool:
        if key == "escape" or (key == "backspace" and not self._input.value):
            self.post_message(self.Closed(self, self._input.value, entered=False))
            return True
        return False
