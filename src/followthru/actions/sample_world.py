"""The sample data: two made-up practices as somebody has them after a quarter. No patient, no real person.

The stories are those of the sandbox; the people have other names, so that whoever is added later keeps a short handle.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from followthru.actions import goals, hours_log, living, meetings, raising, registers, tasks
from followthru.actions.context import Context
from followthru.actions.known import known
from followthru.actions.made_up import QUARTER, Story, World
from followthru.domain.capture import parse
from followthru.store.store import Store

_NAMES = {
    "oak-street": "sample-oak",
    "harbor": "sample-harbor",
    "Oak Street Therapy": "Oak Street Therapy (sample)",
    "Harbor Pediatrics": "Harbor Pediatrics (sample)",
    "Dana": "Odette",
    "Marisol": "Maribel",
    "Priya": "Prisca",
    "Jo": "Jules",
    "Tom": "Tobias",
    "Lena": "Leonor",
    "Sam": "Silas",
}
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)
_WHOLE = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in _LONGEST_FIRST), re.IGNORECASE)


def _renamed(text: str) -> str:
    return _WHOLE.sub(lambda found: _name_for(found[0]), text)


def _name_for(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    return next(new.lower() for old, new in _NAMES.items() if old.casefold() == name.casefold())


def _story(story: Story) -> Story:
    steps = tuple(step._replace(words=_renamed(step.words)) for step in story.steps)
    return story._replace(line=_renamed(story.line), public=_renamed(story.public), steps=steps)


WORLD = World(
    tuple(one._replace(slug=_renamed(one.slug), name=_renamed(one.name)) for one in QUARTER.practices),
    tuple(
        one._replace(
            practice=_renamed(one.practice),
            name=_renamed(one.name),
            email=_renamed(one.email),
            address=None if one.address is None else _renamed(one.address),
        )
        for one in QUARTER.people
    ),
    # Whoever tries things out has an inbox of their own: what belongs to no practice is left out.
    tuple(_story(one) for one in QUARTER.stories if "@" in one.line),
)


class _Measured(NamedTuple):
    """A goal, its practice and aim, and its readings of the months up to now."""

    kind: str
    practice: str
    aim: str
    readings: tuple[str, ...]


_GOALS = (
    _Measured("ar-days", "sample-oak", "35", ("54", "52", "51", "49", "50", "46", "44", "43", "41", "40", "39", "38")),
    _Measured("no-shows", "sample-harbor", "5", ("9", "8.5", "9.2", "10", "11", "9.5", "9", "8", "7.6")),
)
_ITEMS = (
    ("malpractice", "Malpractice cover", "sample-oak", {"vendor": "Shield Mutual"}, 21),
    ("caqh", "CAQH attestation", "sample-oak", {"holder": "odette"}, 26),
    ("equipment", "Vaccine fridge", "sample-harbor", {"vendor": "Acme Cooling"}, 75),
    ("lease", "Office lease", "sample-oak", {"vendor": "Pine Estates"}, 320),
)
_DUTIES = (
    "Send payroll by {+6} @sample-oak every last working day ~2d",
    "Month-end close by {+8} @sample-harbor ~1d every month",
    "Fire extinguisher round deadline {+20} @sample-harbor every 3 months",
)
_HOURS = (
    ("@sample-oak", "1h30m", 1, "Denials with Clearbill"),
    ("@sample-oak", "45m", 3, "Call with the owner"),
    ("@sample-harbor", "2h", 2, "Rota and front desk"),
    ("@sample-harbor", "1h", 8, "Budget sheet"),
)


def fill(store: Store, now: datetime) -> None:
    """Live through the sample data in a store without practices, in the order of its days. Raises FollowthruError."""
    living.seed(store, now, WORLD)
    ctx = Context(store, zone="America/Los_Angeles")
    today = ctx.today()
    for line in _DUTIES:
        tasks.add(ctx, parse(_dated(line, today), known(ctx, ctx.read)))
    for kind, title, practice, given, days in _ITEMS:
        registers.add(ctx, kind, title, practice, {**given, "expires": _after(today, days)})
    for one in _GOALS:
        goal = goals.add(ctx, one.kind, one.practice, {"aim": one.aim}).goal
        for number, value in enumerate(reversed(one.readings)):
            goals.read(ctx, goal.id, value, _after(today, -3 - 30 * number))
    for what, span, days, note in _HOURS:
        hours_log.log(ctx, what, span, _after(today, -days), note)
    meetings.add(ctx, "sample-oak", meetings.NewMeeting(_after(today, 5), "10:00", ("odette",), "Monthly look ahead"))
    raising.add(ctx, "odette", "Ask whether the lease talk can move to January", practice="sample-oak")


def _dated(text: str, today: date) -> str:
    return re.sub(r"\{\+(\d+)\}", lambda found: _after(today, int(found[1])), text)


def _after(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()
