"""`export` and `import`: everything as JSON lines."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.errors import FollowthruError

STANDARD = "-"


@click.command("export")
@click.argument("file", metavar="[FILE]", default=STANDARD)
@options.as_json
@click.pass_obj
def export(session: Session, file: str) -> None:
    """Write everything as JSON lines, private notes included: to FILE, or to standard output.

    A file is written whole and open to you alone. The lines are JSON with or without --json.
    """
    from followthru.actions.exporting import export_lines

    lines = export_lines(session.ctx)
    if file == STANDARD:
        _to_standard_output(lines)
        return
    path = Path(file)
    count = write_lines(lines, path)
    out.words(f"Exported {count} lines to {path}. They hold private notes and addresses: keep them safe.")
    if session.json:
        out.json({"file": str(path), "lines": count})


def _to_standard_output(lines: Iterable[str]) -> None:
    """Write to a nameless file first: whoever reads slowly must not keep the store from being written."""
    from tempfile import TemporaryFile

    with TemporaryFile("w+", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.seek(0)
        out.copy(file)


def write_lines(lines: Iterable[str], path: Path) -> int:
    """Write a file whole or not at all, open to its owner alone; return the count of lines. Raises FollowthruError."""
    from tempfile import mkstemp

    new: Path | None = None
    try:
        handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
        new = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            count = 0
            for line in lines:
                file.write(f"{line}\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise FollowthruError(f"{path} cannot be written: {error.strerror}.", safe="The store is as it was.") from None
    finally:
        if new is not None:
            new.unlink(missing_ok=True)
    return count


@click.command("import")
@click.argument("file", metavar="FILE")
@options.as_json
@click.pass_obj
def import_lines(session: Session, file: str) -> None:
    """Add what the JSON lines of FILE say (`-` for standard input), as one step that undo takes back.

    \b
    {"type": "task", "title": "Renew the lease", "practice": "oak-street", "promised_on": "2027-01-15"}

    An export goes into an empty store and comes back as it was. Anything wrong with a line is said with its
    number and key, and nothing is imported.
    """
    from followthru.actions.importing import import_lines as import_

    name = "standard input" if file == STANDARD else file
    try:
        with _opened(file) as lines:
            done = import_(session.ctx, lines, name)
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise FollowthruError(f"{name} cannot be read: {words}.", safe="Nothing was imported.") from None
    out.words(f"{done.outcome.words}.")
    if session.json:
        out.json({"action": done.outcome.action_id, "words": done.outcome.words, "counts": done.counts})


def _opened(file: str) -> TextIO:
    return os.fdopen(os.dup(0), encoding="utf-8") if file == STANDARD else Path(file).open(encoding="utf-8-sig")
