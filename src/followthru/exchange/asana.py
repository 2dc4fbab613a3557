"""A project that Asana exported as CSV.

Its columns are Task ID, Created At, Completed At, Last Modified, Name, Section/Column, Assignee, Assignee Email, Start
Date, Due Date, Tags, Notes, Projects, Parent task, Blocked By (Dependencies), Blocking (Dependencies), then the
project's own fields. A parent is named by its words, and a subtask has no project of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from followthru.domain.dateword import DateOrder
from followthru.domain.task import Status
from followthru.exchange.columns import Shape, Target
from followthru.exchange.csv_table import Table
from followthru.exchange.faults import Fault
from followthru.exchange.foreign import Foreign, Found, clean_tag, clean_title, once_each
from followthru.exchange.rejects import rejected_rows
from followthru.exchange.sheet import Row, Sheet

NAME = "asana"
_SHAPE = Shape(
    "Asana tasks",
    (
        Target("id", ("Task ID",), required=True),
        Target("created", ("Created At",), is_day=True),
        Target("done", ("Completed At",), is_day=True),
        Target("modified", ("Last Modified",)),
        Target("title", ("Name", "Task Name"), required=True),
        Target("section", ("Section/Column", "Section", "Column")),
        Target("assignee", ("Assignee",)),
        Target("email", ("Assignee Email",)),
        Target("starts", ("Start Date",), is_day=True),
        Target("due", ("Due Date",), is_day=True),
        Target("tags", ("Tags",)),
        Target("notes", ("Notes", "Description"), many=True),
        Target("projects", ("Projects", "Project")),
        Target("parent", ("Parent task",)),
        Target("needs", ("Blocked By (Dependencies)", "Blocked By", "Dependents")),
        Target("blocks", ("Blocking (Dependencies)", "Blocking")),
        Target("priority", ("Priority",)),
    ),
)


def fits(header: tuple[str, ...]) -> bool:
    """Whether a table's header is Asana's."""
    return {"Task ID", "Name"} <= set(header) and bool({"Section/Column", "Completed At", "Parent task"} & set(header))


def read(table: Table, dates: DateOrder | None) -> Found:
    """Read a project. Raises UnreadableError, UsageError where dates could be read either way."""
    sheet = Sheet(table, _SHAPE, dates=dates)
    faults: list[Fault] = []
    rows: list[Row] = []
    for row in sheet.rows():
        faults += row.faults
        if not row.faults:
            rows.append(row)
    titles: dict[str, str] = {}
    projects: dict[str, str] = {}
    for row in rows:
        titles.setdefault(clean_title(row.texts.get("title", "")), row.texts.get("id", ""))
        projects[row.texts.get("id", "")] = row.texts.get("projects", "")
    found: list[Foreign] = []
    for row in rows:
        title = clean_title(row.texts.get("title", ""))
        if not title or not row.texts.get("id"):
            faults.append(Fault(row.line, "Name" if not title else "Task ID", "is empty"))
            continue
        found.append(_task(row, title, titles, projects))
    tasks, twice = once_each(found)
    return Found(NAME, table.name, tasks, (*faults, *twice), rejects=rejected_rows(table))


def _task(row: Row, title: str, titles: dict[str, str], projects: dict[str, str]) -> Foreign:
    said = row.texts
    parent = titles.get(clean_title(said["parent"])) if "parent" in said else None
    own = [one.strip() for one in said.get("projects", projects.get(parent or "", "")).split(",") if one.strip()]
    needs, lost = _ties(said.get("needs", ""), titles)
    done = row.days.get("done")
    high = said.get("priority", "").casefold()
    kept = (
        *row.notes,
        f"Part of: {said['parent']}" if "parent" in said and parent is None else "",
        *(f"Blocked by: {one}" for one in lost),
        f"Also in: {', '.join(own[1:])}" if own[1:] else "",
        f"Priority: {said['priority']}" if high not in ("", "high", "low") else "",
        f"Created: {row.days['created'].isoformat()}" if "created" in row.days else "",
    )
    return Foreign(
        line=row.line,
        key=said["id"],
        title=title,
        project=own[0] if own else None,
        section=said.get("section"),
        notes=tuple(note for note in kept if note),
        tags=tuple(dict.fromkeys(tag for one in said.get("tags", "").split(",") if (tag := clean_tag(one)))),
        priority=high if high in ("high", "low") else None,
        target_on=row.days.get("due"),
        starts_on=row.days.get("starts"),
        status=Status.DONE if isinstance(done, date) else None,
        done_on=done,
        assignee=said.get("email") or said.get("assignee"),
        parent=None if parent == said["id"] else parent,
        needs=tuple(one for one in needs if one != said["id"]),
    )


def _ties(text: str, titles: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the ids of the tasks that a list names, and the names that lead to none; a name may hold commas itself."""
    if not text:
        return [], []
    if clean_title(text) in titles:
        return [titles[clean_title(text)]], []
    known = set(titles.values())
    ids: list[str] = []
    lost: list[str] = []
    for name in _names(text):
        if name in known:
            ids.append(name)
        elif clean_title(name) in titles:
            ids.append(titles[clean_title(name)])
        else:
            lost.append(name)
    return ids, lost


def _names(text: str) -> Iterable[str]:
    return (part.strip() for part in text.split(",") if part.strip())
