"""What a sync would do, in words and as JSON."""

from __future__ import annotations

from datetime import date

from followthru.calendars.links import Agreed, Link
from followthru.calendars.merge import Value
from followthru.calendars.steps import Ask, Create, Pull, Record, Remove, Step, Update
from followthru.domain.saying import day_words


def value_words(value: Value) -> str:
    """Return a field's value in words."""
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, bool):
        return "done" if value else "not done"
    return "none" if value is None else f"“{value}”"


def value_json(value: Value) -> str | bool | None:
    """Return a field's value for JSON; a date is ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def step_words(step: Step) -> str:
    """Return one step of a plan in words."""
    link = step.link
    match step:
        case Create(agreed=agreed):
            return f"create the {_named(link)}: {_shown(agreed)}"
        case Update(agreed=agreed):
            return f"update the {_named(link)}: {_shown(agreed)}"
        case Remove():
            return f"remove the {_named(link)}"
        case Pull(moves=moves):
            changes = [f"{one.field} {value_words(one.before)} becomes {value_words(one.after)}" for one in moves]
            return f"take over from the {_named(link)}: {'; '.join(changes)}"
        case Ask(questions=questions):
            return f"ask about the {_named(link)}: {', '.join(one.matter for one in questions)}"
        case Record(why=why):
            return f"note of the {_named(link)}: {why}"


def step_json(step: Step) -> dict[str, object]:
    """Return one step of a plan as JSON: what it does, to which event of which task, and with what."""
    found: dict[str, object] = {
        "do": type(step).__name__.lower(),
        "task": step.link.task_id,
        "role": str(step.link.role),
        "href": step.link.href,
    }
    match step:
        case Create(agreed=agreed) | Update(agreed=agreed):
            values = {"on": agreed.on.isoformat(), "time": agreed.time, "title": agreed.title, "done": agreed.done}
            return {**found, **values}
        case Pull(moves=moves):
            changes = [
                {"field": one.field, "before": value_json(one.before), "after": value_json(one.after)} for one in moves
            ]
            return {**found, "changes": changes}
        case Ask(questions=questions):
            return {**found, "asks": [{"matter": str(one.matter), "field": one.field} for one in questions]}
        case Record(why=why):
            return {**found, "why": why}
        case Remove():
            return found


def _named(link: Link) -> str:
    return f"{link.role} of task {link.task_id}"


def _shown(agreed: Agreed) -> str:
    at = f" {agreed.time}" if agreed.time else ""
    return f"{day_words(agreed.on)}{at}{', done' if agreed.done else ''}, {agreed.title}"
