"""What `task export` of Taskwarrior writes: a JSON array of tasks, or one task a line (RFC “Taskwarrior JSON Format”).

Dates are instants in UTC. A task that comes back is a hidden template (`recurring`) and its instances, each with the
template's uuid as `parent`: the newest open instance takes the rule here, the template is none. `depends` is a list, in
older versions one text with commas. Whatever name is not Taskwarrior's own is a user's (UDA) and is kept as a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from math import isfinite
from typing import TYPE_CHECKING, cast

from followthru.domain.clock import zone as zone_named
from followthru.domain.task import Status
from followthru.exchange.faults import Fault
from followthru.exchange.foreign import Foreign, Found, clean_tag, clean_title, once_each
from followthru.exchange.sources import Source, UnreadableError
from followthru.exchange.when_words import read_span

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NAME = "taskwarrior"
MOST_TASKS = 200_000
_STATUS = {"completed": Status.DONE, "deleted": Status.DROPPED}
_PRIORITY = {"H": "high", "L": "low"}
# Computed by Taskwarrior, or said in another way here.
_PASSED_OVER = frozenset((
    "id", "uuid", "urgency", "modified", "mask", "imask", "parent", "rtype", "recur", "description", "status", "due",
    "wait", "scheduled", "start", "end", "tags", "priority", "project", "depends", "annotations", "last", "template",
))  # fmt: skip
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
Json = Mapping[str, object]


def fits(text: str) -> bool:
    """Whether a text begins as such an export."""
    head = text[:4000].lstrip()
    return head[:1] in "[{" and '"description"' in head and ('"uuid"' in head or '"entry"' in head)


def read(source: Source, zone: str) -> Found:
    """Read an export. `zone` is where its user lives: a date is that of midnight there. Raises UnreadableError."""
    at = zone_named(zone)
    faults: list[Fault] = []
    objects: list[tuple[int, Json]] = []
    for line, value in _objects(source):
        if isinstance(value, dict):
            objects.append((line, cast("Json", value)))
        else:
            faults.append(Fault(line, "", "is no task: a JSON object is needed"))
        if len(objects) > MOST_TASKS:
            raise UnreadableError(source.name, f"there are more than {MOST_TASKS:,} tasks.", line=line)
    taking = _taking_the_rule([said for _, said in objects])
    found: list[Foreign] = []
    for line, said in objects:
        if _text(said, "status") == "recurring" and _text(said, "uuid") not in taking:
            continue
        try:
            found.append(_task(line, said, at, taking))
        except ValueError as error:
            faults.append(Fault(line, "", str(error)))
    tasks, twice = once_each(found)
    by_line = dict(objects)

    def rejects(problems: Mapping[int, str]) -> str:
        return json.dumps([by_line[line] for line in sorted(problems) if line in by_line], ensure_ascii=False, indent=1)

    return Found(NAME, source.name, tasks, (*faults, *twice), rejects=rejects)


def _objects(source: Source) -> Iterator[tuple[int, object]]:
    """Yield every value with its line. In one array they are read one by one, so that a fault has its line.

    Of several on one line, as a program writes them that saves space, each counts as a line of its own.
    """
    text = source.text
    decoder = json.JSONDecoder()
    halves = _HALF.search(text) is not None
    at, line, last = 0, 1, 0
    while True:
        start = at
        while at < len(text) and (text[at].isspace() or text[at] in ",[]"):
            at += 1
        line += text.count("\n", start, at)
        if at >= len(text):
            return
        try:
            value, end = decoder.raw_decode(text, at)
            value = _whole(value) if halves else value
        except json.JSONDecodeError as error:
            raise _no_json(source, line + text.count("\n", at, error.pos), error.msg) from None
        except RecursionError:
            raise _no_json(source, line, "it is nested too deep") from None
        except ValueError:
            raise _no_json(source, line, "a number in it has thousands of digits") from None
        last = max(line, last + 1)
        yield last, value
        line += text.count("\n", at, end)
        at = end


def _whole(value: object) -> object:
    """Return a value with half a character, such as `\\ud800` alone, as a question mark: no text can hold one."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _no_json(source: Source, line: int, words: str) -> UnreadableError:
    return UnreadableError(
        source.name, f"this is not JSON: {words}.", line=line, remedy="Export it anew: task export > FILE."
    )


