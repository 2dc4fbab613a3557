"""Places that refuse: a small disk, a folder that may only be read, for processes that a test starts.

A small disk is a tmpfs of its own; a test that needs one skips where this machine lets none be mounted.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

AS_ROOT = os.geteuid() == 0
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2  # prctl(2), capabilities(7)


def heed_permissions() -> None:
    """Let permissions hold for what this process starts, although the suite may be run by root."""
    if AS_ROOT:
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


@contextmanager
def small_disk(at: Path, megabytes: int) -> Generator[Path]:
    """Mount a disk of this size at a folder, which is made; skip where that is not allowed."""
    if not AS_ROOT or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    at.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(at)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"this machine mounts no small disk: {mounted.stderr.strip()}")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)


def fill(disk: Path, *, leave: int = 0) -> Path:
    """Fill a disk but for some bytes; return the file that fills it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    if leave:
        os.truncate(filler, max(0, filler.stat().st_size - leave))
    return filler
