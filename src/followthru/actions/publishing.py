"""What calendars for owners and teams show, read from the store as an allow-list for one practice and audience."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.calendars.published import ToldPromise, published, untitled
from followthru.calendars.shown import DONE_STAYS, Shown, View
from followthru.domain.audience import AUDIENCE_ROLES, READ_BY
from followthru.domain.people import Member
from followthru.domain.sample import is_sample
from followthru.domain.task import Audience
from followthru.errors import NotFoundError
from followthru.store import journal, practices
from followthru.store import published as rows
from followthru.store.published import ToldRow
from followthru.store.store import Reader


class Published(NamedTuple):
    """What readers see, and the ids of the tasks that they would see if these had a public title."""

    shown: tuple[Shown, ...]
    untitled: tuple[int, ...]


def zones(reader: Reader, view: View) -> dict[str, str]:
    """Return each practice's zone by slug.

    Raises NotFoundError if the calendar names a practice that is not known: a slip in the configuration must not
    empty a calendar.
    """
    known = {one.slug: one.timezone for one in practices.all_practices(reader)}
    for practice in view.practices:
        if practice not in known:
            raise NotFoundError(
                f"There is no practice {practice}, which calendar {view.name} is to show.",
                safe="What it shows was left as it is.",
                remedy="Correct it in config.toml; `followthru practice list` shows them.",
            )
    return known


def published_to(ctx: Context, reader: Reader, view: View) -> Published:
    """Return what the readers of a calendar may see now of its practice.

    A date proposed on it and accepted stays there until somebody is told another. Raises as `zones` does.
    """
    practice = view.practices[0]
    zone = zones(reader, view)[practice]
    if is_sample(practice):
        return Published((), ())
    since = (ctx.today() - DONE_STAYS).isoformat()
    found = rows.told(reader, practice, view.audience, calendar=view.name, done_since=since)
    promises = [_promise(row) for row in found]
    return Published(published(promises, zone, view.form), untitled(promises))


def _promise(row: ToldRow) -> ToldPromise:
    return ToldPromise(
        row.task_id,
        row.task_uid,
        row.public_title,
        date.fromisoformat(row.accepted_on or row.told_on),
        date.fromisoformat(row.promised_on),
        row.promised_time,
        bool(row.done),
        None if row.done_on is None else date.fromisoformat(row.done_on),
    )


def only_reader(read: Reader, task_id: int, audience: Audience | None) -> Member | None:
    """Return the one person for whom a task is shown on a calendar of an audience; None where that is not one.

    A calendar does not say who moved what is on it.
    """
    values = journal.row_of(read, "task", task_id)
    if audience is None or values is None or values["practice_id"] is None:
        return None
    if (values["audience"] or Audience.OWNERS) not in READ_BY[audience]:
        return None
    everybody = practices.members(read, int(values["practice_id"]))
    readers = [one for one in everybody if one.role in AUDIENCE_ROLES[audience]]
    return readers[0] if len(readers) == 1 else None
