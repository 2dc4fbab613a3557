"""Load: the work promised for each week against the time there is for it. Pure.

A task counts in the week of its promise (without one, of its deadline) with the time it is estimated to take; what
is overdue counts in the present week, because it is still to be done. Weeks begin on Mondays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from followthru.domain.saying import day_words
from followthru.domain.spans import hours_words
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WEEK, WorkCalendar

UNESTIMATED = 60
"""Minutes that a task counts for which nobody said how long it takes."""
FARTHEST = 52
"""Weeks that are looked through for one that is not overfull."""


class Work(NamedTuple):
    """The open tasks of a practice with one date: how many, how long they take, how many without an estimate.

    `minutes` counts those without as `UNESTIMATED` each.
    """

    practice: str | None
    on: date
    minutes: int
    tasks: int
    unestimated: int


class Task(NamedTuple):
    """A task whose date is in question: its estimate in minutes, and the date that it counts by already, if any."""

    minutes: int | None = None
    counted_on: date | None = None


class Week(NamedTuple):
    """What is promised in the week from a Monday, in minutes. `capacity` is None where none is known."""

    monday: date
    minutes: int
    tasks: int
    unestimated: int
    capacity: int | None

    @property
    def overfull(self) -> bool:
        """Whether more is promised than there is time for."""
        return self.capacity is not None and self.minutes > self.capacity


class Terms(NamedTuple):
    """How much time there is in a full week, in minutes, and which days of it are worked."""

    minutes: int
    calendar: WorkCalendar


class Load:
    """The load of the PM (practice None) and of each practice, week by week."""

    def __init__(self, work: Iterable[Work], terms: dict[str | None, Terms], today: date) -> None:
        self._terms = terms
        self._today = today
        self._by_week: dict[tuple[str | None, date], list[Work]] = {}
        for one in work:
            monday = monday_of(max(one.on, today))
            for slug in {None, one.practice}:
                self._by_week.setdefault((slug, monday), []).append(one)

    def week(self, slug: str | None, monday: date) -> Week:
        """Return a week's load: the PM's, or at one practice."""
        there = self._by_week.get((slug, monday), ())
        minutes = sum(one.minutes for one in there)
        tasks, unestimated = sum(one.tasks for one in there), sum(one.unestimated for one in there)
        return Week(monday, minutes, tasks, unestimated, self._capacity(slug, monday))

    def weeks(self, slug: str | None, count: int) -> list[Week]:
        """Return so many weeks from the present one on."""
        first = monday_of(self._today)
        return [self.week(slug, first + timedelta(days=WEEK * step)) for step in range(count)]

    def overfull_words(self, slug: str | None, on: date, task: Task) -> str | None:
        """Return that a promise would make its week overfull, and which is the first that it would not.

        None where there is room, or where no capacity is known.
        """
        monday = monday_of(max(on, self._today))
        whose = next((one for one in dict.fromkeys((None, slug)) if self._with(one, monday, task).overfull), "")
        if whose == "":
            return None
        week = self._with(whose, monday, task)
        name = "Your week" if whose is None else f"{whose}'s week"
        said = f"{name} of {day_words(monday, self._today)} is overfull: {load_words(week)}."
        free = self._first_free(slug, monday, task)
        if free is None:
            return f"{said} None of the {FARTHEST} after it has room."
        return f"{said} The first that is not begins on {day_words(free, self._today)}."

    def _with(self, slug: str | None, monday: date, task: Task) -> Week:
        """Return a week's load with a task in it, counted once."""
        week = self.week(slug, monday)
        if task.counted_on is not None and monday_of(max(task.counted_on, self._today)) == monday:
            return week
        return week._replace(
            minutes=week.minutes + (UNESTIMATED if task.minutes is None else task.minutes),
            tasks=week.tasks + 1,
            unestimated=week.unestimated + (task.minutes is None),
        )

    def _first_free(self, slug: str | None, monday: date, task: Task) -> date | None:
        weeks = min(FARTHEST, (date.max - monday).days // WEEK)
        later = (monday + timedelta(days=WEEK * step) for step in range(1, weeks + 1))
        sites = dict.fromkeys((None, slug))
        return next((one for one in later if not any(self._with(at, one, task).overfull for at in sites)), None)

    def _capacity(self, slug: str | None, monday: date) -> int | None:
        """Return the minutes of a week: the share of its usual days that is worked."""
        terms = self._terms.get(slug)
        if terms is None:
            return None
        calendar = terms.calendar
        before = monday - timedelta(days=1)
        # The last week of the calendar ends with its Friday. Any seven days say what is usual.
        last = before + timedelta(days=min(WEEK, (date.max - before).days))
        week = WorkCalendar(calendar.weekdays, half_weekdays=calendar.half_weekdays)
        usual = week.halves_between(before - timedelta(days=WEEK), before)
        return terms.minutes * calendar.halves_between(before, last) // usual


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def my_terms(minutes_a_day: int, leave: Iterable[tuple[date, date]]) -> Terms:
    """Return the PM's own terms: so many minutes on each day from Monday to Friday, none on days of leave."""
    off = {first + timedelta(days=step) for first, last in leave for step in range((last - first).days + 1)}
    return Terms(minutes_a_day * len(MONDAY_TO_FRIDAY.weekdays), MONDAY_TO_FRIDAY.closed_on(off))


def load_words(week: Week) -> str:
    """Return a week's load: `12 h of 10 h promised, 3 tasks counted as an hour each`."""
    of = "" if week.capacity is None else f" of {hours_words(week.capacity)}"
    guessed = f", {week.unestimated} of {week.tasks} counted as an hour" if week.unestimated else ""
    return f"{hours_words(week.minutes)}{of} promised{guessed}"
