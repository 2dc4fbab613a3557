"""Where a command's user says that a password is. A password itself is never a word of a command."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followthru.cli.options import Decorated
from followthru.errors import UsageError
from followthru.typed_path import expanded

if TYPE_CHECKING:
    from followthru.config.edit import MailOAuth
    from followthru.config.values import OAuth
    from followthru.secrets import SecretRef

PATH = click.Path(path_type=Path)


def where_options(example: str) -> Callable[[Decorated], Decorated]:
    """Give a command the options that say where a password is; `example` is a command that prints one."""
    said = (
        click.option("--password-env", metavar="VARIABLE", help="A variable that holds it."),
        click.option("--password-file", metavar="PATH", type=PATH, help="A file that holds it (mode 0600)."),
        click.option("--password-command", metavar="COMMAND", help=f'A command that prints it, such as "{example}".'),
    )
    return lambda command: reduce(lambda made, option: option(made), said, command)


def where_said(command: str | None, file: Path | None, variable: str | None) -> SecretRef | None:
    """Return where a password is, as said in options; None if nothing was said. Raises UsageError."""
    from followthru.secrets import SecretKind, SecretRef

    given = [
        *([SecretRef(SecretKind.COMMAND, _words(command))] if command is not None else []),
        *([SecretRef(SecretKind.FILE, (str(expanded(file).absolute()),))] if file is not None else []),
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


def agreed(
    account: tuple[str, str],
    where: SecretRef | None,
    provider: OAuth | MailOAuth | None,
    config: Path,
    *,
    username: str | None,
    alone: bool = False,
) -> SecretRef | None:
    """Return where the password of a new account is: as was said, else in the keyring once it was typed.

    None where nobody signs in with one. `account` is its sort and its name; with `alone` a password needs no username.
    Raises UsageError, SecretError.
    """
    if provider is not None and where is not None:
        raise UsageError("An account signs in with a password or through a provider.", safe="Nothing was changed.")
    if username is None and where is not None and not alone:
        raise UsageError("A password needs the --username it belongs to.", safe="Nothing was changed.")
    if username is not None and where is None and provider is None:
        where = _kept(" ".join(account), account[1])
    for given in (where, None if provider is None else provider.client_secret):
        if given is not None:
            _check_named_file(given, config)
    return where


def _check_named_file(ref: SecretRef, config: Path) -> None:
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


def _kept(key: str, name: str) -> SecretRef:
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
