"""Machine state: approved updates on their way.

Phases are those of `updates.outbox`, as text; which moves are legal is decided there. Every move names the
phase it starts from, and moves in flight the generation that claimed: a sender that lost its lease changes
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from followthru.store.mail_state import HELD
from followthru.store.store import Reader, SqlRow, Writer

FARTHEST = timedelta(hours=25)
"""No mail waits longer for its next try: retries end after a day, quiet hours and limits within one."""


class Frozen(NamedTuple):
    """An approved update as it is frozen: its bytes, their hash, and the one recipient they are for."""

    update_id: int
    message_id: str
    recipient: str
    account: str
    payload: bytes
    sha256: str


class Delivery(NamedTuple):
    """One delivery: what was frozen, how far it came, and when it is tried again (UTC ISO text)."""

    frozen: Frozen
    phase: str
    attempts: int
    next_at: str | None
    code: int | None
    answer: str | None
    generation: int


class Attempt(NamedTuple):
    """One try, kept for ever: its number, the phase it came to, and the server's answer."""

    attempt: int
    phase: str
    code: int | None
    answer: str | None
    at: str


_COLUMNS = (
    "d.update_id, d.message_id, d.recipient, d.account, d.payload, d.sha256, "
    "d.phase, d.attempts, d.next_at, d.code, d.answer, d.generation"
)
# An account waits for the PM while one of its mails is deferred without an hour.
_HELD_UP = (
    'SELECT w.answer FROM delivery w JOIN "update" a ON a.id = w.update_id '
    "WHERE w.phase = 'deferred' AND w.next_at IS NULL AND a.status = 'approved' AND w.account = "
)
_PAUSED = f"EXISTS ({_HELD_UP} d.account)"
_ALL_HELD = f"EXISTS (SELECT 1 FROM meta WHERE name = '{HELD}')"

# A try whose outcome nobody knows; one that was looked for, and certainly sent nothing, is approved once more.
_UNSURE = (
    "a.phase = 'uncertain' AND NOT EXISTS (SELECT 1 FROM delivery_attempt b WHERE b.update_id = a.update_id "
    "AND b.attempt = a.attempt AND b.id > a.id AND b.phase IN ('approved', 'accepted'))"
)


def freeze(tx: Writer, frozen: Frozen) -> bool:
    """Put an approved update into the outbox, in place of bytes that never left; return False if they may have.

    What it says can be found from then on.
    """
    frozen_now = bool(
        tx.run(
            "INSERT INTO delivery(update_id, phase, message_id, recipient, account, payload, sha256, attempts, "
            "generation, updated_at) VALUES (?, 'approved', ?, ?, ?, ?, ?, 0, 0, ?) ON CONFLICT(update_id) DO UPDATE "
            "SET phase = 'approved', message_id = excluded.message_id, recipient = excluded.recipient, "
            "account = excluded.account, payload = excluded.payload, sha256 = excluded.sha256, next_at = NULL, "
            "code = NULL, answer = NULL, updated_at = excluded.updated_at "
            "WHERE phase IN ('approved', 'deferred', 'refused') AND NOT EXISTS "
            f"(SELECT 1 FROM delivery_attempt a WHERE a.update_id = delivery.update_id AND {_UNSURE})",
            *frozen,
            tx.now,
        )
    )
    if frozen_now:
        tx.run("DELETE FROM update_words WHERE rowid = ?", frozen.update_id)
        sql = 'INSERT INTO update_words(rowid, subject, body) SELECT id, subject, body FROM "update" WHERE id = ?'
        tx.run(sql, frozen.update_id)
    return frozen_now


def one(read: Reader, update_id: int) -> Delivery | None:
    """Return one delivery, None before approval."""
    return _delivery(read.row(f"SELECT {_COLUMNS} FROM delivery d WHERE d.update_id = ?", update_id))


