"""What somebody edited on an object that leaves its calendar: taken over before the object goes. Pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from followthru.calendars.ical.form import Form
from followthru.calendars.ical.read import Remote, read
from followthru.calendars.links import Agreed, Link, LinkState
from followthru.calendars.merge import Merged, Move, Question, merge
from followthru.calendars.shown import DONE_MARK, ROLE_WORDS, Role, Shown
from followthru.calendars.sight import Body
from followthru.calendars.steps import Salvage
from followthru.domain.saying import day_words


def salvage(link: Link, body: Body | None) -> list[Salvage]:
    """Return the taking over of what was edited on an object that is to go; nothing where nothing was.

    An edit that nobody has seen here is not to vanish with its object: its task may be shown elsewhere by now, or its
    date may have been taken off here at the same time.
    """
    if body is None or link.state is not LinkState.LINKED or body.text == link.base:
        return []
    merged = _edited(link, body.text)
    if merged is None or not (merged.moves or merged.questions):
        return []
    agreed = merged.held or merged.agreed
    words = "; ".join(_said(one) for one in (*merged.moves, *merged.questions) if one.field != "event")
    lost = f"it was changed on the calendar ({words}) and is not shown there any more: this was not taken over"
    return [Salvage(link.settled(body.text, body.etag, agreed), merged.moves, lost, asked=bool(merged.questions))]


def _said(one: Move | Question) -> str:
    """Return what the calendar says of a field."""
    value = one.after if isinstance(one, Move) else one.theirs
    if isinstance(value, bool):
        return "done" if value else "not done"
    words = day_words(value) if isinstance(value, date) else value or "none"
    return f"{one.field.removesuffix('_on').replace('_', ' ')} {words}"


def _edited(link: Link, text: str) -> Merged | None:
    """Return their edits since a text was agreed on, None where the two cannot be compared."""
    there, before = read(text), None if link.base is None else read(link.base)
    if link.agreed is None or not isinstance(there, Remote) or not isinstance(before, Remote):
        return None
    shown = _as_agreed(link, link.agreed, before)
    return None if shown is None else merge(link, shown, there)


def _as_agreed(link: Link, known: Agreed, before: Remote) -> Shown | None:
    """Return what was shown when a text was agreed on; None where its zone cannot be told any more."""
    zone = before.start.tzinfo if isinstance(before.start, datetime) else None
    name = zone.key if isinstance(zone, ZoneInfo) else "UTC"
    then = before.when(name)
    if then is None or then.on != known.on or (link.role is Role.PROMISE and then.time != known.time):
        return None
    head = before.summary.partition(known.title)[0]
    if known.done and link.form is Form.EVENT:
        head = head.removeprefix(DONE_MARK)
    label = head.removesuffix(ROLE_WORDS[link.role]).removesuffix(": ")
    shown = Shown(link.task_id, link.task_uid, link.role, known.title, known.on, known.time, name, known.done, label)
    return shown._replace(form=link.form, started=known.started, target=known.begins)
