"""Which keys the footer shows: computed to fit, never cut off. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.actions.registry import Command
from followthru_tui.cells import width
from followthru_tui.dispatch import Offer, key_words

CONTEXTUAL = 5
ALWAYS = 90
_GAP = 2


def label(command: Command) -> tuple[str, str]:
    """Return a command's first key and its word in the footer."""
    return key_words(command.keys[0]), command.short or command.words


def _cells(command: Command) -> int:
    key, words = label(command)
    return width(key) + 1 + width(words) + _GAP


def fitting(offers: Sequence[Offer], cells: int) -> list[Command]:
    """Return the commands to show, in order: up to five that can be had here, then those always there.

    Where they do not fit, the contextual ones go first, the least important before the others; then
    those always there, so that `?` and `q` are the last to leave.
    """
    ordered = sorted((offer for offer in offers if offer.command.footer), key=lambda offer: offer.command.footer)
    here = [o.command for o in ordered if o.command.footer < ALWAYS and o.why_not is None][:CONTEXTUAL]
    always = [o.command for o in ordered if o.command.footer >= ALWAYS]
    while here and sum(map(_cells, here + always)) - _GAP > cells:
        here.pop()
    while always and sum(map(_cells, always)) - _GAP > cells:
        always.pop(0)
    return here + always
