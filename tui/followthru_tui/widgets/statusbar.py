"""What just happened, at the left, and what is degraded, at the right; as many lines as the words need."""

from __future__ import annotations

from enum import IntEnum

from textual.strip import Strip

from followthru_tui.cells import fit, safe, width, wrap
from followthru_tui.palette import Tone
from followthru_tui.widgets.painted import Painted
from followthru_tui.widgets.rowpaint import strip

_MOST = 6
_GAP = 2


class Lasts(IntEnum):
    """How long words stand: until the next key, until the next that does more than move, until another list."""

    KEY = 1
    STEP = 2
    LIST = 3


class StatusBar(Painted):
    """One line while the words fit, more while they do not: a remedy is never cut off."""

    DEFAULT_CSS = "StatusBar { height: 1; width: 1fr; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._words = ""
        self._lasts = Lasts.LIST
        self._trouble = ""
        self._lines: list[str] = [""]

    @property
    def text(self) -> str:
        """What just happened."""
        return self._words

    @property
    def trouble(self) -> str:
        """What is degraded."""
        return self._trouble

    def put(self, words: str, lasts: Lasts = Lasts.LIST) -> None:
        """Say what just happened."""
        self._lasts = lasts
        if words != self._words:
            self._words = words
            self._lay_out()

    def passes(self, what: Lasts) -> None:
        """Take away words that do not outlast this."""
        if self._words and self._lasts <= what:
            self.put("")

    def heal(self, words: str) -> None:
        """Take away these words, if they are what is said: they hold no more."""
        if words and self._words == words:
            self.put("")

    def warn(self, trouble: str) -> None:
        """Say what is degraded; empty for nothing."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._lay_out()

    def on_resize(self) -> None:
        """Break the words anew."""
        self._lay_out()

    def _right(self) -> str:
        """Return what is degraded, in at most half of the line; all of it where nothing was said."""
        most = self.size.width - 1 if not self._words else self.size.width // 2
        return fit(self._trouble, most) if width(self._trouble) > most else self._trouble

    def _lay_out(self) -> None:
        cells = self.size.width
        if cells < 3:
            return
        right = self._right()
        free = cells - 1 - (width(right) + _GAP if right else 0)
        words = safe(self._words)
        self._lines = [words] if width(words) <= free else _broken(self._words, max(8, free), cells - 1)[:_MOST]
        # Only a change of height costs a layout.
        if self.styles.height is None or self.styles.height.value != len(self._lines):
            self.styles.height = len(self._lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Paint one line; what is degraded stands in the first."""
        cells = self.size.width
        words = self._lines[y] if y < len(self._lines) else ""
        right = self._right() if y == 0 else ""
        left = max(0, cells - width(right) - (1 if right else 0))
        parts = [(fit(f" {words}", left), Tone.PLAIN), (right, Tone.RISK), (" " if right else "", Tone.PLAIN)]
        return strip(parts, cells, self.inks, False)


def _broken(words: str, first: int, others: int) -> list[str]:
    """Break words into lines of which only the first has to leave room for what is degraded."""
    whole = " ".join(safe(words).split())
    head = wrap(whole, first)[0]
    rest = whole[len(head) :].lstrip()
    return [head, *(wrap(rest, others) if rest else [])]
