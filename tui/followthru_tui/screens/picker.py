"""A list to choose from over the main screen: the keys, the palette, the practices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input

from followthru_tui.palette import Tone
from followthru_tui.widgets.linelist import LineList
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.picklist import Pick, PickList
from followthru_tui.widgets.typedline import Typed, TypedLine

Ahead = Sequence[Typed]
_MOVES = {"down": 1, "up": -1, "ctrl+n": 1, "pagedown": 10, "pageup": -10}


class Picker(ModalScreen[str | None]):
    """Dismissed with the id of what was picked, or None. Typing narrows the list; nothing typed is a command."""

    DEFAULT_CSS = """
    Picker { background: $background; }
    Picker > Input { height: 1; }
    """

    def __init__(self, title: str, picks: Sequence[Pick], ready: Callable[[Callable[[Ahead], None]], None]) -> None:
        """`ready` is called once keys come here; it calls back with what was typed ahead."""
        super().__init__()
        self._title = title
        self._ready = ready
        self._early: list[Typed] = []
        self._behind: list[Typed] = []
        self._leaving = False
        self._released = False
        self.input = TypedLine(takes=self._take, placeholder="type to narrow")
        self.list = PickList(picks)
        self.status_line = OneLine(id="status")

    def compose(self) -> ComposeResult:
        """Lay out title, input, list and what the keys do."""
        title = OneLine(id="header")
        title.put([(f" {self._title}", Tone.STRONG)])
        self._say_keys()
        yield title
        yield self.input
        yield self.list
        yield self.status_line

    def on_mount(self) -> None:
        """Type at once."""
        self.list.can_focus = False
        self.input.focus()

    def _say_keys(self) -> None:
        self.status_line.put([(" Enter", Tone.KEY), (" choose  ", Tone.DIM), ("Esc", Tone.KEY), (" close", Tone.DIM)])

    @on(events.DescendantFocus)
    def _focused(self) -> None:
        self._ready(self._release)

    def _release(self, ahead: Ahead) -> None:
        """Type what came ahead, once what was sent here before the line had the keys has come in as well."""

        def type_all() -> None:
            early, self._early = self._early, []
            self._released = True
            self.input.release([*ahead, *early])

        self.call_later(type_all)

    @on(Input.Changed)
    def _narrow(self, changed: Input.Changed) -> None:
        self.list.narrow(changed.value)
        self._say_keys()

    @on(LineList.Opened)
    def _choose(self) -> None:
        pick = self.list.picked
        if pick is None or self._leaving:
            return
        if pick.why_not is None:
            self._leaving = True
            self.input.hand_on(self._behind.append)
            self._leave(pick.id, -1)
        else:
            self.status_line.put([(f" {pick.words}: {pick.why_not}.", Tone.RISK)])

    def _leave(self, id: str, known: int) -> None:
        """Close once the line has come to the end of the keys that were typed behind the choice."""
        if len(self._behind) > known:
            self.input.call_later(self._leave, id, len(self._behind))
        else:
            self.dismiss(id)

    def hand_on(self, to: Callable[[Typed], None]) -> None:
        """Hand what was typed behind the choice, and what still comes here, to what the choice has opened."""
        behind, self._behind = self._behind, []
        for typed in behind:
            to(typed)
        self.input.hand_on(to)

    def on_key(self, event: events.Key) -> None:
        """Keep what comes before the line to type on is there."""
        if self.focused is None or not self._released:
            event.stop()
            self._early.append(event)

    def _take(self, key: str) -> bool:
        """Move with the arrows; Esc, and Backspace on nothing, close."""
        # What was typed before narrows the list first, which is told of it a moment later.
        self.list.narrow(self.input.value)
        if key == "escape" or (key == "backspace" and not self.input.value):
            self.dismiss(None)
        elif key == "enter":
            self._choose()
        elif key in _MOVES:
            self.list.jump(_MOVES[key])
        else:
            return False
        return True
