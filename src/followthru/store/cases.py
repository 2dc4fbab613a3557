"""Read the promises of the past: for each task that was ever told, its first telling and its end.

What was brought in from a file counts as well. Its place lies before that of every task, so that of cases done on
the same day the one that was lived through here is the newer.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from followthru.domain.forecast import Case
from followthru.domain.overrides import ToldBoth
from followthru.store.store import Reader

_TOLD = (
    "SELECT p.slug, t.kind, g.first, CASE t.status WHEN 'done' THEN t.done_on END, t.id "
    "FROM (SELECT task_id, min(told_on) AS first FROM telling WHERE retracted = 0 GROUP BY task_id) g "
    "CROSS JOIN task t ON t.id = g.task_id LEFT JOIN practice p ON p.id = t.practice_id "
    "WHERE t.status <> 'dropped'"
)
BEFORE_ALL_TASKS = 1 << 40
_PAST = f"SELECT site, kind, told_on, done_on, id - {BEFORE_ALL_TASKS} FROM past_case"
# Dates repeat: reading each once makes ten thousand cases twice as quick.
_date = lru_cache(maxsize=8192)(date.fromisoformat)


def told(read: Reader) -> list[Case]:
    """Return a case for every task with a telling that was not taken back, and for all that was brought in.

    A dropped task is no case.
    """
    return _cases([*read.rows(_PAST), *read.rows(_TOLD)])


def like(read: Reader, practice: str | None, kind: str | None) -> list[Case]:
    """Return those of them that a forecast for a kind at a practice can rest on: of that kind, or at that practice."""
    past = read.rows(f"{_PAST} WHERE kind = ? OR site = ?", kind, practice)
    return _cases([*past, *read.rows(f"{_TOLD} AND (t.kind = ? OR p.slug = ?)", kind, practice)])


def exist(read: Reader) -> bool:
    """Whether there is anything to forecast from."""
    return bool(read.value("SELECT EXISTS (SELECT 1 FROM telling) OR EXISTS (SELECT 1 FROM past_case)"))


_BOTH = (
    "SELECT p.slug, t.kind, g.promised_on, g.forecast_on, "
    "CASE t.status WHEN 'done' THEN t.done_on END "
    "FROM (SELECT min(id) AS first FROM telling WHERE retracted = 0 GROUP BY task_id) f "
    "CROSS JOIN telling g ON g.id = f.first JOIN task t ON t.id = g.task_id "
    "LEFT JOIN practice p ON p.id = t.practice_id "
    "WHERE g.forecast_on IS NOT NULL AND t.status <> 'dropped' ORDER BY g.id"
)


def told_both(read: Reader) -> list[ToldBoth]:
    """Return the first telling of every task, where history supported a date on that day; a dropped task is none."""
    return [
        ToldBoth(practice, kind, _date(told), _date(model), None if done is None else _date(done))
        for practice, kind, told, model, done in read.rows(_BOTH)
    ]


def _cases(rows: list[tuple[str | None, str | None, str, str | None, int]]) -> list[Case]:
    return [
        Case(practice, kind, _date(first), None if done is None else _date(done), id)
        for practice, kind, first, done, id in rows
    ]
