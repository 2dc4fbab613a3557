"""Live through the made-up quarter: every step goes through the actions, on the day on which it happened."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from followthru.actions import edit, people, practices, promises, tasks
from followthru.actions.context import Context
from followthru.actions.known import known
from followthru.actions.made_up import QUARTER, Step, Story, World
from followthru.domain.capture import parse
from followthru.domain.sample import is_sample
from followthru.domain.task import How
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.store.store import Store

_DAY = re.compile(r"\{([+-]\d+)\}")


class PastClock:
    """A clock that the seeding moves along; afterwards nothing uses it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant it shows."""
        return self.at


def seed(store: Store, now: datetime, world: World = QUARTER) -> None:
    """Fill a store with a made-up quarter around an instant. Raises FollowthruError if a story does not hold."""
    clock = PastClock(now - timedelta(days=50))
    real, store.clock = store.clock, clock
    try:
        ctx = Context(store, zone="America/Los_Angeles")
        _practices(ctx, world)
        _live(ctx, clock, now, world.stories)
    finally:
        store.clock = real


def _practices(ctx: Context, world: World) -> None:
    for one in world.practices:
        new = practices.NewPractice(
            one.slug, one.timezone, name=one.name, holidays=one.holidays, buffer_policy=one.buffer_policy
        )
        practices.add(ctx, new, sample=is_sample(one.slug))
    for person in world.people:
        new_person = people.NewPerson(
            person.name, person.email, person.role, address=person.address, cadence=person.cadence
        )
        people.add(ctx, person.practice, new_person)


def _live(ctx: Context, clock: PastClock, now: datetime, stories: Sequence[Story]) -> None:
    """Do everything in the order of its days."""
    today = now.date()
    ids: dict[int, int] = {}
    moments: list[tuple[int, int, int, Callable[[], None]]] = []
    for number, story in enumerate(stories):
        moments.append((story.day, 0, number, lambda n=number, s=story: _capture(ctx, ids, n, s, today)))
        moments += [
            (step.day, order, number, lambda n=number, s=step: _do(ctx, ids[n], s, today))
            for order, step in enumerate(story.steps, start=1)
        ]
    for day, _, _, happen in sorted(moments, key=lambda moment: moment[:3]):
        on = _working_day(today, day)
        # Yesterday's work is done in the evening in UTC, so that it is the same day on both coasts.
        clock.at = min(now, datetime.combine(on, time(18), tzinfo=UTC))
        happen()


def _capture(ctx: Context, ids: dict[int, int], number: int, story: Story, today: date) -> None:
    line = parse(_dated(story.line, today), known(ctx, ctx.read))
    task_id = tasks.add(ctx, line).task_ids[0]
    ids[number] = task_id
    if story.public:
        edit.edit(ctx, task_id, {"public_title": story.public})


def _do(ctx: Context, task_id: int, step: Step, today: date) -> None:
    words = _dated(step.words, today)
    if step.verb == "start":
        tasks.start(ctx, task_id)
    elif step.verb == "done":
        tasks.done(ctx, task_id)
    elif step.verb == "tell":
        promises.tell(ctx, task_id, words, how=How.CALL)
    elif step.verb == "promise":
        on, _, because = words.partition(" ")
        promises.promise(ctx, task_id, promises.NewPromise(date.fromisoformat(on)), because=because)
    else:
        on_whom, what, by, follow_up = words.split("|")
        waiting = tasks.Waiting(on_whom, what, date.fromisoformat(by), date.fromisoformat(follow_up))
        tasks.wait(ctx, task_id, waiting)


def _dated(text: str, today: date) -> str:
    return _DAY.sub(lambda found: _working_day(today, int(found[1])).isoformat(), text)


def _working_day(today: date, days: int) -> date:
    """Return the date some working days from today; day 0 is today itself."""
    return today if days == 0 else MONDAY_TO_FRIDAY.add(today, days)
