"""What a service runs, and how the system's own commands are asked to."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from followthru import durable
from followthru.errors import FollowthruError


class Program(NamedTuple):
    """What a service runs: the words of the command, what it needs of the environment, and where its output goes."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    output: Path


def write(path: Path, text: bytes) -> None:
    """Write a service's file, whole or not at all. Raises FollowthruError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write(path, text)
    except OSError as error:
        raise FollowthruError(
            f"{path} cannot be written: {error.strerror}.",
            safe="Nothing was changed.",
            remedy="Make room on its disk, or give yourself the right to write there, and try again.",
        ) from error


def remove(path: Path) -> None:
    """Remove the file of a service that was stopped already. Raises FollowthruError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FollowthruError(
            f"{path} cannot be removed: {error.strerror}.",
            safe="The daemon is stopped and is not started at login any more; the store is untouched.",
            remedy=f"Give yourself the right to write {path.parent} and try again, or remove the file yourself.",
        ) from error


def told(*words: str) -> tuple[int, str]:
    """Run a command of the system's; return its exit code and what it said. Raises FollowthruError if there is none."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
    except FileNotFoundError:
        raise refused(words[0], f"there is no {words[0]} on this machine") from None
    return done.returncode, (done.stderr.strip() or done.stdout.strip())


def refused(who: str, problem: str) -> FollowthruError:
    """Return the words for a system that did not do it."""
    return FollowthruError(
        f"{who} did not do it: {problem}.",
        safe="The store is untouched.",
        remedy="Without a service, keep `followthru daemon run` open in a terminal; the screen starts one itself.",
    )
