"""`update edit`: in the editor, or from a file. A text that cannot be taken is kept beside the store."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click

from followthru import durable
from followthru.actions import updates as actions
from followthru.actions.drafting import UpdateOutcome
from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.errors import FollowthruError, NotFoundError, UsageError
from followthru.store.updates import UpdateRow
from followthru.updates import review_text
from followthru.updates.outbox import TO_REVIEW
from followthru.updates.review_text import ReviewTextError


@click.command("edit")
@click.argument("update", metavar="ID")
@click.option("--text", "file", metavar="FILE|-", help="Take the text from a file, or from standard input.")
@click.option("--print", "print_", is_flag=True, help="Only print the text that is edited.")
@options.as_json
@click.pass_obj
def edit(session: Session, update: str, file: str | None, print_: bool) -> None:
    """Edit an update's subject and text, in $VISUAL or $EDITOR. Its own words only; facts stay as they are."""
    row = actions.find(session.ctx.read, update)
    if print_:
        out.data(actions.to_edit(session.ctx, row).rstrip("\n"))
        return
    kept = _kept(session, row)
    done = _take(session, row, _given(file), kept) if file is not None else _in_editor(session, row, kept)
    kept.unlink(missing_ok=True)
    from followthru.cli.updates import answer

    answer(session, done)


def _kept(session: Session, row: UpdateRow) -> Path:
    """Return where a text is kept while it is edited."""
    session.home.prepare()
    return session.desk.home.database.with_name(f"update-{row.id}.txt")


def _given(file: str) -> str:
    """Return a text from a file or standard input. Raises NotFoundError, UsageError."""
    try:
        data = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read: {error.strerror}.", safe="Nothing was changed.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text.", safe="Nothing was changed.") from None
    return data


def _take(session: Session, row: UpdateRow, text: str, kept: Path) -> UpdateOutcome:
    """Take an edited text over. Raises FollowthruError, with the text kept."""
    try:
        return actions.edit(session.ctx, row.id, text)
    except FollowthruError:
        _write(kept, text)
        out.words(f"Your text is in {kept}.")
        raise


def _in_editor(session: Session, row: UpdateRow, kept: Path) -> UpdateOutcome:
    """Have an update edited until it can be taken, or its user gives up. A text kept earlier is opened again."""
    if row.status not in TO_REVIEW:
        return actions.edit(session.ctx, row.id, "")  # says why it cannot be edited
    if kept.exists():
        out.words(f"Your text from before is opened again ({kept}).")
    else:
        _write(kept, actions.to_edit(session.ctx, row))
    while True:
        text = _edited(kept)
        try:
            return actions.edit(session.ctx, row.id, text)
        except ReviewTextError as error:
            out.words(error.message)
            if not (sys.stdin.isatty() and click.confirm("Open it again?", default=True, err=True)):
                out.words(f"Your text is in {kept}.")
                raise
            _write(kept, review_text.with_problem(text, error.message))
        except FollowthruError:
            out.words(f"Your text is in {kept}.")
            raise


def _edited(kept: Path) -> str:
    """Open a file in the editor and return its text. Raises FollowthruError; what nobody touched is not kept."""
    before = kept.read_bytes()
    try:
        _open(kept)
    except FollowthruError:
        if kept.read_bytes() == before:
            kept.unlink()
        else:
            out.words(f"Your text is in {kept}.")
        raise
    return kept.read_text(encoding="utf-8", errors="replace")


def _open(file: Path) -> None:
    """Open a file in the user's editor and wait for its end. Raises FollowthruError."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not command and not sys.stdin.isatty():
        raise UsageError(
            "There is no editor to open.", safe="Nothing was changed.", remedy="Set EDITOR, or use --text FILE."
        )
    try:
        ended = subprocess.run([*shlex.split(command or "vi"), str(file)], check=False).returncode  # noqa: S603
    except (OSError, ValueError) as error:
        raise FollowthruError(
            f"The editor {command or 'vi'!a} cannot be run ({type(error).__name__}).",
            safe="Nothing was changed.",
            remedy="Set EDITOR to another one.",
        ) from None
    if ended:
        raise FollowthruError(f"The editor ended with code {ended}.", safe="Nothing was changed.")


def _write(file: Path, text: str) -> None:
    """Put a text in the file's place, whole and open to its owner alone."""
    durable.write(file, text.encode(errors="surrogateescape"))
