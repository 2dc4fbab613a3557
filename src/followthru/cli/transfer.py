"""`export`: everything as JSON lines, one list in a form that others read, or all that a successor needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.errors import FollowthruError, UsageError

STANDARD = "-"
KINDS = ("tasks", "people", "registers", "duties", "promises", "evidence", "goals", "readings", "hours", "runs")
FORMS = ("json", "csv", "ics", "markdown")
_SUFFIXES = {".csv": "csv", ".ics": "ics", ".md": "markdown", ".json": "json", ".jsonl": "json"}


@click.command("export")
@click.argument("file", metavar="[FILE]", default=STANDARD)
@click.option("--as", "kind", type=click.Choice(KINDS), help="One list instead of everything.")
@click.option("--format", "form", type=click.Choice(FORMS), help="Its form; from FILE's name without.  [default: csv]")
@click.option("--practice", metavar="SLUG", help="Only what belongs to this practice.")
@click.option(
    "--where", multiple=True, metavar="FILTER", help="Of tasks those that a filter finds, as `list` takes it."
)
@click.option("--package", is_flag=True, help="Write what a successor needs into the folder or .zip FILE.")
@click.option("--private", is_flag=True, help="With private tasks and your notes.")
@options.as_json
@click.pass_obj
def export(
    session: Session,
    file: str,
    kind: str | None,
    form: str | None,
    practice: str | None,
    where: tuple[str, ...],
    package: bool,
    private: bool,
) -> None:
    """Write everything as JSON lines, private notes included: to FILE, or to standard output.

    \b
    followthru export everything.jsonl
    followthru export tasks.csv --as tasks --where "@oak-street #insurance"
    followthru export open.ics --as tasks --practice oak-street
    followthru export registers.md --as registers
    followthru export oak-street.zip --practice oak-street --package

    A file is written whole and open to you alone. One list, or a package, leaves private tasks and your notes out
    unless --private is said; what stayed behind is named.
    """
    if package:
        _pack(session, file, practice, private=private, other=kind or form or where)
        return
    if kind is not None:
        _one_list(session, file, kind, _form(file, form), practice, where, private=private)
        return
    if form or practice or where or private:
        raise UsageError(
            "Only one list can be narrowed or written in another form.",
            safe="Nothing was written.",
            remedy=f"Say which with --as: {', '.join(KINDS)}. Everything is written as it is, private notes included.",
        )
    _everything(session, file)


def _everything(session: Session, file: str) -> None:
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


def _form(file: str, form: str | None) -> str:
    return form or _SUFFIXES.get(Path(file).suffix.casefold(), "csv")


def _one_list(
    session: Session,
    file: str,
    kind: str,
    form: str,
    practice: str | None,
    where: Sequence[str],
    *,
    private: bool,
) -> None:
    """Write one list."""
    from followthru.actions.taking_out import take

    words = tuple(word for one in where for word in one.split())
    taken = take(session.ctx, kind, form, practice=practice, words=words, private=private)
    if file == STANDARD:
        with suppress(StopIteration):
            _to_standard_output_pieces(iter(taken.pieces))
    else:
        write_pieces(taken.pieces, Path(file))
        out.words(f"Exported {taken.words} to {file}.")
        if session.json:
            out.json({"file": file, "format": form, "rows": taken.rows, "left_out": taken.left_out})
    _say_left_out(taken.left_out)


def _say_left_out(left_out: Mapping[str, int]) -> None:
    from followthru.exchange.package_text import left_out_words

    if left_out:
        out.words(f"Left out, because it is private: {', '.join(left_out_words(left_out))}. --private adds it.")


def _pack(session: Session, file: str, practice: str | None, *, private: bool, other: object) -> None:
    """Write a package."""
    from followthru.actions.package import pack

    if practice is None or file == STANDARD or other:
        raise UsageError(
            "A package is of one practice, into a folder or a .zip.",
            safe="Nothing was written.",
            remedy="Say: followthru export DIR --practice SLUG --package",
        )
    packed = pack(session.ctx, practice, Path(file), private=private)
    out.words(
        f"Wrote {len(packed.files) + 1} files of @{packed.practice} to {packed.path}; README.md is to be read first."
    )
    _say_left_out(packed.left_out)
    if session.json:
        out.json(
            {
                "path": str(packed.path),
                "practice": packed.practice,
                "private": private,
                "files": [{"name": name, "sha256": digest} for name, digest in sorted(packed.files.items())],
                "left_out": packed.left_out,
            }
        )


def _to_standard_output(lines: Iterable[str]) -> None:
    """Write to a nameless file first: whoever reads slowly must not keep the store from being written."""
    _to_standard_output_pieces(f"{line}\n" for line in lines)


def _to_standard_output_pieces(pieces: Iterator[str]) -> None:
    from tempfile import TemporaryFile

    with TemporaryFile("w+", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
        file.seek(0)
        out.copy(file)


def write_lines(lines: Iterable[str], path: Path) -> int:
    """Write a file whole or not at all, open to its owner alone; return the count of lines. Raises FollowthruError."""
    return write_pieces((f"{line}\n" for line in lines), path)


def write_pieces(pieces: Iterable[str], path: Path) -> int:
    """Write a file of pieces of text in the same way; return how many there were. Raises FollowthruError."""
    from followthru import durable

    count = 0
    try:
        with durable.writing(path) as file:
            for piece in pieces:
                file.write(piece.encode("utf-8"))
                count += 1
    except OSError as error:
        raise FollowthruError(f"{path} cannot be written: {error.strerror}.", safe="The store is as it was.") from None
    return count
