"""A short list to choose from, narrowed by what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from followthru.domain.nearest import nearest
from followthru_tui.cells import fit, safe
from followthru_tui.cells import width as cells_of
from followthru_tui.palette import Tone
from followthru_tui.parts import Part
from followthru_tui.widgets.linelist import LineList

_KEY = 8
_MEANT = 4
"""Letters that a word has at least of which it is asked whether it was meant: “go” is near to much."""
_WORDS = 34
"""Cells for the words, at least where something is said beside them."""


class Pick(NamedTuple):
    """One choice: its key as shown, its words, what is said at the right, and why it cannot be had.

    With `takes` it goes on with what is typed behind that word: `save oak-late`. `name` is what the command line calls
    it; it is found by its beginning as well.
    """

    id: str
    key: str
    words: str
    hint: str = ""
    why_not: str | None = None
    takes: str = ""
    name: str = ""


def narrowed(picks: Sequence[Pick], typed: str) -> list[Pick]:
    """Return the picks that hold every typed word, in their order; those that start with it come first."""
    head, _, rest = typed.partition(" ")
    if rest.strip() and (taking := [pick for pick in picks if pick.takes and pick.takes == head.lower()]):
        return [pick._replace(id=f"{pick.id}{rest.strip()}", words=f"{pick.words} {rest.strip()}") for pick in taking]
    wanted = typed.lower().split()
    found = [pick for pick in picks if all(word in f"{pick.key} {pick.words} {pick.hint}".lower() for word in wanted)]
    named = [pick for pick in picks if pick not in found and pick.name and pick.name.startswith(typed.strip().lower())]
    return [*sorted(found, key=lambda pick: not (wanted and pick.words.lower().startswith(wanted[0]))), *named]


def nothing_called(typed: str, picks: Sequence[Pick]) -> str:
    """Return what is said where no pick holds what was typed: that, what is near, and the next key."""
    # The first pick of a word stands for it. What cannot be had here is no help.
    had = [pick for pick in reversed(picks) if pick.why_not is None]
    called = ((word, pick.words) for pick in had for word in (*pick.words.split(), pick.words, pick.name))
    known = {word: words for word, words in called if len(word) >= _MEANT}
    near = known.get(nearest(typed.strip(), known) or nearest(typed.split()[-1], known) or "")
    meant = f" Did you mean “{near}”?" if near else ""
    return f"Nothing here is called “{typed.strip()}”.{meant} Backspace takes letters away, Esc closes."


class PickList(LineList):
    """Shows picks; those that cannot be had are dim and carry the reason."""

    def __init__(self, picks: Sequence[Pick]) -> None:
        super().__init__()
        self._all = picks
        self.picks: Sequence[Pick] = picks
        self._typed = ""
        self._words_alone = not any(pick.key or pick.hint or pick.why_not for pick in picks)
        self._key = _KEY if any(pick.key for pick in picks) else 0
        self._longest = max((cells_of(safe(pick.words)) for pick in picks), default=0)

    def narrow(self, typed: str) -> None:
        """Show what holds the typed words, with the cursor at the top; what was narrowed by them before stays."""
        if typed == self._typed:
            return
        self._typed = typed
        self.picks = narrowed(self._all, typed)
        self.cursor = self.top = 0
        self.lines_changed()

    def words_when_empty(self) -> str:
        """Return that nothing is called what was typed, and what is near it."""
        return nothing_called(self._typed, self._all) if self._typed.strip() else "Nothing is here yet. Esc closes."

    @property
    def picked(self) -> Pick | None:
        """The pick under the cursor."""
        return self.picks[self.cursor] if self.cursor < len(self.picks) else None

    def count(self) -> int:
        """Return how many picks are left."""
        return len(self.picks)

    def selectable(self, index: int) -> bool:
        """Every pick is, so that its reason can be read."""
        return 0 <= index < len(self.picks)

    def parts(self, index: int, width: int) -> list[Part]:
        """Return key, words and, in what is left, the reason or the hint."""
        pick = self.picks[index]
        if self._words_alone:
            return [(fit(safe(pick.words), width), Tone.PLAIN)]
        room = width - self._key
        words = room if width < 60 else max(_WORDS, min(self._longest + 1, room // 2))
        rest = room - words
        body = Tone.PLAIN if pick.why_not is None else Tone.DIM
        parts: list[Part] = [(fit(pick.key, self._key), Tone.KEY if pick.why_not is None else Tone.DIM)]
        parts.append((fit(safe(pick.words), words if not rest else words - 1), body))
        if rest:
            parts.append((" " + fit(safe(pick.why_not or pick.hint), rest), Tone.DIM))
        return parts
