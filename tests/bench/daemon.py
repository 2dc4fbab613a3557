"""What the daemon costs while there is nothing to do."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.bench.stores import FOLLOWTHRU

SETTLE_SECONDS = 5


class Idle(NamedTuple):
    """Memory in MiB, and the share of one core in percent, over `seconds`."""

    rss: float
    core: float
    seconds: float


def idle(env: Mapping[str, str], seconds: float) -> Idle | None:
    """Watch a daemon do nothing; None where the system has no /proc to read it from.

    Raises RuntimeError with its words when it does not start.
    """
    if not Path("/proc/self/stat").exists():
        return None
    child = subprocess.Popen(
        [FOLLOWTHRU, "daemon", "run"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        time.sleep(SETTLE_SECONDS)
        if child.poll() is not None:
            assert child.stderr is not None
            raise RuntimeError(f"the daemon ended with {child.returncode}: {child.stderr.read()[-800:]!r}")
        return watch(child.pid, seconds)
    finally:
        child.terminate()
        child.communicate()


def watch(pid: int, seconds: float) -> Idle:
    """Watch a process that has nothing to do."""
    before, began = _cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    return Idle(_rss(pid), (_cpu_seconds(pid) - before) / took * 100, took)


def _cpu_seconds(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _rss(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    if found is None:
        raise RuntimeError(f"process {pid} has no resident memory")
    return int(found.group(1)) / 1024
