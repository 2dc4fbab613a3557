"""What a calendar shows: one small value per event or todo, and the words of its title.

followthru's own words only; nothing but a task's title and dates ever reaches a calendar.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthru.calendars.ical.clean import squash
from followthru.calendars.ical.form import Form
from followthru.calendars.ical.ticks import Progress
from followthru.calendars.ical.when import When
from followthru.domain.sample import is_sample
from followthru.domain.task import Audience, Status, TaskRow

DONE_STAYS = timedelta(days=14)
"""How long what shows a finished task is left on a calendar."""
DONE_MARK = "done: "
MAX_TITLE = 200


class Role(StrEnum):
    """Which of a task's dates an object stands for."""

    PROMISE = "promise"
    DEADLINE = "deadline"
    TARGET = "target"


ROLE_WORDS = {Role.PROMISE: "", Role.DEADLINE: "deadline: ", Role.TARGET: "target: "}


class View(NamedTuple):
    """One configured calendar. Without `practices` it shows all; `shares` allows foreign items beside ours.

    As todos, `targets` are no objects of their own: a target is the day on which a todo begins.
    """

    name: str
    audience: Audience = Audience.ME
    practices: tuple[str, ...] = ()
    targets: bool = False
    shares: bool = False
    form: Form = Form.EVENT


class Shown(NamedTuple):
    """One event or todo as it should be. `label` names the practice where a calendar shows several.

    `started`, `target` and `done_on` are for todos: begun work, the day before `on` on which it is to be begun, and
    the one on which it was done. A `published` one is read by others: its text says nothing that is not shown, and
    what they change is only proposed.
    """

    task_id: int
    task_uid: str
    role: Role
    title: str
    on: date
    time: str | None
    zone: str
    done: bool
    label: str = ""
    form: Form = Form.EVENT
    started: bool = False
    target: date | None = None
    published: bool = False
    done_on: date | None = None

    @property
    def print(self) -> str:
        """A fingerprint of all that the object shows, to tell later whether anything changed."""
        # The day on which it was done is said together with that it is done, and not corrected later.
        said = (self if self.target == self.begins else self._replace(target=self.begins))[:-1]
        return blake2b("\0".join(map(str, said)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

    @property
    def when(self) -> When:
        """The civil date and clock time."""
        return When(self.on, self.time, self.zone)

    @property
    def summary(self) -> str:
        """The title as read on the calendar."""
        return squash(f"{self.head}{self.title}{self.tail}")

    @property
    def head(self) -> str:
        """What stands before the task's title, the done mark included: a todo is ticked instead."""
        return (DONE_MARK if self.done and self.form is Form.EVENT else "") + self.prefix

    @property
    def prefix(self) -> str:
        """What stands before the task's title whether it is done or not."""
        return (f"{self.label}: " if self.label else "") + ROLE_WORDS[self.role]

    @property
    def tail(self) -> str:
        """What stands after the task's title."""
        return f" ({self.time})" if self.time else ""

    @property
    def progress(self) -> Progress:
        """How far the task is, as a todo says it."""
        return Progress.DONE if self.done else Progress.STARTED if self.started else Progress.OPEN

    def done_at(self, now: datetime) -> datetime:
        """Return when it was done as far as that is known: now, or at noon of an earlier day in its zone."""
        zone = ZoneInfo(self.zone)
        if self.done_on is None or self.done_on >= now.astimezone(zone).date():
            return now
        return datetime.combine(self.done_on, time(12), zone)

    @property
    def begins(self) -> date | None:
        """The day on which a todo begins, None if that is not before its day."""
        return self.target if self.target is not None and self.target < self.on else None


def shown(
    tasks: Iterable[TaskRow],
    view: View,
    *,
    today: date,
    zones: Mapping[str, str],
    home_zone: str,
    kept: Collection[int] = (),
) -> tuple[Shown, ...]:
    """Return what a calendar of the PM's own shows of `tasks`, one value per (task, role).

    `zones` gives each practice's IANA zone by slug; a task without a practice lives in `home_zone`. `kept` are tasks
    that came from this calendar: until they are given a practice, they are shown where they came from. Raises
    ValueError for a calendar that others read: what those show is made by `published` alone, never from tasks.
    """
    if view.audience is not Audience.ME:
        raise ValueError("a calendar that others read is never made from tasks")
    wanted = [task for task in tasks if _visible(task, view, today, kept)]
    several = len(view.practices) != 1
    return tuple(
        event
        for task in wanted
        for event in _events(task, view, zones.get(task.practice or "", home_zone), several=several)
    )


def _visible(task: TaskRow, view: View, today: date, kept: Collection[int]) -> bool:
    unsorted = task.practice is None and task.id in kept
    if view.practices and task.practice not in view.practices and not unsorted:
        return False
    if task.status is Status.DROPPED or is_sample(task.practice):
        return False
    return task.status is not Status.DONE or task.done_on is None or task.done_on + DONE_STAYS >= today


def _events(task: TaskRow, view: View, zone: str, *, several: bool) -> Iterator[Shown]:
    title = squash(task.title, MAX_TITLE)
    done = task.status is Status.DONE
    label = task.practice or "" if several else ""
    todo = view.form is Form.TODO
    target = task.target_on if view.targets else None
    base = Shown(task.id, task.uid, Role.PROMISE, title, date.min, None, zone, done, label, view.form)
    if todo:
        base = base._replace(started=task.status is Status.STARTED, target=target, done_on=task.done_on)
    if task.promised_on is not None:
        yield base._replace(on=task.promised_on, time=task.promised_time)
    if task.deadline_on is not None:
        begins = None if task.promised_on is not None else base.target
        yield base._replace(role=Role.DEADLINE, on=task.deadline_on, target=begins)
    if target is not None and not done and not todo:
        yield base._replace(role=Role.TARGET, on=target)
