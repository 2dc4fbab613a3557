"""How often promises were kept, by practice and by the person who was told first."""

from __future__ import annotations

from typing import NamedTuple

from followthru.actions.context import Context
from followthru.domain.kept import Record, verdict
from followthru.store import kept, practices


class Kept(NamedTuple):
    """The records of one practice: all of it, and by the handle of who was told first."""

    practice: Record
    people: dict[str, Record]


NOTHING = Kept(Record(), {})


def kept_by_practice(ctx: Context) -> dict[str | None, Kept]:
    """Return the record of every practice that ever told a date, as of its own today."""
    every = {one.slug: one for one in practices.all_practices(ctx.read)}
    calendars = {slug: practices.work_calendar(ctx.read, one.id) for slug, one in every.items()}
    found: dict[str | None, Kept] = {}
    for case in kept.promised(ctx.read):
        practice = every.get(case.practice or "")
        calendar = calendars.get(case.practice or "") or practices.work_calendar(ctx.read, None)
        became = verdict(case, ctx.today(practice), calendar)
        so_far = found.get(case.practice, NOTHING)
        person = case.first.person
        people = {**so_far.people, person: so_far.people.get(person, Record()).plus(became)}
        found[case.practice] = Kept(so_far.practice.plus(became), people)
    return found
