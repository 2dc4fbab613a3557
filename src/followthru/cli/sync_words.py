"""What a sync would do, in words and as JSON."""

from __future__ import annotations

from datetime import date

from followthru.calendars.links import Agreed, Link
from followthru.calendars.merge import Matter, Move, Question, Value
from followthru.calendars.newcomers import Follow, Found, Leave, Take, Verdict
from followthru.calendars.shown import Role
from followthru.calendars.steps import Ask, Create, Pull, Record, Rejoin, Release, Remove, Salvage, Step, Update
from followthru.domain.saying import day_words

_FIELDS = {
    "promised_on": "the promise",
    "promised_time": "the promised time",
    "deadline_on": "the deadline",
    "target_on": "your target",
    "title": "the title",
    "public_title": "the public title",
    "done": "whether it is done",
}


def field_words(field: str) -> str:
    """Return what a field of a task is called."""
    return _FIELDS.get(field, field)


def question_words(one: Question) -> str:
    """Return what is asked about an event, with both values where there are two."""
    if one.matter in (Matter.DELETED, Matter.CANCELLED):
        return f"{one.matter} on the calendar"
    verb = "moved" if one.field.endswith("_on") else "changed"
    where = "on both sides" if one.matter is Matter.CONFLICT else "on the calendar"
    return f"{field_words(one.field)} {verb} {where}: ours {value_words(one.ours)}, theirs {value_words(one.theirs)}"


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


def step_words(step: Step | Verdict) -> str:
    """Return one step of a plan in words."""
    if isinstance(step, Take | Follow | Found | Leave):
        return _verdict_words(step)
    link = step.link
    match step:
        case Create(agreed=agreed):
            return f"create the {_named(link)}: {_shown(agreed)}"
        case Update(agreed=agreed):
            return f"update the {_named(link)}: {_shown(agreed)}"
        case Remove():
            return f"remove the {_named(link)}"
        case Pull(moves=moves):
            return f"take over from the {_named(link)}: {'; '.join(map(_moved, moves))}"
        case Salvage(moves=moves, lost=lost):
            return f"take over from the {_named(link)} before it goes: {'; '.join(map(_moved, moves)) or lost}"
        case Ask(questions=questions):
            return f"ask about the {_named(link)}: {'; '.join(map(question_words, questions))}"
        case Record(why=why):
            return f"send nothing for the {_named(link)}, only note: {why}"
        case Rejoin():
            return f"take up the {_named(link)} again, whose task is back"
        case Release():
            return f"leave the {_named(link)} where it is if that task is no more; otherwise:"


def _verdict_words(step: Verdict) -> str:
    match step:
        case Take(title=title, on=on, time=time):
            at = f" {time}" if time else ""
            return f"make a task of a new item: {day_words(on) if on else 'no day'}{at}, {title}"
        case Follow(link):
            return f"follow the {_named(link)} to its new address"
        case Found(link):
            return f"find the {_named(link)} again"
        case Leave(other):
            return f"leave an item alone: {other.reason}"


def _verdict_json(step: Verdict) -> dict[str, object]:
    match step:
        case Take(title=title, on=on, time=time, href=href):
            return {"do": "take", "task": None, "role": str(Role.PROMISE), "href": href, "on": on and on.isoformat(),
                    "time": time, "title": title}  # fmt: skip
        case Follow(link) | Found(link):
            return {**_about(step), "task": link.task_id, "role": str(link.role), "href": link.href}
        case Leave(other):
            return {**_about(step), "task": None, "role": None, "href": other.name, "why": other.reason}


def _about(step: object) -> dict[str, object]:
    return {"do": type(step).__name__.lower()}


def step_json(step: Step | Verdict) -> dict[str, object]:
    """Return one step of a plan as JSON: what it does, to which event of which task, and with what."""
    if isinstance(step, Take | Follow | Found | Leave):
        return _verdict_json(step)
    found: dict[str, object] = {
        **_about(step),
        "task": step.link.task_id,
        "role": str(step.link.role),
        "href": step.link.href,
    }
    match step:
        case Create(agreed=agreed) | Update(agreed=agreed):
            values = {"on": agreed.on.isoformat(), "time": agreed.time, "title": agreed.title, "done": agreed.done}
            return {**found, **values}
        case Pull(moves=moves) | Salvage(moves=moves):
            changes = [
                {"field": one.field, "before": value_json(one.before), "after": value_json(one.after)} for one in moves
            ]
            return {**found, "changes": changes}
        case Ask(questions=questions):
            return {**found, "asks": [{"matter": str(one.matter), "field": one.field} for one in questions]}
        case Record(why=why):
            return {**found, "why": why}
        case Remove() | Rejoin() | Release():
            return found


def _moved(one: Move) -> str:
    if isinstance(one.after, bool):
        return f"it is {value_words(one.after)} there"
    return f"{field_words(one.field)} {value_words(one.before)} becomes {value_words(one.after)}"


def _named(link: Link) -> str:
    return f"{link.role} of task {link.task_id}"


def _shown(agreed: Agreed) -> str:
    at = f" {agreed.time}" if agreed.time else ""
    return f"{day_words(agreed.on)}{at}{', done' if agreed.done else ''}, {agreed.title}"
