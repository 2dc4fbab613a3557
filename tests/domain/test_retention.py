"""Which backups are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.retention import Kept, Retention, to_remove

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def daily(count: int, size: int = 1) -> list[Kept]:
    return [Kept(NOW - timedelta(days=days), size, 0) for days in range(count)]


def kept(there: list[Kept], rule: Retention) -> list[str]:
    gone = set(to_remove(there, rule))
    return [f"{one.at:%m-%d}" for one in there if one not in gone]


def test_a_year_of_days_leaves_days_then_weeks_then_months() -> None:
    days = ["03-31", "03-30", "03-29", "03-28", "03-27", "03-26", "03-25"]
    weeks = ["03-22", "03-15"]  # the newest of the four weeks; two of them are among the days
    months = ["02-28", "01-31", "12-31", "11-30", "10-31", "09-30", "08-31", "07-31", "06-30", "05-31", "04-30"]
    assert kept(daily(500), Retention()) == [*days, *weeks, *months]


def test_what_is_as_new_as_the_newest_but_for_hours_is_kept() -> None:
    there = [Kept(NOW - timedelta(hours=hours), 1, 0) for hours in (0, 1, 23, 25)]
    # Of the day before noon only the newest stands, and the one of 25 hours ago is the older one of its day.
    assert [one.at for one in to_remove(there, Retention(daily=2))] == [NOW - timedelta(hours=25)]


def test_what_is_too_much_goes_from_the_oldest_on_but_never_the_newest() -> None:
    assert kept(daily(5, size=10), Retention(most_bytes=25)) == ["03-31", "03-30"]
    assert kept(daily(5, size=100), Retention(most_bytes=25)) == ["03-31"]
    assert kept(daily(3, size=10), Retention(most_bytes=30)) == ["03-31", "03-30", "03-29"], "just full is not too much"
    assert kept(daily(3, size=10), Retention(most_bytes=29)) == ["03-31", "03-30"]
    small_after_large = [Kept(NOW - timedelta(days=days), size, 0) for days, size in enumerate((1, 10, 1))]
    assert kept(small_after_large, Retention(most_bytes=5)) == ["03-31"], (
        "none is kept that is older than one that goes"
    )


def test_a_day_old_is_no_more_as_new_as_the_newest() -> None:
    there = [Kept(NOW, 1, 0), Kept(NOW - timedelta(days=1), 1, 0), Kept(NOW - timedelta(hours=23, minutes=59), 1, 0)]
    assert [one.at for one in to_remove(there, Retention(1, 0, 0))] == [NOW - timedelta(days=1)]


def test_one_time_too_early_is_disbelieved_and_not_the_two_before_it() -> None:
    there = numbered([datetime(2026, 3, day, tzinfo=UTC) for day in (10, 20, 30, 15, 31)])
    assert to_remove(there, Retention(4, 0, 0)) == [there[2]], "the next one stands for its day"


def test_a_clock_that_goes_wrong_twice_is_disbelieved_as_rarely_as_can_be() -> None:
    """Two of seven are wrong; were another two disbelieved, their days would be taken for those before."""
    days = [NOW - timedelta(days=days) for days in range(7, 0, -1)]
    times = [*days[:2], days[2] + timedelta(days=400), days[3], days[4] - timedelta(days=400), *days[5:]]
    there = numbered(times)
    assert to_remove(there, Retention(5, 0, 0)) == [there[1], there[3]]


@given(
    st.lists(st.integers(0, 3 * 366 * 24 * 60), max_size=60, unique=True),
    st.integers(1, 9),
    st.integers(0, 5),
    st.integers(0, 13),
)
def test_letting_go_again_lets_nothing_go(minutes: list[int], days: int, weeks: int, months: int) -> None:
    rule = Retention(days, weeks, months)
    there = [Kept(NOW - timedelta(minutes=one), 1, 0) for one in minutes]
    gone = to_remove(there, rule)
    left = [one for one in there if one not in gone]
    assert to_remove(left, rule) == []
    assert not there or max(there) in left


def numbered(times: list[datetime]) -> list[Kept]:
    return [Kept(at, 1, number) for number, at in enumerate(times, 1)]


def test_a_clock_that_was_a_year_ahead_for_a_week_thins_nothing() -> None:
    days = [NOW - timedelta(days=days) for days in range(30, 0, -1)]
    ahead = [NOW + timedelta(days=365 + days) for days in range(7)]
    after = [NOW + timedelta(hours=hours) for hours in range(12)]
    there = numbered([*days, *ahead, *after])
    gone = to_remove(there, Retention())
    left = [one.at for one in there if one not in gone]
    # Seven days, and what is as new as the newest. What was taken by the wrong clock counts for the day before.
    assert [at for at in left if at < NOW][-5:] == days[-6:-1]
    assert [at for at in left if at > NOW + timedelta(days=1)] == ahead[-1:]
    assert left[-12:] == after


def test_a_clock_that_has_lost_the_time_thins_nothing() -> None:
    days = [NOW - timedelta(days=days) for days in range(7, 0, -1)]
    there = numbered([*days, datetime(2020, 1, 1, tzinfo=UTC)])
    assert to_remove(there, Retention(daily=7)) == []


@given(
    st.lists(st.integers(0, 400 * 24), min_size=1, max_size=60).map(sorted),
    st.lists(st.tuples(st.integers(0, 59), st.integers(-3000, 3000)), max_size=5),
)
def test_the_one_taken_last_is_kept_whatever_the_clock_said(hours: list[int], wrong: list[tuple[int, int]]) -> None:
    times = [NOW + timedelta(hours=one) for one in hours]
    for at, days in wrong:
        times[at % len(times)] += timedelta(days=days)
    there = numbered(times)
    gone = to_remove(there, Retention())
    assert there[-1] not in gone


def test_what_is_set_aside_stands_for_no_day_and_is_kept_as_long_as_the_days_are() -> None:
    aside = Kept(NOW - timedelta(days=3, minutes=-5), 1, 0, aside=True)
    there = [*daily(20), aside]
    without = [*kept(daily(20), Retention(daily=4, weekly=0, monthly=0))]
    assert kept(there, Retention(daily=4, weekly=0, monthly=0)) == [*without, "03-28"]
    assert aside in to_remove(there, Retention(daily=3, weekly=4, monthly=12)), "it stands for no week and no month"
    last = Kept(NOW - timedelta(days=3), 1, 0, aside=True)
    assert to_remove([*daily(3), last], Retention(3, 0, 0)) == [last], "three days have passed"
    few = [*daily(2), Kept(NOW - timedelta(days=9), 1, 0, aside=True)]
    assert to_remove(few, Retention(daily=3)) == [], "seven days have not passed in which one was made"


def test_what_is_set_aside_takes_no_place_of_what_can_be_put_back() -> None:
    numbers = [Kept(NOW - timedelta(minutes=9), 10, 1), Kept(NOW, 10, 2, aside=True), Kept(NOW, 10, 3, aside=True)]
    assert to_remove(numbers, Retention(most_bytes=15)) == numbers[1:]
    assert to_remove(numbers[1:], Retention(most_bytes=5)) == [], "nothing has to make way for what is not there"
