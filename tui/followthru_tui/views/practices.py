"""Practices: a card for each, and all of one on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from followthru.actions import agenda
from followthru.actions.agenda import both
from followthru.actions.keeping import NOTHING, Kept, kept_by_practice
from followthru.actions.loading import load
from followthru.domain.load import Load, load_words
from followthru.domain.people import Practice, PracticeStatus
from followthru.domain.periods import Length, of
from followthru.domain.registers import RegisterItem
from followthru.domain.saying import count_words, day_words
from followthru.domain.spans import hours_words
from followthru.store import practices as stored
from followthru.store import registers, tasks, updates, worked
from followthru.store.tasks import OPEN, Query
from followthru_tui.feed import Line, Place, Section, Where
from followthru_tui.storelines import update_lines
from followthru_tui.views import duties, goals, hours, meetings, playbooks
from followthru_tui.views.expiry import item_line
from followthru_tui.views.people import next_update, person_lines
from followthru_tui.views.shape import INDENT, MOST, At, Shape, narrow, task_sections

_TASKS = 12
"""Open tasks that a practice shows at once; the rest is one key away."""
_TOLD = 8
_NEEDS = frozenset({"needs you", "late", "promised today", "at risk"})


class _Next(NamedTuple):
    """The next update of a practice: when, by the PM's own clock, and to whom."""

    at: datetime
    person: str


def cards(at: At) -> Shape:
    """Return a card for each practice: what needs you, how promises were kept, what comes next."""
    wanted = narrow(at.text)
    kept, promised = kept_by_practice(at.ctx), load(at.ctx, at.read)
    found = [one for one in stored.all_practices(at.read) if wanted.fits(f"{one.slug} {one.name}", one.slug, "")]
    lines = [_card(at, one, kept.get(one.slug, NOTHING), promised) for one in found]
    # Under no heading, so that nothing but practices is counted.
    return Shape("Practices", [Section("practices", "", (), len(lines), tuple(lines))] if lines else [])


def _card(at: At, one: Practice, kept: Kept, promised: Load) -> Line:
    needs, buffer = _needs(at, one)
    state = (
        f"! {needs} need{'s' if needs == 1 else ''} you" if needs else f"~ {buffer} in buffer" if buffer else ". calm"
    )
    paused = one.status is not PracticeStatus.ACTIVE
    today = at.today(one.slug)
    open_ = tasks.ids(at.read, both(OPEN, Query("practice_id = ? AND promised_on IS NOT NULL", (one.id,))))
    first = tasks.by_ids(at.read, open_[:1])
    coming = f", next {day_words(first[0].promised_on, today)}" if first and first[0].promised_on else ""
    [week] = promised.weeks(one.slug, 1)
    record = kept.practice.kept
    facts = (
        f"kept {record.kept} of {record.of}" if record.of else "nothing due was told yet",
        f"{count_words(len(open_), 'open promise')}{coming}",
    )
    room = "" if week.capacity is None else f" of {hours_words(week.capacity)}"
    full = ", overfull" if week.overfull else ""
    time = (f"week {hours_words(week.minutes)}{room}{full}", _month(at, one))
    return Line(
        f"practice:{one.slug}",
        f"- {one.status}" if paused else state,
        one.name,
        one.slug,
        None,
        under=(*_indented(facts), *_indented((_update_words(at, one),)), *_indented(time), ""),
    )


def _month(at: At, one: Practice) -> str:
    """Return the hours of the month, where some are agreed on or were logged."""
    month = of(Length.MONTH, at.today(one.slug))
    found = next(iter(worked.totals(at.read, month.first, month.last, one.id)), None)
    if found is None or (found.retainer is None and not found.entries):
        return ""
    agreed = "" if found.retainer is None else f" of {hours_words(found.retainer)}"
    return f"month {hours_words(found.minutes)}{agreed}"


def _indented(parts: Iterable[str]) -> tuple[str]:
    return (f"{INDENT}{' · '.join(part for part in parts if part)}",)


def _needs(at: At, one: Practice) -> tuple[int, int]:
    """Return how many tasks of a practice need the PM, and how many are in their buffer."""
    found = {part.name: len(part.ids) for part in agenda.today_ids(at.ctx, at.read, practice_id=one.id)}
    return sum(count for name, count in found.items() if name in _NEEDS), found.get("in buffer", 0)


