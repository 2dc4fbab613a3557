"""The index of a package: what somebody who takes a practice over reads first, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from followthru.domain.people import Practice
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow
from followthru.exchange.listing import Listing, markdown_lines, marked

_SOON = timedelta(days=30)
_NAMES = {
    "task": ("private task", None),
    "update": ("mail", None),
    "raise_note": ("note of something to raise", "notes of something to raise"),
    "action_item": ("line of minutes", "lines of minutes"),
    "register_item": ("private register item", None),
    "goal": ("private goal", None),
    "reading": ("private reading", None),
    "decision": ("private decision", None),
}
_SHOWN = {
    "promises": ("task", "title", "promised_on", "person", "told", "told_on", "how", "in_step"),
    "people": ("name", "role", "email", "channel", "cadence"),
    "registers": ("title", "kind", "holder_name", "identifier", "expires_on", "vendor", "contact"),
    "duties": ("title", "repeats", "on", "paused"),
    "runs": ("title", "anchor_on", "open", "done", "ends_on", "roles"),
    "goals": ("title", "value", "read_on", "aim", "by_on", "standing"),
    "evidence": ("dated_on", "form", "words", "sha256", "title", "item"),
}


class Facts(NamedTuple):
    """What the index is about: the practice, its day, who hands it over, and what stayed behind, by what it is."""

    practice: Practice
    today: date
    by: str
    left_out: Mapping[str, int]
    private: bool


def left_out_words(left_out: Mapping[str, int]) -> list[str]:
    """Return in words what stayed behind."""
    found: list[str] = []
    for what, count in left_out.items():
        own, of, entity = what.partition(" of ")
        if of:
            found.append(f"the {own} of {count_words(count, entity.replace('_', ' '))}")
        else:
            one, many = _NAMES.get(what, (f"private {what.replace('_', ' ')}", None))
            found.append(count_words(count, one, many))
    return found


def index_text(facts: Facts, lists: Mapping[str, Listing], rows: Sequence[TaskRow]) -> str:
    """Return the index."""
    return "\n".join((*_head(facts), *_dates(facts, rows), *_sections(lists), *_files(lists))) + "\n"


def _head(facts: Facts) -> Iterator[str]:
    practice = facts.practice
    by = f" by {marked(facts.by)}" if facts.by else ""
    yield f"# {marked(practice.name)}: what there is to take over"
    yield ""
    yield f"Written on {day_words(facts.today)}{by}. Practice `{practice.slug}`, zone {practice.timezone}."
    yield ""
    if facts.private:
        yield "Private tasks and notes **are** in it."
    elif facts.left_out:
        yield f"Not in it, because it is private: {', '.join(left_out_words(facts.left_out))}."
    else:
        yield "Nothing was left out."
    yield "Files that are evidence stay where they are: each is listed with its hash."


def _dates(facts: Facts, rows: Sequence[TaskRow]) -> Iterator[str]:
    """Yield what is late, and what falls due in the next thirty days."""
    dated = [(min(days), row) for row in rows if not row.closed and (days := _days(row))]
    late = [(on, row) for on, row in dated if on < facts.today]
    soon = [(on, row) for on, row in dated if facts.today <= on <= facts.today + _SOON]
    waiting = [row for row in rows if row.waiting_on is not None and not row.closed]
    for title, found in (("Past its date", late), ("The next 30 days", soon)):
        yield ""
        yield f"## {title}"
        yield ""
        for on, row in sorted(found, key=lambda each: (each[0], each[1].id)):
            yield f"- {on.isoformat()}: {marked(row.title)} (task {row.id}, {row.status})"
        if not found:
            yield "None."
    if waiting:
        yield ""
        yield "## Waited for"
        yield ""
        for row in waiting:
            needed = f", needed by {row.waiting_by.isoformat()}" if row.waiting_by else ""
            yield f"- {marked(row.title)}: {marked(row.waiting_for or 'an answer')} from {row.waiting_on}{needed}"


def _days(row: TaskRow) -> list[date]:
    told = [day for day in (row.promised_on, row.deadline_on) if day is not None]
    return told or [day for day in (row.target_on,) if day is not None]


def _sections(lists: Mapping[str, Listing]) -> Iterator[str]:
    for kind, columns in _SHOWN.items():
        listing = lists[kind]
        rows = [row for row in listing.rows if kind not in ("registers", "goals") or row.get("retired_on") is None]
        yield ""
        yield from markdown_lines(listing._replace(columns=columns, rows=rows), heading="##")


def _files(lists: Mapping[str, Listing]) -> Iterator[str]:
    yield ""
    yield "## Files"
    yield ""
    for listing in lists.values():
        yield f"- `{listing.name}.csv`: {listing.title.lower()}, {count_words(len(listing.rows), 'row')}"
    yield "- `tasks.ics`: what is open, for a calendar or a list of tasks"
    yield "- `followthru.jsonl`: all of it for followthru: `followthru import followthru.jsonl` into an empty store"
    yield "- `SHA256SUMS`: the hash of every file; `sha256sum -c SHA256SUMS` checks them"
