"""The fields of a task as they are edited: what each is called, what it holds, and how it is asked for. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from followthru.domain.spans import hours_words
from followthru.domain.task import Area, Audience, Priority
from followthru_tui.feed import TaskDetail


class How(StrEnum):
    """How a field is asked for: on a line, as a date, from a few choices, or by a command of its own."""

    LINE = "line"
    DATE = "date"
    CHOICE = "choice"
    COMMAND = "command"


class Field(NamedTuple):
    """One field. `about` says what may be typed, or names the command; `many` is whether several tasks may share it."""

    name: str
    words: str
    how: How = How.LINE
    about: str = ""
    choices: tuple[str, ...] = ()
    many: bool = False


FIELDS: tuple[Field, ...] = (
    Field("title", "Title"),
    Field("public_title", "Title for readers", about="what clients read in its place; empty for the title itself"),
    Field("promised", "Promised", How.COMMAND, "promise"),
    Field("target", "Target", How.COMMAND, "target"),
    Field("buffer", "Wiggle room", about="working days, such as 5d; empty for the practice's rule", many=True),
    Field("starts", "Starts", How.COMMAND, "defer", many=True),
    Field("deadline", "Deadline", How.DATE, "the date set by the outside; empty for none", many=True),
    Field("practice", "Practice", How.COMMAND, "belongs", many=True),
    Field("assignee", "Who does it", How.COMMAND, "assign", many=True),
    Field("tags", "Tags", How.COMMAND, "tags", many=True),
    Field("priority", "Priority", How.CHOICE, choices=tuple(Priority), many=True),
    Field("area", "Area", How.CHOICE, choices=tuple(Area), many=True),
    Field("kind", "Kind of work", about="one word, such as licence-renewal: forecasts compare within it", many=True),
    Field("estimate", "Takes", about="90m, 6h or 1h30m of your work; empty for not said", many=True),
    Field("audience", "Seen by", How.CHOICE, choices=tuple(Audience), many=True),
    Field("every", "Comes back", about="month, 2 weeks, 90 days after done; empty for never"),
    Field("needs", "Needs first", How.COMMAND, "needs"),
    Field("checklist", "Checklist", How.COMMAND, "checklist"),
    Field("notes", "Notes (private)", How.COMMAND, "notes"),
)
BY_NAME = {field.name: field for field in FIELDS}


def value(detail: TaskDetail, name: str) -> str:
    """Return what a field holds, in words; empty for nothing."""
    row = detail.row
    match name:
        case "buffer":
            return "" if detail.buffer_set_days is None else f"{detail.buffer_set_days}d"
        case "tags":
            return " ".join(f"#{tag}" for tag in row.tags)
        case "estimate":
            return "" if detail.minutes is None else hours_words(detail.minutes).replace(" ", "").replace("min", "m")
        case "needs":
            return ", ".join(f"#{id} {title}" for id, title in detail.needs)
        case "checklist":
            done = sum(step.done for step in detail.checklist)
            return f"{done} of {len(detail.checklist)} done" if detail.checklist else ""
        case "notes":
            return detail.notes.partition("\n")[0]
        case "promised" | "target" | "starts" | "deadline":
            on = getattr(row, f"{name}_on")
            return "" if on is None else f"{on:%a} {on.day} {on:%b %Y}"
        case "every":
            return detail.repeats or ""
        case _:
            return str(getattr(row, name) or "")


def steps_text(steps: list[tuple[str, bool]]) -> str:
    """Return a checklist as it is stored: steps between `;`, those that are done with `[x]`."""
    return "; ".join(f"{'[x] ' if done else ''}{words.replace(';', ',')}" for words, done in steps)
