"""What minutes would bring, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from followthru.actions.minutes import Plan
from followthru.domain.capture.model import Capture
from followthru.domain.saying import count_words, day_words


def plan_lines(found: Plan, today: date) -> Iterator[str]:
    """Yield what minutes would bring: each new task and decision with its line."""
    for one in found.tasks:
        under = f", follows from line {one.item.under}" if one.item.under else ""
        yield f"line {one.item.number}: task “{one.capture.title}”{_dated(one.capture, today)}{under}"
        for note in one.capture.notes:
            yield f"    {note.words}"
    for line in found.decisions:
        who = "for you alone" if line.private else "its readers will read it"
        yield f"line {line.number}: decision “{line.text}”, {who}"
    before = len(found.again_tasks) + len(found.again_decisions)
    if before:
        yield f"{count_words(before, 'line')} taken over before, without a mark by now."
    if not found.tasks and not found.decisions:
        yield "Nothing new to take over."


def _dated(line: Capture, today: date) -> str:
    parts = [
        f"by {day_words(line.promised_on, today)}" if line.promised_on else "",
        f"told to {line.told} at the meeting" if line.told else "",
        f"deadline {day_words(line.deadline_on, today)}" if line.deadline_on else "",
        f"target {day_words(line.target_on, today)}" if line.target_on else "",
        f"+{line.assignee}" if line.assignee else "",
        f"waits on {line.waiting_on}" if line.waiting_on else "",
        f"every {line.repeats}" if line.repeats else "",
        *(f"#{tag}" for tag in line.tags),
        "private" if line.audience == "me" else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f", {said}" if said else ""
