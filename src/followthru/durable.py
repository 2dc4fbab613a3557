"""Files that are there whole after a crash, or not at all: written beside their place, forced to the disk, moved there.

A rename is only on the disk once its folder is (https://www.man7.org/linux/man-pages/man2/fsync.2.html).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def writing(path: Path, check: Callable[[], None] = lambda: None) -> Generator[BinaryIO]:
    """Write a file that only its owner reads, whole or not at all: nothing is replaced if the block or `check` raises.

    `check` is called last before the file is replaced. Raises OSError.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        check()
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync(path.parent)


def write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all. Raises OSError."""
    with writing(path) as file:
        file.write(content)


def move(whole: Path, place: Path) -> None:
    """Put a file that is written to its end in its place, over what is there. Raises OSError."""
    sync(whole)
    whole.replace(place)
    sync(place.parent)


def try_out(folder: Path, size: int = 64 * 1024) -> None:
    """Write so many bytes into a folder, force them to the disk and remove them again. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(size))
            file.flush()
            os.fsync(file.fileno())
    finally:
        Path(temporary).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Force a file, or a folder's names, to the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
