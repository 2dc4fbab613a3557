"""Three-way merge of one event or todo, field by field: ours, theirs, and what was last agreed on.

Both sides' edits survive unless the same field was moved on both sides; then the user is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthru.calendars.ical.form import Form
from followthru.calendars.ical.read import Remote, read
from followthru.calendars.ical.ticks import done_there
from followthru.calendars.links import Agreed, Link, LinkState
from followthru.calendars.shown import DONE_MARK, Role, Shown

Value = date | str | bool | None
TASK_FIELDS = {
    Role.PROMISE: {"on": "promised_on", "time": "promised_time", "title": "title", "done": "done"},
    Role.DEADLINE: {"on": "deadline_on", "title": "title", "done": "done"},
    Role.TARGET: {"on": "target_on", "title": "title", "done": "done"},
}
"""What each field of an object is called on its task."""
CHANGED_MEANWHILE = "the task was changed here meanwhile; the next sync merges it again"
"""Why moves were not taken over although nothing stands against them."""


class Matter(StrEnum):
    """Why the user is asked."""

    CONFLICT = "conflict"
    PROPOSAL = "proposal"
    CANCELLED = "cancelled"
    DELETED = "deleted"


class Move(NamedTuple):
    """A task's field changed on the calendar."""

    field: str
    before: Value
    after: Value


class Question(NamedTuple):
    """Something only the user can decide: a field of the task, our value and the calendar's."""

    matter: Matter
    field: str
    ours: Value
    theirs: Value


class There(NamedTuple):
    """What the calendar says. `on` is None where the date was taken off."""

    on: date | None
    time: str | None
    title: str
    done: bool


class Merged(NamedTuple):
    """What follows from both sides: changes to our task, and questions.

    `agreed` is what both say once the moves are taken over and the rest is published; `held` is what they
    agree on while a question is open and nothing is published (None: never agreed on anything). `there`
    is what the calendar says.
    """

    moves: tuple[Move, ...]
    questions: tuple[Question, ...]
    agreed: Agreed
    held: Agreed | None
    there: There


def values_of(shown: Shown) -> Agreed:
    """Return what we say."""
    return Agreed(shown.on, shown.time, shown.title, shown.done, shown.started, shown.begins, shown.published)


def saying(shown: Shown, agreed: Agreed) -> Shown:
    """Return what is shown as if it said what was agreed on."""
    return shown._replace(
        on=agreed.on,
        time=agreed.time,
        title=agreed.title,
        done=agreed.done,
        started=agreed.started,
        target=agreed.begins,
    )


def merge(link: Link, shown: Shown, theirs: Remote, unseen: frozenset[str] = frozenset()) -> Merged:
    """Merge one object. Without anything agreed on (an object found again), every difference is a conflict.

    So is a difference in a field that we said last and that whoever wrote over it had not seen (`unseen`).
    """
    ours = values_of(shown)
    there = _values_there(link, shown, theirs)
    moves: list[Move] = []
    questions: list[Question] = []
    agreed, held = ours, link.agreed
    for field, name in task_fields(shown).items():
        our, their = getattr(ours, field), getattr(there, field)
        base = our if link.agreed is None else getattr(link.agreed, field)
        if our == their:
            held = held and held._replace(**{field: our})
        elif link.state is LinkState.OURS or (link.agreed is not None and base == their):
            continue
        elif link.agreed is None or base != our or field in unseen:
            questions.append(Question(Matter.CONFLICT, name, our, their))
        elif _asks(shown, field, their):
            questions.append(Question(Matter.PROPOSAL, name, our, their))
        else:
            moves.append(Move(name, our, their))
            agreed = agreed._replace(**{field: their})
            held = held and held._replace(**{field: their})
    if theirs.cancelled and not _was_cancelled(link) and link.state is not LinkState.OURS:
        questions.append(Question(Matter.CANCELLED, "event", None, None))
    agreed = agreed._replace(begins=shown._replace(on=agreed.on).begins)
    return Merged(tuple(moves), tuple(questions), agreed, held, there)


