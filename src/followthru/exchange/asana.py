"""A project that Asana exported as CSV.

Its columns are Task ID, Created At, Completed At, Last Modified, Name, Section/Column, Assignee, Assignee Email, Start
Date, Due Date, Tags, Notes, Projects, Parent task, Blocked By (Dependencies), Blocking (Dependencies), then the
project's own fields. A parent is named by its words, and a subtask has no project of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from followthru.domain.dateword import DateOrder
from followthru.domain.task import Status
from followthru.exchange.columns import Shape, Target
from followthru.exchange.csv_table import Table
from followthru.exchange.faults import Fault
from followthru.exchange.foreign import Foreign, Found, clean_tag, clean_title, once_each, tied
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
    # A subtask has no project of its own: it is in that of its parent, which is named by its words.
    projects = {row.texts["title"]: row.texts["projects"] for row in rows if {"title", "projects"} <= row.texts.keys()}
    found: list[Foreign] = []
    for row in rows:
        title = clean_title(row.texts.get("title", ""))
        if not title or not row.texts.get("id"):
            faults.append(Fault(row.line, "Name" if not title else "Task ID", "is empty"))
            continue
        found.append(_task(row, title, projects))
    tasks, twice = once_each(found)
    return Found(NAME, table.name, tied(tasks), (*faults, *twice), rejects=rejected_rows(table))


def _task(row: Row, title: str, projects: Mapping[str, str]) -> Foreign:
    said = row.texts
    listed = said.get("projects", projects.get(said.get("parent", ""), ""))
    own = [one.strip() for one in listed.split(",") if one.strip()]
    done = row.days.get("done")
    high = said.get("priority", "").casefold()
    kept = (
        *row.notes,
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
        status=Status.DONE if done is not None else None,
        done_on=done,
        assignee=said.get("email") or said.get("assignee"),
        parent=said.get("parent"),
        needs=(said["needs"],) if "needs" in said else (),
    )
