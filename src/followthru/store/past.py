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


class Deadline(NamedTuple):
    """An open task whose deadline is begun in good time by what history says, and where that history would be."""

    task_id: int
    practice: str | None
    kind: str | None


def without_lead(read: Reader) -> list[Deadline]:
    """Return the open tasks with a deadline and no lead of their own."""
    sql = (
        "SELECT t.id, p.slug, t.kind FROM task t LEFT JOIN practice p ON p.id = t.practice_id "
        "WHERE t.status NOT IN ('done', 'dropped') AND t.deadline_on IS NOT NULL AND t.lead_days IS NULL"
    )
    return [Deadline(int(id), practice, kind) for id, practice, kind in read.rows(sql)]
