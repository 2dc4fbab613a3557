"""Approving all clean updates of a practice: a key that lists them, then a word that is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from followthru.domain.saying import count_words
from followthru.errors import RefusedError
from followthru_tui import updateverbs
from followthru_tui.asking import Question, words
from followthru_tui.feed import CleanShown

if TYPE_CHECKING:
    from collections.abc import Callable

    from followthru_tui.feed import Feed, Verb
    from followthru_tui.notebook import Notebook

T = TypeVar("T")


class Asking(Protocol):
    """A screen, as far as a question is asked and answered on it."""

    notebook: Notebook

    def say(self, words: str) -> None:
        """Put words into the status line and the messages."""
        ...

    def look_first(self, group: str, question: Callable[[Feed], T], then: Callable[[T], None]) -> None:
        """Find out what a line or a list needs before it opens; what is typed meanwhile goes there."""
        ...

    def act(self, verb: Verb) -> None:
        """Have a verb done."""
        ...

    def ask(self, question: Question) -> None:
        """Ask a question on one line."""
        ...


_LISTED = 5
"""How many are listed: what is asked has to leave room for the screen behind it."""


def approve_clean(screen: Asking, id: int) -> None:
    """List the clean updates of the practice of an update, and ask for a word before they are approved."""
    screen.look_first("clean", lambda feed: feed.clean(id), lambda found: _ask(screen, found))


def _ask(screen: Asking, found: CleanShown) -> None:
    looks = f" {count_words(found.left, 'update')} to look at one by one." if found.left else ""
    if not found.marks:
        screen.say(f"No update of {found.practice} is clean.{looks}")
        return
    listed = [*found.lines[:_LISTED]]
    if len(found.lines) > _LISTED:
        listed.append(f"      and {len(found.lines) - _LISTED} more")

    def enter(line: str) -> None:
        if line.strip().casefold() != "yes":
            raise RefusedError("Not approved: yes was to be typed.")
        screen.act(lambda desk: updateverbs.approve_clean(desk, found.marks))

    screen.notebook.drafts.pop("approve clean", None)
    sign = f"Type yes to approve {count_words(len(found.marks), 'clean update')} of {found.practice}"
    said = words(*listed, looks.strip())
    screen.ask(Question("approve clean", sign, lambda _: said, enter, lines=len(listed) + bool(looks)))
