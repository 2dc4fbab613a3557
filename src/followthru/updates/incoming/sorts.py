"""What a mail that belongs to an update is: a reply, an automatic answer, or a report that one did not arrive."""

from __future__ import annotations

import re
from enum import StrEnum

from followthru.updates.incoming.headers import Said
from followthru.updates.incoming.reports import Fate


class Sort(StrEnum):
    """What came back. A bounce never arrived; a delay and an absence are only told."""

    REPLY = "reply"
    AWAY = "away"
    BOUNCE = "bounce"
    DELAY = "delay"


class Wish(StrEnum):
    """What a reply to a digest seems to ask for."""

    PAUSE = "pause"
    LESS_OFTEN = "less often"


def sort_of(said: Said) -> Sort:
    """Return what an answer is, going by its headers alone."""
    return Sort.AWAY if said.automatic else Sort.REPLY


def sort_of_fate(fate: Fate | None) -> Sort:
    """Return what a report is, by what it says."""
    return Sort.BOUNCE if fate in (Fate.RETURNED, Fate.GIVEN_UP) else Sort.DELAY


_POLITE = r"(?:(?:please|pls|kindly|can you|could you|would you) )*"
_OBJECT = (
    r"(?: (?:these|this|the|my|all|your|any|more|me|sending|getting|e-?mails?|mails?|updates?|messages?|digests?"
    r"|for now|please|thanks|thank you)){0,8}"
)
_PAUSE = re.compile(rf"{_POLITE}(?:pause|stop|unsubscribe|no more){_OBJECT}")
_LESS = re.compile(
    rf"{_POLITE}(?:send{_OBJECT} )?(?:less often|less frequently|not so often|not as often|fewer){_OBJECT}"
    rf"|(?:once a month|once a fortnight|every two weeks|every month) is (?:enough|fine|plenty){_OBJECT}"
)
_PREFIX = re.compile(r"^(?:\s*(?:re|aw|sv|fwd?|wg)\s*:)+", re.IGNORECASE)
LONGEST_WISH = 80


def wish(subject: str, first_line: str) -> Wish | None:
    """Return what a reply seems to ask for, None unless its subject or first line says that and nothing else."""
    for words in (_PREFIX.sub("", subject), first_line):
        asked = re.sub(r"[\s.!,;:]+", " ", words.casefold().replace("’", "'")).strip()
        if not asked or len(asked) > LONGEST_WISH:
            continue
        if _PAUSE.fullmatch(asked):
            return Wish.PAUSE
        if _LESS.fullmatch(asked):
            return Wish.LESS_OFTEN
    return None


def subject_words(subject: str) -> str:
    """Return a subject without the marks of answering and passing on before it."""
    return _PREFIX.sub("", subject).strip()
