"""What a calendar for owners or a team shows: an allow-list of what its readers were told, never a task."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from followthru.calendars.ical.clean import squash
from followthru.calendars.ical.form import Form
from followthru.calendars.shown import MAX_TITLE, Role, Shown


class ToldPromise(NamedTuple):
    """All that may be known of one promise that was told to somebody of an audience.

    `known_on` is the date that was told last, or that was proposed on this very calendar and accepted since;
    `promised_on` and `promised_time` are what holds now: the time is shown where the dates are the same. `done_on` is
    said by a todo that is ticked.
    """

    task_id: int
    task_uid: str
    public_title: str | None
    known_on: date
    promised_on: date
    promised_time: str | None
    done: bool
    done_on: date | None = None


def published(promises: Iterable[ToldPromise], zone: str, form: Form) -> tuple[Shown, ...]:
    """Return what readers see of these promises; one without a public title is not shown. `zone` is an IANA name."""
    return tuple(_shown(one, zone)._replace(form=form) for one in promises if _title(one))


def untitled(promises: Iterable[ToldPromise]) -> tuple[int, ...]:
    """Return the ids of the tasks that are not shown only because they have no public title."""
    return tuple(one.task_id for one in promises if not _title(one))


def _shown(one: ToldPromise, zone: str) -> Shown:
    time = one.promised_time if one.known_on == one.promised_on else None
    title, on = _title(one), one.known_on
    return Shown(
        one.task_id, one.task_uid, Role.PROMISE, title, on, time, zone, one.done, published=True, done_on=one.done_on
    )


def _title(one: ToldPromise) -> str:
    return squash(one.public_title or "", MAX_TITLE)
