"""What sync costs, as a page of the documentation: measured by `make bench`, never written by hand."""

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

from tests.bench.costs import HEAD, Budget, Story

_COMMAND = 'make bench ARGS="sync --page docs/reference/sync-speed.md"'


def verdict(budget: Budget) -> str:
    """Return how a budget came out, in a word or two."""
    return {True: "kept", False: "missed", None: "not measured"}[budget.kept]


def text(stories: Sequence[Story], load: float) -> str:
    """Return the page. `load` is how many processes wanted to run when it began."""
    budgets = [
        (story.server, story.title, budget.words, budget.seen, verdict(budget))
        for story in stories
        for budget in story.budgets
    ]
    parts = [
        "# What sync costs",
        f"Measured on {datetime.now(UTC):%d %B %Y} by `{_COMMAND}`, with vdirsyncer on PATH: {machine()}.",
        f"Load when it began: {load:.1f}. With more than one process at work beside it, ratios of times are "
        "chance, and only requests,\nbytes, memory and seconds of CPU can be believed.",
        "Everybody is measured in one run against one server, each request through the same proxy on loopback, which\n"
        "counts. *The server's own time* is what the same requests take over one connection that does nothing else.\n"
        "Ratios say more than times do: another machine is faster or slower for all alike. Collections are written to\n"
        "the server's disk before; the download goes into a store that was restored, which finds its objects again by\n"
        "their names; the upload goes into a calendar that was set up before. What runs as a command is charged\n"
        "for its start, about a quarter of a second here: of 200 objects that is a tenth, of 1,000 next to nothing.",
        "## Budgets",
        table(("server", "what", "budget", "seen", "came out"), budgets, words=3),
        "## All figures",
    ]
    for story in stories:
        parts += [f"### {story.server}: {story.title}", table(HEAD, story.rows(), words=1)]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> str:
    """Return a table; the first columns hold words, the others numbers."""
    under = ["---" if column < words else "---:" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, under, *rows))


def machine(packages: Sequence[str] = ("radicale", "xandikos"), peers: Sequence[str] = ("vdirsyncer",)) -> str:
    """Return what it ran on, with nothing that names one machine: packages, and the programs on PATH beside them."""
    programs = [f"Python {platform.python_version()}", *(f"{one} {version(one)}" for one in packages)]
    for peer in peers:
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
