"""One line that is typed, its recognised parts coloured, and below it what it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from followthru_tui.asking import Question
from followthru_tui.cells import width, wrap
from followthru_tui.palette import Palette, Tone
from followthru_tui.parts import Part
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.painted import app_of
from followthru_tui.widgets.typedline import TypedLine


class _Spans(Highlighter):
    """Colours the recognised parts of what is typed."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self.spans: Sequence[tuple[int, int, Tone]] = ()

    def highlight(self, text: Text) -> None:
        """Put each span's tone onto the text."""
        for start, end, tone in self.spans:
            text.stylize(self._palette.tones[tone], start, end)


class _Completed(Suggester):
    """Offers the completed line; Tab or the right arrow takes it."""

    def __init__(self, complete: Callable[[str], str | None]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """Return the line completed."""
        return self._complete(value)


def _wrapped(line: list[Part], cells: int) -> list[list[Part]]:
    """Return a line of one tone in as many as it takes; one of several tones is left to be cut."""
    if len(line) != 1 or width(line[0][0]) <= cells:
        return [line]
    [(text, tone)] = line
    return [[(f" {part}", tone)] for part in wrap(text, max(8, cells - 1))]


class LinePanel(Vertical):
    """Asks one question."""

    DEFAULT_CSS = """
    LinePanel { height: auto; border-top: hkey $accent; }
    LinePanel > Horizontal { height: 1; }
    LinePanel Input { height: 1; width: 1fr; }
    LinePanel #sign { width: auto; }
    """

    class Entered(Message):
        """Enter was pressed on a line, or Down for it and the `rest`."""

        def __init__(self, panel: LinePanel, line: str, *, rest: bool = False) -> None:
            super().__init__()
            self.panel = panel
            self.line = line
            self.rest = rest

    class Changed(Message):
        """Something else is typed."""

    class Left(Message):
        """Esc was pressed; `line` is the draft to be kept."""

        def __init__(self, panel: LinePanel, line: str) -> None:
            super().__init__()
            self.panel = panel
            self.line = line

    def __init__(self, question: Question, draft: str = "") -> None:
        super().__init__()
        self.question = question
        self._draft = draft or question.text
        self._sign = OneLine(id="sign")
        self._sign.styles.width = width(question.sign) + 2
        self._sign.put([(f" {question.sign} ", Tone.KEY)])
        self._lines = [OneLine(id=f"preview-{number}") for number in range(question.lines + question.more)]
        self._spans: _Spans | None = None

    def compose(self) -> ComposeResult:
        """Lay out the sign, the input and what it means."""
        self._spans = _Spans(Palette.of(app_of(self)))
        self.input = TypedLine(
            self._draft,
            takes=self._take,
            hands_over=not self.question.secret,
            password=self.question.secret,
            select_on_focus=self.question.select and self._draft == self.question.text,
            highlighter=self._spans,
            placeholder=self.question.placeholder,
            suggester=None if self.question.complete is None else _Completed(self.question.complete),
        )
        with Horizontal():
            yield self._sign
            yield self.input
        yield from self._lines

    def on_mount(self) -> None:
        """Type at once."""
        self._show(self._draft)
        self.input.focus()

    def on_resize(self) -> None:
        """Break what it means anew."""
        self._show(self.line)

    @property
    def line(self) -> str:
        """What is typed."""
        return self.input.value

    def put(self, line: str) -> None:
        """Put a line in place of what is typed."""
        self.input.value = line
        self.input.cursor_position = len(line)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)
        self.post_message(self.Changed())

    def _show(self, line: str) -> None:
        preview = self.question.read(line)
        if self._spans is not None:
            self._spans.spans = preview.spans
        said = [part for one in preview.lines for part in _wrapped(one, self.size.width or app_of(self).size.width)]
        for number, widget in enumerate(self._lines):
            widget.put(said[number] if number < len(said) else [])
            widget.display = number < max(self.question.lines, len(said))
        self.input.refresh()

    @on(TypedLine.Pasted)
    def _take_pasted(self, pasted: TypedLine.Pasted) -> None:
        pasted.stop()
        if self.question.pasted is not None:
            self.question.pasted(pasted.lines)
        else:
            self.input.insert_text_at_cursor(" ".join(pasted.lines))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self, event.value))

    def _take(self, key: str) -> bool:
        """Leave with Esc, or Backspace on nothing, and keep what was typed; Tab completes, Down does the rest."""
        if key == "tab":
            self.input.action_cursor_right()
        elif key == "down" and self.question.rest():
            self.post_message(self.Entered(self, self.input.value, rest=True))
        elif key == "escape" or (key == "backspace" and not self.input.value):
            self.post_message(self.Left(self, self.input.value))
        else:
            return False
        return True
