"""The keys of the inbox: where a task belongs, and that a mail was read."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.domain.people import Practice
from followthru_tui import verbs
from followthru_tui.dispatch import Handler
from followthru_tui.hands.lines import do
from followthru_tui.hands.main import Main
from followthru_tui.hands.people import NO_PRACTICE
from followthru_tui.widgets.picklist import Pick


class SortHands:
    """Sorts what came in."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "belongs": self._belongs,
            "mail seen": lambda: do(self._main, verbs.mail_seen),
        }

    def _belongs(self) -> None:
        aids = self._main.aids
        if aids is not None and len(aids.known.practices) == 1:
            # Nothing opens: the keys that come next are commands.
            self._put(list(self._main.chosen()), *aids.known.practices)
        else:
            self._main.look_first("practices", lambda feed: feed.practices(), self._pick)

    def _pick(self, practices: Sequence[Practice]) -> None:
        ids = list(self._main.chosen())
        if not practices:
            self._main.say(NO_PRACTICE)
        elif len(practices) == 1:
            self._put(ids, practices[0].slug)
        else:
            self._main.pick(
                "Where does it belong? The first letters choose",
                [Pick(one.slug, "", one.slug, one.name) for one in practices],
                lambda slug: self._put(ids, slug),
            )

    def _put(self, ids: Sequence[int], slug: str) -> None:
        self._main.act(lambda desk: verbs.belongs(desk, ids, slug), lambda _: self._main.list.unmark())
