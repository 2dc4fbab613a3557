"""The stops of the weekly review: what lies at each, why one stops there, and which commands help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from followthru.actions.agenda import Days, both
from followthru.actions.brief import to_look_at, update_words
from followthru.actions.context import Context
from followthru.actions.loading import load, work_of
from followthru.domain.goals import Goal, Reading
from followthru.domain.load import load_words
from followthru.domain.saying import day_words
from followthru.domain.task import TaskRow
from followthru.store import goals, incoming, links, practices, tasks
from followthru.store.store import Reader
from followthru.store.tasks import OPEN, Query

AHEAD = 14
"""Days ahead whose promises are gone through."""
WEEKS = 8
"""Weeks from the present one on that are looked at for being overfull."""
OLD_READING = 45
"""Days after which a goal's newest reading says little: most measures are read once a month."""
DECIDED = "decided"
"""The last stop: one screen of what was decided."""


class Stop(NamedTuple):
    """One stop: its name, what it is called, why one stops there, and the commands that help, each with its use."""

    name: str
    title: str
    why: str
    may: tuple[tuple[str, str], ...]


class Line(NamedTuple):
    """What is no task at a stop: its sort, its number (a week: its Monday, ISO), words, and the command that helps.

    `practice` is whose week it is, None for the PM's own and for what is no week.
    """

    sort: str
    id: str
    words: str
    command: str
    practice: str | None = None


class Lies(NamedTuple):
    """What lies at a stop. `note` is what should be known of it; empty for nothing."""

    tasks: tuple[TaskRow, ...] = ()
    lines: tuple[Line, ...] = ()
    note: str = ""

    @property
    def total(self) -> int:
        """How many things lie there; tasks of an overfull week stand below it and are not counted again."""
        weeks = sum(1 for one in self.lines if one.sort == "week")
        return weeks or len(self.tasks) + len(self.lines)


STOPS: tuple[Stop, ...] = (
    Stop(
        "inbox",
        "Inbox to zero",
        "What was captured in a hurry is lost until it has a practice and a day.",
        (
            ("edit ID practice=SLUG", "says where it belongs"),
            ("promise ID DATE", "promises a day"),
            ("done ID", "is done already"),
            ("drop ID", "lets it go"),
        ),
    ),
    Stop(
        "stalled",
        "Standing still",
        "Nothing has moved here for longer than is usual for such work.",
        (
            ("start ID", "begins it"),
            ("wait ID --on PERSON", "says on whom it waits"),
            ("split ID TITLE…", "cuts it into parts that can be begun"),
            ("defer ID DATE", "puts it off until a day"),
            ("drop ID", "lets it go"),
        ),
    ),
    Stop(
        "waiting",
        "To be asked again",
        "Nobody answers what they were not asked again.",
        (
            ("answered ID TEXT", "notes what came back"),
            ("wait ID --on PERSON --follow-up DATE", "sets the next day to ask"),
            ("call SLUG PERSON", "shows all that is open with them"),
        ),
    ),
    Stop(
        "promises",
        "Promised for the next two weeks",
        "A promise that will not hold is moved and told before its day.",
        (
            ("promise ID DATE --because TEXT", "moves it, with the reason that they read"),
            ("tell ID PERSON --how call", "notes that they know"),
            ("done ID", "is done"),
        ),
    ),
    Stop(
        "weeks",
        "Overfull weeks",
        "More is promised than there is time for: something in it has to move.",
        (
            ("promise ID DATE --because TEXT", "moves a promise to a week with room"),
            ("edit ID estimate=2h", "says how long it really takes"),
            ("load", "shows the weeks"),
        ),
    ),
    Stop(
        "updates",
        "Updates that wait for you",
        "Who hears nothing asks, or stops asking.",
        (
            ("update show ID", "reads it"),
            ("update approve ID", "lets it go out"),
            ("update edit ID", "says it in other words"),
            ("update discard ID", "gives it up"),
        ),
    ),
    Stop(
        "goals",
        "Goals without a task or a reading",
        "A goal that no task serves and nobody measures is a wish.",
        (
            ("goal read GOAL VALUE", "notes a reading"),
            ("edit ID goal=GOAL", "says that a task serves it"),
            ("goal retire GOAL", "is not pursued any more"),
        ),
    ),
    Stop(DECIDED, "What was decided", "The week is gone through.", (("review end", "ends the review"),)),
)
NAMES = tuple(one.name for one in STOPS)


def lies_at(ctx: Context, read: Reader, name: str) -> Lies:
    """Return what lies at a stop as things stand; at the last one nothing does."""
    found = _READERS.get(name)
    return Lies() if found is None else found(ctx, read)