def _taking_the_rule(objects: Sequence[Json]) -> Mapping[str, str]:
    """Return, for each series, the uuid of the one that comes back here and the template's: the newest open instance,
    or the template itself where no instance is open.
    """
    newest: dict[str, tuple[int, str]] = {}
    for said in objects:
        parent = _text(said, "parent")
        if parent and _text(said, "status") in ("pending", "waiting"):
            count = said.get("imask")
            number = int(count) if isinstance(count, (int, float)) and isfinite(count) else 0
            newest[parent] = max(newest.get(parent, (-1, "")), (number, _text(said, "uuid")))
    taking = {uuid: template for template, (_, uuid) in newest.items()}
    for said in objects:
        uuid = _text(said, "uuid")
        if _text(said, "status") == "recurring" and uuid not in newest:
            taking[uuid] = uuid
    return taking


def _task(line: int, said: Json, at: ZoneInfo, taking: Mapping[str, str]) -> Foreign:
    """Return one task. Raises ValueError with what is wrong with it."""
    uuid, title = _text(said, "uuid"), clean_title(_text(said, "description"))
    if not title:
        raise ValueError("description is missing: a task needs a title")
    status = _STATUS.get(_text(said, "status"))
    if status is None and _text(said, "start"):
        status = Status.STARTED
    span = _text(said, "recur") if uuid in taking else ""
    rule = read_span(span) if span else None
    project, _, part = _text(said, "project").partition(".")
    wait, scheduled = _day(said, "wait", at), _day(said, "scheduled", at)
    priority = _text(said, "priority")
    return Foreign(
        line=line,
        key=taking.get(uuid, uuid) or f"{project}\n{title}",
        title=title,
        project=project or None,
        section=part or None,
        notes=(
            *_annotations(said, at),
            *([f"Repeats: {span}"] if span and rule is None else ()),
            *([f"Priority: {priority}"] if priority and priority not in _PRIORITY else ()),
            *_rest(said, at),
        ),
        tags=tuple(dict.fromkeys(tag for one in _list(said, "tags") if (tag := clean_tag(str(one))))),
        priority=_PRIORITY.get(priority),
        target_on=_day(said, "due", at),
        starts_on=max((day for day in (wait, scheduled) if day is not None), default=None),
        repeats=rule,
        status=status,
        done_on=_day(said, "end", at) if status is Status.DONE else None,
        needs=tuple(taking.get(str(one), str(one)) for one in _list(said, "depends")),
    )


def _annotations(said: Json, at: ZoneInfo) -> Iterator[str]:
    for one in _list(said, "annotations"):
        row = cast("Json", one) if isinstance(one, dict) else {"description": one}
        try:
            on = _day(row, "entry", at)
        except ValueError:
            on = None
        yield f"{on.isoformat()}: {_text(row, 'description')}" if on else _text(row, "description")


def _rest(said: Json, at: ZoneInfo) -> Iterator[str]:
    """Yield what has no place here: when it was entered, until when it holds, and what its user made up."""
    for name, value in said.items():
        if name in _PASSED_OVER or value in (None, "", []):
            continue
        try:
            on = _day(said, name, at)
        except ValueError:
            on = None
        words = on.isoformat() if on else value if isinstance(value, (str, int, float)) else json.dumps(value)
        yield f"{'created' if name == 'entry' else name}: {words}"


def _text(said: Json, name: str) -> str:
    value = said.get(name)
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _list(said: Json, name: str) -> Sequence[object]:
    value = said.get(name)
    if isinstance(value, list):
        return cast("list[object]", value)
    return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else []


def _day(said: Json, name: str, at: ZoneInfo) -> date | None:
    """Return the day of an instant such as `20141018T050231Z`, where its user lives. Raises ValueError."""
    text = _text(said, name)
    if not text:
        return None
    for form in ("%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).astimezone(at).date()
        except (ValueError, OverflowError):
            continue
    raise ValueError(f"{name}: “{text[:40]}” is no instant such as 20270115T050000Z")
