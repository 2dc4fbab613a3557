"""Read who is away when."""

from __future__ import annotations

from datetime import date

from followthru.domain.absences import MY_LEAVE, Absence
from followthru.store.store import Reader

_SQL = (
    f"SELECT a.id, coalesce(p.handle, '{MY_LEAVE}'), coalesce(p.name, ''), a.first_on, a.last_on, c.handle, c.name "
    "FROM absence a LEFT JOIN person p ON p.id = a.person_id LEFT JOIN person c ON c.id = a.cover_id "
    "WHERE a.last_on >= ? ORDER BY a.first_on, a.id"
)


def absences(read: Reader, from_: date = date.min) -> list[Absence]:
    """Return absences that do not end before a day, the PM's own leave among them, by their first day."""
    return [
        Absence(id, handle, name, date.fromisoformat(first), date.fromisoformat(last), cover, cover_name)
        for id, handle, name, first, last, cover, cover_name in read.rows(_SQL, from_.isoformat())
    ]


def ids_within(read: Reader, person_id: int | None, first: date, last: date) -> list[int]:
    """Return the ids of a person's absences, or of the PM's own leave, that fall on any of these days."""
    sql = "SELECT id FROM absence WHERE person_id IS ? AND first_on <= ? AND last_on >= ? ORDER BY id"
    return [int(id) for (id,) in read.rows(sql, person_id, last.isoformat(), first.isoformat())]
