"""Three-way merge of one event, field by field: ours, theirs, and what was last agreed on.

Both sides' edits survive unless the same field was moved on both sides; then the user is asked.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from followthru.calendars.ical.read import Bad, Remote, read
from followthru.calendars.links import Agreed, Link, LinkState
from followthru.calendars.shown import DONE_MARK, Role, Shown

Value = date | str | bool | None
TASK_FIELDS = {
    Role.PROMISE: {"on": "promised_on", "time": "promised_time", "title": "title", "done": "done"},
    Role.DEADLINE: {"on": "deadline_on", "title": "title", "done": "done"},
    Role.TARGET: {"on": "target_on", "title": "title", "done": "done"},
}
"""What each field of an event is called on its task."""


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


class Merged(NamedTuple):
    """What follows from both sides: changes to our task, and questions.

    `agreed` is what both say once the moves are taken over and the rest is published; `held` is what they
    agree on while a question is open and nothing is published (None: never agreed on anything).
    """

    moves: tuple[Move, ...]
    questions: tuple[Question, ...]
    agreed: Agreed
    held: Agreed | None


def values_of(shown: Shown) -> Agreed:
    """Return what we say."""
    return Agreed(shown.on, shown.time, shown.title, shown.done)


def merge(link: Link, shown: Shown, theirs: Remote) -> Merged:
    """Merge one event. Without anything agreed on (an object found again), every difference is a conflict."""
    ours = values_of(shown)
    there = _values_there(link, shown, theirs)
    moves: list[Move] = []
    questions: list[Question] = []
    agreed, held = ours, link.agreed
    for field, name in TASK_FIELDS[shown.role].items():
        our, their = getattr(ours, field), getattr(there, field)
        base = our if link.agreed is None else getattr(link.agreed, field)
        if our == their:
            held = held and held._replace(**{field: our})
        elif link.state is LinkState.OURS or (link.agreed is not None and base == their):
            continue
        elif link.agreed is None or base != our:
            questions.append(Question(Matter.CONFLICT, name, our, their))
        elif _asks(shown.role, field):
            questions.append(Question(Matter.PROPOSAL, name, our, their))
        else:
            moves.append(Move(name, our, their))
            agreed = agreed._replace(**{field: their})
            held = held and held._replace(**{field: their})
    if theirs.cancelled and not _was_cancelled(link) and link.state is not LinkState.OURS:
        questions.append(Question(Matter.CANCELLED, "event", None, None))
    return Merged(tuple(moves), tuple(questions), agreed, held)


def _asks(role: Role, field: str) -> bool:
    """A deadline is set by the outside: moved on a calendar, it is only proposed."""
    return role is Role.DEADLINE and field == "on"


def _was_cancelled(link: Link) -> bool:
    base = None if link.base is None else read(link.base)
    return isinstance(base, Remote) and base.cancelled


def _values_there(link: Link, shown: Shown, theirs: Remote) -> Agreed:
    """Return what their text says. What they left as it was when agreed on, says what was agreed on.

    So a change of the practice's zone or of our own titles' form never looks like an edit of theirs.
    """
    base = None if link.base is None else read(link.base)
    known = link.agreed
    there = theirs.when(shown.zone)
    on, time = there.on, there.time if shown.role is Role.PROMISE else None
    if known is None or base is None or isinstance(base, Bad):
        title, done = _title(theirs.summary, shown.summary, values_of(shown), shown)
        return Agreed(on, time, title, done)
    was = base.when(shown.zone)
    if was.on == there.on:
        on = known.on
    if was.time == there.time:
        time = known.time
    title, done = _title(theirs.summary, base.summary, known, shown)
    return Agreed(on, time, title, done)


def _title(summary: str, before: str, known: Agreed, shown: Shown) -> tuple[str, bool]:
    """Return title and done of a summary that read `before` when `known` was agreed on.

    Only exactly adding or removing the done mark ticks or un-ticks: a title may begin with that word.
    """
    if summary == before:
        return known.title, known.done
    if summary == shown.summary:
        return shown.title, shown.done
    if not known.done and summary == DONE_MARK + before:
        return known.title, True
    if known.done and DONE_MARK + summary == before:
        return known.title, False
    rest = summary.removeprefix(DONE_MARK) if known.done else summary
    rest = rest.removeprefix(shown.prefix)
    for time in (known.time, shown.time):
        rest = f" {rest}".removesuffix(f" ({time})").lstrip() if time else rest
    return rest.strip() or known.title, known.done
