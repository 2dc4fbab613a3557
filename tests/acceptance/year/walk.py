"""How the golden year goes when work is done on its day, before it, and late: told by the plain calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tests.acceptance.year.agenda import first_of
from tests.acceptance.year.brute import ONE_DAY
from tests.acceptance.year.office import DEADLINE, DUTIES, FIRST, LAST, PROMISE, Duty


@dataclass(frozen=True)
class Open:
    """The occurrence of a duty that is to be done: its date, the day its rule says, when it came, the how-manieth."""

    on: date
    hit: date
    came_on: date
    turn: int = 0


class Step(NamedTuple):
    """A day on which duties are done, and what is open afterwards."""

    day: date
    done: tuple[Duty, ...]
    standing: dict[Duty, Open]


def done_on(duty: Duty, one: Open) -> date:
    """Return on which day an occurrence is done: as early or late as the duty's pattern says, but not on the day on
    which it came.
    """
    late = duty.late[one.turn % len(duty.late)]
    return max(one.on + late * ONE_DAY, one.came_on + ONE_DAY)


def steps(duties: tuple[Duty, ...] = DUTIES, last: date = LAST) -> Iterator[Step]:
    """Yield the days of the year on which something is done."""
    standing = {duty: Open(*first_of(duty), FIRST) for duty in duties}
    day = FIRST
    while day < last:
        day += ONE_DAY
        done = tuple(duty for duty in duties if done_on(duty, standing[duty]) == day)
        for duty in done:
            one = standing[duty]
            began = first_of(duty)[0]
            on, hit = duty.rule.next(duty.practice.days, began, one.on, day, duty.missed)
            standing[duty] = Open(on, hit, day, one.turn + 1)
        if done:
            yield Step(day, done, dict(standing))


def section(duty: Duty, one: Open, day: date) -> str | None:
    """Return where Today shows an occurrence on a day, None where it does not."""
    days, buffer = duty.practice.days, duty.buffer if duty.leads == PROMISE else 0
    target = None if duty.leads == DEADLINE else days.leaving(one.on, buffer)
    if day > one.on:
        return "late"
    if duty.leads == PROMISE and day == one.on:
        return "promised today"
    if duty.lead and day > days.leaving(one.on, duty.lead):
        return "at risk"
    if buffer and target and 3 * days.whole_days(target, day) > 2 * buffer:
        return "at risk"
    if target and duty.leads == PROMISE and day > target:
        return "in buffer"
    starts = duty.rule.starts(one.hit)
    begun = starts is None or starts <= day
    if begun and ((target and target <= day) or one.on == day or starts):
        return "for today"
    return None


def lines() -> Iterator[str]:
    """Yield the year as it goes: what is done on each day and when it comes next."""
    month = ""
    before = {duty: Open(*first_of(duty), FIRST) for duty in DUTIES}
    for step in steps():
        if f"{step.day:%B %Y}" != month:
            month = f"{step.day:%B %Y}"
            yield from ("", month)
        for duty in step.done:
            was = before[duty].on
            apart = (step.day - was).days
            days = f"{abs(apart)} day{'' if abs(apart) == 1 else 's'}"
            how = "on its day" if not apart else f"{days} {'late' if apart > 0 else 'early'}"
            yield (
                f"  {step.day:%a} {step.day}  {duty.practice.slug:<12} {duty.title}, of {was}, {how}; "
                f"next {step.standing[duty].on}"
            )
        before = step.standing
