"""Date words against a Wednesday: every form that the reference names, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.dateword import DateOrder, match_date, read_date, read_past, shift_days
from followthru.errors import Exit, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 12, 2)  # a Wednesday
DMY, MDY = DateOrder.DMY, DateOrder.MDY


def _on(text: str, order: DateOrder = DMY, today: date = TODAY) -> date:
    return read_date(text, today, order).on


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("today", "2026-12-02"),
        ("tomorrow", "2026-12-03"),
        ("TOMORROW", "2026-12-03"),
        ("fri", "2026-12-04"),
        ("Friday", "2026-12-04"),
        ("wed", "2026-12-09"),
        ("Wednesday", "2026-12-09"),
        ("tues", "2026-12-08"),
        ("thurs", "2026-12-03"),
        ("sun", "2026-12-06"),
        ("next fri", "2026-12-11"),
        ("next wed", "2026-12-09"),
        ("next mon", "2026-12-07"),
        ("next Sunday", "2026-12-13"),
        ("in 3 days", "2026-12-05"),
        ("in 1 day", "2026-12-03"),
        ("in 0 days", "2026-12-02"),
        ("in 2 weeks", "2026-12-16"),
        ("in a week", "2026-12-09"),
        ("eom", "2026-12-31"),
        ("end of month", "2026-12-31"),
        ("End of the month", "2026-12-31"),
        ("15 jan", "2027-01-15"),
        ("15 Jan.", "2027-01-15"),
        ("jan 15", "2027-01-15"),
        ("Jan. 15, 2028", "2028-01-15"),
        ("January 15th", "2027-01-15"),
        ("15 January 2027", "2027-01-15"),
        ("15th of january 2027", "2027-01-15"),
        ("1 sept", "2027-09-01"),
        ("the 15th", "2026-12-15"),
        ("1st", "2027-01-01"),
        ("2 dec", "2026-12-02"),
        ("1 dec", "2027-12-01"),
        ("29 feb", "2028-02-29"),
        ("15/1", "2027-01-15"),
        ("15/1/2028", "2028-01-15"),
        ("15/01/28", "2028-01-15"),
        ("2027-01-15", "2027-01-15"),
        ("2027-1-5", "2027-01-05"),
        ("2027/01/15", "2027-01-15"),
        ("fri 15 jan", "2027-01-15"),
        ("Friday, 15/1", "2027-01-15"),
        ("fri 2027-01-15", "2027-01-15"),
        ("  fri  ", "2026-12-04"),
    ],
)
def test_reads(text: str, on: str) -> None:
    found = read_date(text, TODAY, DMY)
    assert found.on.isoformat() == on
    assert found.at is None
    assert text[found.start : found.end] == text.strip()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("fri 3pm", time(15)),
        ("fri at 3pm", time(15)),
        ("fri, 3:30pm", time(15, 30)),
        ("fri 3 pm", time(15)),
        ("fri 3 p.m.", time(15)),
        ("fri 14:00", time(14)),
        ("fri 9:05", time(9, 5)),
        ("fri noon", time(12)),
        ("fri at noon", time(12)),
        ("fri 12am", time(0)),
        ("fri 12pm", time(12)),
        ("fri 00:00", time(0)),
        ("3pm fri", time(15)),
        ("noon on fri", time(12)),
        ("4 dec 2026 14:00", time(14)),
        ("fri 23:59", time(23, 59)),
        ("fri 1am", time(1)),
        ("fri 11:59pm", time(23, 59)),
    ],
)
def test_reads_a_clock_time(text: str, at: time) -> None:
    found = read_date(text, TODAY, DMY)
    assert (found.on, found.at) == (date(2026, 12, 4), at)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "soon", "card", "march", "15", "fri 15", "fri soon", "next", "next week", "in days", "in 2 months",
        "in three days", "in 1234567890 days", "15 jan 27", "015 jan", "15/1/2", "15/1/202", "1/2/3/4", "24-7", "15/1/",
        "015/1", "15/2027", "2027-01", "2027-001-15", "١٥ jan", "3pm", "noon", "fri midnight", "fri at 10", "fri 3pmm",
        "fri 3:5pm", "fri 014:00", "fri x:30", "fri 3:xx", "end of", "jan 2027", "end of march", "12027-01-15",
        "+7d", "yesterday", "in 2 working days",
    ],
)  # fmt: skip
def test_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(UsageError, match="is not a date") as refused:
        read_date(text, TODAY, DMY)
    assert refused.value.exit_code is Exit.USAGE
    assert text.strip() in refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("month", "last"),
    [
        *(("jan", 31), ("feb", 29), ("mar", 31), ("apr", 30), ("may", 31), ("jun", 30)),
        *(("jul", 31), ("aug", 31), ("sep", 30), ("oct", 31), ("nov", 30), ("dec", 31)),
    ],
)
def test_every_month_ends_with_its_last_day(month: str, last: int) -> None:
    found = read_date(f"{last} {month}", TODAY, DMY).on
    assert (f"{found:%b}".lower(), found.day) == (month, last)
    with pytest.raises(UsageError, match=f"there is no {last + 1} {month.capitalize()}"):
        read_date(f"{last + 1} {month}", TODAY, DMY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31 feb", "no 31 Feb"),
        ("feb 30", "no 30 Feb"),
        ("31/4", "no 31 Apr"),
        ("0 jan", "no 0 Jan"),
        ("2027-02-30", "no 30 Feb"),
        ("29 feb 2027", "no 29 Feb 2027"),
        ("29/2/2027", "no 29 Feb 2027"),
        ("2027-13-01", "no month 13"),
        ("2027-00-01", "no month 0"),
        ("0th", "no month has a day 0"),
        ("15/20", "no month 20"),
        ("13/14", "no month 14"),
        ("32nd", "no month has a day 32"),
        ("0000-01-01", "no 1 Jan 0000"),
        ("in 999999999 weeks", "beyond the calendar"),
        ("fri 25:00", "no time 25:00"),
        ("fri 13pm", "no time 13pm"),
        ("13pm on fri", "no time 13pm"),
        ("fri 14:61", "no time 14:61"),
        ("fri 14:60", "no time 14:60"),
        ("fri 24:00", "no time 24:00"),
        ("fri 0am", "no time 0am"),
        ("31 feb 3pm", "no 31 Feb"),
        ("thu 15 jan", "15 Jan 2027 is a Fri, not a Thu"),
    ],
)
def test_names_what_cannot_be(text: str, why: str) -> None:
    with pytest.raises(UsageError, match="is not possible") as refused:
        read_date(text, TODAY, DMY)
    assert why in refused.value.message


@pytest.mark.parametrize("text", ["the 15th", "1 dec", "fri", "in a week"])
def test_after_the_last_day_of_the_calendar_comes_none(text: str) -> None:
    with pytest.raises(UsageError, match="is not possible"):
        read_date(text, date.max, DMY)


def test_an_error_shows_no_control_characters() -> None:
    with pytest.raises(UsageError) as refused:
        read_date("\x1b[31mfri\x07", TODAY, DMY)
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    ("text", "order", "on", "notes"),
    [
        ("3/4/2027", DMY, "2027-04-03", ("3/4/2027 read as 3 Apr 2027", "Sat 3 Apr 2027 is a weekend")),
        ("3/4/2027", MDY, "2027-03-04", ("3/4/2027 read as 4 Mar 2027",)),
        ("3/12", DMY, "2026-12-03", ("3/12 read as 3 Dec",)),
        ("1/2", DMY, "2027-02-01", ("1/2 read as 1 Feb 2027",)),
        ("7/12", DMY, "2026-12-07", ("7/12 read as 7 Dec",)),
        ("12/3", DMY, "2027-03-12", ("12/3 read as 12 Mar 2027",)),
        ("13/1", DMY, "2027-01-13", ()),
        ("1/13", MDY, "2027-01-13", ()),
        ("15/12", MDY, "2026-12-15", ("15/12 read as 15 Dec",)),
        ("13/12/2027", MDY, "2027-12-13", ("13/12/2027 read as 13 Dec 2027",)),
        ("15/1", DMY, "2027-01-15", ()),
        ("1/15", MDY, "2027-01-15", ()),
        ("12/12/2028", DMY, "2028-12-12", ()),
        ("15/1", MDY, "2027-01-15", ("15/1 read as 15 Jan 2027",)),
        ("1/15", DMY, "2027-01-15", ("1/15 read as 15 Jan 2027",)),
        ("15/1/27", DMY, "2027-01-15", ("15/1/27 read as 15 Jan 2027",)),
        ("15 mar 2026", DMY, "2026-03-15", ("15 Mar 2026 is in the past",)),
        ("2026-12-01", DMY, "2026-12-01", ("1 Dec 2026 is in the past",)),
        ("today", DMY, "2026-12-02", ()),
        ("sat", DMY, "2026-12-05", ("Sat 5 Dec is a weekend",)),
        ("29 feb", DMY, "2028-02-29", ("29 Feb comes next in 2028",)),
    ],
)
def test_notes_what_a_reader_should_know(text: str, order: DateOrder, on: str, notes: tuple[str, ...]) -> None:
    found = read_date(text, TODAY, order)
    assert (found.on.isoformat(), found.notes) == (on, notes)


def test_a_day_off_in_the_week_is_no_weekend() -> None:
    found = read_date("fri", TODAY, DMY, frozenset({1, 2, 3, 4}))
    assert found.notes == ("Fri 4 Dec is not a working day",)
    assert read_date("sat", TODAY, DMY, frozenset({6})).notes == ()


@pytest.mark.parametrize(
    ("today", "text", "on"),
    [
        ("2026-12-05", "next sat", "2026-12-12"),
        ("2026-12-06", "next mon", "2026-12-07"),
        ("2026-12-06", "sun", "2026-12-13"),
        ("2026-12-07", "next fri", "2026-12-18"),
        ("2027-01-31", "eom", "2027-01-31"),
        ("2028-02-03", "eom", "2028-02-29"),
        ("2027-02-03", "eom", "2027-02-28"),
        ("2026-11-05", "eom", "2026-11-30"),
        ("2027-01-31", "the 30th", "2027-03-30"),
        ("2027-01-31", "31st", "2027-01-31"),
        ("2096-03-01", "29 feb", "2104-02-29"),
    ],
)
def test_depends_on_today(today: str, text: str, on: str) -> None:
    assert _on(text, today=date.fromisoformat(today)).isoformat() == on


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("+7d", 7), ("+7", 7), (" +0D ", 0), ("+9999", 9999), ("+10000d", None), ("7d", None), ("+", None),
        ("+d", None), ("+7w", None), ("-7d", None), ("+ 7d", None), ("+7dd", None), ("+٧", None), ("fri", None),
    ],
)  # fmt: skip
def test_shift_days(text: str, days: int | None) -> None:
    assert shift_days(text) == days


def test_match_takes_the_longest_and_says_where_it_ends() -> None:
    words = ["see", "15", "jan", "2027", "at", "3pm", "then"]
    found = match_date(words, 1, TODAY, DMY)
    assert found is not None
    assert (found.on, found.at, found.stop) == (date(2027, 1, 15), time(15), 6)
    without = match_date(words, 1, TODAY, DMY, clock=False)
    assert without is not None
    assert (without.at, without.stop) == (None, 4)
    assert match_date(words, 0, TODAY, DMY) is None
    assert match_date(words, len(words), TODAY, DMY) is None


@pytest.mark.parametrize(
    ("today", "text", "on"),
    [
        ("2026-11-25", "31 oct", "2026-10-31"),
        ("2026-11-25", "31 mar", "2026-03-31"),
        ("2026-11-25", "fri 30 oct", "2026-10-30"),
        ("2026-11-25", "wed", "2026-11-25"),
        ("2026-11-25", "thu", "2026-11-19"),  # no month ago
        ("2026-11-25", "fri", "2026-11-20"),
        ("2026-11-25", "the 26th", "2026-10-26"),
        ("2027-03-30", "31st", "2027-01-31"),
        ("2027-03-01", "the 29th", "2027-01-29"),
        ("2027-03-01", "29 feb", "2024-02-29"),
        ("2103-03-01", "29 feb", "2096-02-29"),
        ("2026-11-25", "Yesterday", "2026-11-24"),
        ("2026-11-25", "today", "2026-11-25"),
        ("2026-11-25", "tomorrow", "2026-11-26"),
        ("2026-11-25", "in 2 days", "2026-11-27"),
        ("2026-11-25", "next fri", "2026-12-04"),
        ("2026-11-25", "eom", "2026-11-30"),
        ("2026-11-25", "2027-01-05", "2027-01-05"),
    ],
)
def test_a_day_of_the_past_is_the_last_one(today: str, text: str, on: str) -> None:
    assert read_past(text, date.fromisoformat(today), DMY).isoformat() == on


@pytest.mark.parametrize("text", ["mon 30 oct", "sat 30 oct", "yesterday evening", "soon", "31 feb"])
def test_what_was_on_no_day_is_refused(text: str) -> None:
    """The last 30 October was a Friday; that of 2023 was a Monday, and that of 2027 will be a Saturday."""
    with pytest.raises(UsageError):
        read_past(text, date(2026, 11, 25), DMY)


PIECES = (
    "today", "fri", "next", "in", "3", "99", "a", "days", "weeks", "eom", "end", "of", "the", "month", "15", "31",
    "jan", "feb", "15th", "2027", "9999", "0000", "1/2", "31/4", "2027-02-30", "9999-12-31", "at", "3pm", "25:00",
    "noon", "on", ",", ".",
)  # fmt: skip
_days = st.dates(date(1990, 1, 1), date(2190, 1, 1))
_orders = st.sampled_from(list(DateOrder))


@given(on=_days, today=_days, order=_orders)
def test_an_iso_date_is_itself_whatever_the_day(on: date, today: date, order: DateOrder) -> None:
    assert _on(on.isoformat(), order, today) == on


@given(today=_days, weekday=st.integers(1, 7))
def test_a_weekday_is_the_first_after_today_and_next_is_in_the_following_iso_week(today: date, weekday: int) -> None:
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday - 1]
    on = _on(name, today=today)
    assert on.isoweekday() == weekday
    assert 1 <= (on - today).days <= 7
    following = _on(f"next {name}", today=today)
    assert following.isoweekday() == weekday
    assert following.isocalendar()[:2] == (today + timedelta(days=7)).isocalendar()[:2]


@given(on=_days, today=_days)
def test_a_date_without_year_is_its_next_occurrence(on: date, today: date) -> None:
    found = _on(f"{on.day} {on.strftime('%b')}", today=today)
    assert (found.day, found.month) == (on.day, on.month)
    assert found >= today
    if (on.day, on.month) != (29, 2):
        assert (found - today).days <= 366


@given(on=_days, today=_days)
def test_a_day_of_the_past_is_found_by_going_back_day_by_day(on: date, today: date) -> None:
    same: dict[str, Callable[[date], bool]] = {
        on.strftime("%a"): lambda day: day.weekday() == on.weekday(),
        f"the {on.day}th": lambda day: day.day == on.day,
        on.strftime("%d %b"): lambda day: (day.day, day.month) == (on.day, on.month),
    }
    for text, is_it in same.items():
        there = today
        while not is_it(there):
            there -= timedelta(days=1)
        assert read_past(text, today, DMY) == there


@given(text=st.text(), today=st.dates(), order=_orders)
def test_any_text_is_a_date_or_a_usage_error(text: str, today: date, order: DateOrder) -> None:
    with suppress(UsageError):
        assert read_date(text, today, order).on is not None


@given(
    words=st.lists(
        st.sampled_from(PIECES),
        min_size=1,
        max_size=8,
    ),
    today=st.dates() | st.sampled_from([date.min, date.max]),
    order=_orders,
)
def test_shape_depends_on_the_words_alone(words: list[str], today: date, order: DateOrder) -> None:
    found = match_date(words, 0, today, order)
    usual = match_date(words, 0, TODAY, DMY)
    assert (found and found.stop) == (usual and usual.stop)
    if found is not None:
        assert 0 < found.stop <= len(words)
        assert (found.on is None) == bool(found.problem)
