"""What the terminal UI costs, as a page of the documentation: measured by `make bench`, never written by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.bench.page import machine, table, verdict
from tests.bench.tui import Found

_COMMAND = 'make bench ARGS="tui --page docs/reference/tui-speed.md"'


def text(found: Found, load: float) -> str:
    """Return the page. `load` is how many processes wanted to run, when it began or ended."""
    ran_on = machine(("textual", "radicale"), ("dooit", "calcurse"))
    parts = [
        "# What the terminal UI costs",
        f"Measured on {datetime.now(UTC):%d %B %Y} by `{_COMMAND}`, with dooit and calcurse on PATH: {ran_on}.",
        f"Load while it ran: up to {load:.1f}. With more than one process at work beside it times are chance, and\n"
        "only CPU, ratios and memory can be believed.",
        "Every program runs on a pseudo-terminal of 80 by 24; what it writes is stamped when it arrives, and painted\n"
        "afterwards. The bare Textual app shows one line: it is the least that any program on Textual costs. All run\n"
        "in turns.",
        "## Budgets",
        table(
            ("what", "budget", "seen", "came out"),
            [(what, one.words, one.seen, verdict(one)) for what, one in found.budgets],
            words=2,
        ),
        "## All figures",
    ]
    for one in found.tables:
        parts += [f"### {one.title}", one.words, table(one.head, one.rows, words=1)]
    parts += [f"{name} was not installed." for name in found.absent]
    return "\n\n".join(parts) + "\n"
