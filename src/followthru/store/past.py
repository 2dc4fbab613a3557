"""Read the cases of the past that were brought in from files."""

from __future__ import annotations

from typing import NamedTuple

from followthru.store.store import Reader


class Key(NamedTuple):
    """All that is known of a case: where, what sort of work, told and done on which days (ISO)."""

    site: str | None
    kind: str | None
    told_on: str
    done_on: str


def known(read: Reader) -> dict[Key, tuple[int, ...]]:
    """Return the ids of the cases that were brought in, by what they say."""
    found: dict[Key, list[int]] = {}
    for id, *said in read.rows("SELECT id, site, kind, told_on, done_on FROM past_case ORDER BY id"):
        found.setdefault(Key(*said), []).append(int(id))
    return {key: tuple(ids) for key, ids in found.items()}


def count(read: Reader) -> int:
    """Return how many cases were brought in."""
    return int(read.value("SELECT count(*) FROM past_case"))
