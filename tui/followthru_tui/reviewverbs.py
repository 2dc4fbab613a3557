"""What keys do to the weekly review. Everything here runs on the reader thread and may raise FollowthruError."""

from __future__ import annotations

from typing import TYPE_CHECKING

from followthru_tui.feed import TODAY, Place, Said, Where

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.actions.reviewing import Here


def here(desk: Desk) -> Said:
    """Go to the stop at which the review stands; begin one where none was begun in the last days."""
    from followthru.actions import reviewing

    return _at(desk, reviewing.here(desk.ctx))


def forward(desk: Desk) -> Said:
    """Go on to the next stop at which something lies."""
    from followthru.actions import reviewing

    return _at(desk, reviewing.forward(desk.ctx))


def back(desk: Desk) -> Said:
    """Go back to the stop before at which something lies."""
    from followthru.actions import reviewing

    standing = reviewing.standing(desk.ctx, desk.ctx.read)
    found = reviewing.back(desk.ctx)
    if standing is not None and standing.stop == found.stop:
        return _at(desk, found)._replace(words="Nothing lies at the stops before this one.")
    return _at(desk, found)


def end(desk: Desk) -> Said:
    """End the review, say how much was decided, and go to Today. Raises RefusedError where none was begun."""
    from followthru.actions import reviewing
    from followthru.domain.saying import count_words, day_words

    found = reviewing.end(desk.ctx)
    steps = f"{count_words(found.steps, 'step')} since {day_words(found.begun_on, desk.ctx.today())}"
    left = f"{sum(found.left.values())} left for another day" if found.left else "nothing is left at any stop"
    return Said(f"The review is ended: {steps}, {left}. z begins the next one.", None, changed=False, where=TODAY)


def _at(desk: Desk, found: Here) -> Said:
    from followthru.actions.review_stops import DECIDED
    from followthru.actions.reviewing import on_the_way

    words = list(on_the_way(found, desk.ctx.today()))
    if found.stop.name == DECIDED:
        words.append("The week is gone through: . ends the review, , goes back.")
    return Said(" ".join(words), None, changed=False, where=Where(Place.REVIEW, found.stop.name))
