"""Machine state: what came back by mail to updates, how far each mailbox was looked at, which mails became tasks.

Of a mail is kept who wrote, when, what sort it is and its subject, and only where it belongs to an update; its text
never. What a mail is, is decided in `updates.incoming`; sorts are text here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from followthru.store.store import Reader, SqlRow, Writer


class Arrived(NamedTuple):
    """A mail that belongs to an update of ours.

    `person_id` is who it is from or about, None where that is not the person the update went to. `about` are all
    updates that it refers to, `update_id` among them. `at` is UTC ISO text. Of a delivery report, `address` is the one
    that failed (None where that may be no fault of the address), `code` its status (RFC 3463) and `detail` the server's
    words; of others they are None. `asks` is what a reply seems to ask for.
    """

    account: str
    message_id: str
    kind: str
    update_id: int
    practice_id: int
    person_id: int | None
    about: tuple[int, ...]
    sender: str
    subject: str
    at: str
    address: str | None = None
    code: str | None = None
    detail: str | None = None
    asks: str | None = None


class IncomingRow(NamedTuple):
    """What came back, as lists read it. `reader` is the handle of whom the update went to, `name` their name.

    `from_reader` says that it is from them, or about their own address. `email` is their address now.
    """

    id: int
    kind: str
    update_id: int
    practice: str
    reader: str
    name: str
    email: str | None
    from_reader: bool
    sender: str
    subject: str
    at: str
    address: str | None
    code: str | None
    detail: str | None
    asks: str | None
    seen_at: str | None
    update_subject: str


class Ours(NamedTuple):
    """A mail of ours that left, or may have: what answers to it are matched with."""

    message_id: str
    update_id: int
    practice_id: int
    person_id: int
    recipient: str
    kind: str


class Folder(NamedTuple):
    """How far one folder was looked at. `use` is what it is looked at for; `next_uid` the first UID not seen yet."""

    account: str
    use: str
    name: str
    validity: int
    next_uid: int


_SELECT = (
    "SELECT i.id, i.kind, i.update_id, c.slug, p.handle, p.name, p.email, i.person_id IS NOT NULL, i.sender, "
    "i.subject, i.at, i.address, i.code, i.detail, i.asks, i.seen_at, u.subject FROM incoming i "
    'JOIN "update" u ON u.id = i.update_id JOIN practice c ON c.id = i.practice_id JOIN person p ON p.id = u.person_id'
)
_FROM_READER = IncomingRow._fields.index("from_reader")


def answered(read: Reader, update_id: int) -> bool:
    """Return whether the person an update went to has written back to it, or to a mail that refers to it."""
    return bool(
        read.value(
            "SELECT EXISTS (SELECT 1 FROM incoming i, json_each(i.about) a WHERE i.kind = 'reply' "
            "AND i.person_id IS NOT NULL AND a.value = ?)",
            update_id,
        )
    )


def bounced(read: Reader, person_id: int) -> bool:
    """Return whether a person's present address is in question, because mail to it was returned for good.

    It is from the report on, until it is corrected or the PM has seen to it.
    """
    return bool(
        read.value(
            "SELECT EXISTS (SELECT 1 FROM incoming i JOIN person p ON p.id = i.person_id AND p.email = i.address "
            "WHERE p.id = ? AND i.kind = 'bounce' AND i.seen_at IS NULL)",
            person_id,
        )
    )


def returned(read: Reader, update_id: int) -> bool:
    """Return whether the mail of an update was returned: its reader never got it."""
    return bool(
        read.value(
            "SELECT EXISTS (SELECT 1 FROM incoming WHERE kind = 'bounce' AND person_id IS NOT NULL AND update_id = ?)",
            update_id,
        )
    )


def any_unseen(read: Reader) -> bool:
    """Return whether anything came back that the PM has not marked as seen."""
    return bool(read.value("SELECT EXISTS (SELECT 1 FROM incoming WHERE seen_at IS NULL)"))


def one(read: Reader, id: int) -> IncomingRow | None:
    """Return one thing that came back, None when there is none of this number."""
    return next(iter(_rows(read, f"{_SELECT} WHERE i.id = ?", id)), None)


def listed(
    read: Reader, *, practice_id: int | None = None, person_id: int | None = None, seen: bool = False, limit: int = -1
) -> list[IncomingRow]:
    """Return what came back, newest first: all or only what the PM has not marked as seen."""
    return _rows(
        read,
        f"{_SELECT} WHERE (?1 IS NULL OR i.practice_id = ?1) AND (?2 IS NULL OR u.person_id = ?2) "
        "AND (?3 OR i.seen_at IS NULL) ORDER BY i.at DESC, i.id DESC LIMIT ?4",
        practice_id,
        person_id,
        seen,
        limit,
    )


def of_update(read: Reader, update_id: int) -> list[IncomingRow]:
    """Return what came back to one update, oldest first."""
    sql = f"{_SELECT} WHERE EXISTS (SELECT 1 FROM json_each(i.about) a WHERE a.value = ?) ORDER BY i.at, i.id"
    return _rows(read, sql, update_id)


def tellings(read: Reader, update_id: int) -> list[int]:
    """Return the tellings that an update left when it was sent, those taken back left out."""
    rows = read.rows("SELECT id FROM telling WHERE update_id = ? AND retracted = 0 ORDER BY id", update_id)
    return [int(row[0]) for row in rows]


def keep(tx: Writer, arrived: Arrived) -> bool:
    """Keep what came back; return False where this mail is known already."""
    values = arrived._replace(about=json.dumps(arrived.about))
    names = ", ".join(Arrived._fields)
    marks = ", ".join("?" * len(Arrived._fields))
    return bool(tx.run(f"INSERT INTO incoming({names}) VALUES ({marks}) ON CONFLICT(message_id) DO NOTHING", *values))


def see(tx: Writer, id: int, *, seen: bool) -> bool:
    """Mark what came back as seen by the PM, or as not seen; return whether that is news."""
    return bool(
        tx.run(
            "UPDATE incoming SET seen_at = CASE WHEN ?2 THEN ?3 END WHERE id = ?1 AND (seen_at IS NOT NULL) <> ?2",
            id,
            seen,
            tx.now,
        )
    )


def known(read: Reader, message_ids: Sequence[str]) -> frozenset[str]:
    """Return those of some Message-IDs whose mails are kept already."""
    sql = "SELECT message_id FROM incoming WHERE message_id IN (SELECT value FROM json_each(?))"
    return frozenset(str(row[0]) for row in read.rows(sql, json.dumps(list(message_ids))))


def ours(read: Reader, message_ids: Iterable[str]) -> list[Ours]:
    """Return the mails of ours with these Message-IDs that left, or may have."""
    sql = (
        "SELECT d.message_id, u.id, u.practice_id, u.person_id, d.recipient, u.kind FROM delivery d "
        'JOIN "update" u ON u.id = d.update_id WHERE d.message_id IN (SELECT value FROM json_each(?)) '
        "AND (d.phase IN ('accepted', 'uncertain', 'data started') OR EXISTS (SELECT 1 FROM delivery_attempt a "
        "WHERE a.update_id = d.update_id AND a.phase IN ('accepted', 'uncertain'))) ORDER BY u.id"
    )
    return [Ours(*row) for row in read.rows(sql, json.dumps(list(message_ids)))]


def folder(read: Reader, account: str, use: str) -> Folder | None:
    """Return how far a folder was looked at, None before the first look."""
    sql = "SELECT account, use, name, validity, next_uid FROM mailbox_state WHERE account = ? AND use = ?"
    row = read.row(sql, account, use)
    return None if row is None else Folder(*row)


def put_folder(tx: Writer, seen: Folder) -> None:
    """Note how far a folder was looked at. Of two looks at once the one that came further counts."""
    tx.run(
        "INSERT INTO mailbox_state(account, use, name, validity, next_uid, since) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT(account, use) DO UPDATE SET since = CASE WHEN name = excluded.name "
        "AND validity = excluded.validity THEN since ELSE excluded.since END, "
        "next_uid = CASE WHEN name = excluded.name AND validity = excluded.validity "
        "THEN max(next_uid, excluded.next_uid) ELSE excluded.next_uid END, "
        "name = excluded.name, validity = excluded.validity",
        *seen,
        tx.now,
    )


def task_of(read: Reader, message_id: str) -> int | None:
    """Return the task that a mail was made into once, None where it was not."""
    return read.value("SELECT task_id FROM mail_task WHERE message_id = ?", message_id)


def note_task(tx: Writer, message_id: str, task_id: int) -> None:
    """Note that a mail was made into a task: it never is again, whatever becomes of the task."""
    tx.run("INSERT INTO mail_task(message_id, task_id, at) VALUES (?, ?, ?)", message_id, task_id, tx.now)


def _rows(read: Reader, sql: str, *values: object) -> list[IncomingRow]:
    return [_row(row) for row in read.rows(sql, *values)]


def _row(row: SqlRow) -> IncomingRow:
    values = list(row)
    values[_FROM_READER] = bool(values[_FROM_READER])
    return IncomingRow._make(values)
