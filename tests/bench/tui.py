"""What the terminal UI costs on a real pty: its first frame, keys at rest and during a sync, a filter, memory."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from followthru.demo.radicale import Radicale
from tests.bench import neighbours
from tests.bench.found import Found, Judged, Table, at_most, attempted, beside, together, waited
from tests.bench.report import say
from tests.bench.screens import (
    FullScreen,
    Keys,
    arrive,
    cpu_ms,
    first_frames,
    keys_in_turns,
    memory_mib,
    press,
)
from tests.bench.stores import FOLLOWTHRU, environment
from tests.bench.stores import run as command
from tests.bench.sync import PASSWORD, USER, configure, seed_radicale
from tests.terminal import Terminal

MOST_X_BARE, MOST_P50, MOST_P95, MOST_FILTER, MOST_MEMORY = 1.5, 4.0, 12.0, 50.0, 110.0
LEAVE = "\x11"
PRESSES = 120
KEYS = (*"j" * 40, *"k" * 40)
"""Twice as far as a screen is high, and back: half of the keys move the cursor, half scroll the list."""
TYPED = ("@oak-street", "malp", "#insurance", "health:late", "fire 0001")
SLOW_LETTERS = (
    "the slow letters are the first of words that most titles have: the ids of tens of thousands of tasks come from "
    "the index of words and sieve the list, 20 to 50 ms of CPU. What is typed after them takes 2 to 10, and a letter "
    "taken back reads nothing."
)
FILTER_QUIET = 0.25
"""Seconds: a list that is read anew may come so much later than the letter."""
SYNCED, SENT = "pine-lane", 2_000
PATIENCE = 120.0
"""Seconds until a sync has sent its first object."""


def shows_tasks(screen: str) -> bool:
    """Tell whether a made-up task is on the screen: their titles end in six digits."""
    return re.search(r" \d{6}\b", screen) is not None


def under_cursor(screen: str) -> str:
    """Return the line that the cursor stands on."""
    return next((line for line in screen.splitlines() if line.startswith(">")), "")


class Run(NamedTuple):
    """Where to measure, the stores by size, the sizes, and how many rounds the first frames get."""

    folder: Path
    stores: Callable[[int], Mapping[str, str]]
    sizes: Sequence[int]
    rounds: int

    @property
    def largest(self) -> FullScreen:
        """followthru on the store of the largest size."""
        return self.ours[-1]

    @property
    def ours(self) -> list[FullScreen]:
        """followthru on the store of each size."""
        return [
            FullScreen(f"followthru, {size:,} tasks", (FOLLOWTHRU,), self.stores(size), shows_tasks, LEAVE, "3", KEYS)
            for size in self.sizes
        ]

    @property
    def bare(self) -> FullScreen:
        """A Textual app with one line."""
        argv = (sys.executable, str(Path(__file__).with_name("bare_textual.py")))
        return FullScreen("bare Textual app", argv, environment(self.folder), "READY", LEAVE)

    @property
    def prompt(self) -> FullScreen:
        """The bare app when it paints at once, as followthru does: by itself Textual paints sixty times a second."""
        env = {**self.bare.env, "TEXTUAL_FPS": "1000"}
        return self.bare._replace(name="bare Textual app, painting at once", env=env, turns=str)


def measured(run: Run) -> Found:
    """Measure everything: first frames and keys at all sizes, the rest at the largest."""
    others, absent = neighbours.installed(run.folder / "neighbours")
    parts = [Found(absent=absent)]
    for words, measure in (
        ("Starting programs.", lambda: _starts(run, others)),
        ("Pressing keys.", lambda: _at_rest(run, others)),
        ("Pressing keys during a sync.", lambda: _during_a_sync(run)),
        ("Typing filters.", lambda: _filtering(run)),
    ):
        say(words)
        parts.append(attempted(words.rstrip(".").lower(), measure))
    return together(parts)


def during_a_sync(run: Run) -> Found:
    """Press keys during a sync, and measure nothing else."""
    say("Pressing keys during a sync.")
    return _during_a_sync(run)


def _starts(run: Run, others: Sequence[FullScreen]) -> Found:
    programs = [run.bare, *run.ours, *others]
    taken = first_frames(programs, run.rounds)
    rows: list[Sequence[str]] = []
    ratios: list[float] = []
    of_cpu: list[float] = []
    for program, frames in zip(programs, taken, strict=True):
        wall = median(one.wall / bare.wall for one, bare in zip(frames, taken[0], strict=True))
        cpu = median(one.cpu / bare.cpu for one, bare in zip(frames, taken[0], strict=True)) if taken[0][0].cpu else 0
        walls = [one.wall for one in frames]
        spread = f"{min(walls):.0f}-{max(walls):.0f}"
        used = f"{median(one.cpu for one in frames):.0f}"
        rows.append((program.name, f"{median(walls):.0f}", spread, f"{wall:.2f}", used, f"{cpu:.2f}"))
        ratios.append(wall)
        of_cpu.append(cpu)
    peers = beside((one.name, f"{wall:.2f} x") for one, wall in zip(programs, ratios, strict=True) if one in others)
    judged = [
        at_most(
            f"First usable frame, {size:,} tasks", wall, MOST_X_BARE, "x", of="bare Textual", peers=peers,
            why=waited(cpu, MOST_X_BARE, "x"),
        )
        for size, wall, cpu in zip(run.sizes, ratios[1:], of_cpu[1:], strict=False)
    ]  # fmt: skip
    head = ("program", "median ms", "range ms", "x bare", "cpu ms", "x bare in cpu")
    words = f"From the start of the process to the first screen with tasks on it; 80x24, {run.rounds} rounds in turns."
    return Found((Table("First usable frame", words, head, rows),), judged)


def _at_rest(run: Run, others: Sequence[FullScreen]) -> Found:
    programs = [run.prompt, *run.ours, *others]
    failed: list[str] = []
    try:
        taken = keys_in_turns(programs, PRESSES)
    except RuntimeError as error:
        # A neighbour that does not hear its keys is told, and the others are measured without any.
        failed.append(str(error))
        programs = [run.prompt, *run.ours]
        taken = keys_in_turns(programs, PRESSES)
    words = (
        f"{PRESSES} keys that move the cursor through the list of all open tasks, half of which scroll it; the\n"
        "programs side by side, one key in each at a time. Painted is the last byte before silence."
    )
    table = Table("Key to the painted screen, at rest", words, KEY_HEAD, _key_rows(programs, taken))
    ours, every = len(run.sizes), list(zip(programs, taken, strict=True))
    judged = _key_budgets(
        f"Key to the painted screen, {run.sizes[-1]:,} tasks", taken[ours], [every[0], *every[ours + 1 :]]
    )
    return Found((table,), judged, failed=failed)


def _during_a_sync(run: Run) -> Found:
    """Press keys while the daemon that the screen started sends one practice of the store to an empty calendar."""
    folder = run.folder / "syncing"
    env = environment(folder / "home")
    folder.joinpath("home").mkdir(parents=True)
    shutil.copy(Path(run.largest.env["FOLLOWTHRU_HOME"]) / "followthru.db", folder / "home")
    _put_on_a_practice(env, folder / "more.jsonl")
    ours = run.largest._replace(env=env, turns=under_cursor)
    with Radicale(folder / "radicale", {USER: PASSWORD}) as server:
        seed_radicale(folder / "radicale", "promises", {})
        configure(env, f"{server.url}{USER}/promises/")
        with (folder / "home" / "config.toml").open("a") as config:
            config.write(f'practices = ["{SYNCED}"]\n')
        objects = folder / "radicale" / "collections" / "collection-root" / USER / "promises"
        programs = (run.prompt, ours)
        before: list[int] = []
        taken = keys_in_turns(programs, PRESSES, arrived=lambda: before.append(_sending(objects)))
        sent = _count(objects) - before[0]
    words = (
        f"The same with a daemon at work: it sent {sent:,} events to Radicale meanwhile. Painted is when the cursor\n"
        "stands on another line: what else changes on the screen is not counted to a key."
    )
    title = f"Key to the painted screen, {run.sizes[-1]:,} tasks, during a sync"
    bare, of_ours = taken
    judged = _key_budgets(
        "Key to the painted screen, during a sync", of_ours, [(run.prompt, bare)], _held_up(of_ours, bare)
    )
    return Found((Table(title, words, KEY_HEAD, _key_rows(programs, taken)),), judged)


def _held_up(ours: Keys, bare: Keys) -> str:
    return (
        "the server writes each object on one of the cores meanwhile, and a key waits for its turn on the others: the "
        f"bare app, which reads nothing, takes p50 {bare.p50:.1f} and p95 {bare.p95:.1f} ms here. A key costs "
        f"{ours.cpu_p50:.1f} ms of CPU in the middle (bare {bare.cpu_p50:.1f})."
    )


def _put_on_a_practice(env: Mapping[str, str], lines: Path) -> None:
    """Add a practice with as many promises as take a sync longer to send than keys are pressed."""
    command(env, "practice", "add", SYNCED, "--timezone", "America/New_York")
    soon = datetime.now(UTC).date() + timedelta(days=30)
    task = {"type": "task", "practice": SYNCED, "status": "open", "promised_on": soon.isoformat()}
    lines.write_text("".join(f"{json.dumps({**task, 'title': f'Sign lease {n:06}'})}\n" for n in range(SENT)))
    command(env, "import", str(lines))


def _sending(objects: Path) -> int:
    """Wait until a sync sends; return how many objects there are."""
    end = time.monotonic() + PATIENCE
    while (found := _count(objects)) < 3:
        if time.monotonic() > end:
            raise RuntimeError("the daemon sent nothing")
        time.sleep(0.2)
    return found


def _count(objects: Path) -> int:
    return len(list(objects.glob("*.ics")))


def _filtering(run: Run) -> Found:
    """Type filters letter by letter and take them back; then look how much memory the program has."""
    ours = run.largest
    taken: list[tuple[float, float]] = []
    with Terminal(ours.argv, ours.env) as terminal:
        arrive(terminal, ours)
        for key in KEYS:  # so that memory holds what scrolling needs
            press(terminal, key, 0.02, None)
        terminal.send("/")
        terminal.settle(0.5)
        letters = [key for word in TYPED for key in (*word, *"\x7f" * len(word))]
        for key in letters:
            used = cpu_ms(terminal.pid)
            took = press(terminal, key, FILTER_QUIET, None)
            if took is not None:
                taken.append((took.ms, cpu_ms(terminal.pid) - used))
        held, most = memory_mib(terminal.pid)
        terminal.send(LEAVE)
        terminal.settle(0.2)
    keys = Keys([wall for wall, _ in taken], [cpu for _, cpu in taken], len(letters))
    words = f"{', '.join(f'`{word}`' for word in TYPED)}, typed and taken back, in the list of all open tasks."
    tables = (
        Table(
            f"Filter keystroke to the painted list, {run.sizes[-1]:,} tasks", words, KEY_HEAD, _key_rows([ours], [keys])
        ),
        Table(
            "Memory",
            "After all that.",
            ("program", "MiB held", "MiB at most"),
            [(ours.name, f"{held:.0f}", f"{most:.0f}")],
        ),
    )
    return Found(
        tables,
        [
            at_most(
                f"Filter keystroke, p95, {run.sizes[-1]:,} tasks",
                keys.p95,
                MOST_FILTER,
                "ms",
                why=waited(keys.cpu_p95, MOST_FILTER, "ms", SLOW_LETTERS),
            ),
            at_most(f"Memory of the screen, {run.sizes[-1]:,} tasks", most, MOST_MEMORY, "MiB"),
        ],
    )


KEY_HEAD = ("program", "p50 ms", "p95 ms", "cpu p50 ms", "cpu p95 ms", "painted")


def _key_rows(programs: Sequence[FullScreen], taken: Sequence[Keys]) -> list[Sequence[str]]:
    return [
        (
            program.name,
            *(f"{one:.1f}" for one in (keys.p50, keys.p95, keys.cpu_p50, keys.cpu_p95)),
            f"{len(keys.wall)}/{keys.pressed}",
        )
        for program, keys in zip(programs, taken, strict=True)
    ]


def _key_budgets(what: str, keys: Keys, peers: Sequence[tuple[FullScreen, Keys]], why: str = "") -> list[Judged]:
    half = beside((program.name, f"{taken.p50:.1f}") for program, taken in peers)
    most = beside((program.name, f"{taken.p95:.1f}") for program, taken in peers)
    return [
        at_most(f"{what}, p50", keys.p50, MOST_P50, "ms", peers=half, why=why or waited(keys.cpu_p50, MOST_P50, "ms")),
        at_most(f"{what}, p95", keys.p95, MOST_P95, "ms", peers=most, why=why or waited(keys.cpu_p95, MOST_P95, "ms")),
    ]
