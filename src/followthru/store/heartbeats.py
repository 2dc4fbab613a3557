"""Machine state: when each job of the daemon last ran and last ended well. Its one writer is the daemon."""

from __future__ import annotations

from typing import NamedTuple

from followthru.store.store import Reader, Store


class Heartbeat(NamedTuple):
    """One job's state: UTC ISO texts, and the words of its last fault, None after a good run."""

    name: str
    beat_at: str
    good_at: str | None
    fault: str | None


def beat(store: Store, name: str, *, fault: str | None = None) -> None:
    """Record that a job ran: well, or with a fault."""
    with store.writing() as tx:
        tx.run(
            "INSERT INTO heartbeat(name, beat_at, good_at, fault) VALUES (?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET "
            "beat_at = excluded.beat_at, good_at = coalesce(excluded.good_at, good_at), fault = excluded.fault",
            name,
            tx.now,
            None if fault else tx.now,
            fault,
        )


def forget(store: Store, names: set[str]) -> None:
    """Remove the heartbeats of jobs that are no longer configured."""
    with store.writing() as tx:
        for name in sorted(names):
            tx.run("DELETE FROM heartbeat WHERE name = ?", name)


def all_heartbeats(read: Reader) -> list[Heartbeat]:
    """Return every heartbeat by name."""
    return [Heartbeat(*row) for row in read.rows("SELECT name, beat_at, good_at, fault FROM heartbeat ORDER BY name")]
