"""Machine state: objects of ours on calendars, the requests begun for them, and what is known of each calendar.

Values in and out are plain rows; what they mean is known to `actions.ledger`, this module's one caller.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from followthru.store import meta
from followthru.store.chunks import chunks, slots
from followthru.store.store import Reader, Writer


class LinkRow(NamedTuple):
    """One object of ours on one calendar. `agreed` and `questions` are JSON; an id of 0 is not stored yet."""

    id: int
    task_id: int
    task_uid: str
    role: str
    generation: int
    uid: str
    href: str
    state: str
    etag: str | None
    base: str | None
    agreed: str | None
    theirs: str | None
    theirs_etag: str | None
    reason: str | None
    questions: str | None
    form: str = "event"
    published: str | None = None
    returned: int = 0


class RestingRow(NamedTuple):
    """The few columns of a link that tell whether anything is to be done about it.

    `unheard` is 1 where it was written since the remembered token was read.
    """

    id: int
    task_uid: str
    role: str
    generation: int
    href: str
    state: str
    etag: str | None
    published: str | None
    returned: int = 0
    unheard: int = 0


class OperationRow(NamedTuple):
    """One request begun for a link and not known to have ended."""

    id: int
    link_id: int
    verb: str
    if_match: str | None
    body: str | None
    agreed: str | None
    published: str | None = None


class CalendarRow(NamedTuple):
    """What is remembered of a calendar's collection. Instants are UTC ISO text."""

    url: str
    sync_token: str | None
    ctag: str | None
    complete_at: str | None
    known: int
    foreign_items: int
    confirmed: int
    shared: int = 0


_LINK = ", ".join(LinkRow._fields)
_RESTING = ", ".join(RestingRow._fields)
_CALENDAR = ", ".join(CalendarRow._fields)


def store_uid(read: Reader) -> str | None:
    """Return what names this store in the identity of every object it makes, None before its first use."""
    return read.value("SELECT value FROM meta WHERE name = 'store_uid'")


def make_store_uid(tx: Writer) -> str:
    """Return what names this store, making it if it has none."""
    from uuid import uuid4

    tx.run("INSERT INTO meta(name, value) VALUES ('store_uid', ?) ON CONFLICT(name) DO NOTHING", str(uuid4()))
    return str(store_uid(tx))


def links(read: Reader, calendar: str) -> list[LinkRow]:
    """Return a calendar's links with all their texts, in the order in which they were made."""
    return [LinkRow(*row) for row in read.rows(f"SELECT {_LINK} FROM link WHERE calendar = ? ORDER BY id", calendar)]


def resting(read: Reader, calendar: str) -> list[RestingRow]:
    """Return what tells of each of a calendar's links whether it rests, in the order in which they were made."""
    rows = read.rows(f"SELECT {_RESTING} FROM link WHERE calendar = ? ORDER BY id", calendar)
    return [RestingRow(*row) for row in rows]


def whole(read: Reader, ids: Sequence[int]) -> list[LinkRow]:
    """Return the links of these ids with all their texts, by id."""
    found: list[LinkRow] = []
    for some in chunks(ids):
        rows = read.rows(f"SELECT {_LINK} FROM link WHERE id IN ({slots(some)}) ORDER BY id", *some)
        found += [LinkRow(*row) for row in rows]
    return found


def last_action(read: Reader) -> int:
    """Return the id of the journal's newest action: what we want to show changes with one only."""
    return int(read.value("SELECT max(id) FROM action") or 0)


def concerned(read: Reader, calendar: str, uids: Collection[str], task_uids: Collection[str]) -> list[LinkRow]:
    """Return a calendar's links with one of these UIDs or of one of these tasks, oldest generation first."""
    found: dict[int, LinkRow] = {}
    for field, values in (("uid", uids), ("task_uid", task_uids)):
        for value in values:
            rows = read.rows(f"SELECT {_LINK} FROM link WHERE calendar = ? AND {field} = ?", calendar, value)
            found |= {int(row[0]): LinkRow(*row) for row in rows}
    return sorted(found.values(), key=lambda row: (row.generation, row.id))


