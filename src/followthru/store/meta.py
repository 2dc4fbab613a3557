"""Read and write `meta`: single facts about the store under a name. Each name has one module that writes it."""

from __future__ import annotations

from followthru.store.store import Reader, Writer


def value(read: Reader, name: str) -> str | None:
    """Return what stands under a name, None for nothing."""
    return read.value("SELECT value FROM meta WHERE name = ?", name)


def note(tx: Writer, name: str, text: str) -> None:
    """Put a text under a name, in place of the one that stands there."""
    tx.run(
        "INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        name,
        text,
    )


def forget(tx: Writer, name: str) -> bool:
    """Take away what stands under a name; return whether there was something."""
    return bool(tx.run("DELETE FROM meta WHERE name = ?", name))
