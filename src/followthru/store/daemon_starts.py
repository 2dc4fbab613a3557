"""Machine state: the daemons that served this store, one after the other. Its one writer is the daemon.

Each has a generation of its own: what a daemon of an earlier one does is too late.
"""

from __future__ import annotations

from typing import NamedTuple

from followthru.store.store import Reader, Store

KEPT = 50


class DaemonStart(NamedTuple):
    """One daemon's life: who it was (process and its identity), UTC ISO texts, and how it ended, None if not said."""

    generation: int
    holder: str
    started_at: str
    ended_at: str | None
    how: str | None


_COLUMNS = ", ".join(DaemonStart._fields)


def begin(store: Store, holder: str) -> int:
    """Record that a daemon begins, and return its generation."""
    with store.writing() as tx:
        generation = int(tx.value("SELECT coalesce(max(generation), 0) + 1 FROM daemon_start"))
        sql = "INSERT INTO daemon_start(generation, holder, started_at) VALUES (?, ?, ?)"
        tx.run(sql, generation, holder, tx.now)
        tx.run("DELETE FROM daemon_start WHERE generation <= ?", generation - KEPT)
    return generation


def end(store: Store, generation: int, how: str) -> None:
    """Record how a daemon ended."""
    with store.writing() as tx:
        tx.run("UPDATE daemon_start SET ended_at = ?, how = ? WHERE generation = ?", tx.now, how, generation)


def latest(read: Reader, count: int = 1) -> list[DaemonStart]:
    """Return the last daemons, the newest first."""
    sql = f"SELECT {_COLUMNS} FROM daemon_start ORDER BY generation DESC LIMIT ?"
    return [DaemonStart(*row) for row in read.rows(sql, count)]
