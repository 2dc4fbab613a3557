"""Commands as picks: the keys valid here, and the palette. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from followthru_tui.dispatch import MOVES, Offer, key_words
from followthru_tui.footer import ALWAYS
from followthru_tui.widgets.picklist import Pick


def _pick(offer: Offer) -> Pick:
    command = offer.command
    keys = " ".join(key_words(key) for key in command.keys[:2])
    said = command.cli or command.twin
    hint = f"followthru {said}" if said else ""
    return Pick(command.id, keys, command.words, hint, offer.why_not)


def _rank(offer: Offer) -> tuple[int, int]:
    """Return how far down a command stands: the line's own, all others, those that only move, those not to be had.

    The line's own are in the order of the footer.
    """
    if offer.why_not is not None:
        return 3, 0
    if offer.own:
        return 0, offer.command.footer or ALWAYS
    return (2 if offer.command.id in MOVES else 1), 0


def key_picks(offers: Sequence[Offer]) -> list[Pick]:
    """Return the commands that have keys, those first that belong to the line under the cursor."""
    return [pick for pick in palette_picks(offers) if pick.key]


def palette_picks(offers: Sequence[Offer]) -> list[Pick]:
    """Return every command in the same order, with the key that would have been quicker."""
    return [_pick(offer) for offer in sorted(offers, key=_rank)]
