"""What calendars ask, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from followthru.actions.calendar_questions import OpenQuestion
from followthru.actions.context import Context
from followthru.actions.losses import Loss
from followthru.calendars.merge import Matter, Question
from followthru.cli import terminal
from followthru.cli.sync_words import question_words, value_json
from followthru.store import tasks


def question_json(one: OpenQuestion) -> dict[str, object]:
    """Return an open question's JSON: values of ours and theirs by field of the task."""
    return {
        "id": one.link_id,
        "calendar": one.calendar,
        "task": one.task_id,
        "state": str(one.state),
        "reason": one.reason,
        "moved_to": one.moved_to,
        "questions": [
            {
                "matter": str(each.matter),
                "field": each.field,
                "ours": value_json(each.ours),
                "theirs": value_json(each.theirs),
            }
            for each in one.questions
        ],
    }


def loss_json(one: Loss) -> dict[str, object]:
    """Return a loss that waits for a word in the form of a question; it has no number."""
    reason = f"{one.lost} of {one.known} known objects are missing"
    blank = {"id": None, "calendar": one.calendar, "task": None}
    return {**blank, "state": "missing", "reason": reason, "moved_to": None, "questions": []}


def loss_lines(one: Loss) -> Iterator[str]:
    """Yield what is missing on a calendar and the two ways to go on."""
    yield f"calendar {one.calendar}: {one.lost} of {one.known} known objects are missing on its server"
    yield "     nothing was unlinked; if the server is at fault, the next sync after it is mended finds them again"
    yield f"     gone for good: `followthru calendar resolve {one.calendar} --confirm`, then `followthru sync`"


def question_lines(ctx: Context, one: OpenQuestion) -> Iterator[str]:
    """Yield an open question: its number and task, then each value on both sides."""
    found = tasks.by_ids(ctx.read, [one.task_id])
    title = terminal.clean(found[0].title) if found else "(gone)"
    yield f"{one.link_id}  calendar {one.calendar}, task {one.task_id}: {title}"
    if not one.questions:
        yield f"     left alone: {terminal.clean(one.reason or 'for no reason that is known')}"
        yield "     ours puts another event beside it, theirs leaves the task off this calendar"
    for each in one.questions:
        yield f"     {_asked(each, one.moved_to)}"


def _asked(one: Question, moved_to: str | None) -> str:
    if one.matter is Matter.DELETED and moved_to is not None:
        return f"moved to calendar {moved_to}; ours brings it back here, theirs leaves it there and off this calendar"
    if one.matter is Matter.DELETED:
        return "deleted on the calendar; ours makes it again, theirs leaves it off"
    if one.matter is Matter.CANCELLED:
        return "cancelled on the calendar; ours publishes it again, theirs leaves it so"
    return terminal.clean(question_words(one))
