"""What the palette offers besides commands: themes, orders, groups and saved views of lists, and whom to call."""

from __future__ import annotations

from collections.abc import Sequence

from followthru_tui.hands.arranging import ArrangeHands, arrange_picks
from followthru_tui.hands.calls import call_picks, called
from followthru_tui.hands.colours import Colours, theme_picks
from followthru_tui.hands.main import Main
from followthru_tui.hands.saving import SaveHands
from followthru_tui.widgets.picklist import Pick


class Choices:
    """Offers choices, and does what they say."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._arranging = ArrangeHands(main)
        self._saving = SaveHands(main)
        self._colours = Colours(main)

    def picks(self) -> Sequence[Pick]:
        """Return all choices."""
        return [*self._saving.picks(), *arrange_picks(), *theme_picks(), *call_picks(self._main.aids)]

    def take(self, id: str) -> bool:
        """Do what a choice says; False for a command."""
        if self._arranging.take(id) or self._saving.take(id) or self._colours.take(id):
            return True
        whom = called(id)
        if whom is not None:
            self._main.call(*whom)
        return whom is not None
