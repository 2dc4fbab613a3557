"""Hand a file to the user's own editor, with the screen given up meanwhile."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from followthru.errors import UsageError

if TYPE_CHECKING:
    from textual.app import App

_USUAL = ("nano", "vi")


def editor() -> list[str] | None:
    """Return the command of $VISUAL or $EDITOR, else of an editor that is usually there; None for none."""
    import shutil

    given = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if given and given.strip():
        return shlex.split(given)
    found = next((path for name in _USUAL if (path := shutil.which(name))), None)
    return None if found is None else [found]


def edit_file(app: App[None], file: Path) -> None:
    """Run the editor on a file until it ends. Raises UsageError when it cannot be run; the file is kept."""
    import subprocess

    from textual.app import SuspendNotSupported

    command = editor()
    if command is None:
        raise UsageError("No editor was found.", remedy="Set EDITOR, for instance to nano.")
    code, failed = 0, None
    try:
        with app.suspend():
            try:
                code = subprocess.run([*command, str(file)], check=False).returncode  # noqa: S603 -- the user's own editor
            except OSError as error:  # what leaves this block has the screen not take its terminal back
                failed = error
    except SuspendNotSupported:
        raise UsageError("This terminal cannot be given to an editor.", remedy=f"Edit {file} elsewhere.") from None
    if failed is not None:
        remedy = "Set EDITOR to your editor."
        raise UsageError(f"{command[0]} cannot be run: {failed.strerror}.", remedy=remedy) from failed
    if code:
        raise UsageError(f"{command[0]} ended with {code}.", safe=f"Your text is kept in {file}.")
