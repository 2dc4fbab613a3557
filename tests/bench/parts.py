"""What can be measured, part by part; what a part needs is loaded when it is its turn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench import calendar, daemon, peers, seed
from tests.bench.found import Found, Judged, Table, at_most, beside, together, waited
from tests.bench.stores import FOLLOWTHRU, environment
from tests.bench.timing import HEAD, Command, Cost, interleave

HERE = Path(__file__).parent
LINE = "Renew malpractice cover by in 3 weeks @oak-street #insurance ~5d"
MOST_X_PYTHON = 10
PEER_ROUNDS = 3
"""A peer with ten thousand tasks takes seconds."""
MOVES = 24
STARTS = (
    "profiled, more than half of it is Python with click and sqlite3, the least that such a command can be (beside "
    "it), and nearly all the rest is loading this program's own modules; the line, its commit and what it prints are "
    "less than a tenth."
)
COMMITS = (
    "each update is on the disk as claimed, as begun and as settled, three commits that are waited for, before the "
    "next one begins: a disk that others write to at the same time makes the morning longer, the processor hardly."
)


class Wanted(NamedTuple):
    """What the run was asked for. `stores` makes (once) and returns the environment of a store of a size."""

    rounds: int
    sizes: Sequence[int]
    stores: Callable[[int], dict[str, str]]
    folder: Path


def commands(wanted: Wanted) -> Found:
    """Time single commands at every size, beside the least that such a command can cost, and beside two task tools."""
    skeleton = (sys.executable, str(HERE / "skeleton.py"), str(wanted.folder / "skeleton.db"), LINE)
    rows = [
        Command("click + sqlite3 + one synced commit", skeleton, environment(wanted.folder)),
        Command("--help", (FOLLOWTHRU, "--help"), environment(wanted.folder), MOST_X_PYTHON),
    ]
    for size in wanted.sizes:
        env = wanted.stores(size)
        rows += [
            Command(f"add, {size:,} tasks", (FOLLOWTHRU, "add", LINE), env, MOST_X_PYTHON),
            Command(f"list, 50 of {size:,}", (FOLLOWTHRU, "list", "--limit", "50"), env, MOST_X_PYTHON),
            Command(f"today, {size:,} tasks", (FOLLOWTHRU, "today"), env),
        ]
    many = wanted.sizes[0]
    found, absent = peers.installed(wanted.folder / "peers", list(seed.tasks(many)))
    theirs = interleave(found, min(wanted.rounds, PEER_ROUNDS)) if found else []
    costs = interleave(rows, wanted.rounds)
    words = "Every command runs once a round, in turns. Peak memory is never below that of the process that measures."
    return Found(
        (
            Table("Commands", words, HEAD, [cost.row() for cost in costs]),
            *([Table(f"Task tools, {many:,} tasks", words, HEAD, [cost.row() for cost in theirs])] if theirs else []),
        ),
        [_command_judged(cost, costs[1], theirs) for cost in costs if cost.budget],
        absent,
    )


def _command_judged(cost: Cost, least: Cost, theirs: Sequence[Cost]) -> Judged:
    verb = cost.name.partition(",")[0]
    alike = [least, *theirs] if verb == "add" else theirs
    named = [one for one in alike if _does(one, verb)]
    return at_most(
        f"`{verb}`{cost.name.removeprefix(verb)}", median(cost.ratios), MOST_X_PYTHON, "x", of="bare Python",
        peers=beside((one.name, f"{median(one.ratios):.1f} x") for one in named),
        why=waited(median(cost.cpu_ratios), MOST_X_PYTHON, "x", STARTS),
    )  # fmt: skip


def _does(cost: Cost, verb: str) -> bool:
    """Whether a command of others does what one of ours does."""
    return verb in cost.name or (verb == "add" and (" new" in cost.name or cost.name.startswith("click")))


def terminal_ui(wanted: Wanted) -> Found:
    """Time the terminal UI on a pty: first frame, keys at rest and during a sync, filter, memory."""
    from tests.bench import tui

    return tui.measured(tui.Run(wanted.folder / "tui", wanted.stores, (100, *wanted.sizes), wanted.rounds))


def keys_during_a_sync(wanted: Wanted) -> Found:
    """Press keys in the terminal UI during a sync, at the largest size alone: a part of `tui` by itself."""
    from tests.bench import tui

    return tui.during_a_sync(tui.Run(wanted.folder / "keys", wanted.stores, wanted.sizes[-1:], wanted.rounds))


def filters(wanted: Wanted) -> Found:
    """Narrow the lists of the screen at the largest size, as one types."""
    from tests.bench import filters as bench

    found = bench.figures(Path(wanted.stores(wanted.sizes[-1])["FOLLOWTHRU_HOME"]), min(wanted.rounds, 5))
    whole = {one.place: one.cpu for one in found if not one.typed}
    title = f"Filters read from nothing, {wanted.sizes[-1]:,} tasks"
    words = "What the screen's reader takes for a list of which none was read before."
    return Found((Table(title, words, bench.HEAD, [one.row(whole[one.place]) for one in found]),))


def idle_daemon(wanted: Wanted) -> Found:
    """Watch an idle daemon."""
    size = wanted.sizes[0]
    idle = daemon.idle(wanted.stores(size), seconds=20)
    if idle is None:
        return Found(judged=[Judged("Daemon at rest", "not measured: no /proc", "90 MiB, 0.5 % of a core", None)])
    return _at_rest(f"Daemon at rest, {size:,} tasks", idle)


def _at_rest(what: str, idle: daemon.Idle) -> Found:
    row = (what, f"{idle.rss:.0f}", f"{idle.core:.2f}", f"{idle.seconds:.0f}")
    core = Judged(f"{what}: CPU", f"{idle.core:.2f} %", "under 0.5 % of a core", idle.core < 0.5)
    memory = at_most(f"{what}: memory", idle.rss, 90, "MiB")
    return Found((Table(what, "", ("state", "rss MiB", "% of a core", "seconds"), [row]),), [memory, core])


def calendar_server(wanted: Wanted) -> Found:
    """Move promises one after the other, with a thousand of them on a real Radicale."""
    found = calendar.moves(items=1_000, rounds=MOVES, seconds=20)
    took = sorted(found.took)
    p95 = took[round(len(took) * 0.95) - 1]
    row = ("Radicale, 1,000 events", f"{median(took):.0f}", f"{p95:.0f}", f"{took[-1]:.0f}", str(len(took)))
    table = Table("A moved promise on the server", "", ("server", "p50 ms", "p95 ms", "max ms", "moves"), [row])
    judged = at_most("A moved promise is on Radicale with 1,000 events, p95", p95, 150, "ms")
    return together([Found((table,), [judged]), _at_rest("Daemon at rest, 1,000 events on a calendar", found.idle)])


def sync(wanted: Wanted) -> Found:
    """Sync calendars beside vdirsyncer and beside the server's own time."""
    import shutil

    from tests.bench import sync as bench

    absent = [] if shutil.which("vdirsyncer") else ["vdirsyncer"]
    stories = bench.stories(wanted.folder / "sync", many=wanted.sizes[0], some=wanted.sizes[0] // 10)
    return together([Found(absent=absent), *(story.found() for story in stories)])


def honest(wanted: Wanted) -> Found:
    """Time a forecast over a long history, health after one change, and all of it computed anew."""
    from tests.bench import honest as bench

    database = Path(wanted.stores(wanted.sizes[-1])["FOLLOWTHRU_HOME"]) / "followthru.db"
    found = bench.figures(database, cases=10_000, rounds=wanted.rounds)
    judged = [at_most(f"{one.what[:1].upper()}{one.what[1:]}", one.middle, one.budget, "ms") for one in found]
    return Found((Table("Honest promises", "", bench.HEAD, [one.row() for one in found]),), judged)


def mail(wanted: Wanted) -> Found:
    """Send a morning's updates to a sink on this machine, over one connection."""
    from tests.bench.mail import morning

    found = morning(wanted.folder / "mail", 200)
    row = (f"{found.sent} updates", f"{found.ours:.1f}", f"{found.bare:.1f}", f"{found.ours / found.bare:.1f}")
    table = Table("A morning of updates", "", ("sent", "s", "bare smtplib s", "x bare"), [row])
    beside_it = f"the same bytes by bare smtplib {found.bare:.1f} s"
    return Found(
        (table,), [at_most(f"{found.sent} updates of a morning", found.ours, 10, "s", peers=beside_it, why=COMMITS)]
    )


def year(wanted: Wanted) -> Found:
    """Look twelve months ahead over five hundred duties."""
    from tests.bench import year as bench

    rows = bench.commands(bench.filled(wanted.folder / "year"))
    return Found((Table("A year of duties", "", HEAD, [cost.row() for cost in interleave(rows, wanted.rounds)]),))


def report(wanted: Wanted) -> Found:
    """Write the report on a busy year, beside a command that only reads a list."""
    from tests.bench import reports

    rows = reports.year(wanted.folder / "report", tasks=wanted.sizes[0] // 5, others=wanted.sizes[0] * 4 // 5)
    return Found((Table("A year's report", "", HEAD, [cost.row() for cost in interleave(rows, wanted.rounds)]),))


def exchange(wanted: Wanted) -> Found:
    """Bring fifty thousand rows in from a table, and take them back."""
    from tests.bench import exchange as bench

    found = list(bench.costs(wanted.folder / "exchange", 5 * wanted.sizes[0]))
    return Found((Table("A long table", "", bench.HEAD, [one.row(found[0]) for one in found]),))


def writers(wanted: Wanted) -> Found:
    """Write with fifty commands at once while the screen is open."""
    from tests.bench import writers as bench

    found = bench.figures(wanted.stores(wanted.sizes[0]), 50)
    title = f"Fifty writers beside the screen, {wanted.sizes[0]:,} tasks"
    return Found((Table(title, "", bench.HEAD, [one.row(found[0]) for one in found]),))


PARTS: dict[str, Callable[[Wanted], Found]] = {
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
}
SINGLE: dict[str, Callable[[Wanted], Found]] = {"keys-during-sync": keys_during_a_sync}
"""What is a piece of one of those, to be measured by itself."""
