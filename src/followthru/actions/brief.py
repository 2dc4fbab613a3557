"""The day's brief for the PM: what needs them, on one screen at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions.agenda import Days, today_sections
from followthru.actions.context import Context
from followthru.actions.update_rows import should_have_left
from followthru.domain.sample import is_sample
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow
from followthru.store import updates
from followthru.store.store import Reader
from followthru.store.updates import UpdateRow
from followthru.updates.checks import scan
from followthru.updates.outbox import Phase, standing
from followthru.updates.words import clean

MOST_LINES = 22
"""Lines of a brief: with a prompt above and below they fit a screen of 24."""
_MAILED = 5
"""Lines of each part in a mail."""
_SECTIONS = {
    "needs you": "Needs you",
    "late": "Late",
    "promised today": "Promised today",
    "at risk": "At risk",
    "for today": "For today",
    "follow-ups": "Follow up",
}
_WAITS = frozenset({Phase.DRAFTED, Phase.IN_REVIEW, Phase.UNCERTAIN, Phase.REFUSED})


class Entry(NamedTuple):
    """One thing in a brief: a task or an update by its number, in words; `private` where it may name a patient."""

    id: int
    words: str
    private: bool


class Part(NamedTuple):
    """What of one sort needs the PM: its key, its heading, and every entry."""

    key: str
    heading: str
    entries: tuple[Entry, ...]


class Brief(NamedTuple):
    """The brief of one day, without the parts that are empty."""

    on: date
    parts: tuple[Part, ...]

    @property
    def summary(self) -> str:
        """How many of each, in one sentence without a title or a name: it may stand on a locked screen."""
        counts = [f"{part.heading.lower()}: {len(part.entries)}" for part in self.parts]
        return f"{'; '.join(counts)}." if counts else "Nothing needs you today."


def brief(ctx: Context, *, leaves: bool = False) -> Brief:
    """Return the brief of the PM's today, as the store stands now. One that `leaves` has no word of sample data."""
    on, days = ctx.today(), Days(ctx, ctx.read)
    found = {section.name: section.tasks for section in today_sections(ctx, ctx.read)}
    parts = [
        Part(
            key,
            heading,
            tuple(_task(row, key, days) for row in found.get(key, ()) if not (leaves and is_sample(row.practice))),
        )
        for key, heading in _SECTIONS.items()
    ]
    waiting = [row for row in to_look_at(ctx, ctx.read) if not (leaves and is_sample(row.practice))]
    parts.append(Part("updates", "Updates to look at", tuple(_update(row, on) for row in waiting)))
    return Brief(on, tuple(part for part in parts if part.entries))


def to_look_at(ctx: Context, read: Reader) -> list[UpdateRow]:
    """Return the updates that wait for the PM, oldest first: to review, refused, uncertain, or not sent for long."""
    return [
        row
        for row in reversed(updates.listed(read, limit=-1))
        if standing(row.status, row.phase) in _WAITS or should_have_left(ctx, row)
    ]


def update_words(row: UpdateRow) -> str:
    """Return what an update is: to whom, where, its subject, and what became of it if that is no good."""
    state = _ENDED.get(standing(row.status, row.phase), "")
    return f"to {row.person} @{row.practice}: {clean(row.subject)}{state}"


def _task(row: TaskRow, key: str, days: Days) -> Entry:
    at = "" if row.practice is None else f" @{row.practice}"
    on = row.follow_up_on if key == "follow-ups" else row.promised_on or row.deadline_on or row.target_on
    when = "" if on is None else f", {day_words(on, days.today(row.practice))}"
    return Entry(row.id, f"{clean(row.title)}{at}{when}", bool(scan(row.title, days.today(row.practice))))


def _update(row: UpdateRow, today: date) -> Entry:
    return Entry(row.id, update_words(row), bool(scan(row.subject, today)))


_ENDED = {Phase.UNCERTAIN: ", may have arrived", Phase.REFUSED: ", refused", Phase.DEFERRED: ", not sent yet"}


def lines(found: Brief) -> Iterator[str]:
    """Yield a brief as lines, no more than `MOST_LINES`; what does not fit is counted."""
    yield f"{day_words(found.on, found.on)}: {found.summary}"
    yield from part_lines(found.parts, MOST_LINES - 1)


def part_lines(parts: Sequence[Part], most: int) -> Iterator[str]:
    """Yield parts as lines, no more than `most`; what does not fit is counted."""
    if not parts:
        return
    each = max(1, (most - len(parts)) // len(parts))
    for part in parts:
        yield f"{part.heading} ({len(part.entries)})"
        yield from (f"  {line}" for line in _fitting(part, each))


def _fitting(part: Part, most: int) -> list[str]:
    if len(part.entries) <= most:
        return [f"{entry.id:>4}  {entry.words}" for entry in part.entries]
    shown = part.entries[: most - 1]
    return [*(f"{entry.id:>4}  {entry.words}" for entry in shown), f"and {len(part.entries) - len(shown)} more"]


def mail_text(found: Brief) -> str:
    """Return a brief as the text of a mail to the PM. What may name a patient is given by its number alone."""
    parts: list[str] = ["Good morning. This is what needs you today."]
    for part in found.parts:
        shown = part.entries[:_MAILED]
        items = [f"- {_for_mail(part, entry)}" for entry in shown]
        if len(part.entries) > len(shown):
            items.append(f"- and {count_words(len(part.entries) - len(shown), 'more', 'more')}")
        parts += [f"{part.heading}\n{'-' * max(3, len(part.heading))}", "\n".join(items)]
    return "\n\n".join(parts) + "\n"


def _for_mail(part: Part, entry: Entry) -> str:
    if not entry.private:
        return entry.words
    command = "update show" if part.key == "updates" else "show"
    return f"number {entry.id}, whose words look like patient data: followthru {command} {entry.id}"


def as_json(found: Brief) -> dict[str, object]:
    """Return a brief's JSON."""
    return {
        "on": found.on.isoformat(),
        "summary": found.summary,
        "parts": [
            {"name": part.key, "total": len(part.entries), "entries": _entries(part.entries)} for part in found.parts
        ],
    }


def _entries(entries: Iterable[Entry]) -> list[dict[str, object]]:
    return [{"id": entry.id, "words": entry.words} for entry in entries]
