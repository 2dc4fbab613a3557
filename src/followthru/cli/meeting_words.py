"""Meetings, decisions and what minutes would bring, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from followthru.cli import terminal
from followthru.cli.table import columns
from followthru.domain.decisions import Decision, Linked
from followthru.domain.meetings import Meeting, names
from followthru.domain.saying import day_words


def meeting_lines(found: Sequence[Meeting], today: date) -> list[str]:
    """Return meetings in columns: number, when, where, what it is called, who is there, whether there are minutes."""
    rows = [
        (
            str(one.id).rjust(3),
            f"{day_words(one.held_on, today)}{' ' + one.held_time if one.held_time else ''}",
            f"@{one.practice}",
            terminal.clean(one.title or ""),
            " ".join(f"+{there.handle}" for there in one.there),
            "minutes" if one.minutes else "",
        )
        for one in found
    ]
    return columns(rows, stretch=3, width=terminal.width())


def decision_lines(found: Sequence[Decision], today: date) -> list[str]:
    """Return decisions in columns: number, when, where, what, who was there, who may read it."""
    rows = [
        (
            str(one.id).rjust(3),
            day_words(one.decided_on, today),
            f"@{one.practice}",
            terminal.clean(one.words),
            " ".join(f"+{there.handle}" for there in one.there),
            str(one.audience),
            "" if one.retracted_on is None else f"taken back {day_words(one.retracted_on, today)}",
        )
        for one in found
    ]
    return columns(rows, stretch=3, width=terminal.width())


def decided_words(one: Decision, today: date) -> str:
    """Return a decision as a sentence for the PM: `Decided on Tue 3 Mar (Dana, you): …`."""
    who = ", ".join((*(there.called for there in one.there), "you"))
    back = "" if one.retracted_on is None else f" (taken back {day_words(one.retracted_on, today)})"
    return terminal.clean(f"Decided on {day_words(one.decided_on, today)} ({who}): {one.words}{back}")


def whole_decision(one: Decision, read_by: Sequence[str], today: date) -> Iterator[str]:
    """Yield all about one decision, line by line."""
    yield decided_words(one, today)
    yield f"practice:  @{one.practice}"
    if one.meeting_id is not None:
        yield f"meeting:   {one.meeting_id}"
    yield f"audience:  {one.audience}; {'read by ' + names(read_by) if read_by else 'nobody else reads it'}"
    for task in one.follows:
        yield terminal.clean(f"follows:   task {task.task_id}, {task.title}")
    for task in one.moved:
        yield terminal.clean(f"moved:     task {task.task_id}, {task.title}: {_move(task, today)}")
    if one.notes:
        yield terminal.clean(f"notes:     {one.notes}")


def _move(task: Linked, today: date) -> str:
    was = day_words(task.was_on, today) if task.was_on else "no date"
    return f"{was} to {day_words(task.now_on, today) if task.now_on else 'no date'}"
