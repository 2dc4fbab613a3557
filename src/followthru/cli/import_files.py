"""`import`: what other programs and an export of ours hold, brought in as one step."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.errors import Exit, FollowthruError, UsageError

if TYPE_CHECKING:
    from followthru.actions.import_choices import Brought, Choices, FileReport
    from followthru.exchange.columns import Layout

STANDARD = "-"
_HEAD = 4_000
KINDS = ("tasks", "people", "registers", "duties", "readings")
FORMATS = ("lines", "csv", "todoist", "asana", "taskwarrior", "todotxt", "ics")


class _Said(NamedTuple):
    """What the options of the command say."""

    format: str | None
    kind: str | None
    columns: tuple[str, ...]
    given: tuple[str, ...]
    projects: tuple[str, ...]
    mapping: str | None
    keep: str | None
    dates: str | None
    delimiter: str | None


@click.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--from", "format", type=click.Choice(FORMATS), help="What wrote it; found from the file without.")
@click.option("--as", "kind", type=click.Choice(KINDS), help="What the rows of a CSV are.  [default: tasks]")
@click.option(
    "--map", "columns", multiple=True, metavar="COLUMN=FIELD", help="What a column is; nothing leaves it out."
)
@click.option("--set", "given", multiple=True, metavar="FIELD=TEXT", help="What rows have that do not say it.")
@click.option(
    "--project", "projects", multiple=True, metavar="NAME=SLUG", help="The practice of a name; or inbox, or -."
)
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="Which of 03/04 is the day.")
@click.option("--delimiter", metavar="CHAR", help="What parts the cells of a CSV; found without.")
@click.option("--mapping", metavar="FILE.toml", help="Read columns, practices and dates from a kept mapping.")
@click.option("--keep-mapping", "keep", metavar="FILE.toml", help="Keep what was used as such a file.")
@click.option("--rejects", metavar="FILE", help="Where bad rows go; beside the file without.")
@click.option("--dry-run", is_flag=True, help="Show what would come in, and keep nothing.")
@options.as_json
@click.pass_obj
def import_files(
    session: Session, files: tuple[str, ...], rejects: str | None, dry_run: bool, **said: object
) -> int | None:
    """Bring in what FILE holds (`-` for standard input), as one step that undo takes back.

    \b
    followthru import everything.jsonl                     an export of followthru
    followthru import "Oak Street.csv" --dry-run           from Todoist, Asana, or any table
    followthru import todoist.zip --project Work=oak-street
    followthru import staff.csv --as people --set practice=oak-street
    followthru import licences.csv --as registers --map "Renewal=expires_on" --dates mdy

    Also task export of Taskwarrior (JSON), todo.txt and calendar files (.ics). A date becomes your own target: nothing
    is promised, nobody is told, no update says it. What is here already is not made twice; rows that cannot be taken
    are listed and put into a file beside FILE, to be mended and imported again.
    """
    options_ = _Said(**said)  # type: ignore[arg-type]
    with _on_disk(files) as paths:
        if _holds_lines(paths, options_):
            return _lines(session, paths[0], options_, dry_run)
        return _foreign(session, paths, options_, rejects, dry_run)


class _Path(NamedTuple):
    """A file, and how it is called."""

    path: Path
    name: str


@contextmanager
def _on_disk(files: Sequence[str]) -> Generator[list[_Path]]:
    """Give the files, standard input as a file that goes afterwards: it is looked at before it is read."""
    from shutil import copyfileobj
    from tempfile import NamedTemporaryFile

    if STANDARD not in files:
        yield [_Path(Path(file), file) for file in files]
        return
    with NamedTemporaryFile() as copy, os.fdopen(os.dup(0), "rb") as given:
        copyfileobj(given, copy)
        copy.flush()
        yield [
            _Path(Path(copy.name), "standard input") if file == STANDARD else _Path(Path(file), file) for file in files
        ]


def _holds_lines(paths: Sequence[_Path], said: _Said) -> bool:
    """Whether this is an export of ours. Raises FollowthruError for a file that cannot be opened."""
    from followthru.exchange.sniffing import LINES, is_lines

    if said.format is not None:
        return said.format == LINES
    if len(paths) > 1:
        return False
    try:
        with paths[0].path.open("rb") as file:
            return is_lines(file.read(_HEAD).decode("utf-8", "replace"))
    except OSError as error:
        raise _unreadable(paths[0].name, error.strerror or str(error)) from None


def _unreadable(name: str, words: str) -> FollowthruError:
    return FollowthruError(f"{name} cannot be read: {words}.", safe="Nothing was imported.")


def _lines(session: Session, file: _Path, said: _Said, dry_run: bool) -> None:
    """Import an export of ours."""
    from followthru.actions.importing import import_lines

    if dry_run or any((said.kind, said.columns, said.given, said.projects, said.mapping, said.keep, said.dates)):
        raise UsageError(
            f"{file.name} holds JSON lines, which say themselves what they are.",
            safe="Nothing was imported.",
            remedy="Import it without options: anything wrong with it is said before anything is kept.",
        )
    try:
        with file.path.open(encoding="utf-8-sig") as lines:
            done = import_lines(session.ctx, lines, file.name)
    except (OSError, UnicodeDecodeError) as error:
        words = (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8 text"
        raise _unreadable(file.name, words) from None
    out.words(f"{done.outcome.words}.")
    if session.json:
        out.json({"action": done.outcome.action_id, "words": done.outcome.words, "counts": done.counts})


def _foreign(session: Session, paths: Sequence[_Path], said: _Said, rejects: str | None, dry_run: bool) -> int:
    """Import files of other programs."""
    from followthru.actions.bringing import bring
    from followthru.cli import import_words
    from followthru.exchange.sources import read_files

    choices = _choices(said)
    sources = [source for file in paths for source in read_files(file.path, file.name)]
    brought = bring(session.ctx, sources, choices, rehearse=dry_run)
    if said.keep is not None and not dry_run:
        _keep(Path(said.keep), brought, choices)
    written = {} if dry_run else _write_rejects(brought, paths, rejects)
    if session.json:
        out.json(import_words.brought_json(brought, choices.kind, written, dry_run=dry_run))
    elif dry_run:
        for line in import_words.preview_lines(brought):
            out.data(line)
    for sentence in import_words.sentences(brought, written, dry_run=dry_run):
        out.words(sentence)
    if dry_run or not brought.bad:
        return Exit.OK
    return Exit.PARTLY if brought.action_id is not None or any(one.known for one in brought.files) else Exit.FAILED


def _choices(said: _Said) -> Choices:
    """Return what was said, the options before the kept mapping."""
    from followthru.actions.import_choices import Choices
    from followthru.domain.dateword import DateOrder
    from followthru.exchange.columns import Layout, read_layout

    kept = Layout() if said.mapping is None else read_layout(Path(said.mapping))
    dates, kind = said.dates or kept.dates, said.kind or kept.kind or "tasks"
    if kind not in KINDS:
        raise UsageError(f"{said.mapping}: kind: {kind} is none of {', '.join(KINDS)}.", safe="Nothing was imported.")
    if dates is not None and dates not in set(DateOrder):
        raise UsageError(f"{said.mapping}: dates: {dates} is neither dmy nor mdy.", safe="Nothing was imported.")
    return Choices(
        format=said.format,
        kind=kind,
        columns={**kept.columns, **_pairs("--map", said.columns)},
        given=_pairs("--set", said.given),
        practices={**kept.practices, **_pairs("--project", said.projects)},
        dates=None if dates is None else DateOrder(dates),
        delimiter=_delimiter(said.delimiter),
    )


def _pairs(option: str, words: Sequence[str]) -> dict[str, str]:
    """Read words such as `Due Date=target_on`; the name ends at the last equals sign. Raises UsageError."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.rpartition("=") if option != "--set" else word.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{option} “{word}” is not NAME=WHAT.", safe="Nothing was imported.")
        found[name.strip()] = value.strip()
    return found


