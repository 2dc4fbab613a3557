"""Secrets: named in the configuration by where they are, resolved when needed, never shown."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, NoReturn

from followthru.errors import FollowthruError, UsageError
from followthru.typed_path import expanded

SERVICE = "followthru"
COMMAND_SECONDS = 30.0
MASK = "******"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class SecretKind(StrEnum):
    """What keeps a secret."""

    KEYRING = "keyring"
    COMMAND = "command"
    ENV = "env"
    FILE = "file"


class SecretRef(NamedTuple):
    """Where a secret is: a name in the keyring, the words of a command, a variable or a file."""

    kind: SecretKind
    where: tuple[str, ...]


class SecretError(FollowthruError):
    """A secret cannot be had. The words never hold any part of one."""


class Secret:
    """A secret that shows itself only to who asks with `reveal`, and cannot be written out by accident."""

    __slots__ = ("__words",)

    def __init__(self, words: str) -> None:
        self.__words = words

    def reveal(self) -> str:
        """Return the secret itself."""
        return self.__words

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        from hmac import compare_digest

        return compare_digest(self.__words.encode(), other.reveal().encode())

    __hash__ = None  # type: ignore[assignment]

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not written out")


def resolve(ref: SecretRef, config_file: Path, *, seconds: float = COMMAND_SECONDS) -> Secret:
    """Return the secret that a reference of the configuration file names.

    One line end after a secret in a file or from a command is not part of it. A command has `seconds` to
    answer. Raises SecretError saying what to do.
    """
    if ref.kind is SecretKind.KEYRING:
        words = _from_keyring(ref.where[0])
    elif ref.kind is SecretKind.COMMAND:
        words = _from_command(ref.where, config_file, seconds)
    elif ref.kind is SecretKind.ENV:
        words = _from_environment(ref.where[0])
    else:
        words = _from_file(_path_of(ref, config_file))
    if not words:
        raise SecretError(f"The secret from {_place(ref)} is empty.", remedy="Store it there again.")
    if "\0" in words or "\n" in words or "\r" in words:
        raise SecretError(f"The secret from {_place(ref)} is more than one line.", remedy="Keep it on one line.")
    return Secret(words)


def check_file(ref: SecretRef, config_file: Path) -> None:
    """Raise SecretError where a reference names a file that holds no secret; other places may come to hold one."""
    if ref.kind is SecretKind.FILE:
        resolve(ref, config_file)


def has_keyring() -> bool:
    """Whether this system has a keyring at all."""
    import keyring
    from keyring.backends.fail import Keyring as NoKeyring

    return not isinstance(keyring.get_keyring(), NoKeyring)


def keep(name: str, secret: Secret) -> None:
    """Store a secret in the system's keyring. Raises SecretError if there is no keyring to take it."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, name, secret.reveal())
    except (KeyringError, RuntimeError) as error:
        raise SecretError(
            f"The keyring did not take {name!a} ({type(error).__name__}).",
            remedy="Unlock it, or keep the secret in a file (mode 0600) or behind a command.",
        ) from None


def recall(name: str) -> Secret | None:
    """Return what `keep` stored, None if nothing is there or there is no keyring. Raises SecretError if it is shut."""
    import keyring
    from keyring.errors import KeyringError, NoKeyringError

    try:
        words = keyring.get_password(SERVICE, name)
    except NoKeyringError:
        return None
    except (KeyringError, RuntimeError) as error:
        raise SecretError(
            f"The keyring could not be read ({type(error).__name__}).", remedy="Unlock it and try again."
        ) from None
    return None if not words else Secret(words)


def forget(name: str) -> None:
    """Take what `keep` stored out of the keyring, if it is there."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(SERVICE, name)
    except (KeyringError, RuntimeError):
        return  # nothing is there, or no keyring is


def _from_keyring(name: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        words = keyring.get_password(SERVICE, name)
    except (KeyringError, RuntimeError) as error:
        raise SecretError(
            f"The keyring could not be read ({type(error).__name__}).",
            remedy="Unlock it, or name the secret by file, command or env instead.",
        ) from None
    if words is None:
        raise SecretError(
            f"The keyring has no {name!a} for {SERVICE}.",
            remedy=f"Store it with: {_storing(name)}",
        )
    return words


def _storing(name: str) -> str:
    """Return the command that stores a secret, whichever way followthru was installed: its own Python runs it."""
    return shlex.join([sys.executable, "-m", "keyring", "set", SERVICE, name])


def _from_command(argv: tuple[str, ...], config_file: Path, seconds: float) -> str:
    """Run a command without a shell and return the line it prints."""
    import subprocess

    _only_ours(config_file)
    try:
        # Whoever may write the configuration chooses the command; that has just been checked.
        ran = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise SecretError(
            f"The command {argv[0]!a} for a secret did not answer in {seconds:g} seconds.",
            remedy="Run it by hand; it may be waiting for a passphrase.",
        ) from None
    except OSError as error:
        raise SecretError(
            f"The command {argv[0]!a} for a secret cannot be run: {error.strerror}.",
            remedy="Correct the command in config.toml.",
        ) from None
    if ran.returncode:
        raise SecretError(
            f"The command {argv[0]!a} for a secret ended with code {ran.returncode}.",
            remedy="Run it by hand to see why.",
        )
    return _one_line(ran.stdout, f"the command {argv[0]!a}")


def _from_environment(name: str) -> str:
    words = os.environ.get(name)
    if words is None:
        raise SecretError(
            f"The variable {name} is not set.", remedy="Set it for this program, and for the daemon's service."
        )
    return words


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
                raise SecretError(f"Others may read the secret in {path}.", remedy=f"Run: chmod 600 {path}")
            return _one_line(file.read(), str(path))
    except OSError as error:
        raise SecretError(
            f"The secret in {path} cannot be read: {error.strerror}.", remedy="Put it there (mode 0600)."
        ) from None


def _path_of(ref: SecretRef, config_file: Path) -> Path:
    """Return a secret's file, which starts from the configuration's folder where it does not begin with one."""
    try:
        return config_file.parent / expanded(ref.where[0])
    except UsageError:
        raise SecretError(
            f"The secret from {_place(ref)} is in the home of a user who is not on this machine.",
            remedy="Write its whole path.",
        ) from None


def _only_ours(config_file: Path) -> None:
    """Raise SecretError if anybody else may change what the configuration, or its folder, says to run."""
    for path in (config_file, config_file.resolve().parent):
        try:
            found = path.stat()
        except OSError as error:
            raise SecretError(f"{path} cannot be looked at: {error.strerror}.") from None
        if found.st_uid not in (os.getuid(), 0):
            raise SecretError(f"{path} belongs to somebody else.", remedy="Use a configuration file of your own.")
        if found.st_mode & _OTHERS_WRITE and not found.st_mode & stat.S_ISVTX:
            raise SecretError(
                f"Others may change {path}, so no command from it is run.", remedy=f"Run: chmod go-w {path}"
            )


def _one_line(data: bytes, where: str) -> str:
    """Return text without the line end after it."""
    try:
        return data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretError(f"The secret from {where} is not text.", remedy="Store it again as UTF-8 text.") from None


def _place(ref: SecretRef) -> str:
    """Return where a secret is, in words."""
    return f"{ref.kind} {ref.where[0]!a}"
