"""Machine state: how each job of the daemon does. Its one writer is the daemon."""

from __future__ import annotations

from typing import NamedTuple

from followthru.store.store import Reader, Store


class Heartbeat(NamedTuple):
    """One job's state: UTC ISO texts, and the words of its last fault, None after a good run.

    While it fails: how many runs in a row did, since when, and when it is tried again. `mark` stands where that hour
    is kept by the next daemon too, and tells the configuration with which it failed.
    """

    name: str
    beat_at: str
    good_at: str | None
    fault: str | None
    failures: int = 0
    failing_since: str | None = None
    next_at: str | None = None
    mark: str | None = None


_COLUMNS = ", ".join(Heartbeat._fields)


def beat(
    store: Store,
    name: str,
    *,
    fault: str | None = None,
    failures: int = 0,
    next_at: str | None = None,
    mark: str | None = None,
) -> None:
    """Record that a job ran: well, or with a fault."""
    with store.writing() as tx:
        tx.run(
            f"INSERT INTO heartbeat({_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(name) DO UPDATE "
            "SET beat_at = ?2, good_at = coalesce(?3, good_at), fault = ?4, failures = ?5, "
            "failing_since = CASE WHEN ?4 IS NULL THEN NULL ELSE coalesce(failing_since, ?6) END, "
            "next_at = ?7, mark = ?8",
            name,
            tx.now,
            None if fault else tx.now,
            fault,
            failures,
            tx.now if fault else None,
            next_at,
            mark,
        )


def forget(store: Store, names: set[str]) -> None:
    """Remove the heartbeats of jobs that are no longer configured."""
    with store.writing() as tx:
        for name in sorted(names):
            tx.run("DELETE FROM heartbeat WHERE name = ?", name)


def all_heartbeats(read: Reader) -> list[Heartbeat]:
    """Return every heartbeat by name."""
    return [Heartbeat(*row) for row in read.rows(f"SELECT {_COLUMNS} FROM heartbeat ORDER BY name")]
