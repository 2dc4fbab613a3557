"""Tasks and duties in any table: what its columns can be, and rows as tasks of another program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from followthru.domain.plain import one_line
from followthru.domain.task import Area, Audience, Status
from followthru.exchange.columns import Shape, Target, of_field
from followthru.exchange.faults import Fault
from followthru.exchange.foreign import Foreign, Found, Keys, clean_tag, clean_title, once_each, tied
from followthru.exchange.rejects import rejected_rows
from followthru.exchange.sheet import Row, Sheet
from followthru.exchange.values import WrongValueError
from followthru.exchange.when_words import read_span

NAME = "csv"
_REFUSED = {
    "promised_on": "an imported date is your own target, and nobody was told it; promise it afterwards",
    "promised_time": "an imported date is your own target, and nobody was told it",
    "told": "nobody is told a date by an import; say `followthru tell` afterwards",
    "waiting_on": "whom a task waits on is asked in their next update; say `followthru wait` afterwards",
    "waiting_for": "whom a task waits on is asked in their next update; say `followthru wait` afterwards",
}
_COMMON = (
    of_field("task", "title", "name", "task", "task name", "subject", "summary", "what", "content", required=True),
    of_field("task", "practice_id", "project", "client", "site", "clinic", "location", "list", "board"),
    Target("section", ("group", "column", "category", "bucket", "heading")),
    of_field("task", "notes", "note", "description", "details", "comment", "comments", many=True),
    Target("tags", ("tag", "labels", "label", "keywords", "contexts"), many=True),
    of_field("task", "priority", "importance", "urgency"),
    of_field("task", "target_on", "target", "due", "due date", "due on", "date", "finish", "end date", "when"),
    of_field("task", "deadline_on", "deadline", "hard deadline", "filing date", "expires"),
    of_field("task", "starts_on", "start", "start date", "starts", "begin", "not before", "planned start"),
    of_field("task", "assignee_id", "assigned to", "owner", "responsible", "who", "assignee email"),
    of_field("task", "area"),
    of_field("task", "kind", "sort", "work type"),
    of_field("task", "audience", "visible to"),
    of_field("task", "public_title", "public", "client title"),
    of_field("task", "estimate_minutes", "minutes", "estimate"),
    Target("key", ("id", "task id", "uid", "gid", "number", "ticket", "reference")),
)
TASKS = Shape(
    "tasks",
    (
        *_COMMON,
        of_field("task", "status", "state", "completed", "done", "complete", "is done"),
        of_field("task", "done_on", "completed at", "completed on", "date completed", "done date", "completion date"),
        of_field("task", "parent_id", "parent task", "subtask of", "part of"),
        Target("needs", ("blocked by", "depends on", "dependencies", "predecessors")),
        of_field("task", "repeats", "every", "recurrence", "repeat", "rule"),
    ),
    _REFUSED,
)
DUTIES = Shape(
    "duties",
    (
        *_COMMON,
        of_field("task", "repeats", "every", "recurrence", "repeat", "rule", "frequency", "how often", required=True),
        of_field("task", "lead_days", "lead", "lead time", "lead days"),
        of_field("task", "needs_evidence", "evidence", "proof"),
        of_field("task", "catch_up", "missed"),
    ),
    _REFUSED,
)
_YES = frozenset(("yes", "y", "true", "x", "1", "done", "✓", "✔", "complete", "completed", "closed", "finished"))
_NO = frozenset(("no", "n", "false", "0", "-", "☐"))
_STATUS = {
    **dict.fromkeys(_YES, Status.DONE),
    **dict.fromkeys(("dropped", "cancelled", "canceled", "deleted", "won't do", "abandoned"), Status.DROPPED),
    **dict.fromkeys(("started", "in progress", "in-progress", "doing", "active", "in process"), Status.STARTED),
    **dict.fromkeys((*_NO, "open", "to do", "todo", "not started", "pending", "new", "inbox", "backlog"), None),
}
_PRIORITY = {
    **dict.fromkeys(("high", "urgent", "critical", "highest", "h", "a", "p1", "1", "!"), "high"),
    **dict.fromkeys(("low", "lowest", "l", "p4"), "low"),
    **dict.fromkeys(("normal", "medium", "none", "m", "-"), None),
}
_MOST_MINUTES = 100_000


def read(sheet: Sheet) -> Found:
    """Return the tasks or duties of a sheet. Raises UnreadableError."""
    reader = _Reader(sheet)
    for row in sheet.rows():
        reader.take(row)
    tasks, twice = once_each(reader.found)
    return Found(NAME, sheet.table.name, tied(tasks), (*reader.faults, *twice), rejects=rejected_rows(sheet.table))


class _Reader:
    def __init__(self, sheet: Sheet) -> None:
        self._headers = {column.to: column.header for column in sheet.columns}
        self._keys = Keys()
        self.found: list[Foreign] = []
        self.faults: list[Fault] = []

    def take(self, row: Row) -> None:
        """Take one row, or note everything that is wrong with it."""
        faults = list(row.faults)
        texts, more = dict(row.texts), dict[str, str | int]()
        title = clean_title(texts.pop("title", ""))
        if not title:
            faults.append(Fault(row.line, self._headers["title"], "is empty: a task needs a title"))
        for name, value in texts.items():
            if name in _READ:
                try:
                    read_ = _READ[name](value)
                    more |= {} if read_ is None else {name: read_}
                except WrongValueError as error:
                    faults.append(Fault(row.line, self._headers[name], str(error)))
        self.faults += faults
        if not faults:
            self.found.append(self._task(row, title, more))

    def _task(self, row: Row, title: str, more: dict[str, str | int]) -> Foreign:
        said, days = row.texts, row.days
        status = more.pop("status", None)
        done_on = days.get("done_on")
        parent = said.get("parent")
        key = said["key"] if "key" in said else self._keys("\n".join((said.get("practice", ""), parent or "", title)))
        every, minutes, priority = more.pop("repeats", None), more.pop("estimate_minutes", None), said.get("priority")
        kept = f"Priority: {priority}" if priority and priority.casefold() not in _PRIORITY else ""
        return Foreign(
            line=row.line,
            key=key,
            title=title,
            project=said.get("practice"),
            section=said.get("section"),
            notes=tuple(note for note in (*row.notes, kept) if note),
            tags=tuple(dict.fromkeys(tag for one in _parts(said.get("tags", "")) if (tag := clean_tag(one)))),
            priority=_PRIORITY.get(priority.casefold()) if priority else None,
            target_on=days.get("target_on"),
            deadline_on=days.get("deadline_on"),
            starts_on=days.get("starts_on"),
            repeats=None if every is None else str(every),
            status=Status.DONE if done_on else None if status is None else Status(str(status)),
            done_on=done_on,
            assignee=said.get("assignee"),
            parent=parent,
            needs=(said["needs"],) if "needs" in said else (),
            estimate_minutes=None if minutes is None else int(minutes),
            more=more,
        )


def _parts(text: str) -> list[str]:
    separators = ";" if ";" in text else ","
    return [part.strip() for part in text.split(separators) if part.strip()]


def _choice(kind: type[StrEnum]) -> Callable[[str], str]:
    def read_(text: str) -> str:
        if text.casefold() not in set(kind):
            raise WrongValueError(f"“{text[:40]}” is none of {', '.join(kind)}")
        return text.casefold()

    return read_


def _status(text: str) -> str | None:
    low = text.casefold()
    if low == "waiting" or low in ("blocked", "on hold"):
        raise WrongValueError(f"{low} is not imported: say whom it waits on with `followthru wait` afterwards")
    if low not in _STATUS:
        raise WrongValueError(f"“{text[:40]}” is none of open, started, done, dropped")
    found = _STATUS[low]
    return None if found is None else str(found)


def yes_or_no(text: str) -> int:
    """Return 1 or 0. Raises WrongValueError."""
    low = text.casefold()
    if low in _YES or low == "required":
        return 1
    if low in _NO:
        return 0
    raise WrongValueError(f"“{text[:40]}” is neither yes nor no")


def _number(most: int, unit: str) -> Callable[[str], int]:
    def read_(text: str) -> int:
        digits = text.casefold().removesuffix(unit).removesuffix(unit[0]).strip()
        if not digits.isascii() or not digits.isdecimal() or len(digits) > 6 or int(digits) > most:
            raise WrongValueError(f"“{text[:40]}” is no number of {unit} from 0 to {most:,}")
        return int(digits)

    return read_


def _repeats(text: str) -> str:
    from followthru.domain import rule_words
    from followthru.errors import FollowthruError

    said = read_span(text) or text
    try:
        return str(rule_words.read(said))
    except FollowthruError as error:
        raise WrongValueError(f"“{text[:60]}” is no rule: {error.remedy.rstrip('.')}") from None


_READ: Mapping[str, Callable[[str], str | int | None]] = {
    "status": _status,
    "repeats": _repeats,
    "area": _choice(Area),
    "audience": _choice(Audience),
    "kind": lambda text: one_line(text) or None,
    "public_title": lambda text: clean_title(text) or None,
    "estimate_minutes": _number(_MOST_MINUTES, "minutes"),
    "lead_days": _number(999, "days"),
    "needs_evidence": yes_or_no,
    "catch_up": lambda text: _choice(_catch_up())(text),
}


def _catch_up() -> type[StrEnum]:
    from followthru.domain.repeats import CatchUp

    return CatchUp
