"""A file from elsewhere as text: its encoding found, its size limited, nothing taken that changed while it was read."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple

from followthru.errors import FollowthruError

LARGEST = 64 * 1024 * 1024
"""Bytes. A list that a person keeps is far smaller; whatever is not, is a mistake or meant ill."""
MOST_FILES = 500
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LOOKED_AT = 400
_UNPACK = "Unpack it and import what is in it."
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What a damaged archive has been seen to raise; the last two where a name in it is no text, or empty.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, IndexError)


class UnreadableError(FollowthruError):
    """A file cannot be taken in as a whole; nothing of it was."""

    def __init__(self, name: str, words: str, *, line: int | None = None, remedy: str = "") -> None:
        self.line = line
        at = name if line is None else f"{name}:{line}"
        super().__init__(f"{at}: {words}", safe="Nothing was imported.", remedy=remedy)


class Source(NamedTuple):
    """What a file says. `encoding` is how it was read, `warnings` what its owner should know of that."""

    name: str
    text: str
    encoding: str
    warnings: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return its lines without their ends, as an editor counts them."""
        return re.split(r"\r\n|\r|\n", self.text)


def read_files(path: str | Path, called: str | None = None) -> list[Source]:
    """Read a file, or all of an archive's: a backup is a ZIP of one CSV for each project. Raises UnreadableError
    naming file and line.

    `called` is its name where that is not its path.
    """
    data, name = _bytes(path)
    name = called or name
    return _members(data, name) if data.startswith(b"PK\x03\x04") else [from_bytes(data, name)]


def _members(data: bytes, name: str) -> list[Source]:
    """Read the files of an archive. What it says of their sizes is not believed: reading stops at the limit."""
    found: list[Source] = []
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir()]
            if len(inside) > MOST_FILES:
                raise UnreadableError(name, f"holds more than {MOST_FILES} files.")
            for one in inside:
                if one.compress_type not in _PACKED:
                    raise UnreadableError(name, "is packed in an unusual way.", remedy=_UNPACK)
                within = f"{name}/{PurePath(one.filename).name}"
                with archive.open(one) as file:
                    text = file.read(left + 1)
                left -= len(text)
                if left < 0:
                    words = f"holds more than {LARGEST // 1024 // 1024} MB of files."
                    raise UnreadableError(name, words, remedy="Unpack it and import what you need.")
                found.append(from_bytes(text, within))
    except _BROKEN as error:
        words = "is an archive that cannot be opened, or has a password"
        raise UnreadableError(name, f"{words} ({error}).", remedy=_UNPACK) from None
    return found


def _bytes(path: str | Path) -> tuple[bytes, str]:
    name = str(path)
    try:
        with Path(path).open("rb") as file:
            before = os.fstat(file.fileno())
            data = _limited(file, name)
            _check_unchanged(Path(path), before, len(data))
    except OSError as error:
        words = f"cannot be read: {error.strerror or error}."
        raise UnreadableError(name, words) from None
    return data, name


def _limited(file: BinaryIO, name: str) -> bytes:
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableError(
            name,
            f"is larger than {LARGEST // 1024 // 1024} MB.",
            remedy="Take out what you do not need, or split it: each part is a step of its own.",
        )
    return data


def _check_unchanged(path: Path, before: os.stat_result, size: int) -> None:
    """Raise UnreadableError for a file that another program has written or replaced since it was opened."""
    now = path.stat()
    if not stat.S_ISREG(before.st_mode):
        return
    same = (now.st_dev, now.st_ino, now.st_mtime_ns) == (before.st_dev, before.st_ino, before.st_mtime_ns)
    if not same or size != before.st_size:
        raise UnreadableError(
            str(path), "was changed while it was read.", remedy="Close the program that writes it and try again."
        )


def from_bytes(data: bytes, name: str) -> Source:
    """Decode what a file holds. Raises UnreadableError for what is no text."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded(data[len(bom) :], name, encoding)
    wide = _wide(data)
    if wide is not None:
        return _decoded(data, name, wide)
    _check_no_nul(data, name)
    try:
        return Source(name, data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _western(data, name, error.start)


def _wide(data: bytes) -> str | None:
    """Return the encoding of a text of two bytes a letter that does not say so; None for any other."""
    head = data[:_LOOKED_AT]
    even, odd = head[0::2], head[1::2]
    if len(head) >= 4 and len(head) % 2 == 0:
        if odd.count(0) > len(odd) * 0.6 and 0 not in even:
            return "utf-16-le"
        if even.count(0) > len(even) * 0.6 and 0 not in odd:
            return "utf-16-be"
    return None


def _decoded(data: bytes, name: str, encoding: str) -> Source:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise UnreadableError(
            name, f"begins as {encoding} text, but is none here.", line=line, remedy="Save it anew as UTF-8."
        ) from None
    _check_no_nul(text.encode("utf-8", "replace") if "\0" in text else b"", name)
    return Source(name, text, encoding)


def _check_no_nul(data: bytes, name: str) -> None:
    at = data.find(b"\0")
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise UnreadableError(
            name, "holds a NUL, which no text does.", line=line, remedy="Export it anew as CSV, JSON or text."
        )


def _western(data: bytes, name: str, at: int) -> Source:
    """Read a file of one byte a letter as Windows writes it, and say so: nothing in it tells which it is."""
    text = data.decode("cp1252", "replace")
    line = data.count(b"\n", 0, at) + 1
    words = re.split(r"[,;\t|\r\n]", data[max(at - 20, 0) : at + 20].decode("cp1252", "replace"))
    word = next((one.strip() for one in words if not one.isascii()), "")
    warning = f"It is no UTF-8 (line {line}) and was read as Western text (latin-1): look whether “{word}” reads right."
    return Source(name, text, "latin-1", (warning,))
