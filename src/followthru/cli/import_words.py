"""What an import did, or would do, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from followthru.domain.saying import count_words
from followthru.exchange.csv_table import DELIMITER_NAMES

if TYPE_CHECKING:
    from followthru.actions.import_choices import Brought, FileReport, Seen

_MOST_BAD = 20
_MOST_NOTES = 10
_ENTITY = {"tasks": "task", "duties": "task", "people": "person", "registers": "register_item", "readings": "reading"}
_ORDERS = {"dmy": "day first", "mdy": "month first"}


def brought_json(brought: Brought, kind: str, written: Mapping[str, str], *, dry_run: bool) -> dict[str, object]:
    """Return an import as JSON."""
    return {
        "action": brought.action_id,
        "words": brought.words,
        "dry_run": dry_run,
        "counts": {_ENTITY[kind]: sum(one.new for one in brought.files)},
        "files": [_file_json(one, written.get(one.name)) for one in brought.files],
    }


def _file_json(one: FileReport, rejects: str | None) -> dict[str, object]:
    return {
        "file": one.name,
        "format": one.format,
        "encoding": one.encoding,
        "delimiter": one.delimiter,
        "dates": {"order": one.order, "because": one.order_because},
        "columns": [{"column": each.header, "to": each.to or None, "guessed": each.guessed} for each in one.columns],
        "projects": [
            {"name": name, "practice": slug, "rows": count} for name, (slug, count) in sorted(one.projects.items())
        ],
        "new": one.new,
        "known": one.known,
        "left_out": one.left_out,
        "bad": [{"line": line, "words": words} for line, words in one.bad.items()],
        "warnings": list(one.warnings),
        "notes": list(one.notes),
        "rows": [{"line": row.line, "title": row.title, **row.says} for row in one.rows],
        "rejects": rejects,
    }


def preview_lines(brought: Brought) -> Iterator[str]:
    """Yield a preview: how each file is read, and its first rows as they will be."""
    for one in brought.files:
        parted = f", parted by {DELIMITER_NAMES.get(one.delimiter, one.delimiter)}" if one.delimiter else ""
        yield f"{one.name}: {one.format}, {one.encoding}{parted}"
        for column in one.columns:
            to = "left out" if not column.to else f"{column.to}{' under its name' if column.named else ''}"
            yield f"  {column.header} -> {to}{'' if column.guessed else ' (as you said)'}"
        if one.order is not None:
            yield f"  dates: {_ORDERS.get(one.order, one.order)}, as “{one.order_because}” shows"
        for name, (slug, count) in sorted(one.projects.items()):
            yield f"  {name}: {count_words(count, 'row')} to {f'@{slug}' if slug else 'the inbox'}"
        for row in one.rows:
            yield f"  {row.line:>5}  {_row_words(row)}"
        if one.new > len(one.rows):
            yield f"         and {one.new - len(one.rows):,} more"


def _row_words(row: Seen) -> str:
    said = row.says
    parts = [row.title]
    if said.get("practice"):
        parts.append(f"@{said['practice']}")
    for name in (
        "read_on",
        "value",
        "role",
        "kind",
        "holder",
        "holder_name",
        "status",
        "assignee",
        "priority",
        "expires_on",
    ):
        value = said.get(name)
        if value and (name, value) not in (("status", "open"), ("status", "inbox")):
            parts.append(f"{name.removesuffix('_on').removesuffix('_name')} {value}")
    parts += [f"{name} {said[f'{name}_on']}" for name in ("target", "deadline", "starts") if said.get(f"{name}_on")]
    parts += [f"every {said['repeats']}"] if said.get("repeats") else []
    tags = said.get("tags")
    parts += [f"#{tag}" for tag in tags] if isinstance(tags, list) else []  # pyright: ignore[reportUnknownVariableType]
    return "  ".join(parts)


def sentences(brought: Brought, written: Mapping[str, str], *, dry_run: bool) -> Iterator[str]:
    """Yield what its user should know: what came in, what was here, what was not taken and where it is."""
    words = brought.words.removesuffix(".")
    yield f"{words.replace('Imported', 'Would import', 1)}; nothing was kept." if dry_run else f"{words}."
    for one in brought.files:
        yield from _about(one, written.get(one.name))
    if not dry_run and brought.action_id is not None:
        yield "`followthru undo` takes all of it back."


def _about(one: FileReport, rejects: str | None) -> Iterator[str]:
    yield from (f"{one.name}: {warning}" for warning in one.warnings)
    if one.known:
        yield f"{one.name}: {count_words(one.known, 'row')} {'is' if one.known == 1 else 'are'} here already."
    if one.left_out:
        yield f"{one.name}: {count_words(one.left_out, 'row')} left out, as you said."
    for name, (slug, count) in sorted(one.projects.items()):
        if slug is None:
            yield (
                f"{one.name}: “{name}” is no practice: {count_words(count, 'row')} to the inbox. "
                f'--project "{name}=SLUG" files them, "{name}=-" leaves them out.'
            )
    yield from (f"Note: {note}" for note in one.notes[:_MOST_NOTES])
    if len(one.notes) > _MOST_NOTES:
        yield f"Note: and {len(one.notes) - _MOST_NOTES} more."
    yield from _bad(one, rejects)


def _bad(one: FileReport, rejects: str | None) -> Iterator[str]:
    bad = one.bad
    for line, words in list(bad.items())[:_MOST_BAD]:
        yield f"{one.name}:{line}: {words}"
    if len(bad) > _MOST_BAD:
        yield f"and {len(bad) - _MOST_BAD} more."
    if rejects is not None:
        rows, them = ("This row is", "it") if len(bad) == 1 else (f"These {len(bad)} rows are", "them")
        yield f"{rows} in {rejects}: mend {them} there and import that file."
