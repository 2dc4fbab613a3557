"""What becomes of an update when the server fails at each word: the table that the documentation prints.

Expectations only; `test_mail_matrix` holds the daemon's sender to them, over real sockets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tests.updates.scripted import DROP, HANG, SLOW, Word


class Ending(NamedTuple):
    """What becomes of an update: in the words of the documentation, and as its delivery says."""

    words: str
    phase: str
    tried_again: bool = False
    pauses: bool = False


AGAIN = Ending("tried again", "deferred", tried_again=True)
PAUSED = Ending("account paused", "deferred", pauses=True)
REFUSED = Ending("refused", "refused")
UNCERTAIN = Ending("may have arrived", "uncertain")
SENT = Ending("sent", "accepted")

NO_4XX, NO_5XX, BYE = "451 4.3.0 Not now", "554 5.0.0 No", "421 4.3.2 Closing"
COLUMNS: Mapping[str, str] = {
    "a 4xx answer": NO_4XX,
    "a 5xx answer": NO_5XX,
    "421 and goodbye": BYE,
    "nonsense": "what?",
    "a dropped connection": DROP,
    "silence": HANG,
    "very slow": SLOW,
}

_OF_THE_ACCOUNT = (AGAIN, PAUSED, AGAIN, AGAIN, AGAIN, AGAIN, SENT)
_OF_THE_MAIL = (AGAIN, REFUSED, AGAIN, AGAIN, AGAIN, AGAIN, SENT)
ROWS: Mapping[Word, tuple[Ending | None, ...]] = {
    Word.BANNER: _OF_THE_ACCOUNT,
    Word.EHLO: _OF_THE_ACCOUNT,
    Word.STARTTLS: _OF_THE_ACCOUNT,
    Word.AUTH: _OF_THE_ACCOUNT,
    Word.MAIL: _OF_THE_ACCOUNT,
    Word.RCPT: _OF_THE_MAIL,
    Word.DATA: _OF_THE_MAIL,
    Word.TEXT: (AGAIN, REFUSED, AGAIN, UNCERTAIN, UNCERTAIN, UNCERTAIN, SENT),
    Word.DOT: (AGAIN, REFUSED, AGAIN, UNCERTAIN, UNCERTAIN, UNCERTAIN, None),
    # A server that keeps a mail and says no tells a lie that nobody can see through.
    Word.KEPT: (None, None, None, UNCERTAIN, UNCERTAIN, UNCERTAIN, SENT),
    Word.QUIT: (SENT,) * 7,
}
"""In the order of COLUMNS; None where there is no such case."""

NAMES: Mapping[Word, str] = {
    Word.BANNER: "the greeting",
    Word.TEXT: "the middle of the text",
    Word.DOT: "the final dot, before the server keeps it",
    Word.KEPT: "the final dot, once the server has kept it",
}


def endings(word: Word) -> list[tuple[str, Ending]]:
    """Return what each fault at a word comes to, by the name of the fault."""
    return [(name, ending) for name, ending in zip(COLUMNS, ROWS[word], strict=True) if ending is not None]


def table(tests: Mapping[Word, str]) -> str:
    """Return the matrix as the documentation has it, each row with its test."""
    head = ["at", *COLUMNS, "test"]
    lines = [head, ["---"] * len(head)]
    for word, row in ROWS.items():
        cells = [ending.words if ending is not None else "" for ending in row]
        lines.append([NAMES.get(word, f"`{word}`"), *cells, f"`{tests[word]}`"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
