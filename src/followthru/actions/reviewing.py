"""The weekly review: where it stands, how it goes on, and what was decided in it.

It remembers where it stopped; one that was begun more than `STALE` days ago starts anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from followthru.actions import review_stops as stops
from followthru.actions.brief import Entry as Said
from followthru.actions.brief import Part, part_lines
from followthru.actions.context import Context
from followthru.actions.review_stops import DECIDED, NAMES, STOPS, Lies, Stop
from followthru.domain.changes import Change
from followthru.domain.clock import zone
from followthru.domain.saying import count_words, day_words
from followthru.errors import RefusedError
from followthru.store import journal, links, reviews
from followthru.store.faults import UnwritableError
from followthru.store.journal import Entry
from followthru.store.reviews import Kept
from followthru.store.store import Reader, Writer

STALE = 6
"""Days after which a review that was begun is of a week that is over."""
MOST_LINES = 22
"""Lines of the summary: with a prompt above and below they fit a screen of 24."""


class Here(NamedTuple):
    """Where a review stands: at a stop, and what lies there.

    `anew` says that it began just now; `stale_on` is the day of one that was too old to go on with; `passed` are the
    stops that were gone past, because nothing lies there, and `unknown` what should be known of those at which nobody
    can tell. `unkept` says why it is not written down that it began: the store takes no change.
    """

    kept: Kept
    stop: Stop
    lies: Lies
    anew: bool = False
    stale_on: date | None = None
    passed: tuple[Stop, ...] = ()
    unknown: tuple[str, ...] = ()
    unkept: str | None = None

    @property
    def at(self) -> int:
        """Which stop it is, counted from 1."""
        return NAMES.index(self.stop.name) + 1


class Decided(NamedTuple):
    """What was decided since a review was begun, by sort, and how many things are left at each stop."""

    begun_on: date
    parts: tuple[Part, ...]
    left: dict[str, int]

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return sum(len(part.entries) for part in self.parts)


def here(ctx: Context) -> Here:
    """Return where the review stands; begin one where none was begun in the last days.

    One that stands is only read; where the store takes no change, so is the first stop of one that is not kept.
    """
    found = standing(ctx, ctx.read)
    if found is not None:
        return found
    try:
        with ctx.store.writing() as tx:
            return _begun(ctx, tx)
    except UnwritableError as refused:
        unkept = Kept(ctx.store.now(), links.last_action(ctx.read), NAMES[0])
        return _here(ctx, ctx.read, unkept)._replace(unkept=refused.message)


def forward(ctx: Context) -> Here:
    """Go on to the next stop at which something lies, or to what was decided."""
    return _to(ctx, 1)


def back(ctx: Context) -> Here:
    """Go back to the stop before at which something lies; at the first one stay."""
    return _to(ctx, -1)


def end(ctx: Context) -> Decided:
    """End the review and return what was decided. Raises RefusedError where none was begun."""
    with ctx.store.writing() as tx:
        kept = reviews.kept(tx)
        if kept is None:
            raise RefusedError(
                "No review was begun.", safe="Nothing was changed.", remedy="`followthru review` begins one."
            )
        found = decided(ctx, tx, kept)
        reviews.end(tx)
    return found


def on_the_way(found: Here, today: date) -> Iterator[str]:
    """Yield what happened before a review came to where it stands: a new one was begun, stops were gone past."""
    if found.stale_on is not None:
        yield f"The review begun on {day_words(found.stale_on, today)} is of a week that is over; this is a new one."
    if found.passed:
        yield f"Nothing to do at: {', '.join(one.title.lower() for one in found.passed)}."
    yield from found.unknown
    if found.unkept is not None:
        yield f"This review is not kept, and cannot go on. {found.unkept}"


def standing(ctx: Context, read: Reader) -> Here | None:
    """Return where the review stands without beginning one; None where none was begun in the last days."""
    kept = reviews.kept(read)
    if kept is None or _stale_on(ctx, kept) is not None:
        return None
    return _here(ctx, read, kept)


def decided(ctx: Context, read: Reader, kept: Kept) -> Decided:
    """Return what the PM did since a review was begun and did not undo, by sort."""
    found: dict[str, list[Said]] = {}
    for entry in journal.own_since(read, kept.after):
        found.setdefault(_sort(read, entry), []).append(Said(entry.id, entry.words, private=False))
    parts = tuple(Part(key, heading, tuple(found[key])) for key, heading in SORTS.items() if key in found)
    return Decided(_day(ctx, kept), parts, stops.left(ctx, read))


def decided_lines(found: Decided, today: date) -> Iterator[str]:
    """Yield what was decided as lines, no more than `MOST_LINES`; what does not fit is counted."""
    if found.steps:
        yield f"Since {day_words(found.begun_on, today)}: {count_words(found.steps, 'step')}."
    else:
        yield f"Since {day_words(found.begun_on, today)} nothing was decided."
    yield from part_lines(found.parts, MOST_LINES - 2)
    titles = {one.name: one.title for one in STOPS}
    counts = "; ".join(f"{titles[name].lower()}: {count}" for name, count in found.left.items())
    yield f"Still there: {counts}." if counts else "Nothing is left at any stop."


def _begun(ctx: Context, tx: Writer) -> Here:
    kept = reviews.kept(tx)
    stale_on = None if kept is None else _stale_on(ctx, kept)
    if kept is not None and stale_on is None:
        return _here(ctx, tx, kept)
    new = reviews.begin(tx, NAMES[0], links.last_action(tx))
    return _here(ctx, tx, new)._replace(anew=True, stale_on=stale_on)


def _here(ctx: Context, read: Reader, kept: Kept) -> Here:
    stop = next((one for one in STOPS if one.name == kept.stop), STOPS[0])
    return Here(kept, stop, stops.lies_at(ctx, read, stop.name))


def _stale_on(ctx: Context, kept: Kept) -> date | None:
    """Return the day on which a review was begun that is too old to go on with; None for one that is not."""
    begun = datetime.fromisoformat(kept.begun_at)
    return _day(ctx, kept) if ctx.store.clock.now() - begun > timedelta(days=STALE) else None


def _day(ctx: Context, kept: Kept) -> date:
    return datetime.fromisoformat(kept.begun_at).astimezone(zone(ctx.zone)).date()


def _to(ctx: Context, step: int) -> Here:
    """Go to the next stop in a direction at which something lies; a review that was not begun is begun and stays."""
    with ctx.store.writing() as tx:
        now = _begun(ctx, tx)
        if now.anew:
            return now
        at, passed, unknown = NAMES.index(now.stop.name), list[Stop](), list[str]()
        while 0 <= (at := at + step) < len(STOPS):
            stop = STOPS[at]
            lies = stops.lies_at(ctx, tx, stop.name)
            if lies.total or stop.name == DECIDED:
                kept = reviews.move(tx, now.kept, stop.name)
                return Here(kept, stop, lies, passed=tuple(passed), unknown=tuple(unknown))
            if lies.note:
                unknown.append(lies.note)
            else:
                passed.append(stop)
        return now


SORTS = {
    "done": "Done",
    "promised": "Promised",
    "moved": "Moved",
    "dropped": "Dropped",
    "told": "Told",
    "waiting": "Waiting on others",
    "answered": "Answered",
    "captured": "Captured",
    "updates": "Updates",
    "goals": "Goals",
    "other": "Other",
}
"""Sorts of what was decided with their headings, in the order in which they are shown."""
_VERBS = {
    "done": "done",
    "register renew": "done",
    "drop": "dropped",
    "duty skip": "dropped",
    "duty end": "dropped",
    "register retire": "dropped",
    "defer": "moved",
    "target": "moved",
    "duty move": "moved",
    "playbook move": "moved",
    "tell": "told",
    "meeting tell": "told",
    "update told": "told",
    "wait": "waiting",
    "answered": "answered",
    "add": "captured",
    "split": "captured",
    "import": "captured",
    "playbook run": "captured",
    "register task": "captured",
}


def _sort(read: Reader, entry: Entry) -> str:
    """Return of which sort a step is: by its verb; one that sets a promise by whether there was one before."""
    if entry.verb in _VERBS:
        return _VERBS[entry.verb]
    promises = [one for one in journal.changes_of(read, entry.id) if _is_promise(one)]
    if promises:
        return "promised" if all(one.before is None for one in promises) else "moved"
    group = entry.verb.split(" ", 1)[0]
    return {"update": "updates", "goal": "goals"}.get(group, "other")


def _is_promise(change: Change) -> bool:
    return change.entity == "task" and change.field == "promised_on"