def unsorted(read: Reader, calendar: str) -> frozenset[int]:
    """Return the tasks without a practice that have an object on a calendar."""
    rows = read.rows(
        "SELECT task_id FROM link WHERE calendar = ? AND task_id IN (SELECT id FROM task WHERE practice_id IS NULL)",
        calendar,
    )
    return frozenset(int(row[0]) for row in rows)


def asking(read: Reader) -> list[tuple[str, LinkRow]]:
    """Return every link about which its user is asked something or should know, with its calendar."""
    rows = read.rows(
        f"SELECT calendar, {_LINK} FROM link WHERE state IN ('asked', 'unlinked', 'quarantined') "
        "AND (reason IS NOT NULL OR questions IS NOT NULL) ORDER BY calendar, id"
    )
    return [(str(row[0]), LinkRow(*row[1:])) for row in rows]


def by_id(read: Reader, link_id: int) -> LinkRow:
    """Return one link, which must exist."""
    row = read.row(f"SELECT {_LINK} FROM link WHERE id = ?", link_id)
    if row is None:
        raise LookupError(f"there is no link {link_id}")
    return LinkRow(*row)


def questions(read: Reader, link_id: int) -> str | None:
    """Return what the user is asked about a link, as JSON."""
    return read.value("SELECT questions FROM link WHERE id = ?", link_id)


def put(tx: Writer, calendar: str, link: LinkRow) -> int:
    """Store a link and return its id."""
    values: dict[str, object] = {**link._asdict(), "updated_at": tx.now}
    del values["id"]
    if link.state == "linked" and link.base is not None and link.theirs is None:
        values["good_at"] = tx.now  # both sides agree on its text
    if link.id:
        sets = ", ".join(f"{name} = ?" for name in values)
        tx.run(f"UPDATE link SET {sets} WHERE id = ?", *values.values(), link.id)
        return link.id
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    return tx.insert(f"INSERT INTO link(calendar, {names}) VALUES (?, {marks})", calendar, *values.values())


def operations(read: Reader, calendar: str) -> list[OperationRow]:
    """Return the requests begun on a calendar and not known to have ended, oldest first."""
    rows = read.rows(
        "SELECT o.id, o.link_id, o.verb, o.if_match, o.body, o.agreed, o.published FROM operation o "
        "JOIN link l ON l.id = o.link_id WHERE l.calendar = ? ORDER BY o.id",
        calendar,
    )
    return [OperationRow(*row) for row in rows]


def begin(tx: Writer, operation: OperationRow) -> int:
    """Store a request that is about to be sent and return its id."""
    return tx.insert(
        "INSERT INTO operation(link_id, verb, if_match, body, agreed, published, begun_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        operation.link_id,
        operation.verb,
        operation.if_match,
        operation.body,
        operation.agreed,
        operation.published,
        tx.now,
    )


def end(tx: Writer, operation_id: int) -> None:
    """Forget a request whose outcome is known, and note that its object may have been written."""
    tx.run("UPDATE link SET unheard = 1 WHERE id = (SELECT link_id FROM operation WHERE id = ?)", operation_id)
    tx.run("DELETE FROM operation WHERE id = ?", operation_id)


def calendar(read: Reader, name: str) -> CalendarRow | None:
    """Return what is remembered of a calendar."""
    row = read.row(f"SELECT {_CALENDAR} FROM calendar_state WHERE calendar = ?", name)
    return None if row is None else CalendarRow(*row)


def remember(tx: Writer, name: str, memory: CalendarRow, in_step: str | None = None) -> None:
    """Store what is known of a calendar's collection, and the edition of our side that is in step with it."""
    fields = (*CalendarRow._fields, "in_step")
    sets = ", ".join(f"{field} = excluded.{field}" for field in fields)
    marks = ", ".join("?" * len(fields))
    tx.run(
        f"INSERT INTO calendar_state(calendar, {', '.join(fields)}) VALUES (?, {marks}) "
        f"ON CONFLICT(calendar) DO UPDATE SET {sets}",
        name,
        *memory,
        in_step,
    )


