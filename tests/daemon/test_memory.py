"""A process that runs for months takes no more than it needs."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from pathlib import Path

import pytest

WORK = """
import ctypes, sys, threading
from followthru_daemon.memory import keep_together
if sys.argv[2] == "together":
    keep_together()
for _ in range(4):
    threads = [threading.Thread(target=lambda: [bytes(700) for _ in range(1000)]) for _ in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


GIVEN = """
import os
from followthru_daemon.memory import give_back, keep_together
def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
keep_together()
some = [bytes(20_000) for _ in range(2_000)]
last = bytes(20_000)
most = held()
del some
give_back()
print(most - held())
"""


def heaps(words: str, folder: Path) -> int:
    """Return how many heaps a process has whose threads came and went."""
    said = folder / words
    subprocess.run([sys.executable, "-c", WORK, str(said), words], check=True, timeout=60)
    return len(re.findall("<heap nr=", said.read_text("utf-8")))


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="its allocator is not glibc's")
def test_threads_share_one_heap(tmp_path: Path) -> None:
    assert heaps("each", tmp_path) > 1
    assert heaps("together", tmp_path) == 1


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="its allocator is not glibc's")
def test_what_was_freed_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", GIVEN], check=True, timeout=60, capture_output=True)
    assert int(done.stdout) > 30_000_000