def conceded(link: Link, values: Mapping[str, Value]) -> Link:
    """Return the link of an object where the user chose the calendar's values, by their task fields, over ours.

    Both sides say the same for a moment: that is agreed on, so that whoever edits next has seen it.
    """
    if link.agreed is None or link.theirs is None:
        return link
    names = {"public_title": "title"} | {name: field for field, name in TASK_FIELDS[link.role].items()}
    agreed = link.agreed._replace(**{names[name]: value for name, value in values.items()})
    return link._replace(agreed=agreed, base=link.theirs, published=None)


def task_fields(shown: Shown) -> Mapping[str, str]:
    """Return what each field of an object is called on its task. A title that others read is the public one."""
    names = TASK_FIELDS[shown.role]
    return {**names, "title": "public_title"} if shown.published else names


def _asks(shown: Shown, field: str, their: Value) -> bool:
    """Whether an edit is only proposed.

    All that others change is. So is a deadline's date, which is set by the outside, and a date that was taken off.
    """
    return shown.published or (field == "on" and (shown.role is Role.DEADLINE or their is None))


def _was_cancelled(link: Link) -> bool:
    base = None if link.base is None else read(link.base)
    return isinstance(base, Remote) and base.cancelled


def _values_there(link: Link, shown: Shown, theirs: Remote) -> There:
    """Return what their text says. What they left as it was when agreed on, says what was agreed on.

    So a change of the practice's zone or of our own titles' form never looks like an edit of theirs.
    """
    base = None if link.base is None else read(link.base)
    known, before = link.agreed, base if isinstance(base, Remote) else None
    # Of an object that was gone no text is kept: where theirs says what was agreed on, it is in its own zone.
    zone = shown.zone if known is None else _zone_then(before or theirs, known, shown)
    on, time = _date(theirs, shown.role, zone)
    said = time
    if known is None or before is None:
        time = shown.time if on is None else time
        then = shown if known is None else saying(shown, known)
        title, done = _title(theirs.summary, then.summary, values_of(then), shown, said)
        return There(on, time, title, theirs.ticks.done if shown.form is Form.TODO else done)
    was_on, was_time = _date(before, shown.role, zone)
    if was_on == on:
        on = known.on
    if was_time == time or on is None:
        time = known.time
    title, done = _title(theirs.summary, before.summary, known, shown, said)
    if shown.form is Form.TODO:
        done = done_there(theirs.ticks, before.ticks, known.done)
    return There(on, time, title, done)


def _zone_then(before: Remote, known: Agreed, shown: Shown) -> str:
    """Return the zone in which a text was agreed on: its own if it says there what was agreed, else that of now.

    A practice may have moved to another zone since; what somebody changes in the old text is meant in the old one.
    """
    zone = before.start.tzinfo if isinstance(before.start, datetime) else None
    # Some servers spell a time in the zone UTC as an instant.
    name = zone.key if isinstance(zone, ZoneInfo) else "UTC" if zone is UTC else shown.zone
    then = before.when(name)
    return name if then is not None and (then.on, then.time) == (known.on, known.time) else shown.zone


def _date(remote: Remote, role: Role, zone: str) -> tuple[date | None, str | None]:
    """Return the day and, of a promise, the clock time that a text says."""
    when = remote.when(zone)
    if when is None:
        return None, None
    return when.on, when.time if role is Role.PROMISE else None


def _title(summary: str, before: str, known: Agreed, shown: Shown, said: str | None) -> tuple[str, bool]:
    """Return title and done of a summary that read `before` when `known` was agreed on; `said` is their clock time.

    Only exactly adding or removing the done mark ticks or un-ticks: a title may begin with that word. A todo has
    no such mark.
    """
    marked = shown.form is Form.EVENT
    if summary == before:
        return known.title, known.done
    if summary == shown.summary:
        return shown.title, shown.done
    if marked and not known.done and summary == DONE_MARK + before:
        return known.title, True
    if marked and known.done and DONE_MARK + summary == before:
        return known.title, False
    rest = summary.removeprefix(DONE_MARK) if marked and known.done else summary
    rest = rest.removeprefix(shown.prefix)
    for time in (known.time, shown.time, said):
        rest = f" {rest}".removesuffix(f" ({time})").lstrip() if time else rest
    return rest.strip() or known.title, known.done
