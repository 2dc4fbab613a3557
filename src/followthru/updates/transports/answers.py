"""What a mail server's answer means for an update.

Codes are those of RFC 5321 section 4.2, enhanced codes those of RFC 3463, 4954 and 7372.
"""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from enum import StrEnum

from followthru.updates.outbox import Outcome, State
from followthru.updates.words import clean, crop

ANSWER_WIDTH = 300
OWN_WIDTH = 700
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ACCOUNT_CODES = frozenset({530, 534, 535, 538})


class Stage(StrEnum):
    """How far the conversation had come."""

    CONNECT = "connecting"
    TLS = "securing the connection"
    AUTH = "signing in"
    MAIL = "naming the sender"
    COPY = "naming yourself for a copy"
    RCPT = "naming the recipient"
    DATA = "starting the text"
    DOT = "handing over the text"


class Stopped(Exception):  # noqa: N818
    """The attempt ended early with this outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.text)
        self.outcome = outcome


# Up to here the server speaks of the account that sends; from here on of this one mail.
_ABOUT_ACCOUNT = frozenset({Stage.CONNECT, Stage.TLS, Stage.AUTH, Stage.MAIL})
_BEFORE_ANY_MAIL = frozenset({Stage.CONNECT, Stage.TLS, Stage.AUTH})


def answered(stage: Stage, code: int, words: str) -> Outcome:
    """Return what a server's answer at a stage means.

    After the final dot any 2xx is acceptance and 4xx or 5xx a definite no; what is no answer at all leaves the
    mail uncertain. Trouble with signing in, with the sender or by policy (5.7.x) pauses the account.
    """
    text = said(words)
    if stage == Stage.DOT and 200 <= code < 300:
        return Outcome(State.ACCEPTED, code, text)
    if 400 <= code < 500:
        return Outcome(State.DEFERRED, code, text, stage in _BEFORE_ANY_MAIL)
    if 500 <= code < 600:
        found = _ENHANCED.search(words[:ANSWER_WIDTH])
        return Outcome(_permanent(stage, code, found[1] if found else ""), code, text)
    unclear = State.UNCERTAIN if stage == Stage.DOT else State.DEFERRED
    words = f"The server's answer makes no sense while {stage}: {text}"
    return Outcome(unclear, None, words, stage in _BEFORE_ANY_MAIL)


def lost(stage: Stage, words: str) -> Outcome:
    """Return what a lost, silent or failed connection means: uncertain once the text was under way."""
    state = State.UNCERTAIN if stage == Stage.DOT else State.DEFERRED
    return Outcome(state, None, f"The connection failed while {stage}: {said(words)}", stage in _BEFORE_ANY_MAIL)


def paused(words: str) -> Outcome:
    """Return the outcome that waits for the PM to mend the account."""
    return Outcome(State.ACCOUNT_PAUSED, None, crop(clean(words), OWN_WIDTH))


def id_of(payload: bytes) -> str:
    """Return a mail's Message-ID, with its angle brackets; empty if it has none."""
    return str(BytesHeaderParser().parsebytes(payload)["Message-ID"] or "").strip()


def said(words: str) -> str:
    """Return a server's words as one short clean line."""
    return crop(clean(words), ANSWER_WIDTH) or "no words given"


def _permanent(stage: Stage, code: int, enhanced: str) -> State:
    if stage in _ABOUT_ACCOUNT or code in _ACCOUNT_CODES or enhanced.startswith("5.7."):
        return State.ACCOUNT_PAUSED
    return State.REFUSED
