"""The keys of the weekly review: where it stands, the next stop, the one before, and its end."""

from __future__ import annotations

from followthru_tui import reviewverbs
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Place, Said, Verb, Where
from followthru_tui.hands.lists import ListHands
from followthru_tui.hands.main import Main

LAST = Where(Place.REVIEW, "decided")
"""What was decided: going on from there ends the review."""


class ReviewHands:
    """Goes through the week."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._lists = ListHands(main)

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "review show": lambda: self._go(reviewverbs.here),
            "review next": self._forward,
            "review back": lambda: self._go(reviewverbs.back),
            "review end": lambda: self._go(reviewverbs.end),
        }

    def _forward(self) -> None:
        self._go(reviewverbs.end if self._main.navigation.where == LAST else reviewverbs.forward)

    def _go(self, verb: Verb) -> None:
        """Move the review, then show the stop at which it stands."""
        self._main.reader.act(verb, self._show, self._main.fail)

    def _show(self, said: Said) -> None:
        if said.where is not None:
            self._lists.arrive(said.where, said.words)
