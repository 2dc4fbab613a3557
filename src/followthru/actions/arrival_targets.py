"""Targets and holidays of what arrives: a line by hand gets the target that its practice's policy gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions import holidays
from followthru.actions.arrival_fill import Values
from followthru.actions.arrival_rules import Arriving
from followthru.actions.context import Context
from followthru.actions.targets import basis_for
from followthru.domain.buffers import NO_BASIS, NO_BUFFER, Policy, parse_policy, target_for
from followthru.domain.seasons import Season, with_seasons
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar, parse_half_weekdays, parse_weekdays
from followthru.store import practices
from followthru.store.store import Writer

Rows = Mapping[str, Sequence[Arriving]]


class _Terms(NamedTuple):
    policy: Policy
    calendar: WorkCalendar
    site: tuple[str, str] | None = None


def settle(ctx: Context, tx: Writer, rows: Rows) -> None:
    """Store the holidays that the dates need, and give every promise without a target the one it follows from."""
    _cover(ctx, tx, rows)
    terms = _all_terms(tx, rows)
    for row in rows["task"]:
        values, practice_id = row.values, row.values.get("practice_id")
        there = terms[None if practice_id is None else int(practice_id)]
        if values.get("promised_on") is not None and values.get("target_on") is None:
            _target(tx, values, there)
        if values.get("lead_days") is not None and values.get("start_by_on") is None:
            _start_by(values, there.calendar)


def _target(tx: Writer, values: Values, terms: _Terms) -> None:
    days = values.get("buffer_set_days")
    promised = date.fromisoformat(str(values["promised_on"]))
    basis = NO_BASIS if terms.site is None else basis_for(tx, terms.site, values, terms.policy.way)
    target = target_for(promised, None if days is None else int(days), terms.policy, terms.calendar, basis)
    values["target_on"], values["target_source"] = target.target_on.isoformat(), str(target.source)


def _start_by(values: Values, calendar: WorkCalendar) -> None:
    deadline, lead = values.get("deadline_on"), values.get("lead_days")
    if deadline is not None:
        start = calendar.latest_working_day_leaving(date.fromisoformat(str(deadline)), int(lead or 0))
        values["start_by_on"] = start.isoformat()


def _codes(tx: Writer, rows: Rows) -> dict[int, str]:
    """Return the holiday code of each practice that has one."""
    codes = {one.id: one.holidays for one in practices.all_practices(tx)}
    codes |= {row.id: _text(row.values.get("holidays")) for row in rows["practice"]}
    return {id: code for id, code in codes.items() if code}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _cover(ctx: Context, tx: Writer, rows: Rows) -> None:
    """Store holidays of every code for the years around today and those of the promises that arrive."""
    codes = _codes(tx, rows)
    first, last = holidays.around(ctx.today())
    span = {code: [first, last] for code in codes.values()}
    for row in rows["task"]:
        promised, practice_id = row.values.get("promised_on"), row.values.get("practice_id")
        if promised is None or practice_id is None or int(practice_id) not in codes:
            continue
        year, years = int(str(promised)[:4]), span[codes[int(practice_id)]]
        years[0], years[1] = min(years[0], year - 1), max(years[1], year)
    for code, (from_, to) in span.items():
        holidays.cover(tx, code, from_, to)


class _Closed:
    """The closure days and seasons that arrive, by the id of their practice."""

    def __init__(self, rows: Rows) -> None:
        self._days: dict[tuple[int, bool], set[date]] = {}
        self._seasons: dict[int, list[Season]] = {}
        for row in rows["closure"]:
            key = (int(row.values["practice_id"] or 0), bool(row.values.get("half")))
            self._days.setdefault(key, set()).add(date.fromisoformat(str(row.values["closed_on"])))
        for row in rows["season"]:
            first, last = (date.fromisoformat(str(row.values[name])) for name in ("first_on", "last_on"))
            season = Season(row.id, first, last, _text(row.values.get("weekdays")), bool(row.values.get("yearly")))
            self._seasons.setdefault(int(row.values["practice_id"] or 0), []).append(season)

    def of(self, practice_id: int, calendar: WorkCalendar) -> WorkCalendar:
        """Return a practice's calendar with what arrives for it."""
        off, half = (self._days.get((practice_id, halved), ()) for halved in (False, True))
        return with_seasons(calendar.closed_on(off, half), self._seasons.get(practice_id, ()))


def _all_terms(tx: Writer, rows: Rows) -> dict[int | None, _Terms]:
    """Return policy and working days of every practice, those that arrive among them."""
    closed = _Closed(rows)
    terms: dict[int | None, _Terms] = {None: _Terms(NO_BUFFER, MONDAY_TO_FRIDAY)}
    for one in practices.all_practices(tx):
        calendar = practices.work_calendar(tx, one.id)
        calendar = closed.of(one.id, calendar)
        terms[one.id] = _Terms(parse_policy(one.buffer_policy), calendar, (one.slug, one.timezone))
    for row in rows["practice"]:
        code = _text(row.values.get("holidays"))
        off = practices.holidays(tx, code) if code else frozenset[date]()
        week = str(row.values["weekdays"])
        calendar = WorkCalendar(parse_weekdays(week), off, parse_half_weekdays(week))
        calendar = closed.of(row.id, calendar)
        site = (str(row.values["slug"]), str(row.values["timezone"]))
        terms[row.id] = _Terms(parse_policy(str(row.values["buffer_policy"])), calendar, site)
    return terms
