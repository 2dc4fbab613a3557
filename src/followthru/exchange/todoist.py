"""A project that Todoist exported as CSV (help: “Import or export a project as a CSV file in Todoist”).

Rows are of type `task`, `section`, `note` or `meta`; INDENT makes subtasks of the rows above, PRIORITY 1 is the
highest, a note belongs to the task above it, labels stand in CONTENT as `@label`, DATE is in words. The project is
the file's name, which a backup follows with an id: `Oak Street [2203306141].csv`. What is done is not in it.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from followthru.exchange.csv_table import Record, Table
from followthru.exchange.faults import Fault
from followthru.exchange.foreign import Foreign, Found, Keys, clean_tag, clean_title
from followthru.exchange.rejects import rejected_rows, without_mark

NAME = "todoist"
_DEEPEST = 20
_LABEL = re.compile(r"(?:^|\s)@([^\s@]+)")
_ID = re.compile(r"\s*\[\w+\]$")
_WHO = re.compile(r"\s*\(\d+\)$")
_PRIORITY = {"1": "high", "p1": "high"}
_KEPT_PRIORITY = {"2": "p2", "3": "p3", "p2": "p2", "p3": "p3"}
_FILE = re.compile(r"^\[\[\s*file\s+.*?\"file_name\":\s*\"([^\"]+)\".*\]\]$", re.DOTALL)


def fits(header: tuple[str, ...]) -> bool:
    """Whether a table's header is Todoist's."""
    return {"TYPE", "CONTENT", "PRIORITY", "INDENT"} <= set(header)


def read(table: Table) -> Found:
    """Read a project. Raises UnreadableError."""
    reader = _Reader(table)
    for record in table.records():
        reader.take(record)
    return Found(NAME, table.name, reader.tasks(), tuple(reader.faults), tuple(reader.warnings), rejected_rows(table))


def project_of(name: str) -> str:
    """Return the project that a file's name says."""
    return _ID.sub("", without_mark(PurePath(name).stem)).strip()


class _Reader:
    """Goes down the rows: which section it is in, and the task at each indent above."""

    def __init__(self, table: Table) -> None:
        self._at = {name: at for at, name in enumerate(table.header)}
        self._project = project_of(table.name)
        self._key = Keys()
        self._section: str | None = None
        self._above: list[str] = []
        self._found: list[Foreign] = []
        self.faults: list[Fault] = []
        self.warnings: list[str] = []

    def take(self, record: Record) -> None:
        """Take one row."""
        kind, content = self._cell(record, "TYPE").casefold(), self._cell(record, "CONTENT")
        if kind == "task":
            self._task(record, content)
        elif kind == "section":
            self._section, self._above = clean_title(content) or None, []
        elif kind == "note":
            self._note(content)
        elif kind == "meta" or content.startswith("view_style="):
            return
        else:
            self._wrong(record, "TYPE", f"“{kind[:20]}” is none of task, section, note")

    def tasks(self) -> list[Foreign]:
        """Return what was found."""
        return self._found

    def _cell(self, record: Record, name: str) -> str:
        at = self._at.get(name)
        return "" if at is None else record.cells[at].strip()

    def _wrong(self, record: Record, key: str, words: str) -> None:
        self.faults.append(Fault(record.line, key, words))

    def _task(self, record: Record, content: str) -> None:
        tags = tuple(dict.fromkeys(tag for name in _LABEL.findall(content) if (tag := clean_tag(name))))
        title = clean_title(_LABEL.sub("", content).removeprefix("* "))
        if not title:
            self._wrong(record, "CONTENT", "is empty: a task needs a title")
            return
        parent = self._parent(record)
        words, priority = self._cell(record, "DATE"), self._cell(record, "PRIORITY").casefold()
        key = self._key(f"{parent or self._project}\n{title}")
        self._above.append(key)
        if priority and priority not in ("1", "2", "3", "4", "p1", "p2", "p3", "p4"):
            self._wrong(record, "PRIORITY", f"“{priority[:20]}” is none of 1, 2, 3, 4")
            return
        deadline = self._cell(record, "DEADLINE")
        self._found.append(
            Foreign(
                line=record.line,
                key=key,
                title=title,
                project=self._project,
                section=self._section,
                notes=self._notes(record, priority),
                tags=tags,
                priority=_PRIORITY.get(priority),
                when=words or None,
                assignee=_WHO.sub("", self._cell(record, "RESPONSIBLE")) or None,
                parent=parent,
                estimate_minutes=_minutes(self._cell(record, "DURATION"), self._cell(record, "DURATION_UNIT")),
                more={"deadline": deadline} if deadline else {},
            )
        )

    def _parent(self, record: Record) -> str | None:
        """Return the task that this row is a part of: the nearest above with a smaller indent."""
        said = self._cell(record, "INDENT")
        depth = int(said) if said.isdecimal() and len(said) < 4 else 1
        self._above = self._above[: min(max(depth, 1), _DEEPEST) - 1]
        return self._above[-1] if self._above else None

    def _notes(self, record: Record, priority: str) -> tuple[str, ...]:
        kept = _KEPT_PRIORITY.get(priority)
        said = (self._cell(record, "DESCRIPTION"), f"Priority: {kept}" if kept else "")
        return tuple(note for note in said if note)

    def _note(self, content: str) -> None:
        """Give a comment to the task above it; one above all tasks is the project's, and is said."""
        file = _FILE.match(content)
        words = f"File: {file[1]}" if file else f"Comment: {content}"
        if not self._found:
            self.warnings.append(f"A comment on the project itself is not imported: “{content[:60]}”")
            return
        task = self._found[-1]
        self._found[-1] = task._replace(notes=(*task.notes, words))


def _minutes(count: str, unit: str) -> int | None:
    if not count.isdecimal() or len(count) > 5 or int(count) == 0:
        return None
    return int(count) * (24 * 60 if unit.casefold().startswith("day") else 1)
