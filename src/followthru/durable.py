"""Files that are there whole after a crash, or not at all: written beside their place, forced to the disk, moved there.

A rename is only on the disk once its folder is (https://www.man7.org/linux/man-pages/man2/fsync.2.html). What a write
that was killed has left beside its place is taken away by the next one of the same file: it looks through the folder,
which among a thousand files takes a thirtieth of the time that the disk takes to be forced.
"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_OWN = 0o600
_PART = ".part"
_TRIED = ".tried."
_LEFT_AFTER = 3600.0
"""Seconds by which a file that is half written is older than a whole one when nobody writes it any more."""
_CANNOT = (errno.EINVAL, errno.ENOTSUP)
"""What a file system says that cannot be told to force something to its disk."""


@contextmanager
def writing(path: Path, check: Callable[[], None] = lambda: None, *, mode: int = _OWN) -> Generator[BinaryIO]:
    """Write a file whole or not at all: nothing is replaced if the block or `check` raises. Only its owner reads it.

    `check` is called last before the file is replaced; `mode` are other permissions. Raises OSError.
    """
    start = f".{path.name[:40]}."
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=start, suffix=_PART)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        check()
        _clear_left(Path(temporary), start)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_names(path.parent)


def write(path: Path, content: bytes, *, mode: int = _OWN) -> None:
    """Write a file, that only its owner reads unless `mode` says otherwise, whole or not at all. Raises OSError."""
    with writing(path, mode=mode) as file:
        file.write(content)


def begin(path: Path) -> None:
    """Make an empty file that only its owner reads, for a library to fill. Raises OSError, also where it is there."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN))


def move(whole: Path, place: Path) -> None:
    """Put a file that is written to its end in its place, over what is there. Raises OSError."""
    sync(whole)
    whole.replace(place)
    _sync_names(place.parent)


def try_out(folder: Path, size: int = 64 * 1024) -> None:
    """Write so many bytes into a folder, force them to the disk and remove them again. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=_TRIED, suffix=_PART)
    try:
        _clear_left(Path(temporary), _TRIED)
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(size))
            file.flush()
            os.fsync(file.fileno())
    finally:
        Path(temporary).unlink(missing_ok=True)


def _clear_left(part: Path, start: str) -> None:
    """Take away older half written files, named as `mkstemp` names them after `start`; a folder may refuse."""
    named = re.compile(rf"{re.escape(start)}[a-z0-9_]{{8}}{re.escape(_PART)}")
    with suppress(OSError):
        before = part.stat().st_mtime - _LEFT_AFTER
        with os.scandir(part.parent) as found:
            left = [one.path for one in found if named.fullmatch(one.name) and _changed_at(one) < before]
        for path in left:
            Path(path).unlink(missing_ok=True)


def _changed_at(one: os.DirEntry[str]) -> float:
    return one.stat(follow_symlinks=False).st_mtime


def sync(path: Path) -> None:
    """Force a file, or a folder's names, to the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_names(folder: Path) -> None:
    """Force a folder's names to the disk where that can be done. Raises OSError.

    In a folder of a cloud or a network it often cannot: the file is whole there, and nothing is to be told.
    """
    try:
        sync(folder)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
