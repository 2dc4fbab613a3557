"""The list of updates: what is not settled yet, and below it what was sent, both narrowed by words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from followthru.actions import lookup, sent
from followthru.actions.context import Context
from followthru.store.sent import Sent
from followthru.store.store import Reader
from followthru.updates.outbox import standing
from followthru_tui.feed import Line, Section
from followthru_tui.storelines import mail_title, names_of, update_lines

MOST = 50
"""Sent updates that are shown; words find the others."""


def update_sections(ctx: Context, read: Reader, text: str) -> list[Section]:
    """Return the sections that fit `text`: words, @practice, +person. Raises NotFoundError for who is not there."""
    words = text.split()
    practice, person = (next((word[1:] for word in words if word[0] == sigil and word[1:]), None) for sigil in "@+")
    plain = " ".join(word for word in words if word[0] not in "@+")
    slug = None if practice is None else lookup.practice(read, practice).slug
    lines = tuple(one for one in update_lines(ctx, read) if _fits(one, slug, person, plain))
    names = names_of(read)
    past = sent.history(ctx, practice=slug, person=person, words=plain)
    sections = [
        Section("updates", "Not settled yet", (), len(lines), lines),
        Section("sent", "Sent", (), len(past), tuple(_line(ctx, one, names) for one in past[:MOST])),
    ]
    return [one for one in sections if one.total]


def _fits(line: Line, slug: str | None, person: str | None, words: str) -> bool:
    title = f"{line.title} {line.practice}".casefold()
    return (
        (slug is None or line.practice == slug)
        and (person is None or title.startswith(f"to {person.casefold()}"))
        and all(word in title for word in words.casefold().split())
    )


def _line(ctx: Context, one: Sent, names: Mapping[str, str]) -> Line:
    on = datetime.fromisoformat(one.at).astimezone(ZoneInfo(ctx.zone)).date()
    state = "= sent" if one.phase == "accepted" else "? may have arrived"
    state = "! returned" if one.returned else state
    return Line(
        f"update:{one.id}",
        state,
        mail_title(one.person, one.subject, names[one.practice]),
        one.practice,
        on,
        standing=str(standing(one.status, one.phase)),
    )
