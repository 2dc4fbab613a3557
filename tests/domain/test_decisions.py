"""What follows from a decision, and what moved by it."""

from __future__ import annotations

from datetime import date

from followthru.domain.decisions import Decision, Link, Linked, There
from followthru.domain.task import Audience

DAY = date(2027, 1, 15)


def test_what_follows_and_what_moved_are_told_apart() -> None:
    follows, moved = Linked(1, "Tell them", Link.FOLLOWS), Linked(2, "Renew cover", Link.MOVED, DAY, None)
    other = Linked(3, "Sign", Link.FOLLOWS)
    made = Decision(
        1, "u", 1, "oak", None, DAY, "We stay", None, Audience.OWNERS, None, "", linked=(follows, moved, other)
    )
    assert made.follows == (follows, other)
    assert made.moved == (moved,)


def test_somebody_is_called_as_they_wish_and_else_by_their_name() -> None:
    assert There(1, "dana", "Dana Lee", "Dr Lee").called == "Dr Lee"
    assert There(1, "dana", "Dana Lee", None).called == "Dana Lee"
