"""TOML files that a user writes, such as playbooks: read without trust, and what is wrong with each named by line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from followthru.domain.toml_lines import Problem, lines_of
from followthru.domain.toml_text import LARGEST, loads

_TRIES = 5

Told = tuple[int | None, str]
"""The line of something that is wrong, None for the file as a whole, and words."""


class Parsed(NamedTuple):
    """What a file says, with its text; `told` is why it could not be read, then the rest is empty."""

    said: dict[str, Any]
    text: str
    told: Told | None = None


def _as_much_as_may_be(opened: BinaryIO) -> bytes:
    return opened.read(LARGEST + 1)


def content_of(file: Path, *, read: Callable[[BinaryIO], bytes] = _as_much_as_may_be) -> bytes | str:
    """Return the bytes of a file, or in words why it cannot be read. No more is read than may be in such a file.

    A file that changes while it is read is read again.
    """
    try:
        # Reading from a pipe or a device may never end.
        if file.exists() and not file.is_file():
            return "it is no file"
        for _ in range(_TRIES):
            before = _stamp(file)
            with file.open("rb") as opened:
                content = read(opened)
            if _stamp(file) == before:
                return content
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return "it is being written all the time"


def _stamp(file: Path) -> tuple[int, int, int]:
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def parsed(content: bytes, noun: str) -> Parsed:
    """Return what the content of a file says; `noun` is what it should hold, such as `a playbook`."""
    text = ""
    if len(content) > LARGEST:
        return Parsed({}, "", (None, f"it is larger than {LARGEST // 1024} KB, too large for {noun}"))
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
        return Parsed(loads(text, noun), text)
    except UnicodeDecodeError as error:
        return Parsed({}, "", (content.count(b"\n", 0, error.start) + 1, "it is not written in UTF-8"))
    except tomllib.TOMLDecodeError as error:
        return Parsed({}, text, (_line(error, text), f"it is not TOML: {error}"))


def told_by_line(text: str, problems: Iterable[Problem]) -> tuple[Told, ...]:
    """Return problems with the lines on which they begin, in order."""
    every = tuple(problems)
    lines = lines_of(text, {one.where for one in every})
    return tuple(sorted({(lines[one.where], one.words) for one in every}))


def said(file: str, told: Iterable[Told]) -> list[str]:
    """Return each problem as `file:line: words`."""
    return [f"{file}:{line}: {words}" if line else f"{file}: {words}" for line, words in told]


def _line(error: Exception, text: str) -> int | None:
    """Return the line that a TOML error names."""
    if str(error).endswith("(at end of document)"):
        return len(text.splitlines()) or 1
    _, found, rest = str(error).rpartition("(at line ")
    digits = rest.partition(",")[0]
    return int(digits) if found and digits.isdecimal() else None
