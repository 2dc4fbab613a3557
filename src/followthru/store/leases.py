"""Machine state: which process sends for a mail account. Its one writer is who takes an account over."""

from __future__ import annotations

from followthru.store.store import Reader, Writer


def take_over(tx: Writer, account: str, holder: str) -> int:
    """Make `holder` the sender of an account and return its generation; an earlier one is fenced off.

    That no two send at once is the daemon's kernel lock's to hold; a lease never waits for a dead process. A
    generation is given once, whatever accounts are called.
    """
    found = tx.row("SELECT holder, generation FROM lease WHERE name = ?", _lease(account))
    if found is not None and found[0] == holder:
        return int(found[1])
    generation = int(tx.value("SELECT coalesce(max(generation), 0) + 1 FROM lease"))
    tx.run(
        "INSERT INTO lease(name, holder, generation, expires_at) VALUES (?,?,?,?) ON CONFLICT(name) DO UPDATE SET "
        "holder = excluded.holder, generation = excluded.generation, expires_at = excluded.expires_at",
        _lease(account),
        holder,
        generation,
        tx.now,
    )
    return generation


def is_fenced(read: Reader, account: str, generation: int) -> bool:
    """Return whether another sender has taken an account over since this generation was given."""
    return read.value("SELECT generation FROM lease WHERE name = ?", _lease(account)) != generation


def _lease(account: str) -> str:
    return f"outbox {account}"


def forget(tx: Writer) -> None:
    """Forget who sent when a backup was taken."""
    tx.run("DELETE FROM lease")
