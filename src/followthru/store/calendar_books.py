"""Machine state of whole calendars: which are known, what of ours is still there, and forgetting one.

A calendar that the configuration names no more keeps its rows until somebody says what becomes of its objects.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from followthru.store import links
from followthru.store.store import Reader, Writer

_THERE = "('linked', 'asked', 'ours', 'quarantined')"
_LISTED_ANEW = (
    "sync_token = NULL, ctag = NULL, in_step = NULL, "
    "complete_at = CASE WHEN complete_at IS NULL THEN NULL ELSE '1970-01-01T00:00:00Z' END"
)
"""A complete listing is due again. That there was one stays known: what others added since makes it no diary."""
_NAMES = "names before"


class BookRow(NamedTuple):
    """What is known of one calendar. `objects` counts those of ours that are believed to be on its server.

    `made` says whether its collection was made by us.
    """

    calendar: str
    account: str | None
    url: str
    title: str | None
    last_good_at: str | None
    made: int
    objects: int


_FIELDS = "s.calendar, s.account, s.url, s.title, s.last_good_at, s.made"


def books(read: Reader) -> list[BookRow]:
    """Return every calendar with an address that is known, by name."""
    rows = read.rows(
        f"SELECT {_FIELDS}, (SELECT count(*) FROM link l WHERE l.calendar = s.calendar AND l.state IN {_THERE}) "
        "FROM calendar_state s WHERE s.url <> '' ORDER BY s.calendar"
    )
    return [BookRow(*row) for row in rows]


def book(read: Reader, calendar: str) -> BookRow | None:
    """Return what is known of one calendar."""
    return next((one for one in books(read) if one.calendar == calendar), None)


class PlaceRow(NamedTuple):
    """Where a calendar is."""

    url: str
    account: str | None
    title: str | None


def place(read: Reader, calendar: str) -> PlaceRow | None:
    """Return where a calendar is, without counting anything."""
    row = read.row("SELECT url, account, title FROM calendar_state WHERE calendar = ? AND url <> ''", calendar)
    return None if row is None else PlaceRow(*row)


def twin(read: Reader, calendar: str) -> str | None:
    """Return another calendar that has an object of the same UID as this one, None if there is none."""
    return read.value(
        f"SELECT o.calendar FROM link l JOIN link o ON o.uid = l.uid AND o.calendar <> l.calendar "
        f"WHERE l.calendar = ? AND l.state IN {_THERE} AND o.state IN {_THERE} LIMIT 1",
        calendar,
    )


def belongs_to(tx: Writer, calendar: str, account: str) -> None:
    """Note the account that a calendar is on."""
    tx.run("UPDATE calendar_state SET account = ? WHERE calendar = ?", account, calendar)


def called(tx: Writer, calendar: str, title: str | None) -> None:
    """Note the name that a calendar's collection has on its server."""
    tx.run("UPDATE calendar_state SET title = ? WHERE calendar = ?", title, calendar)


def made_by_us(tx: Writer, calendar: str) -> None:
    """Note that a calendar's collection was made by us."""
    tx.run("UPDATE calendar_state SET made = 1 WHERE calendar = ?", calendar)


def rename(tx: Writer, old: str, new: str) -> None:
    """Keep a calendar's books under another name. Raises nothing; `new` must not be in use."""
    links.note(tx, f"{_NAMES} {new}", json.dumps(sorted({*names_before(tx, old), old} - {new})))
    links.note(tx, f"{_NAMES} {old}", None)
    for table in ("calendar_state", "link", "other_item"):
        tx.run(f"UPDATE {table} SET calendar = ? WHERE calendar = ?", new, old)


def names_before(read: Reader, calendar: str) -> tuple[str, ...]:
    """Return the names under which a calendar's books were kept before: its objects' UIDs were made of them."""
    return tuple(json.loads(links.fact(read, f"{_NAMES} {calendar}") or "[]"))


def relocate(tx: Writer, calendar: str, url: str) -> None:
    """Note that a collection has moved: its objects have the same names there, and everything is listed anew."""
    old = tx.value("SELECT url FROM calendar_state WHERE calendar = ?", calendar)
    tx.run(
        f"UPDATE calendar_state SET url = ?, {_LISTED_ANEW} WHERE calendar = ?",
        url,
        calendar,
    )
    tx.run(
        "UPDATE link SET href = ? || substr(href, length(?) + 1) WHERE calendar = ? AND substr(href, 1, length(?)) = ?",
        url,
        old,
        calendar,
        old,
        old,
    )


def list_anew(tx: Writer, calendar: str) -> None:
    """Forget what a calendar's server said last, so that everything in it is listed and compared."""
    tx.run(f"UPDATE calendar_state SET {_LISTED_ANEW} WHERE calendar = ?", calendar)


def forget(tx: Writer, calendar: str) -> None:
    """Forget a calendar and all that is known of its objects; nothing happens on its server."""
    tx.run("DELETE FROM operation WHERE link_id IN (SELECT id FROM link WHERE calendar = ?)", calendar)
    for table in ("link", "other_item", "calendar_state"):
        tx.run(f"DELETE FROM {table} WHERE calendar = ?", calendar)
    links.note(tx, f"{_NAMES} {calendar}", None)


def give_up(tx: Writer, calendar: str) -> None:
    """Forget all that a calendar's events say and said; what stays is which are ours, should it be taken up again.

    Without that, those of a later generation would be taken for somebody else's. What was left off it stays so.
    """
    tx.run("DELETE FROM operation WHERE link_id IN (SELECT id FROM link WHERE calendar = ?)", calendar)
    tx.run("DELETE FROM other_item WHERE calendar = ?", calendar)
    tx.run(
        f"UPDATE link SET state = CASE WHEN state IN {_THERE} THEN 'waiting' ELSE state END, etag = NULL, base = NULL, "
        "agreed = NULL, theirs = NULL, theirs_etag = NULL, reason = NULL, questions = NULL, published = NULL, "
        "good_at = NULL WHERE calendar = ?",
        calendar,
    )
    tx.run(
        "UPDATE calendar_state SET sync_token = NULL, ctag = NULL, in_step = NULL, complete_at = NULL, known = 0, "
        "foreign_items = 0, confirmed = 0, shared = 0, last_error = NULL, backoff_until = NULL WHERE calendar = ?",
        calendar,
    )
