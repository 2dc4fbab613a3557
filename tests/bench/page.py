"""What everything costs, as a page of the documentation: measured by `make bench`, never written by hand."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.found import MISSED, Found, Judged

PACKAGES = ("textual", "radicale", "xandikos")
PEERS = ("task", "todo", "dooit", "calcurse", "vdirsyncer")
UNEXPLAINED = "No reason is known. Measured again on a machine at rest it may be kept; if not, it has to be profiled."


def text(found: Found, command: str, load: float) -> str:
    """Return the page. `load` is the most processes that wanted to run, of this and of anything else."""
    missed = [one for one in found.judged if one.verdict == MISSED]
    parts = [
        "# What everything costs",
        f"Measured on {datetime.now(UTC):%d %B %Y} by `{command}`, in one run on one machine: {machine()}.",
        f"Load while it ran: up to {load:.1f}; the run itself is one to two, and for a moment fifty commands at once.\n"
        "Where more is at work beside it, times are chance, and only CPU, requests and memory can be believed.",
        _absent(found.absent),
        "\n".join(f"Not measured this time: {words}." for words in found.failed),
        "A ratio says more than a time does: another machine is faster or slower for all alike. *Bare Python* is\n"
        "`python -S -E -c pass`, *bare Textual* an app that shows one line, *the server's own time* what the same\n"
        "requests take over one connection that does nothing else.",
        "## Budgets",
        table(("what", "ours", "budget", "beside it", "came out"), [_row(one) for one in found.judged], words=1),
        "## What is missed",
        _explained(missed) or "Nothing is.",
        "## All figures",
    ]
    for one in found.tables:
        parts += [f"### {one.title}", *([one.words] if one.words else []), table(one.head, one.rows, words=1)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _row(one: Judged) -> tuple[str, ...]:
    return one.what, one.ours, one.budget, one.peers or "-", one.verdict


def _explained(missed: Sequence[Judged]) -> str:
    """Return why budgets are missed, each reason once."""
    by_reason: dict[str, list[str]] = {}
    for one in missed:
        by_reason.setdefault(one.why or UNEXPLAINED, []).append(f"**{one.what}** ({one.ours}, {one.budget})")
    return "\n".join(f"- {'; '.join(names)}: {why}" for why, names in by_reason.items())


def _absent(names: Sequence[str]) -> str:
    return f"Not installed here, and so not measured: {', '.join(names)}." if names else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> str:
    """Return a table; the first columns hold words, the others numbers."""
    under = ["---" if column < words else "---:" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, under, *rows))


def machine() -> str:
    """Return what it ran on, with nothing that names one machine: versions, also of the peers that are on PATH."""
    programs = [f"Python {platform.python_version()}", *(f"{one} {version(one)}" for one in PACKAGES)]
    for peer in PEERS:
        if (found := shutil.which(peer)) is not None:
            said = subprocess.run((found, "--version"), capture_output=True, text=True, check=False).stdout
            number = re.search(r"\d+(\.\d+)+", said)
            programs.append(f"{peer} {number[0] if number else ''}".rstrip())
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}; {', '.join(programs)}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
