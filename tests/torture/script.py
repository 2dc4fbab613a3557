"""Random edits by everybody, from one seed: the same seed is the same script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from followthru.actions.calendar_questions import Choice
from tests.torture.world import World

MOST = 6
"""How many tasks and events there are to choose from."""
Edit = Callable[[World, Random, str], None]

HERE: tuple[Edit, ...] = (
    lambda world, dice, _: world.add(deadline=dice.random() < 0.5, at=_number(dice)),
    lambda world, dice, _: world.write(_number(dice), dice.choice(["title", "promised_on", "deadline_on"])),
    lambda world, dice, _: world.write(_number(dice), dice.choice(["title", "promised_on", "deadline_on"])),
    lambda world, dice, _: world.promise(_number(dice), _number(dice)),
    lambda world, dice, _: world.step(_number(dice), dice.choice(["done", "reopen", "drop"])),
    lambda world, dice, _: world.undo(),
    lambda world, dice, _: world.redo(),
    lambda world, dice, _: world.rezone(_number(dice)),
    lambda world, dice, _: world.answer(_number(dice), dice.choice(list(Choice))),
    lambda world, dice, calendar: world.confirm(calendar),
)
THERE: tuple[Edit, ...] = (
    lambda world, dice, calendar: world.move(calendar, _number(dice)),
    lambda world, dice, calendar: world.move(calendar, _number(dice)),
    lambda world, dice, calendar: world.retitle(calendar, _number(dice)),
    lambda world, dice, calendar: world.retitle(calendar, _number(dice)),
    lambda world, dice, calendar: world.tick(calendar, _number(dice)),
    lambda world, dice, calendar: world.annotate(calendar, _number(dice)),
    lambda world, dice, calendar: world.delete(calendar, _number(dice)),
    lambda world, dice, calendar: world.restore(calendar, _number(dice)),
    lambda world, dice, calendar: world.copy(calendar, _number(dice)),
    lambda world, dice, calendar: world.put_foreign(calendar, _number(dice), repeats=calendar == "mine"),
)


def edit_something(world: World, dice: Random, calendars: Sequence[str], kinds: Sequence[Edit] = HERE + THERE) -> None:
    """Let somebody do something, here or on a calendar."""
    dice.choice(kinds)(world, dice, dice.choice(calendars))


def _number(dice: Random) -> int:
    return dice.randrange(MOST)
