"""What calendars ask, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from followthru.actions.calendars import OpenQuestion
from followthru.actions.context import Context
from followthru.calendars.merge import Matter, Question, Value
from followthru.cli import out
from followthru.cli.sync_words import value_json, value_words
from followthru.store import tasks

_FIELDS = {
    "promised_on": "the promise",
    "promised_time": "the promised time",
    "deadline_on": "the deadline",
    "target_on": "your target",
    "title": "the title",
    "public_title": "the public title",
    "done": "whether it is done",
}


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


def question_lines(ctx: Context, one: OpenQuestion) -> Iterator[str]:
    """Yield an open question: its number and task, then each value on both sides."""
    found = tasks.by_ids(ctx.read, [one.task_id])
    title = out.clean(found[0].title) if found else "(gone)"
    yield f"{one.link_id}  calendar {one.calendar}, task {one.task_id}: {title}"
    if not one.questions:
        yield f"     left alone: {out.clean(one.reason or 'for no reason that is known')}"
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
    verb = "moved" if one.field.endswith("_on") else "changed"
    why = f"{verb} on both sides" if one.matter is Matter.CONFLICT else f"{verb} on the calendar"
    what = _FIELDS.get(one.field, one.field)
    return f"{what} {why}: ours {_said(one.ours)}, theirs {_said(one.theirs)}"


def _said(value: Value) -> str:
    return out.clean(value_words(value))
