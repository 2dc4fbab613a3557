"""Forecasts for one task: at which chance, from which cases, and what follows for its wiggle room and its start.

Only the cases that can count are read, and working days of those practices alone that are among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from followthru.domain.changes import Row, Scalar
from followthru.domain.forecast import CLIENT, INTERNAL, STATUTORY, Forecast, History, Reference, forecast
from followthru.domain.task import Audience
from followthru.domain.workdays import WorkCalendar
from followthru.store import cases, entities, practices
from followthru.store.store import Reader


def chance_for(audience: object, practice: object) -> Fraction:
    """Return how sure a promise should be: to a client, or among ourselves where nobody else may see it."""
    return INTERNAL if practice is None or audience == Audience.ME else CLIENT


class Calendars(Mapping[str, WorkCalendar]):
    """The working days of each practice by slug, each read when it is first asked for."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._ids = entities.slugs(read)
        self._found: dict[str, WorkCalendar] = {}

    def __getitem__(self, slug: str) -> WorkCalendar:
        if slug not in self._found:
            self._found[slug] = practices.work_calendar(self._read, self._ids[slug])
        return self._found[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def foretold(read: Reader, slug: str | None, kind: str | None, on: date, p: Fraction) -> Forecast | Reference:
    """Return the forecast for something told on a day, or the reference that is too short for one."""
    return forecast(History(cases.like(read, slug, kind), Calendars(read)), slug, kind, on, p)


class Model:
    """What history supports on the day of a telling: computed once for each sort of work, practice and day.

    It is kept beside the date that was told, so that it can be seen later which of the two was right.
    """

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._exist: bool | None = None
        self._slugs: dict[int, str] = {}
        self._found: dict[tuple[str | None, str | None, date, Fraction], Forecast | Reference] = {}

    def fields(self, task: Row, told_on: date) -> dict[str, Scalar]:
        """Return the date and its chance in per cent as fields of a telling; none where there is no honest date."""
        if self._exist is None:
            self._exist = cases.exist(self._read)
        if not self._exist:
            return {}
        practice_id, kind = task["practice_id"], task.get("kind")
        slug = None if practice_id is None else self._slug(int(practice_id))
        p = chance_for(task.get("audience"), slug)
        key = (slug, None if kind is None else str(kind), told_on, p)
        if key not in self._found:
            self._found[key] = foretold(self._read, *key)
        found = self._found[key]
        if not isinstance(found, Forecast):
            return {}
        return {"forecast_on": found.promised_on.isoformat(), "forecast_chance": int(100 * p)}

    def _slug(self, practice_id: int) -> str:
        if practice_id not in self._slugs:
            self._slugs[practice_id] = practices.practice(self._read, practice_id).slug
        return self._slugs[practice_id]


def learnt_room(found: Forecast | Reference) -> int | None:
    """Return the working days between the median and the date, None where there is no honest date."""
    return found.days - found.half if isinstance(found, Forecast) else None


def start_by(
    read: Reader,
    slug: str | None,
    kind: str | None,
    deadline_on: date,
    lead: int | None,
    calendar: WorkCalendar,
    on: date,
) -> date | None:
    """Return the last day to begin in good time for a deadline: its lead in working days before it, else the forecast.

    None where neither is known. `on` is today: what is not known yet does not count.
    """
    days = lead
    if days is None and cases.exist(read):
        found = foretold(read, slug, kind, on, STATUTORY)
        days = found.days if isinstance(found, Forecast) else None
    return None if days is None else calendar.latest_working_day_leaving(deadline_on, days)
