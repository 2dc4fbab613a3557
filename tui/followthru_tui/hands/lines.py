"""What hands for one sort of line share: its number, a verb on it, and a question about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from followthru_tui.feed import Said
from followthru_tui.hands.main import Main

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

T = TypeVar("T")


def number(main: Main) -> int:
    """Return the number of the line under the cursor, as in `register:12`; 0 for none."""
    text = (main.selected().line or "").partition(":")[2]
    return int(text) if text.isdecimal() else 0


def do(main: Main, verb: Callable[[Desk, int], Said]) -> None:
    """Do something to what is under the cursor."""
    id = number(main)
    main.act(lambda desk: verb(desk, id))


def look(main: Main, question: Callable[[Desk, int], T], then: Callable[[int, T], None]) -> None:
    """Find out what has to be known of what is under the cursor, and go on with it."""
    id = number(main)
    main.look_first(
        f"look {id}", lambda feed: feed.look(lambda desk: question(desk, id)), lambda found: then(id, found)
    )