def _update_words(at: At, one: Practice) -> str:
    waits = sum(
        1 for row in updates.listed(at.read, practice_id=one.id) if row.status in ("drafted", "in review", "held")
    )
    review = f", {waits} to review" if waits else ""
    found = _next(at, one)
    if one.status is not PracticeStatus.ACTIVE:
        return f"paused: nothing is sent{review}"
    if found is None:
        return f"no update is due{review}"
    return f"next update {day_words(found.at.date(), at.today(None))} {found.at:%H:%M} to {found.person}{review}"


def _next(at: At, one: Practice) -> _Next | None:
    days = stored.work_calendar(at.read, one.id)
    hours = (
        _Next(due, each.handle) for each in stored.members(at.read, one.id) if (due := next_update(at, each, one, days))
    )
    return min(hours, default=None)


def practice(at: At) -> Shape:
    """Return all of one practice; narrowed to what matches it is a list of tasks."""
    matching = at.matching()
    one = next((each for each in stored.all_practices(at.read) if each.slug == at.where.name), None)
    if one is None:
        return Shape(at.where.name, [])
    mine = Query("practice_id = ?", (one.id,))
    ids = at.lists.ids(at.read, both(matching or OPEN, mine))
    late = tasks.count(at.read, both(OPEN, agenda.Days(at.ctx, at.read).where("late_from <= ?"), mine))
    title = f"{one.slug}{'' if one.status is PracticeStatus.ACTIVE else f', {one.status}'}"
    kept = kept_by_practice(at.ctx).get(one.slug, NOTHING)
    remark = _remark(at, one, kept)
    if matching is not None or at.where.place is Place.PRACTICE_TASKS:
        return Shape(title, task_sections(at, both(matching or OPEN, mine)), late, remark)
    most = len(ids) if len(ids) <= _TASKS + 1 else _TASKS
    whole = Where(Place.PRACTICE_TASKS, one.slug)
    found = [
        Section("open", "Open tasks", ids[:most], len(ids), (), whole),
        _bounded("updates", "Updates", [line for line in update_lines(at.ctx, at.read) if line.practice == one.slug]),
        _bounded("people", "People", person_lines(at, one, kept)),
        _bounded("told", "Told lately", _told(at, one)),
        *meetings.of_practice(at, one.id),
        goals.of_practice(at, one.id),
        _bounded("registers", "Registers", _items(at, one)),
        duties.of_practice(at, one.id),
        playbooks.of_practice(at, one.id),
        *([] if (logged := hours.of_practice(at, one.slug, one.id)) is None else [logged]),
    ]
    return Shape(title, [each for each in found if each.total], late, remark, len(ids))


def _bounded(key: str, words: str, lines: list[Line]) -> Section:
    return Section(key, words, (), len(lines), tuple(lines[:MOST]))


def _remark(at: At, one: Practice, kept: Kept) -> str:
    """Return how often promises were kept, and how full the week is."""
    [week] = load(at.ctx, at.read).weeks(one.slug, 1)
    # First, since a line that is too long loses its end.
    full = "overfull, " if week.overfull else ""
    record = kept.practice.kept
    rate = f"kept {record.kept} of {record.of}, " if record.of else ""
    return f"{rate}this week {full}{load_words(week)}"


def _told(at: At, one: Practice) -> list[Line]:
    today = at.today(one.slug)
    return [
        Line(
            f"telling:{told.id}",
            f"{'-' if told.retracted else '.'} {told.person}",
            f"{title}: {day_words(told.promised_on, today)}{'' if told.how == 'unspecified' else f', by {told.how}'}",
            one.slug,
            told.told_on,
            when=f"told {day_words(told.told_on, today)}",
            task=told.task_id,
        )
        for told, title in tasks.newest_tellings(at.read, one.id, _TOLD)
    ]


def _items(at: At, one: Practice) -> list[Line]:
    def order(item: RegisterItem) -> tuple[bool, str]:
        return item.expires_on is None, str(item.expires_on)

    days, today = stored.work_calendar(at.read, one.id), at.today(one.slug)
    return [item_line(item, today, days) for item in sorted(registers.items(at.read, practice_id=one.id), key=order)]