def _delimiter(said: str | None) -> str | None:
    if said is None:
        return None
    char = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}.get(said.casefold(), said)
    if len(char) != 1 or char in '"\r\n':
        raise UsageError(f"--delimiter “{said}” is no single character.", safe="Nothing was imported.")
    return char


def _keep(path: Path, brought: Brought, choices: Choices) -> None:
    """Keep the mapping that was used."""
    from followthru.cli.transfer import write_pieces
    from followthru.exchange.columns import layout_text

    write_pieces([layout_text(_layout(brought, choices))], path)
    out.words(f"The mapping is kept in {path}: followthru import FILE --mapping {path}")


def _layout(brought: Brought, choices: Choices) -> Layout:
    from followthru.exchange.columns import Layout

    columns = {one.header: one.to for file in brought.files for one in file.columns}
    practices = {name: slug for file in brought.files for name, (slug, _) in file.projects.items() if slug}
    order = next((file.order for file in brought.files if file.order), None)
    dates = None if choices.dates is None else str(choices.dates)
    return Layout(columns, {**practices, **choices.practices}, dates or order, choices.kind)


def _write_rejects(brought: Brought, paths: Sequence[_Path], said: str | None) -> dict[str, str]:
    """Write the bad rows of every file that has some, and return where they are by the file's name."""
    from followthru.cli.transfer import write_pieces

    written: dict[str, str] = {}
    bad = [one for one in brought.files if one.bad and one.rejects is not None]
    if said is not None and len(bad) > 1:
        out.words("--rejects names one file, and several have bad rows: they are beside their own files.")
        said = None
    for report in bad:
        if report.rejects is None:
            continue
        text = report.rejects(report.bad)
        path = Path(said) if said is not None else _beside(report, paths, text)
        if path is None:
            continue
        try:
            write_pieces([text], path)
        except FollowthruError as error:
            out.words(f"{error.message} The bad rows are only listed here.")
            continue
        written[report.name] = str(path)
    return written


def _beside(report: FileReport, paths: Sequence[_Path], text: str) -> Path | None:
    """Return where the bad rows of a file go: beside it or the archive that it is in; None for standard input.

    A file there that says something else is never written over.
    """
    from followthru.exchange.rejects import rejects_path

    def taken(path: PurePath) -> bool:
        there = Path(path)
        return there.exists() and there.read_bytes() != text.encode("utf-8")

    for file in paths:
        if report.name == file.name and file.path == Path(file.name):
            return Path(rejects_path(file.path, taken))
        if report.name.startswith(f"{file.name}/"):
            return Path(rejects_path(file.path.with_name(report.name.rpartition("/")[2]), taken))
    return None
