"""Bring in what files of other programs hold, as one step: what is good goes in, what is bad is said by line.

A preview is the same, taken back before it is kept: it says exactly what the import will do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from followthru.actions import foreign_ics
from followthru.actions.arrival import Arrival
from followthru.actions.bringing_people import PeopleBuilder
from followthru.actions.bringing_readings import ReadingBuilder
from followthru.actions.bringing_registers import RegisterBuilder
from followthru.actions.bringing_rows import Built
from followthru.actions.bringing_tasks import TaskBuilder
from followthru.actions.context import Context
from followthru.actions.import_choices import Brought, Choices, FileReport
from followthru.domain.changes import Action
from followthru.domain.saying import count_words
from followthru.errors import UsageError
from followthru.exchange import csv_tasks, sniffing
from followthru.exchange.columns import Column, Shape
from followthru.exchange.csv_people import PEOPLE, REGISTERS
from followthru.exchange.csv_readings import READINGS
from followthru.exchange.csv_table import Table
from followthru.exchange.foreign import Found
from followthru.exchange.rejects import rejected_rows
from followthru.exchange.sheet import Sheet
from followthru.exchange.sniffing import How
from followthru.exchange.sources import Source
from followthru.store import journal
from followthru.store.store import Writer

SHAPES: dict[str, Shape] = {
    "tasks": csv_tasks.TASKS,
    "duties": csv_tasks.DUTIES,
    "people": PEOPLE,
    "registers": REGISTERS,
    "readings": READINGS,
}
_COUNTED = {"tasks": "task", "duties": "duty", "people": "person", "registers": "register item", "readings": "reading"}
_MANY = {"duty": "duties", "person": "people"}


class _Rehearsed(Exception):  # noqa: N818 -- carries what would be done out of the transaction that is taken back
    def __init__(self, brought: Brought) -> None:
        super().__init__()
        self.brought = brought


class _File(NamedTuple):
    """A file, what was read of it, and what it adds."""

    source: Source
    format: str
    sheet: Sheet | None
    built: Built
    warnings: Sequence[str] = ()
    rejects: Callable[..., str] | None = None


def bring(ctx: Context, sources: Sequence[Source], choices: Choices, *, rehearse: bool = False) -> Brought:
    """Import files as one step; with `rehearse` nothing is kept.

    Raises UnreadableError for a file that cannot be taken at all, UsageError for choices that do not fit it,
    NotFoundError for a practice that is not there; nothing is imported then.
    """
    try:
        with ctx.acting() as tx:
            brought = _brought(ctx, tx, sources, choices)
            if rehearse or brought.action_id is None:
                raise _Rehearsed(brought)
    except _Rehearsed as rehearsed:
        return rehearsed.brought._replace(action_id=None)
    return brought


def _brought(ctx: Context, tx: Writer, sources: Sequence[Source], choices: Choices) -> Brought:
    keeper = _Keeper(ctx, tx)
    files = list(_files(ctx, tx, sources, choices, keeper))
    reports = [_report(file) for file in files]
    new = sum(one.new for one in reports)
    if not new or keeper.action_id is None:
        return Brought(None, "Nothing new is in it.", reports)
    counted = _COUNTED[choices.kind]
    words = f"Imported {count_words(new, counted, _MANY.get(counted))}{_whence(files)}"
    journal.reword(tx, keeper.action_id, words)
    return Brought(keeper.action_id, words, reports)


class _Keeper:
    """Stores rows as they come, all in one action."""

    def __init__(self, ctx: Context, tx: Writer) -> None:
        self._ctx, self._tx = ctx, tx
        self.action_id: int | None = None

    def keep(self, built: Built) -> None:
        """Store the rows that are ready; those that are refused after all are faults, and what belongs to them too."""
        part = list(built.entities)
        built.entities.clear()
        while part:
            arrival = Arrival(self._ctx, self._tx, part)
            changes = arrival.changes()
            faults = [*arrival.faults, *arrival.clashes]
            if not faults:
                self._apply(Action("import", "Imported", changes))
                break
            refused = {fault.line for fault in faults}
            built.faults.extend(faults)
            part = [one for one in part if one.line not in refused]
        built.new.update(one.line for one in part)

    def _apply(self, action: Action) -> None:
        if self.action_id is None:
            self.action_id = journal.apply(self._tx, action)
        else:
            journal.go_on(self._tx, self.action_id, action)


_NAMES = {
    "todoist": "Todoist",
    "asana": "Asana",
    "taskwarrior": "Taskwarrior",
    "todotxt": "todo.txt",
    "ics": "a calendar",
}


def _whence(files: Sequence[_File]) -> str:
    found = {file.format for file in files}
    name = _NAMES.get(next(iter(found))) if len(found) == 1 else None
    return f" from {name}" if name else f" from {count_words(len(files), 'file')}"


def _files(ctx: Context, tx: Writer, sources: Sequence[Source], choices: Choices, keeper: _Keeper) -> Iterator[_File]:
    """Yield every file once what it adds is stored."""
    tasks = TaskBuilder(ctx, tx, choices, keeper.keep)
    builders = {"people": PeopleBuilder, "registers": RegisterBuilder, "readings": ReadingBuilder}
    for source in sources:
        format = choices.format or sniffing.sniff(source)
        if format == sniffing.LINES:
            raise UsageError(
                f"{source.name} holds JSON lines of followthru.",
                safe="Nothing was imported.",
                remedy="They are imported alone and without options: followthru import FILE.",
            )
        if format != sniffing.CSV:
            found = _found(ctx, source, format, choices)
            yield _File(source, format, None, tasks.build(found), found.warnings, found.rejects)
            continue
        table = Table(source, choices.delimiter)
        sheet = Sheet(table, SHAPES[choices.kind], choices.columns, choices.dates, choices.given)
        if choices.kind in ("tasks", "duties"):
            found = csv_tasks.read(sheet)
            built = tasks.build(found)._replace(order=sheet.order, because=sheet.because)
        else:
            built = builders[choices.kind](ctx, tx, choices).build(sheet)
            keeper.keep(built)
        yield _File(source, format, sheet, built, (), rejected_rows(sheet.table))


def _found(ctx: Context, source: Source, format: str, choices: Choices) -> Found:
    if choices.kind != "tasks":
        raise UsageError(
            f"{source.name} is of {_NAMES[format]} and holds tasks, no {choices.kind}.", safe="Nothing was imported."
        )
    if choices.columns or choices.given.keys() - {"practice"}:
        raise UsageError(
            f"{source.name} is of {_NAMES[format]}, whose columns are known.",
            safe="Nothing was imported.",
            remedy="Say only --set practice=SLUG, or say --from csv and map its columns yourself.",
        )
    if format == sniffing.ICS:
        return foreign_ics.read(source, ctx.zone)
    return sniffing.read(source, format, How(ctx.zone, choices.dates, choices.delimiter))


def _report(file: _File) -> FileReport:
    built, sheet = file.built, file.sheet
    columns: Sequence[Column] = () if sheet is None else sheet.columns
    return FileReport(
        name=file.source.name,
        format=file.format,
        encoding=file.source.encoding,
        delimiter=None if sheet is None else sheet.table.delimiter,
        columns=columns,
        order=None if built.order is None or built.because is None else str(built.order),
        order_because=built.because,
        warnings=(*file.source.warnings, *file.warnings),
        notes=built.notes,
        projects=built.projects,
        new=len(built.new),
        known=built.known,
        left_out=built.left_out,
        faults=sorted(built.faults),
        rows=[one for one in built.rows if one.line in built.new],
        rejects=file.rejects,
    )
