"""Text that is edited in the user's editor, or given as a file; while it is edited it is kept beside the store."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from followthru import durable
from followthru.cli import out
from followthru.cli.session import Session
from followthru.errors import FollowthruError, NotFoundError, UsageError


def kept(session: Session, name: str) -> Path:
    """Return where a text of this name is kept while it is edited."""
    session.home.prepare()
    return session.desk.home.database.with_name(name)


def given(file: str) -> str:
    """Return a text from a file or standard input. Raises NotFoundError, UsageError."""
    try:
        data = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read: {error.strerror}.", safe="Nothing was changed.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text.", safe="Nothing was changed.") from None
    return data


def edited(file: Path, instead: str) -> str:
    """Open a file in the editor and return its text; `instead` is the option that gives one without an editor.

    Raises FollowthruError; what nobody touched is not kept.
    """
    before = file.read_bytes()
    try:
        _open(file, instead)
    except FollowthruError:
        if file.read_bytes() == before:
            file.unlink()
        else:
            out.words(f"Your text is in {file}.")
        raise
    return file.read_text(encoding="utf-8", errors="replace")


def _open(file: Path, instead: str) -> None:
    """Open a file in the user's editor and wait for its end. Raises FollowthruError."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not command and not sys.stdin.isatty():
        raise UsageError(
            "There is no editor to open.", safe="Nothing was changed.", remedy=f"Set EDITOR, or use {instead} FILE."
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


def write(file: Path, text: str) -> None:
    """Put a text in the file's place, whole and open to its owner alone."""
    durable.write(file, text.encode(errors="surrogateescape"))