def heard(tx: Writer, calendar: str, but: Collection[int]) -> None:
    """Note that the remembered token was read after all of a calendar's objects were written, but for these ids."""
    rows = tx.rows("SELECT id FROM link WHERE calendar = ? AND unheard = 1", calendar)
    for id in {int(row[0]) for row in rows} - set(but):
        tx.run("UPDATE link SET unheard = 0 WHERE id = ?", id)


def in_step(read: Reader, name: str) -> str | None:
    """Return the edition of our side that was in step. Triggers forget it with each link or operation stored."""
    return read.value("SELECT in_step FROM calendar_state WHERE calendar = ?", name)


def caps(read: Reader, name: str) -> str | None:
    """Return what a calendar's server was measured to do, as JSON, None if it was not."""
    return read.value("SELECT caps FROM calendar_state WHERE calendar = ?", name)


def put_caps(tx: Writer, name: str, text: str) -> bool:
    """Store what a calendar's server was measured to do; return whether the calendar is known."""
    return bool(tx.run("UPDATE calendar_state SET caps = ? WHERE calendar = ?", text, name))


def confirm(tx: Writer, name: str) -> bool:
    """Note that the user has confirmed a loss once; return whether the calendar is known."""
    return bool(tx.run("UPDATE calendar_state SET confirmed = 1 WHERE calendar = ?", name))


def settle(tx: Writer, link_id: int, state: str) -> None:
    """Note the user's answer: the link's new state, and that nothing is asked any more."""
    tx.run(
        "UPDATE link SET state = ?, questions = NULL, reason = NULL, updated_at = ? WHERE id = ?",
        state,
        tx.now,
        link_id,
    )


def accepted(tx: Writer, link_id: int, action_id: int | None) -> None:
    """Note the action by which a date proposed on the calendar was accepted."""
    tx.run("UPDATE link SET accepted_by = ? WHERE id = ?", action_id, link_id)


class Standing(NamedTuple):
    """How a calendar stands: when it was last in step, the words of its last fault, how often in a row it failed."""

    calendar: str
    url: str
    last_good_at: str | None
    last_error: str | None
    backoff_until: str | None
    known: int
    foreign_items: int
    failures: int = 0


def standing(read: Reader, name: str) -> Standing | None:
    """Return how a calendar stands, None before its first sync."""
    row = read.row(f"SELECT {', '.join(Standing._fields)} FROM calendar_state WHERE calendar = ?", name)
    return None if row is None else Standing(*row)


def went(tx: Writer, name: str, *, good: bool, fault: str | None, until: str | None = None, failures: int = 0) -> None:
    """Note how a sync of a calendar ended: whether well, and what went wrong, of all of it or of single events.

    `until` is the instant before which its server must not be asked, `failures` how many in a row this one ends.
    """
    tx.run(
        "INSERT INTO calendar_state(calendar, url, known, foreign_items, confirmed, last_good_at, last_error, "
        "backoff_until, failures) VALUES (?, '', 0, 0, 0, ?, ?, ?, ?) ON CONFLICT(calendar) DO UPDATE SET "
        "last_good_at = coalesce(excluded.last_good_at, last_good_at), last_error = excluded.last_error, "
        "backoff_until = excluded.backoff_until, failures = excluded.failures",
        name,
        tx.now if good else None,
        fault,
        until,
        failures,
    )


def rest(tx: Writer, name: str, until: str | None) -> None:
    """Note the instant before which a calendar's server must not be asked, or that it may be asked again."""
    tx.run("UPDATE calendar_state SET backoff_until = ? WHERE calendar = ?", until, name)


def fact(read: Reader, name: str) -> str | None:
    """Return a fact about this store's calendars that was noted under a name."""
    return meta.value(read, f"calendars: {name}")


def note(tx: Writer, name: str, value: str | None) -> None:
    """Note a fact about this store's calendars under a name, or forget it."""
    if value is None:
        meta.forget(tx, f"calendars: {name}")
        return
    meta.note(tx, f"calendars: {name}", value)
