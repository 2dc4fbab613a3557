"""Whether anything that lists show has changed, told without reading the lists."""

from __future__ import annotations

from enum import IntEnum

from followthru.store.store import Reader

Stamp = tuple[object, ...]


class Shows(IntEnum):
    """What a list shows besides tasks; each shows what those before it show as well."""

    TASKS = 1
    QUESTIONS = 2
    """Updates on their way, what came back by mail, and what calendars ask."""
    CALENDARS = 3
    """How every object on a calendar stands, as each request of a sync changes it, and what a job fails at."""


_ASKING = "state IN ('asked', 'unlinked', 'quarantined')"
_PARTS: dict[Shows, tuple[str, ...]] = {
    Shows.TASKS: (
        "SELECT id, at FROM action ORDER BY id DESC LIMIT 1",
        "SELECT group_concat(first_year || last_year) FROM holiday_days",
    ),
    Shows.QUESTIONS: (
        "SELECT count(*), max(updated_at), total(attempts) FROM delivery",
        "SELECT max(id), count(seen_at), max(seen_at) FROM incoming",
        # Of one that is missed on its calendar it is said on which other calendar it was found.
        "SELECT total(asks), total(iif(asks, id, 0)), max(iif(asks, updated_at, '')), "
        "iif(max(state = 'unlinked'), count(*) || ' ' || max(updated_at), '') "
        f"FROM (SELECT id, state, updated_at, {_ASKING} AS asks FROM link)",
        "SELECT group_concat(said, char(10)) FROM (SELECT calendar || ' ' || coalesce(last_error, '') || ' ' "
        "|| coalesce(backoff_until, '') || ' ' || coalesce(title, '') AS said FROM calendar_state ORDER BY 1)",
    ),
    Shows.CALENDARS: (
        "SELECT count(*), max(updated_at) FROM link",
        "SELECT group_concat(kind || ' ' || reason, char(10)) FROM other_item",
        "SELECT group_concat(name || ' ' || iif(fault IS NULL, '', beat_at), char(10)) FROM heartbeat",
        "SELECT value FROM meta WHERE name = 'mail: held'",
    ),
}


def stamp(read: Reader, shows: Shows) -> Stamp:
    """Return what differs after every action and whatever else changes what such lists show.

    Heartbeats of jobs that do well leave it as it is, and so does what a sync notes of the objects that it sends,
    except for lists that show just that: a screen need not read everything anew for each of them.
    """
    wanted = (sql for part, every in _PARTS.items() if part <= shows for sql in every)
    return (read.file(), *(read.row(sql) for sql in wanted))
