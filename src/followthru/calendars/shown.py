"""What a calendar shows: one small value per event, and the words of its title.

followthru's own words only; nothing but a task's title and dates ever reaches a calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from followthru.calendars.ical.clean import squash
from followthru.calendars.ical.when import When
from followthru.domain.task import Audience, Status, TaskRow
from followthru.errors import RefusedError

DONE_STAYS = timedelta(days=14)
"""How long a finished task's events are left on a calendar."""
DONE_MARK = "done: "
MAX_TITLE = 200


class Role(StrEnum):
    """Which of a task's dates an event stands for."""

    PROMISE = "promise"
    DEADLINE = "deadline"
    TARGET = "target"


_WORDS = {Role.PROMISE: "", Role.DEADLINE: "deadline: ", Role.TARGET: "target: "}


class View(NamedTuple):
    """One configured calendar. Without `practices` it shows all; `shares` allows foreign items beside ours."""

    name: str
    audience: Audience = Audience.ME
    practices: tuple[str, ...] = ()
    targets: bool = False
    shares: bool = False


class Shown(NamedTuple):
    """One event as it should be. `label` names the practice where a calendar shows several."""

    task_id: int
    task_uid: str
    role: Role
    title: str
    on: date
    time: str | None
    zone: str
    done: bool
    label: str = ""

    @property
    def when(self) -> When:
        """The civil date and clock time."""
        return When(self.on, self.time, self.zone)

    @property
    def summary(self) -> str:
        """The event's title as read on the calendar."""
        return squash(f"{self.head}{self.title}{self.tail}")

    @property
    def head(self) -> str:
        """What stands before the task's title, the done mark included."""
        return (DONE_MARK if self.done else "") + self.prefix

    @property
    def prefix(self) -> str:
        """What stands before the task's title whether it is done or not."""
        return (f"{self.label}: " if self.label else "") + _WORDS[self.role]

    @property
    def tail(self) -> str:
        """What stands after the task's title."""
        return f" ({self.time})" if self.time else ""


def shown(
    tasks: Iterable[TaskRow],
    view: View,
    *,
    today: date,
    zones: Mapping[str, str],
    home_zone: str,
    told: Mapping[int, date] | None = None,
) -> tuple[Shown, ...]:
    """Return what `view` shows of `tasks`, one value per (task, role).

    `zones` gives each practice's IANA zone by slug; a task without a practice lives in `home_zone`.
    `told` is the newest date told to a person of the calendar's audience, by task id: an owners or team
    calendar shows that date and nothing else.
    """
    if view.audience is not Audience.ME or told is not None:
        raise RefusedError(
            f"Calendar {view.name} is for {view.audience.value}; only calendars for yourself are shown yet.",
            safe="Nothing was published.",
            remedy='Set audience = "me" for it.',
        )
    wanted = [task for task in tasks if _visible(task, view, today)]
    several = len(view.practices) != 1
    return tuple(
        event
        for task in wanted
        for event in _events(task, view, zones.get(task.practice or "", home_zone), several=several)
    )


def _visible(task: TaskRow, view: View, today: date) -> bool:
    if view.practices and task.practice not in view.practices:
        return False
    if task.status is Status.DROPPED:
        return False
    return task.status is not Status.DONE or task.done_on is None or task.done_on + DONE_STAYS >= today


def _events(task: TaskRow, view: View, zone: str, *, several: bool) -> Iterator[Shown]:
    title = squash(task.title, MAX_TITLE)
    done = task.status is Status.DONE
    label = task.practice or "" if several else ""
    if task.promised_on is not None:
        time = task.promised_time
        yield Shown(task.id, task.uid, Role.PROMISE, title, task.promised_on, time, zone, done, label)
    if task.deadline_on is not None:
        yield Shown(task.id, task.uid, Role.DEADLINE, title, task.deadline_on, None, zone, done, label)
    if view.targets and task.target_on is not None and not done:
        yield Shown(task.id, task.uid, Role.TARGET, title, task.target_on, None, zone, done, label)
