"""The way into a call: whom to choose, from the palette or by a key."""

from __future__ import annotations

from collections.abc import Sequence

from followthru_tui.dispatch import Handler
from followthru_tui.feed import Aids
from followthru_tui.hands.main import Main
from followthru_tui.hands.tasks import needs_aids
from followthru_tui.widgets.picklist import Pick

_CALL = "call "


def call_picks(aids: Aids | None) -> list[Pick]:
    """Return a choice for everybody who can be called: `call oak +dana` finds one."""
    if aids is None:
        return []
    return [
        Pick(f"{_CALL}{slug} {one.handle}", "", f"Call +{one.handle}, {one.name}", f"@{slug}")
        for slug, people in aids.known.practices.items()
        for one in people
    ]


def called(id: str) -> tuple[str, str] | None:
    """Return the slug and handle of a choice of `call_picks`; None for any other choice."""
    if not id.startswith(_CALL):
        return None
    slug, _, handle = id.removeprefix(_CALL).partition(" ")
    return slug, handle


class CallHands:
    """Opens calls from the main screen."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {"call": self._whom}

    def _whom(self) -> None:
        """Ask whom; the people of the task under the cursor come first."""
        aids = needs_aids(self._main)
        if aids is None:
            return
        picks = self._sorted(call_picks(aids))
        if picks:
            self._main.pick("Who is on the line?", picks, self._main.run)
        else:
            self._main.say("There is nobody to call yet. : person add adds somebody.")

    def _sorted(self, picks: Sequence[Pick]) -> list[Pick]:
        row = self._main.selected().row
        if row is None:
            return list(picks)
        near = (row.waiting_on, row.assignee)

        def order(pick: Pick) -> tuple[bool, bool]:
            slug, handle = called(pick.id) or ("", "")
            return slug != row.practice, slug != row.practice or handle not in near

        return sorted(picks, key=order)
