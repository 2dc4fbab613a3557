"""`export`: everything as JSON lines."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

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
    return write_pieces((f"{line}\n" for line in lines), path)


def write_pieces(pieces: Iterable[str], path: Path) -> int:
    """Write a file of pieces of text in the same way; return how many there were. Raises FollowthruError."""
    from tempfile import mkstemp

    new: Path | None = None
    try:
        handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
        new = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            count = 0
            for piece in pieces:
                file.write(piece)
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
