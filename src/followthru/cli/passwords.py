"""Where a command's user says that a password is. A password itself is never a word of a command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followthru.errors import UsageError

if TYPE_CHECKING:
    from followthru.secrets import SecretRef


def where_said(command: str | None, file: Path | None, variable: str | None) -> SecretRef | None:
    """Return where a password is, as said in options; None if nothing was said. Raises UsageError."""
    from followthru.secrets import SecretKind, SecretRef

    given = [
        *([SecretRef(SecretKind.COMMAND, _words(command))] if command is not None else []),
        *([SecretRef(SecretKind.FILE, (str(file.expanduser().absolute()),))] if file is not None else []),
        *([SecretRef(SecretKind.ENV, (variable,))] if variable is not None else []),
    ]
    if len(given) > 1:
        raise UsageError("The password is in one place only.", remedy="Give one of the --password options.")
    return given[0] if given else None


def _words(command: str) -> tuple[str, ...]:
    """Return a command's words, told apart as a shell does. Raises UsageError."""
    from shlex import split

    try:
        found = tuple(split(command))
    except ValueError:
        raise UsageError("A quote in --password-command is not closed.", safe="Nothing was changed.") from None
    if not found:
        raise UsageError("--password-command is empty.", safe="Nothing was changed.")
    return found


def check_named_file(ref: SecretRef, config: Path) -> None:
    """Raise SecretError where a file that was named holds no secret."""
    from followthru.secrets import SecretError, check_file

    try:
        check_file(ref, config)
    except SecretError as error:
        raise SecretError(error.message, safe="No account was added.", remedy=error.remedy) from None


_ELSE = (
    "Say where it is: --password-file PATH (a file that only you can read), --password-command "
    "COMMAND (a password manager's) or --password-env VARIABLE."
)


def kept(key: str, name: str) -> SecretRef:
    """Ask for the password of `name` without showing it, keep it in the keyring as `key`, and return where it is.

    Raises UsageError.
    """
    from followthru.secrets import Secret, SecretKind, SecretRef, has_keyring, keep

    if not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask for the password on.", safe="Nothing was changed.", remedy=_ELSE)
    if not has_keyring():
        raise UsageError("This system has no keyring to keep a password in.", safe="Nothing was changed.", remedy=_ELSE)
    keep(key, Secret(click.prompt(f"Password for {name}", hide_input=True, err=True)))
    return SecretRef(SecretKind.KEYRING, (key,))