def left(ctx: Context, read: Reader) -> dict[str, int]:
    """Return how many things lie at each stop that has any, in the order of the stops."""
    counts = {name: lies_at(ctx, read, name).total for name in NAMES}
    return {name: count for name, count in counts.items() if count}


def _rows(read: Reader, *queries: Query) -> tuple[TaskRow, ...]:
    return tuple(tasks.rows(read, both(OPEN, *queries)))


def _inbox(ctx: Context, read: Reader) -> Lies:
    lines = (*_questions(read), *_mails(ctx, read))
    return Lies(_rows(read, Query("status = 'inbox'")), lines)


def _questions(read: Reader) -> Iterator[Line]:
    for calendar, row in links.asking(read):
        task = tasks.one(read, row.task_id)
        title = f"task {row.task_id}" if task is None else task.title
        yield Line("question", str(row.id), f"calendar {calendar} asks: {title}", f"calendar resolve {row.id}")


def _mails(ctx: Context, read: Reader) -> Iterator[Line]:
    if not incoming.any_unseen(read):
        return
    from followthru.actions.came_back import short, unseen

    for row in unseen(ctx):
        yield Line("mail", str(row.id), f"{short(row)}: {row.subject} @{row.practice}", f"mail seen {row.id}")


def _stalled(ctx: Context, read: Reader) -> Lies:
    return Lies(_rows(read, Days(ctx, read).where("stalled_from <= ?")))


def _waiting(ctx: Context, read: Reader) -> Lies:
    """Return what waits and is to be asked again, is overdue, or has no day on which anything would come of it."""
    due = Days(ctx, read).where(
        "(follow_up_on <= ? OR (waiting_by < ? AND (follow_up_on IS NULL OR follow_up_on <= ?)) "
        "OR (follow_up_on IS NULL AND waiting_by IS NULL))"
    )
    return Lies(_rows(read, Query("status = 'waiting'"), due))


def _promises(ctx: Context, read: Reader) -> Lies:
    return Lies(_rows(read, Days(ctx, read).where("promised_on <= ?", AHEAD)))


def _weeks(ctx: Context, read: Reader) -> Lies:
    """Return the weeks in which more is promised than there is time for, of the PM and of each practice."""
    found, sites = load(ctx, read), (None, *(one.slug for one in practices.all_practices(read)))
    weeks = [(slug, week) for slug in sites for week in found.weeks(slug, WEEKS)]
    if all(week.capacity is None for _, week in weeks):
        how = '[me] capacity = "6h" in config.toml, or `followthru practice edit SLUG capacity=10h`'
        return Lies(note=f"How much time there is has not been said: {how}.")
    full = sorted(
        ((slug, week) for slug, week in weeks if week.overfull), key=lambda one: (one[1].monday, one[0] or "")
    )
    today = ctx.today()
    lines = tuple(
        Line(
            "week",
            week.monday.isoformat(),
            f"{'Your week' if slug is None else f'@{slug}, week'} of {day_words(week.monday, today)}: "
            f"{load_words(week)}",
            "load" if slug is None else f"load --practice {slug}",
            slug,
        )
        for slug, week in full
    )
    rows = chain.from_iterable(_rows(read, work_of(ctx, slug, week.monday)) for slug, week in full)
    return Lies(tuple({row.id: row for row in rows}.values()), lines)


def _updates(ctx: Context, read: Reader) -> Lies:
    found = to_look_at(ctx, read)
    return Lies(lines=tuple(Line("update", str(row.id), update_words(row), f"update show {row.id}") for row in found))


def _goals(ctx: Context, read: Reader) -> Lies:
    found = goals.goals(read)
    readings = goals.readings(read, [one.id for one in found])
    lines: list[Line] = []
    for one in found:
        today = ctx.today_for(read, one.practice_id)
        lacks = _lacks(one, readings[one.id][-1] if readings[one.id] else None, today)
        if lacks:
            command = f"goal read {one.id} VALUE" if lacks[-1] != "no task" else f"goal show {one.id}"
            lines.append(Line("goal", str(one.id), f"{one.title} @{one.practice}: {', '.join(lacks)}", command))
    return Lies(lines=tuple(lines))


def _lacks(one: Goal, newest: Reading | None, today: date) -> list[str]:
    lacks = [] if one.open_tasks else ["no task"]
    if newest is None:
        lacks.append("no reading yet")
    elif newest.on < today - timedelta(days=OLD_READING):
        lacks.append(f"no reading since {day_words(newest.on, today)}")
    return lacks


_READERS: dict[str, Callable[[Context, Reader], Lies]] = {
    "inbox": _inbox,
    "stalled": _stalled,
    "waiting": _waiting,
    "promises": _promises,
    "weeks": _weeks,
    "updates": _updates,
    "goals": _goals,
}
