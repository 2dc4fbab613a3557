"""Read the hours log: entries, and totals for each practice."""

from __future__ import annotations

from datetime import date

from followthru.domain.worked import Entry, Total
from followthru.store.store import Reader, SqlRow

_SELECT = (
    "SELECT h.id, h.practice_id, p.slug, h.task_id, (SELECT title FROM task t WHERE t.id = h.task_id), h.worked_on, "
    "h.minutes, h.note FROM hours_entry h JOIN practice p ON p.id = h.practice_id"
)


def entries(read: Reader, first: date, last: date, practice_id: int | None = None) -> list[Entry]:
    """Return what was worked from one day to another, by day and id."""
    sql = (
        f"{_SELECT} WHERE h.worked_on BETWEEN ?1 AND ?2 AND (?3 IS NULL OR h.practice_id = ?3) "
        "ORDER BY h.worked_on, h.id"
    )
    return [_entry(row) for row in read.rows(sql, first.isoformat(), last.isoformat(), practice_id)]


def one(read: Reader, entry_id: int) -> Entry | None:
    """Return one entry, None when it does not exist."""
    row = read.row(f"{_SELECT} WHERE h.id = ?", entry_id)
    return None if row is None else _entry(row)


def totals(read: Reader, first: date, last: date, practice_id: int | None = None) -> list[Total]:
    """Return each practice's minutes from one day to another, by slug: those that worked any or have a retainer.

    `retainer` is what is agreed on for a month, whatever the days.
    """
    sql = (
        "SELECT p.slug, coalesce(sum(h.minutes), 0), p.retainer_minutes, count(h.id) FROM practice p "
        "LEFT JOIN hours_entry h ON h.practice_id = p.id AND h.worked_on BETWEEN ?1 AND ?2 "
        "WHERE (?3 IS NULL OR p.id = ?3) GROUP BY p.id "
        "HAVING count(h.id) > 0 OR p.retainer_minutes IS NOT NULL OR ?3 IS NOT NULL ORDER BY p.slug"
    )
    return [Total(*row) for row in read.rows(sql, first.isoformat(), last.isoformat(), practice_id)]


def _entry(row: SqlRow) -> Entry:
    id, practice_id, practice, task_id, task, on, minutes, note = row
    return Entry(id, practice_id, practice, task_id, task, date.fromisoformat(on), minutes, note)
