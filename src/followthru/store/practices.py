"""Read practices, people, roles and the working days of each practice."""

from __future__ import annotations

from datetime import date

from followthru.domain.people import Channel, Member, Practice, PracticeStatus, RoleName
from followthru.domain.seasons import Season, with_seasons
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar, parse_half_weekdays, parse_weekdays
from followthru.store.days import day_of
from followthru.store.store import Reader, SqlRow, Writer

_PRACTICE = (
    "id, slug, name, timezone, weekdays, holidays, buffer_policy, status, roll, capacity_minutes, "
    "retainer_minutes, report_hours"
)
_MEMBER = (
    "person_id, role_id, practice_id, practice, handle, name, address, email, channel, timezone, role, cadence, "
    "review, paused_on, paused_until"
)


def all_practices(read: Reader) -> list[Practice]:
    """Return every practice by slug."""
    return [_practice(row) for row in read.rows(f"SELECT {_PRACTICE} FROM practice ORDER BY slug")]


def practice(read: Reader, practice_id: int) -> Practice:
    """Return a practice by id. Raises KeyError."""
    row = read.row(f"SELECT {_PRACTICE} FROM practice WHERE id = ?", practice_id)
    if row is None:
        raise KeyError(practice_id)
    return _practice(row)


def _practice(row: SqlRow) -> Practice:
    *head, status, roll, capacity, retainer, report_hours = row
    return Practice(
        *head,
        status=PracticeStatus(status),
        roll=roll,
        capacity_minutes=capacity,
        retainer_minutes=retainer,
        report_hours=bool(report_hours),
    )


def members(read: Reader, practice_id: int) -> list[Member]:
    """Return the people of one practice by handle."""
    return [
        _member(row)
        for row in read.rows(f"SELECT {_MEMBER} FROM member_row WHERE practice_id = ? ORDER BY handle", practice_id)
    ]


def everybody(read: Reader) -> list[Member]:
    """Return every person once for each of their roles, by practice and handle."""
    return [_member(row) for row in read.rows(f"SELECT {_MEMBER} FROM member_row ORDER BY practice, handle")]


def _member(row: SqlRow) -> Member:
    *head, channel, timezone, role, cadence, review, paused_on, paused_until = row
    return Member(
        *head,
        channel=Channel(channel),
        timezone=timezone,
        role=RoleName(role),
        cadence=cadence,
        review=bool(review),
        paused_on=day_of(paused_on),
        paused_until=day_of(paused_until),
    )


def closures(read: Reader, practice_id: int, *, half: bool = False) -> list[date]:
    """Return the days on which a practice is closed by hand, or for half of the day."""
    sql = "SELECT closed_on FROM closure WHERE practice_id = ? AND coalesce(half, 0) = ? ORDER BY closed_on"
    return [date.fromisoformat(row[0]) for row in read.rows(sql, practice_id, int(half))]


def closure_id(read: Reader, practice_id: int, day: str) -> int:
    """Return the id of a practice's closure on a day (ISO), 0 where there is none."""
    return int(read.value("SELECT id FROM closure WHERE practice_id = ? AND closed_on = ?", practice_id, day) or 0)


def seasons(read: Reader, practice_id: int) -> list[Season]:
    """Return a practice's seasons by their first day."""
    sql = "SELECT id, first_on, last_on, weekdays, yearly FROM season WHERE practice_id = ? ORDER BY first_on, id"
    return [
        Season(id, date.fromisoformat(first), date.fromisoformat(last), weekdays, bool(yearly))
        for id, first, last, weekdays, yearly in read.rows(sql, practice_id)
    ]


def work_calendar(read: Reader, practice_id: int | None) -> WorkCalendar:
    """Return a practice's working days; Monday to Friday without holidays for a task in no practice."""
    if practice_id is None:
        return MONDAY_TO_FRIDAY
    row = read.row(
        "SELECT p.weekdays, d.days FROM practice p LEFT JOIN holiday_days d ON d.code = p.holidays WHERE p.id = ?",
        practice_id,
    )
    if row is None:
        return MONDAY_TO_FRIDAY
    weekdays, holidays = row
    off = {date.fromisoformat(day) for day in (holidays or "").split()}
    off.update(closures(read, practice_id))
    half = frozenset(closures(read, practice_id, half=True))
    usual = WorkCalendar(parse_weekdays(weekdays), frozenset(off), parse_half_weekdays(weekdays), half)
    return with_seasons(usual, seasons(read, practice_id))


def holidays(read: Reader, code: str) -> frozenset[date]:
    """Return the stored public holidays of a code."""
    return frozenset(
        date.fromisoformat(day)
        for (days,) in read.rows("SELECT days FROM holiday_days WHERE code = ?", code)
        for day in days.split()
    )


def holiday_years(read: Reader, code: str) -> tuple[int, int] | None:
    """Return the first and last year of which a code's holidays are stored, None when none are."""
    row = read.row("SELECT first_year, last_year FROM holiday_days WHERE code = ?", code)
    return None if row is None else (int(row[0]), int(row[1]))


def store_holidays(tx: Writer, code: str, first_year: int, last_year: int, days: tuple[date, ...]) -> None:
    """Store a code's holidays for a span of years, in place of those it had."""
    tx.run(
        "INSERT INTO holiday_days(code, first_year, last_year, days) VALUES (?,?,?,?) "
        "ON CONFLICT(code) DO UPDATE SET first_year = excluded.first_year, last_year = excluded.last_year, "
        "days = excluded.days",
        code,
        first_year,
        last_year,
        " ".join(day.isoformat() for day in days),
    )
