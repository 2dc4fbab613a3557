"""Paths as a person types them."""

from __future__ import annotations

from pathlib import Path

from followthru.errors import UsageError


def expanded(said: str | Path) -> Path:
    """Return a path with the home folder that it may begin with, as in `~/x`, written out; relative ones stay so.

    Raises UsageError if that is the home of a user who is not on this machine.
    """
    try:
        return Path(said).expanduser()
    except RuntimeError:
        raise UsageError(
            f"{str(said)!a} begins with the home of a user who is not on this machine.",
            safe="Nothing was changed.",
            remedy="Give the whole path.",
        ) from None
