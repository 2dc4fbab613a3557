"""Read what has been sent, or may have been: to whom, when, with which bytes; found by its words as well."""

from __future__ import annotations

from typing import NamedTuple

from followthru.store.store import Reader
from followthru.store.tasks import terms


class Sent(NamedTuple):
    """An update that arrived at a mail server, or may have. `at` is the instant of its last try, UTC ISO text.

    `recipient` is the address that it went to, whatever the person's address is now. `phase` is how far it came;
    `returned` says that its reader never got it.
    """

    id: int
    practice_id: int
    practice: str
    person_id: int
    person: str
    recipient: str
    kind: str
    subject: str
    message_id: str
    sha256: str
    account: str
    status: str
    phase: str
    at: str
    attempts: int
    returned: bool


class Asked(NamedTuple):
    """What to look for: at a practice, to a person, from an instant until before another (UTC ISO text), by words."""

    practice_id: int | None = None
    person_id: int | None = None
    since: str | None = None
    until: str | None = None
    words: str = ""


_COLUMNS = ", ".join(Sent._fields)


def sent(read: Reader, asked: Asked, limit: int = -1) -> list[Sent]:
    """Return what was sent, newest first. Words are found in subject and text, also where they only begin so."""
    matching = terms(asked.words)
    if asked.words.strip() and not matching:
        return []
    return [
        Sent._make((*row[:-1], bool(row[-1])))
        for row in read.rows(
            f"SELECT {_COLUMNS} FROM sent_row WHERE (?1 IS NULL OR practice_id = ?1) "
            "AND (?2 IS NULL OR person_id = ?2) AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at < ?4) "
            "AND (?5 = '' OR id IN (SELECT rowid FROM update_words WHERE update_words MATCH ?5)) "
            "ORDER BY at DESC, id DESC LIMIT ?6",
            asked.practice_id,
            asked.person_id,
            asked.since,
            asked.until,
            matching,
            limit,
        )
    ]


def frozen_bytes(read: Reader, update_id: int) -> tuple[bytes, str] | None:
    """Return the bytes of an approved update and the hash that was taken of them; None where there are none."""
    row = read.row("SELECT payload, sha256 FROM delivery WHERE update_id = ?", update_id)
    return None if row is None else (row[0], row[1])
