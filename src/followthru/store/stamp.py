"""Whether anything that lists show has changed, told without reading the lists."""

from __future__ import annotations

from followthru.store.store import Reader

Stamp = tuple[object, ...]

_PARTS = (
    "SELECT max(id) FROM action",
    "SELECT count(*), max(updated_at), total(attempts) FROM delivery",
    "SELECT count(*), max(updated_at) FROM link",
    "SELECT group_concat(said, char(10)) FROM (SELECT calendar || ' ' || coalesce(last_error, '') || ' ' "
    "|| coalesce(backoff_until, '') || ' ' || coalesce(title, '') AS said FROM calendar_state ORDER BY 1)",
    "SELECT group_concat(first_year || last_year) FROM holiday_days",
)


def stamp(read: Reader) -> Stamp:
    """Return what differs after every action, and every change of a delivery, a link or a calendar's fault.

    Heartbeats leave it as it is, so that a screen need not read everything anew for each of them.
    """
    return tuple(value for sql in _PARTS for value in read.row(sql) or ())


def done_part(of: Stamp) -> object:
    """Return the part of a stamp that differs after every action, or once other holidays are known, and else never."""
    return of[:1], of[-1:]
