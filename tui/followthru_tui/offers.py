"""Commands as picks: the keys valid here, and the palette. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from followthru_tui.dispatch import Offer, key_words
from followthru_tui.widgets.picklist import Pick


def _pick(offer: Offer) -> Pick:
    command = offer.command
    keys = " ".join(key_words(key) for key in command.keys[:2])
    said = command.cli or command.twin
    hint = f"followthru {said}" if said else ""
    return Pick(command.id, keys, command.words, hint, offer.why_not)


def key_picks(offers: Sequence[Offer]) -> list[Pick]:
    """Return the commands that have keys, those that can be had here first."""
    return [_pick(offer) for offer in sorted(offers, key=lambda offer: offer.why_not is not None) if offer.command.keys]


def palette_picks(offers: Sequence[Offer]) -> list[Pick]:
    """Return every command, with the key that would have been quicker."""
    return [_pick(offer) for offer in sorted(offers, key=lambda offer: offer.why_not is not None)]
