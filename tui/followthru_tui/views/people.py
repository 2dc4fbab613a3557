"""People of a practice as lines: who they are, how they hear, when next, and how promises to them were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from followthru.actions.hours import hours_of
from followthru.actions.keeping import NOTHING, Kept
from followthru.domain.absences import span_words
from followthru.domain.clock import zone
from followthru.domain.people import Channel, Member, Practice
from followthru.domain.saying import day_words
from followthru.errors import UsageError
from followthru.store import practices
from followthru.store.absences import absences
from followthru_tui.feed import Line
from followthru_tui.views.shape import At

if TYPE_CHECKING:
    from followthru.domain.kept import Record
    from followthru.domain.workdays import WorkCalendar


def person_lines(at: At, practice: Practice, kept: Kept = NOTHING) -> list[Line]:
    """Return a line for each person in a role at a practice."""
    days = practices.work_calendar(at.read, practice.id)
    away = _away(at, practice)
    found = practices.members(at.read, practice.id)
    return [_line(at, one, practice, days, kept.people.get(one.handle), away.get(one.handle, ())) for one in found]


def _away(at: At, practice: Practice) -> Mapping[str, Sequence[str]]:
    today = at.today(practice.slug)
    spans: dict[str, list[str]] = {}
    for one in absences(at.read, today):
        cover = f", {one.cover} covers" if one.cover else ""
        spans.setdefault(one.handle, []).append(f"{span_words(one, today)}{cover}")
    return spans


def _line(
    at: At, one: Member, practice: Practice, days: WorkCalendar, record: Record | None, away: Sequence[str]
) -> Line:
    today = at.today(practice.slug)
    hears = _hears(one, today)
    kept = "" if record is None or not record.kept.of else f"kept {record.kept.kept} of {record.kept.of}"
    said = (f"{one.name} ({one.handle})", hears, kept, f"away {away[0]}" if away else "")
    on = next_update(at, one, practice, days)
    return Line(
        f"person:{one.handle}@{practice.slug}",
        f"{'-' if one.paused(today) else '.'} {one.role}",
        ", ".join(part for part in said if part),
        practice.slug,
        None,
        when="" if on is None else f"{day_words(on.date(), today)} {on:%H:%M}",
        facts=_facts(one, hears, record, away, on, today),
    )


def _hears(one: Member, today: date) -> str:
    if one.paused(today):
        return "updates paused"
    if one.channel is Channel.NONE:
        return "hears nothing"
    by = "by call" if one.channel is Channel.CALL else "" if one.email else "no e-mail address"
    return " ".join(part for part in (one.cadence or "no cadence", by) if part)


def next_update(at: At, one: Member, practice: Practice, days: WorkCalendar) -> datetime | None:
    """Return when a person's next update is due, by the PM's own clock; None for who hears at no hour."""
    if one.paused(at.today(practice.slug)):
        return None
    try:
        hours = hours_of(one, practice, days, at.ctx.store.clock.now())
    except UsageError:
        return None
    return None if hours is None else hours.coming.at.astimezone(zone(at.ctx.zone))


def _facts(
    one: Member, hears: str, record: Record | None, away: Sequence[str], on: datetime | None, today: date
) -> tuple[tuple[str, str], ...]:
    kept = "" if record is None or not record.kept.of else f"{record.kept.kept} of {record.kept.of} promises"
    moved = "" if record is None or not record.moved.of else f"{record.moved.of} moved in time"
    found = (
        ("Name", one.name),
        ("Handle", one.handle),
        ("Address", one.address or ""),
        ("Role", str(one.role)),
        ("E-mail", one.email or "none"),
        ("Channel", str(one.channel)),
        ("Hears", hears),
        ("Next", "" if on is None else f"{day_words(on.date(), today)} {on:%H:%M}"),
        ("Review", "every update waits for you" if one.review else ""),
        ("Kept", ", ".join(part for part in (kept, moved) if part)),
        *(("Away", each) for each in away),
    )
    return tuple((name, value) for name, value in found if value)
