"""A list to choose from over the main screen: the keys, the palette, the practices."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input

from followthru_tui.palette import Tone
from followthru_tui.widgets.linelist import LineList
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.picklist import Pick, PickList

_MOVES = {"down": 1, "up": -1, "ctrl+n": 1, "pagedown": 10, "pageup": -10}


class Picker(ModalScreen[str | None]):
    """Dismissed with the id of what was picked, or None. Typing narrows the list; nothing typed is a command."""

    DEFAULT_CSS = """
    Picker { background: $background; }
    Picker > Input { height: 1; }
    """

    def __init__(self, title: str, picks: Sequence[Pick]) -> None:
        super().__init__()
        self._title = title
        self.input = Input(compact=True, placeholder="type to narrow")
        self.list = PickList(picks)
        self.status_line = OneLine(id="status")

    def compose(self) -> ComposeResult:
        """Lay out title, input, list and what the keys do."""
        title = OneLine(id="header")
        title.put([(f" {self._title}", Tone.STRONG)])
        self.status_line.put([(" Enter", Tone.KEY), (" choose  ", Tone.DIM), ("Esc", Tone.KEY), (" close", Tone.DIM)])
        yield title
        yield self.input
        yield self.list
        yield self.status_line

    def on_mount(self) -> None:
        """Type at once."""
        self.list.can_focus = False
        self.input.focus()

    @on(Input.Changed)
    def _narrow(self, changed: Input.Changed) -> None:
        self.list.narrow(changed.value)

    @on(Input.Submitted)
    @on(LineList.Opened)
    def _choose(self) -> None:
        pick = self.list.picked
        if pick is None:
            return
        if pick.why_not is None:
            self.dismiss(pick.id)
        else:
            self.status_line.put([(f" {pick.words}: {pick.why_not}.", Tone.RISK)])

    def on_key(self, event: events.Key) -> None:
        """Move with the arrows; Esc, and Backspace on nothing, close."""
        if event.key == "escape" or (event.key == "backspace" and not self.input.value):
            event.stop()
            self.dismiss(None)
        elif event.key in _MOVES:
            event.stop()
            self.list.jump(_MOVES[event.key])
