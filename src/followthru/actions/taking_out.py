"""One list of the store in one form: JSON that goes in again, a table, Markdown, or a calendar's todos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from followthru.actions import lookup
from followthru.actions.context import Context
from followthru.actions.export_scope import Scope, Wanted
from followthru.actions.exporting import scope_lines
from followthru.actions.filters import query_for
from followthru.actions.listings import Lists
from followthru.actions.todos import todos_of
from followthru.calendars.todo_file import todo_lines
from followthru.domain.saying import count_words
from followthru.errors import UsageError
from followthru.exchange.listing import Listing, csv_lines, markdown_lines
from followthru.store import duties, practices, tasks
from followthru.store.store import Reader

_PLACES = frozenset(("practice", "closure", "season"))
_PEOPLE = _PLACES | {"person", "role"}
_TASKS = _PEOPLE | {
    "goal", "register_item", "run", "task", "dependency", "checklist_item", "evidence", "about", "telling",
}  # fmt: skip
# What the lines of a list need besides itself to go into an empty store.
_TYPES = {
    "tasks": _TASKS,
    "duties": _TASKS,
    "promises": _TASKS,
    "evidence": _TASKS,
    "people": _PEOPLE | {"absence"},
    "registers": _PEOPLE | {"register_item"},
    "goals": _PLACES | {"goal"},
    "readings": _PLACES | {"goal", "reading"},
    "hours": _TASKS | {"hours_entry"},
    "runs": _TASKS,
}
_WITH_TASKS = frozenset(("tasks", "duties", "promises"))


class Taken(NamedTuple):
    """A list as pieces of text, its count of rows, that in words, and what stayed behind because it is private."""

    pieces: Sequence[str]
    rows: int
    words: str
    left_out: dict[str, int]


def take(
    ctx: Context, kind: str, form: str, *, practice: str | None = None, words: Sequence[str] = (), private: bool = False
) -> Taken:
    """Return a list in a form: json, csv, markdown or ics.

    Raises NotFoundError, UsageError for a filter that cannot be read or does not belong here, and for a form that the
    list has not.
    """
    if words and kind not in _WITH_TASKS:
        raise UsageError(
            f"A filter narrows tasks, and {kind} are none.", safe="Nothing was written.", remedy="Leave --where out."
        )
    if form == "ics" and kind not in _WITH_TASKS:
        raise UsageError(
            f"A calendar holds tasks, and {kind} are none.", safe="Nothing was written.", remedy="Take csv or json."
        )
    with ctx.store.snapshot() as read:
        scope = Scope(read, _wanted(ctx, read, kind, practice, words, private=private))
        listing = Lists(ctx, read, scope, private=private).of(kind)
        if form == "json":
            pieces = [f"{line}\n" for line in scope_lines(read, scope)]
        elif form == "ics":
            pieces = list(_todos(ctx, read, scope, practice, private=private))
        else:
            pieces = _table(listing, form)
    left_out = {what: count for what, count in sorted(scope.left_out.items()) if count and _concerns(kind, what)}
    count = len(listing.rows)
    return Taken(pieces, count, f"{count_words(count, 'row')} of {listing.name.replace('-', ' ')}", left_out)


def _concerns(kind: str, what: str) -> bool:
    return what.rpartition(" of ")[2] in _TYPES[kind]


def _wanted(
    ctx: Context, read: Reader, kind: str, practice: str | None, words: Sequence[str], *, private: bool
) -> Wanted:
    at = None if practice is None else lookup.practice(read, practice).id
    every = frozenset(one.id for one in practices.all_practices(read))
    chosen: set[int] | None = None
    if words:
        chosen = set(tasks.ids(read, query_for(ctx, read, words)))
    if kind == "duties":
        coming = {one.id for one in duties.duties(read, at)}
        chosen = coming if chosen is None else chosen & coming
    return Wanted(
        practices=every if at is None else frozenset((at,)),
        inbox=at is None,
        tasks=None if chosen is None else frozenset(chosen),
        types=_TYPES[kind],
        private=private,
    )


def _todos(ctx: Context, read: Reader, scope: Scope, practice: str | None, *, private: bool) -> Iterator[str]:
    rows = tasks.by_ids(read, sorted(scope.ids("task")))
    name = "Tasks" if practice is None else lookup.practice(read, practice).name
    return todo_lines(todos_of(ctx, read, rows, scope, private=private), name, ctx.store.clock.now())


def _table(listing: Listing, form: str) -> list[str]:
    if form == "markdown":
        return [f"{line}\n" for line in markdown_lines(listing)]
    return [f"{line}\r\n" for line in csv_lines(listing)]
