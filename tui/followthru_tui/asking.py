"""A question that is answered on one line, with what the line means shown as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from followthru_tui.palette import Tone
from followthru_tui.parts import Part
from followthru_tui.previewwords import Preview


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. What is typed is kept under `key` until it was taken.

    `read` says what a line means; pure and quick. `enter` is called with the line at Enter and may raise
    FollowthruError, whose words are shown while the line stays. `lines` is how many lines `read` needs, `more` how many
    it may need beside them: those take room only while they say something.
    What is `secret` is not shown while it is typed, and kept nowhere.
    With `select` the text that is there is selected, so that typing replaces it.
    While `rest` says something, Down does it: `enter_rest` is called as `enter` is.
    `complete` returns the whole line with its last word completed, None where there is nothing to complete.
    """

    key: str
    sign: str
    read: Callable[[str], Preview]
    enter: Callable[[str], None]
    text: str = ""
    placeholder: str = ""
    lines: int = 2
    more: int = 2
    pasted: Callable[[list[str]], None] | None = None
    complete: Callable[[str], str | None] | None = None
    select: bool = False
    secret: bool = False
    rest: Callable[[], str] = lambda: ""
    enter_rest: Callable[[str], None] | None = None


def words(*lines: str | list[Part], tone: Tone = Tone.DIM) -> Preview:
    """Return a preview of plain lines."""
    return Preview((), tuple([(f" {line}", tone)] if isinstance(line, str) else line for line in lines if line))
