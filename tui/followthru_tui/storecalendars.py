"""Lines about calendars: how each stands, and what it asks, in the words of who answers with one key."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from followthru.domain.clock import zone
from followthru.domain.saying import count_words, day_words, moment_words
from followthru.domain.task import TaskRow
from followthru.store import links, tasks
from followthru_tui.feed import Line, Section

if TYPE_CHECKING:
    from followthru.actions.calendar_details import CalendarDetails
    from followthru.actions.desk import Desk
    from followthru.store.links import LinkRow
    from followthru.store.store import Reader

_FIELDS = {
    "promised_on": "promise",
    "promised_time": "promised time",
    "deadline_on": "deadline",
    "target_on": "target",
    "title": "title",
    "public_title": "public title",
    "done": "done",
}
_WHOLE = {"deleted": "deleted there", "cancelled": "cancelled there"}

_Stored = tuple[str, str, str | bool | None, str | bool | None]


def question_lines(read: Reader, today: date, calendar: str | None = None) -> tuple[Line, ...]:
    """Return a line for each thing that calendars, or one, ask or leave alone."""
    return tuple(_question(read, today, name, row) for name, row in links.asking(read) if calendar in (None, name))


def _question(read: Reader, today: date, calendar: str, row: LinkRow) -> Line:
    task = tasks.one(read, row.task_id)
    title = task.title if task is not None else f"task {row.task_id}"
    practice = None if task is None else task.practice
    asked = _stored(row)
    if asked:
        moved = _moved_to(read, calendar, row)
        said = f"moved to calendar {moved}" if moved else "; ".join(_asked(today, task, *one) for one in asked)
        proposed = any(matter == "proposal" for matter, *_ in asked)
        return Line(
            f"question:{row.id}",
            "<> proposed" if proposed else "<> asks",
            f"{title}: {said} ({calendar})",
            practice,
            None,
        )
    reason = row.reason or "for no reason that is known"
    return Line(
        f"question:{row.id}",
        "! left alone" if row.state == "quarantined" else "<> asks",
        f"{title}: {reason} ({calendar})",
        practice,
        None,
    )


def _stored(row: LinkRow) -> list[_Stored]:
    return [cast("_Stored", tuple(one)) for one in json.loads(row.questions or "[]")]


def _moved_to(read: Reader, calendar: str, row: LinkRow) -> str | None:
    """Return on which calendar an event was found that was deleted on this one."""
    if row.state != "unlinked":
        return None
    from followthru.actions.strays import elsewhere

    return elsewhere(read, row.uid, calendar)


def choices(read: Reader, today: date, id: int) -> tuple[str, str] | None:
    """Return what becomes of a question if ours holds, and if theirs does; None if it is asked no more."""
    found = next(((name, row) for name, row in links.asking(read) if row.id == id), None)
    if found is None:
        return None
    calendar, row = found
    if row.state == "quarantined":
        return "mine: another event is put beside it", "theirs: it stays as it is, and the task is left off"
    if row.state == "unlinked":
        moved = _moved_to(read, calendar, row)
        if moved is not None:
            return f"mine: it is brought back from {moved} to {calendar}", f"theirs: it stays on {moved} alone"
        return (
            f"mine: it is put on calendar {calendar} again",
            f"theirs: it stays off calendar {calendar}; the task is kept",
        )
    task = tasks.one(read, row.task_id)
    pairs = [_pair(today, task, *one) for one in _stored(row)]
    return f"mine: {'; '.join(ours for ours, _ in pairs)}", f"theirs: {'; '.join(theirs for _, theirs in pairs)}"


def _asked(
    today: date, task: TaskRow | None, matter: str, field: str, ours: str | bool | None, theirs: str | bool | None
) -> str:
    """Return one question with both values; ours as it is by now."""
    if matter in _WHOLE:
        return _WHOLE[matter]
    yours, other = _values(today, task, field, ours, theirs)
    return f"{_what(field)} yours {yours}, theirs {other}"


def _pair(
    today: date, task: TaskRow | None, matter: str, field: str, ours: str | bool | None, theirs: str | bool | None
) -> tuple[str, str]:
    if matter in _WHOLE:
        return "it is published again", f"it stays {_WHOLE[matter]}; the task is kept"
    yours, other = _values(today, task, field, ours, theirs)
    return f"{_what(field)} {yours}", f"{_what(field)} {other}"


def _what(field: str) -> str:
    return _FIELDS.get(field, field.replace("_", " "))


def _values(
    today: date, task: TaskRow | None, field: str, ours: str | bool | None, theirs: str | bool | None
) -> tuple[str, str]:
    now = getattr(task, field, ours) if field in ("promised_on", "deadline_on", "target_on", "title") else ours
    return _value(now, today), _value(theirs, today)


def _value(value: object, today: date) -> str:
    if isinstance(value, bool):
        return "done" if value else "not done"
    if isinstance(value, date):
        return day_words(value, today)
    if not isinstance(value, str):
        return "none"
    try:
        return day_words(date.fromisoformat(value), today)
    except ValueError:
        return f"“{value}”"


def calendar_sections(desk: Desk) -> list[Section]:
    """Return a section for each calendar: how it stands, what is wrong, and what it asks."""
    from followthru.actions.calendar_details import details

    return [_section(desk, one) for one in details(desk)]


def _section(desk: Desk, one: CalendarDetails) -> Section:
    name = one.standing.calendar
    lines = (*_health(desk, one), *question_lines(desk.ctx.read, desk.ctx.today(), name))
    words = f"{name} on {one.standing.account or 'no account'}"
    return Section(f"calendar:{name}", words, (), len(lines), lines)


def _health(desk: Desk, one: CalendarDetails) -> list[Line]:
    at, key = one.standing, f"calendar:{one.standing.calendar}"
    if not one.configured:
        left = f"{count_words(at.shown, 'event')} still on {at.url}: `followthru calendar remove {at.calendar}`"
        return [Line(key, "! left over", left, None, None)]
    found = [Line(key, _state(one), _stands(desk, one), None, None)]
    if at.fault:
        found.append(Line(f"{key}:fault", "! fault", at.fault, None, None))
    if at.resting_until:
        until = moment_words(datetime.fromisoformat(at.resting_until), desk.ctx.store.clock.now(), zone(desk.ctx.zone))
        rests = f"left alone until {until}; S tries it now"
        found.append(Line(f"{key}:rests", "! rests", rests, None, None))
    if at.others:
        counted = Counter(each.reason for each in at.others).most_common()
        why = ", ".join(f"{count} {reason}" for reason, count in counted)
        found.append(Line(f"{key}:others", "others'", f"left alone: {why}", None, None))
    return found


def _state(one: CalendarDetails) -> str:
    at = one.standing
    if at.url is None:
        return "! not set up"
    if at.last_good_at is None:
        return "not synced"
    return "! not in step" if at.fault else "in step" if not at.pending else "to publish"


def _stands(desk: Desk, one: CalendarDetails) -> str:
    from followthru_tui.storestate import ago

    at = one.standing
    if at.url is None:
        return "`followthru calendar setup` finds or makes it"
    good = "never synced yet" if at.last_good_at is None else f"last good sync {ago(desk, at.last_good_at)}"
    parts = [good, f"{count_words(at.shown, 'event')} there"]
    if at.pending:
        parts.append(f"{count_words(at.pending, 'change')} to publish")
    if at.untitled:
        parts.append(f"{count_words(len(at.untitled), 'task')} without a public title")
    if one.name:
        parts.append(f"called “{one.name}”")
    return "; ".join(parts)