def due(read: Reader, now: str, account: str, *, besides: Iterable[int] = (), limit: int = -1) -> list[Delivery]:
    """Return what an account may claim now, oldest first: approved and past its send delay, or to be tried again.

    An hour that is further away than any wait was reckoned by a clock that showed another year, and counts for nothing.
    Nothing of a paused practice, and nothing while the account waits for the PM or all mail is held; of the others at
    most `limit`, leaving out the updates of `besides`.
    """
    return [
        found
        for row in read.rows(
            f'SELECT {_COLUMNS} FROM delivery d JOIN "update" u ON u.id = d.update_id '
            "JOIN practice p ON p.id = u.practice_id "
            "WHERE u.status = 'approved' AND p.status = 'active' AND ((d.phase = 'approved' AND u.send_after <= ?1 "
            "AND (d.next_at IS NULL OR d.next_at <= ?1 OR d.next_at > ?5)) "
            "OR (d.phase = 'deferred' AND (d.next_at <= ?1 OR d.next_at > ?5))) "
            f"AND d.account = ?2 AND NOT {_PAUSED} AND NOT {_ALL_HELD} "
            "AND u.id NOT IN (SELECT value FROM json_each(?3)) ORDER BY u.send_after, u.id LIMIT ?4",
            now,
            account,
            json.dumps(list(besides)),
            limit,
            (datetime.fromisoformat(now) + FARTHEST).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        if (found := _delivery(row))
    ]


def next_due(read: Reader, account: str) -> str | None:
    """Return the next instant (UTC ISO text) at which an account may claim something."""
    return read.value(
        "SELECT min(max(coalesce(d.next_at, u.send_after), u.send_after)) FROM delivery d "
        'JOIN "update" u ON u.id = d.update_id JOIN practice p ON p.id = u.practice_id '
        "WHERE u.status = 'approved' AND p.status = 'active' AND (d.phase = 'approved' OR "
        f"(d.phase = 'deferred' AND d.next_at IS NOT NULL)) AND d.account = ? AND NOT {_PAUSED} "
        f"AND NOT {_ALL_HELD}",
        account,
    )


def paused_by(read: Reader, account: str) -> str | None:
    """Return the answer for which an account waits for the PM, None when it does not."""
    return read.value(f"{_HELD_UP} ? LIMIT 1", account)


def holding_up(read: Reader, account: str) -> list[Delivery]:
    """Return the deliveries for which an account waits for the PM."""
    sql = (
        f'SELECT {_COLUMNS} FROM delivery d JOIN "update" u ON u.id = d.update_id '
        "WHERE d.phase = 'deferred' AND d.next_at IS NULL AND u.status = 'approved' AND d.account = ?"
    )
    return [found for row in read.rows(sql, account) if (found := _delivery(row))]


def waiting_accounts(read: Reader) -> set[str]:
    """Return the names of the mail accounts for which something waits to be sent, or is under way."""
    phases = "'approved', 'deferred', 'claimed', 'data started'"
    rows = read.rows(f"SELECT DISTINCT account FROM delivery WHERE phase IN ({phases})")
    return {str(row[0]) for row in rows}


def in_flight(read: Reader, account: str) -> list[Delivery]:
    """Return what an account has claimed and has no outcome."""
    sql = f"SELECT {_COLUMNS} FROM delivery d WHERE d.account = ? AND d.phase IN ('claimed', 'data started')"
    rows = read.rows(sql, account)
    return [found for row in rows if (found := _delivery(row))]


def uncertain(read: Reader, account: str) -> list[Delivery]:
    """Return the deliveries of an account that may have arrived and are not settled."""
    sql = (
        f'SELECT {_COLUMNS} FROM delivery d JOIN "update" u ON u.id = d.update_id '
        "WHERE d.phase = 'uncertain' AND u.status = 'approved' AND d.account = ? ORDER BY d.update_id"
    )
    return [found for row in read.rows(sql, account) if (found := _delivery(row))]


def count_unsure(read: Reader) -> int:
    """Return how many deliveries may have arrived and are not settled."""
    sql = 'SELECT count(*) FROM delivery d JOIN "update" u ON u.id = d.update_id '
    return int(read.value(f"{sql}WHERE d.phase = 'uncertain' AND u.status = 'approved'"))


def settle_uncertain(tx: Writer, update_id: int, ended: Attempt) -> bool:
    """Give an uncertain delivery the end that was found for it; return False if it is settled, or the PM's alone."""
    # One that was put in doubt again since its last try tells why in place of that try's answer: it is only accepted.
    moved = tx.run(
        "UPDATE delivery SET phase = ?1, code = NULL, answer = ?2, next_at = NULL, updated_at = ?3 "
        "WHERE update_id = ?4 AND phase = 'uncertain' AND (?1 = 'accepted' OR answer IS "
        "(SELECT a.answer FROM delivery_attempt a WHERE a.update_id = ?4 ORDER BY a.id DESC LIMIT 1)) "
        "AND EXISTS (SELECT 1 FROM \"update\" u WHERE u.id = ?4 AND u.status = 'approved')",
        ended.phase,
        ended.answer,
        tx.now,
        update_id,
    )
    if moved:
        _keep(tx, update_id, ended)
    return bool(moved)


def claim(tx: Writer, delivery: Delivery, generation: int) -> bool:
    """Claim a delivery; return False if somebody moved it, its approval was taken back, or all mail is held."""
    return bool(
        tx.run(
            "UPDATE delivery SET phase = 'claimed', attempts = attempts + 1, generation = ?, updated_at = ? "
            "WHERE update_id = ? AND phase = ? AND attempts = ? AND sha256 = ? "
            "AND EXISTS (SELECT 1 FROM \"update\" u WHERE u.id = update_id AND u.status = 'approved') "
            f"AND NOT {_ALL_HELD}",
            generation,
            tx.now,
            delivery.frozen.update_id,
            delivery.phase,
            delivery.attempts,
            delivery.frozen.sha256,
        )
    )


def advance(tx: Writer, update_id: int, before: str, after: str, *, generation: int | None = None) -> bool:
    """Move a delivery from one phase to another; return False if it is elsewhere, or another sender's by now."""
    return bool(
        tx.run(
            "UPDATE delivery SET phase = ?3, updated_at = ?5 WHERE update_id = ?1 AND phase = ?2 "
            "AND (?4 IS NULL OR generation = ?4)",
            update_id,
            before,
            after,
            generation,
            tx.now,
        )
    )


def conclude(tx: Writer, delivery: Delivery, ended: Attempt, *, next_at: str | None, generation: int) -> bool:
    """Write an attempt's outcome and the attempt itself; return False, with the attempt kept, if it was fenced off."""
    update_id = delivery.frozen.update_id
    _keep(tx, update_id, ended)
    return bool(
        tx.run(
            "UPDATE delivery SET phase = ?, code = ?, answer = ?, next_at = ?, updated_at = ? "
            "WHERE update_id = ? AND phase IN ('claimed', 'data started') AND generation = ?",
            ended.phase,
            ended.code,
            ended.answer,
            next_at,
            tx.now,
            update_id,
            generation,
        )
    )


def settle_left(tx: Writer, left: Delivery, phase: str, ended: Attempt) -> None:
    """Move what an interrupted sender left in flight, and keep its attempt."""
    _keep(tx, left.frozen.update_id, ended)
    tx.run(
        "UPDATE delivery SET phase = ?, code = NULL, answer = ?, updated_at = ? WHERE update_id = ? AND phase = ?",
        phase,
        ended.answer,
        tx.now,
        left.frozen.update_id,
        left.phase,
    )


def leave_unsure(tx: Writer, words: str) -> None:
    """Make every approved delivery that has no end uncertain, keeping that as an attempt."""
    unfinished = (
        "phase IN ('approved', 'deferred', 'claimed', 'data started') "
        "AND EXISTS (SELECT 1 FROM \"update\" u WHERE u.id = update_id AND u.status = 'approved')"
    )
    tx.run(
        "INSERT INTO delivery_attempt(update_id, attempt, phase, code, answer, at) "
        f"SELECT update_id, attempts, 'uncertain', NULL, ?, ? FROM delivery WHERE {unfinished}",
        words,
        tx.now,
    )
    sql = "UPDATE delivery SET phase = 'uncertain', code = NULL, answer = ?, next_at = NULL, updated_at = ? WHERE "
    tx.run(sql + unfinished, words, tx.now)


def left_since(read: Reader, since: str, *, account: str | None = None, person_id: int | None = None) -> list[str]:
    """Return when mails left, or may have, since an instant (UTC ISO text): of an account, or to a person."""
    rows = read.rows(
        'SELECT a.at FROM delivery_attempt a JOIN delivery d ON d.update_id = a.update_id JOIN "update" u '
        f"ON u.id = a.update_id WHERE a.at > ?1 AND (a.phase = 'accepted' OR ({_UNSURE})) "
        "AND (?2 IS NULL OR d.account = ?2) AND (?3 IS NULL OR u.person_id = ?3) ORDER BY a.at",
        since,
        account,
        person_id,
    )
    return [str(row[0]) for row in rows]


def _keep(tx: Writer, update_id: int, ended: Attempt) -> None:
    tx.run(
        "INSERT INTO delivery_attempt(update_id, attempt, phase, code, answer, at) VALUES (?,?,?,?,?,?)",
        update_id,
        *ended,
    )


def put_off(tx: Writer, update_id: int, next_at: str | None) -> None:
    """Set when an approved or deferred delivery may go, without another attempt being counted."""
    tx.run(
        "UPDATE delivery SET next_at = ?, updated_at = ? WHERE update_id = ? AND phase IN ('approved', 'deferred')",
        next_at,
        tx.now,
        update_id,
    )


def phase_of(read: Reader, update_id: int) -> str | None:
    """Return how far the delivery of an update is that was approved; None for one that was not, or has none."""
    sql = """SELECT d.phase FROM delivery d JOIN "update" u ON u.id = d.update_id
        WHERE u.id = ? AND u.status IN ('approved', 'settled')"""
    return read.value(sql, update_id)


def may_have_left(read: Reader, update_id: int) -> bool:
    """Return whether any try at an update ended without its outcome being known."""
    sql = f"SELECT 1 FROM delivery_attempt a WHERE a.update_id = ? AND {_UNSURE} LIMIT 1"
    return read.value(sql, update_id) is not None


def doubt(tx: Writer, update_id: int, words: str) -> None:
    """Make a delivery uncertain again that may have left before, and waits to be sent once more."""
    tx.run(
        "UPDATE delivery SET phase = 'uncertain', code = NULL, answer = ?, next_at = NULL, updated_at = ? "
        "WHERE update_id = ? AND phase IN ('approved', 'deferred')",
        words,
        tx.now,
        update_id,
    )


def supersede(tx: Writer, update_id: int) -> bool:
    """Let a newer update take the place of one that waits; return False if it is under way, or may have left."""
    return bool(
        tx.run(
            "UPDATE delivery SET phase = 'superseded', next_at = NULL, updated_at = ? "
            "WHERE update_id = ? AND phase IN ('approved', 'deferred') AND NOT EXISTS "
            f"(SELECT 1 FROM delivery_attempt a WHERE a.update_id = delivery.update_id AND {_UNSURE})",
            tx.now,
            update_id,
        )
    )


def resume(tx: Writer, account: str) -> int:
    """Let everything of a paused account be tried again now; return how many that are."""
    return tx.run(
        "UPDATE delivery SET next_at = ?1, updated_at = ?1 WHERE account = ?2 AND phase = 'deferred' "
        "AND next_at IS NULL",
        tx.now,
        account,
    )


def attempts(read: Reader, update_id: int) -> list[Attempt]:
    """Return every try at an update, oldest first."""
    sql = "SELECT attempt, phase, code, answer, at FROM delivery_attempt WHERE update_id = ? ORDER BY id"
    return [Attempt(*row) for row in read.rows(sql, update_id)]


def _delivery(row: SqlRow | None) -> Delivery | None:
    return None if row is None else Delivery(Frozen(*row[:6]), *row[6:])
