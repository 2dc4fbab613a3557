"""What is remembered of others' objects in collections of our own: machine state, written through sync alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from followthru.store.store import Reader, Writer


class OtherRow(NamedTuple):
    """One object that is left alone. `seen_at` is UTC ISO text, empty before it is stored."""

    name: str
    etag: str | None
    kind: str
    reason: str
    uid: str | None
    seen_at: str = ""


_OTHER = ", ".join(OtherRow._fields)


def met(read: Reader, calendar: str, kind: str | None = None) -> list[OtherRow]:
    """Return what is left alone on a calendar, or what of it is of one kind, by name."""
    rows = read.rows(
        f"SELECT {_OTHER} FROM other_item WHERE calendar = ? AND kind = coalesce(?, kind) ORDER BY name",
        calendar,
        kind,
    )
    return [OtherRow(*row) for row in rows]


def put(tx: Writer, calendar: str, other: OtherRow) -> None:
    """Remember an object; when it was first seen stays."""
    tx.run(
        "INSERT INTO other_item(calendar, name, etag, kind, reason, uid, seen_at) VALUES (?,?,?,?,?,?,?) "
        "ON CONFLICT(calendar, name) DO UPDATE SET etag = excluded.etag, kind = excluded.kind, "
        "reason = excluded.reason, uid = excluded.uid",
        calendar,
        *other[:-1],
        tx.now,
    )


def forget(tx: Writer, calendar: str, names: Collection[str]) -> None:
    """Forget objects that are not there any more."""
    tx.run_many("DELETE FROM other_item WHERE calendar = ? AND name = ?", [(calendar, name) for name in names])


def of_uid(read: Reader, uid: str) -> list[tuple[str, OtherRow]]:
    """Return where an object with a UID of ours was found besides, with the calendar."""
    rows = read.rows(f"SELECT calendar, {_OTHER} FROM other_item WHERE uid = ? ORDER BY calendar, name", uid)
    return [(str(row[0]), OtherRow(*row[1:])) for row in rows]


def remove_later(tx: Writer, uid: str, *, kinds: tuple[str, str], reason: str) -> int:
    """Turn what was found with a UID of ours from one kind into another; return how many there are."""
    before, after = kinds
    return tx.run("UPDATE other_item SET kind = ?, reason = ? WHERE uid = ? AND kind = ?", after, reason, uid, before)


def kin(read: Reader, calendar: str, uids: Collection[str]) -> dict[str, tuple[str, int]]:
    """Return calendar and task of objects of ours on other calendars, by UID."""
    found: dict[str, tuple[str, int]] = {}
    for uid in uids:
        row = read.row("SELECT calendar, task_id FROM link WHERE uid = ? AND calendar <> ? ORDER BY id", uid, calendar)
        if row is not None:
            found[uid] = (str(row[0]), int(row[1]))
    return found


def tasks(read: Reader, uids: Collection[str]) -> dict[str, int]:
    """Return the ids of the tasks of this store among some uids."""
    found = {uid: read.value("SELECT id FROM task WHERE uid = ?", uid) for uid in uids}
    return {uid: int(id) for uid, id in found.items() if id is not None}
