"""The weekly review: one of its stops, with the keys that help there; at its end what was decided."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import datetime

from followthru.actions import reviewing
from followthru.actions.brief import Part
from followthru.actions.registry import by_id
from followthru.actions.review_stops import DECIDED, NAMES, STOPS, Lies, Stop, lies_at
from followthru.actions.review_stops import Line as Lying
from followthru.domain.clock import zone
from followthru.domain.saying import day_words
from followthru.store import goals, reviews, tasks
from followthru_tui.dispatch import key_words
from followthru_tui.feed import Line, Place, Section, Where
from followthru_tui.storecalendars import question_lines
from followthru_tui.storelines import update_lines
from followthru_tui.views.goals import goal_lines
from followthru_tui.views.inbox import mail_lines
from followthru_tui.views.shape import At, Shape

_HELPS: dict[str, tuple[str, ...]] = {
    "inbox": ("belongs", "promise", "done", "drop"),
    "stalled": ("start", "wait", "split", "defer", "drop"),
    "waiting": ("answered", "wait", "call"),
    "promises": ("promise", "tell", "done"),
    "weeks": ("show", "promise", "edit"),
    "updates": ("update show", "update approve", "update edit", "update discard"),
    "goals": ("goal read", "goal edit", "goal retire"),
}
"""The commands that help at each stop, the likeliest first."""
_HEADINGS = {
    "question": "Calendars ask: > mine, < theirs",
    "mail": "Came back by mail: x once you have read it",
}
"""Headings of lines that are of another sort than their stop's own."""
_DONE = {"done": "x"}
"""The glyph before a step by its sort, a dot before the others."""
_SHOWN = 20
"""Lines on a screen of 24: what was decided fits there."""


def weekly(at: At) -> Shape:
    """Return a stop of the review, or all that was decided of one sort; narrowed to what matches it is tasks alone."""
    name, _, sort = at.where.name.partition(" ")
    if name == DECIDED:
        return _decided(at, sort)
    stop = STOPS[NAMES.index(name)]
    lies = lies_at(at.ctx, at.read, name)
    ids = array("q", [row.id for row in lies.tasks])
    if (matching := at.matching()) is not None:
        fits = set(tasks.ids(at.read, matching))
        kept = array("q", [id for id in ids if id in fits])
        return Shape(_title(stop), [Section(name, stop.why, kept, len(kept))] if kept else [])
    return Shape(_title(stop), _noted(stop, _sections(at, stop, lies, ids)), 0, lies.note, lies.total)


def _title(stop: Stop) -> str:
    return f"Weekly review, stop {NAMES.index(stop.name) + 1} of {len(STOPS)}: {stop.title}"


def _sections(at: At, stop: Stop, lies: Lies, ids: array[int]) -> list[Section]:
    """Return what lies at a stop: its tasks, and its lines by their sort; a week goes before what fills it."""
    sorts = dict.fromkeys(line.sort for line in lies.lines)
    known = {line.key: line for sort in sorts for line in _known(at, sort)}
    lines = [
        Section(
            f"{stop.name} {sort}",
            _HEADINGS.get(sort, stop.why),
            (),
            len(found := [_line(one, known) for one in lies.lines if one.sort == sort]),
            tuple(found),
        )
        for sort in sorts
    ]
    full = stop.name == "weeks"
    mine = [Section(stop.name, "What fills them" if full else stop.why, ids, len(ids))] if ids else []
    return [*lines, *mine] if full else [*mine, *lines]


def _noted(stop: Stop, sections: list[Section]) -> list[Section]:
    """Return sections, the first with the keys that help."""
    commands = [by_id(id) for id in _HELPS[stop.name]]
    words = " · ".join(f"{key_words(one.keys[0])} {one.words}" for one in commands)
    return [one._replace(note=words) if number == 0 else one for number, one in enumerate(sections)]


def _known(at: At, sort: str) -> Iterable[Line]:
    """Return the lines of a sort as they are shown elsewhere, so that the same keys act on them."""
    match sort:
        case "question":
            return question_lines(at.read, at.today(None))
        case "mail":
            return mail_lines(at)
        case "update":
            return update_lines(at.ctx, at.read)
        case "goal":
            return goal_lines(at, goals.goals(at.read))
        case _:
            return ()


def _line(one: Lying, known: dict[str, Line]) -> Line:
    if one.sort == "week":
        return Line(f"load:{one.id} {one.practice or ''}".rstrip(), "! overfull", one.words, one.practice, None)
    return known.get(f"{one.sort}:{one.id}") or Line(f"{one.sort}:{one.id}", "?", one.words, one.practice, None)


# The last stop


def _decided(at: At, sort: str) -> Shape:
    title, kept = _title(STOPS[-1]), reviews.kept(at.read)
    if kept is None:
        return Shape(title, [_said("No review is on its way: z begins one.")], 0, "", 0)
    found = reviewing.decided(at.ctx, at.read, kept)
    if sort:
        parts = [part for part in found.parts if part.key == sort]
        return Shape(parts[0].heading if parts else sort, [_part(part, len(part.entries)) for part in parts])
    since = day_words(datetime.fromisoformat(kept.begun_at).astimezone(zone(at.ctx.zone)).date(), at.today(None))
    left = _left(found.left)
    room = _SHOWN - (len(left.lines) + 2 if left.lines else 0)
    each = max(1, room // max(1, len(found.parts)))
    sections = [_part(part, each) for part in found.parts] or [_said("Nothing was decided.")]
    return Shape(title, [*sections, *([left] if left.lines else [])], 0, f"since {since}", found.steps)


def _part(part: Part, most: int) -> Section:
    """Return steps of one sort, without a heading: their sort stands before each."""
    shown = part.entries if len(part.entries) <= most else part.entries[: max(0, most - 1)]
    lines = tuple(
        Line(f"step:{one.id}", f"{_DONE.get(part.key, '.')} {part.key}", one.words, None, None) for one in shown
    )
    rest = f"and {len(part.entries) - len(shown):,} more {part.heading.lower()}"
    return Section(part.key, "", (), len(part.entries), lines, Where(Place.REVIEW, f"{DECIDED} {part.key}"), rest)


def _left(counts: dict[str, int]) -> Section:
    titles = {one.name: one.title for one in STOPS}
    lines = tuple(Line(f"stop:{name}", f"? {count:,}", titles[name], None, None) for name, count in counts.items())
    return Section("left", "Still there: Enter goes to it", (), len(lines), lines)


def _said(words: str) -> Section:
    return Section("said", "", (), 1, (Line("step:", ".", words, None, None),))
