"""Print what followthru costs, as ratios to references measured in the same run. Nothing is asserted."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench import calendar, daemon, peers, seed
from tests.bench.report import say, table
from tests.bench.stores import FOLLOWTHRU, environment, filled
from tests.bench.timing import HEAD, Command, interleave

HERE = Path(__file__).parent
LINE = "Renew malpractice cover by in 3 weeks @oak-street #insurance ~5d"


class Wanted(NamedTuple):
    """What the run was asked for. `stores` makes (once) and returns the environment of a store of a size."""

    rounds: int
    sizes: Sequence[int]
    stores: Callable[[int], dict[str, str]]
    folder: Path
    page: Path | None = None


def commands(wanted: Wanted) -> None:
    """Time single commands at every size, beside the least that such a command can cost."""
    skeleton = (sys.executable, str(HERE / "skeleton.py"), str(wanted.folder / "skeleton.db"), LINE)
    rows = [
        Command("click + sqlite3 + one synced commit", skeleton, environment(wanted.folder)),
        Command("--help", (FOLLOWTHRU, "--help"), environment(wanted.folder), 10),
    ]
    for size in wanted.sizes:
        env = wanted.stores(size)
        rows += [
            Command(f"add, {size:,} tasks", (FOLLOWTHRU, "add", LINE), env, 10),
            Command(f"list, 50 of {size:,}", (FOLLOWTHRU, "list", "--limit", "50"), env, 10),
            Command(f"today, {size:,} tasks", (FOLLOWTHRU, "today"), env),
        ]
    table("Commands", HEAD, [cost.row() for cost in interleave(rows, wanted.rounds)])


def terminal_ui(wanted: Wanted) -> None:
    """Time the terminal UI on a pty: first frame, keys at rest and during a sync, filter, memory."""
    from tests.bench import page, tui, tuipage

    load = os.getloadavg()[0]
    found = tui.measured(tui.Run(wanted.folder / "tui", wanted.stores, (100, *wanted.sizes), wanted.rounds))
    for one in found.tables:
        table(one.title, one.head, one.rows)
    say()
    for what, budget in found.budgets:
        say(f"  {page.verdict(budget)}: {what}, {budget.words} ({budget.seen})")
    for name in found.absent:
        say(f"{name} is not installed.")
    if wanted.page is not None:
        wanted.page.write_text(tuipage.text(found, max(load, os.getloadavg()[0])))


def filters(wanted: Wanted) -> None:
    """Narrow the lists of the screen at the largest size, as one types."""
    from tests.bench import filters as bench

    found = bench.figures(Path(wanted.stores(wanted.sizes[-1])["FOLLOWTHRU_HOME"]), wanted.rounds)
    whole = {one.place: one.cpu for one in found if not one.typed}
    title = f"Filter keystroke, {wanted.sizes[-1]:,} tasks, the reader alone (budget p95 50 ms)"
    table(title, bench.HEAD, [one.row(whole[one.place]) for one in found])


def idle_daemon(wanted: Wanted) -> None:
    """Watch an idle daemon."""
    size = wanted.sizes[0]
    idle = daemon.idle(wanted.stores(size), seconds=30)
    if idle is None:
        say("\nDaemon: not measured, this system has no /proc.")
    else:
        row = (f"idle, {size:,} tasks", f"{idle.rss:.0f}", f"{idle.core:.2f}", f"{idle.seconds:.0f}")
        table("Daemon (budget 90 MiB, 0.5 %)", ("state", "rss MiB", "% of a core", "seconds"), [row])


def side_by_side(wanted: Wanted) -> None:
    """Time the same work in todoman and taskwarrior, where they are installed."""
    size = wanted.sizes[0]
    found, absent = peers.installed(wanted.folder / "peers", list(seed.tasks(size)))
    env = wanted.stores(size)
    ours = [
        Command("followthru add", (FOLLOWTHRU, "add", LINE), env),
        Command("followthru list, 50", (FOLLOWTHRU, "list", "--limit", "50"), env),
    ]
    table(f"Peers, {size:,} tasks", HEAD, [cost.row() for cost in interleave([*ours, *found], wanted.rounds)])
    for name in absent:
        say(f"{name} is not installed.")


def calendar_server(_: Wanted) -> None:
    """Move promises one after the other, with a thousand of them on a real Radicale."""
    found = calendar.moves(items=1_000, rounds=60, seconds=20)
    took = sorted(found.took)
    p95 = took[round(len(took) * 0.95) - 1]
    row = ("Radicale, 1,000 events", f"{median(took):.0f}", f"{p95:.0f}", f"{took[-1]:.0f}", str(len(took)))
    table("A moved promise on the server (budget p95 150 ms)", ("server", "p50 ms", "p95 ms", "max ms", "moves"), [row])
    idle = found.idle
    at_rest = ("idle, 1,000 events", f"{idle.rss:.0f}", f"{idle.core:.2f}", f"{idle.seconds:.0f}")
    table("Its daemon (budget 90 MiB, 0.5 %)", ("state", "rss MiB", "% of a core", "seconds"), [at_rest])


def sync(wanted: Wanted) -> None:
    """Sync calendars beside vdirsyncer and beside the server's own time."""
    from tests.bench import costs, page
    from tests.bench import sync as bench

    load, told = os.getloadavg()[0], list[costs.Story]()
    for story in bench.stories(wanted.folder / "sync", many=wanted.sizes[0], some=wanted.sizes[0] // 10):
        told.append(story)
        table(f"{story.server}: {story.title}", costs.HEAD, story.rows())
        for budget in story.budgets:
            say(f"  {page.verdict(budget)}: {budget.words} ({budget.seen})")
    if wanted.page is not None:
        wanted.page.write_text(page.text(told, load))


def honest(wanted: Wanted) -> None:
    """Time a forecast over a long history, health after one change, and all of it computed anew."""
    from tests.bench import honest as bench

    database = Path(wanted.stores(wanted.sizes[-1])["FOLLOWTHRU_HOME"]) / "followthru.db"
    found = bench.figures(database, cases=10_000, rounds=wanted.rounds)
    table("Honest promises", bench.HEAD, [one.row() for one in found])


def mail(wanted: Wanted) -> None:
    """Send a morning's updates to a sink on this machine, over one connection."""
    from tests.bench.mail import morning

    found = morning(wanted.folder / "mail", 200)
    row = (f"{found.sent} updates", f"{found.ours:.1f}", f"{found.bare:.1f}", f"{found.ours / found.bare:.1f}")
    table("A morning of updates (budget 10 s)", ("sent", "s", "bare smtplib s", "x bare"), [row])


def year(wanted: Wanted) -> None:
    """Look twelve months ahead over five hundred duties."""
    from tests.bench import year as bench

    rows = bench.commands(bench.filled(wanted.folder / "year"))
    table("A year of duties", HEAD, [cost.row() for cost in interleave(rows, wanted.rounds)])


def report(wanted: Wanted) -> None:
    """Write the report on a busy year, beside a command that only reads a list."""
    from tests.bench import reports

    rows = reports.year(wanted.folder / "report", tasks=wanted.sizes[0] // 5, others=wanted.sizes[0] * 4 // 5)
    table("A year's report", HEAD, [cost.row() for cost in interleave(rows, wanted.rounds)])


def exchange(wanted: Wanted) -> None:
    """Bring fifty thousand rows in from a table, and take them back."""
    from tests.bench import exchange as bench

    found = list(bench.costs(wanted.folder / "exchange", 50_000))
    table("A long table", bench.HEAD, [one.row(found[0]) for one in found])


def writers(wanted: Wanted) -> None:
    """Write with fifty commands at once while the screen is open."""
    from tests.bench import writers as bench

    found = bench.figures(wanted.stores(wanted.sizes[0]), 50)
    title = f"Fifty writers beside the screen, {wanted.sizes[0]:,} tasks"
    table(title, bench.HEAD, [one.row(found[0]) for one in found])


PARTS: dict[str, Callable[[Wanted], None]] = {
    "commands": commands,
    "tui": terminal_ui,
    "filters": filters,
    "daemon": idle_daemon,
    "calendar": calendar_server,
    "sync": sync,
    "honest": honest,
    "mail": mail,
    "report": report,
    "year": year,
    "exchange": exchange,
    "writers": writers,
    "peers": side_by_side,
}


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)} (all)")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--page", type=Path, help="a page of documentation to write what sync, or the tui, costs to")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return given


def main() -> None:
    """Measure the parts that are asked for, in a folder that is removed afterwards."""
    given = _parse()
    with tempfile.TemporaryDirectory(prefix="followthru-bench-") as name:
        folder = Path(name)
        made: dict[int, dict[str, str]] = {}

        def store(size: int) -> dict[str, str]:
            if size not in made:
                say(f"Making a store of {size:,} tasks.")
                made[size] = filled(folder / str(size), size)
            return made[size]

        wanted = Wanted(given.rounds, given.sizes, store, folder, given.page)
        for part in given.parts or PARTS:
            PARTS[part](wanted)


if __name__ == "__main__":
    main()
