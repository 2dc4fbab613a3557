"""A process that works on a store and says what it was promised: `python -m tests.store.hammer WORD DATABASE SECONDS`.

`write` and `act` print one line for each step once it is committed, and not before; so whatever stands in their
output must be in the store, however they end. `screen` reads as the terminal UI's reader thread does.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from followthru.actions import agenda, promises, tasks
from followthru.actions.context import Context
from followthru.config.places import home_in
from followthru.domain.capture import Capture
from followthru.domain.clock import SystemClock
from followthru.store.store import Store
from followthru.store.tasks import rows
from followthru_tui.background import Background
from followthru_tui.feed import TODAY, Place, Where
from followthru_tui.storefeed import StoreFeed

CANARY = "canary"


def say(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def ticks(seconds: float) -> Iterator[int]:
    end = time.monotonic() + seconds
    for number in count():
        if time.monotonic() > end:
            return
        yield number


def write(ctx: Context, seconds: float) -> None:
    """Count up one number for everybody and a title of one's own, and tell how often, and after how many actions."""
    mine, acts = tasks.add(ctx, Capture("counted")).task_ids[0], 1
    for number in ticks(seconds):
        with ctx.store.writing() as tx:
            tx.run(
                "INSERT INTO meta(name, value) VALUES (?, '1') "
                "ON CONFLICT(name) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
                CANARY,
            )
        if number % 4 == 0:
            # No undo: the newest action may be the other writer's.
            tasks.start(ctx, mine)
            tasks.done(ctx, mine)
            tasks.reopen(ctx, mine)
            acts += 3
        say(f"{number + 1} {acts}")


def read(ctx: Context, seconds: float) -> None:
    """Read lists and Today all the time; nothing may fail, and the number never falls."""
    seen = 0
    for _ in ticks(seconds):
        rows(ctx.read, limit=50)
        agenda.today_sections(ctx, ctx.read)
        with ctx.store.snapshot() as one:
            now = int(one.value("SELECT value FROM meta WHERE name = ?", CANARY) or 0)
            again = int(one.value("SELECT value FROM meta WHERE name = ?", CANARY) or 0)
        if now < seen or again != now:
            raise AssertionError((seen, now, again))
        seen = now
    say(seen)


def screen(database: Path, seconds: float) -> None:
    """Ask all the time what the terminal UI asks between two keys; the number never falls."""
    feed = StoreFeed.open(home_in(database.parent), SystemClock(), Background(starts=False))
    seen = 0
    for number in ticks(seconds):
        feed.pulse()
        feed.view(Where(Place.ALL) if number % 2 else TODAY, "")
        feed.details([row.id for row in feed.rows([1, 2])])
        now = int(feed.look(lambda desk: desk.ctx.read.value("SELECT value FROM meta WHERE name = ?", CANARY)) or 0)
        if now < seen:
            raise AssertionError((seen, now))
        seen = now
    feed.close()
    say(seen)


def act(ctx: Context, seconds: float) -> None:
    """Do one action after another; print the title, the date and the journal's newest id of each that is saved."""
    today = date(2026, 7, 1)
    for number in ticks(seconds):
        title = f"step {time.time_ns()}"
        added = tasks.add(ctx, Capture(title, promised_on=today))
        say(f"added {added.task_ids[0]} {title}")
        moved = today + timedelta(days=number % 50 + 1)
        promises.promise(ctx, added.task_ids[0], promises.NewPromise(moved))
        say(f"moved {added.task_ids[0]} {moved.isoformat()}")


if __name__ == "__main__":
    word, database, seconds = sys.argv[1:]
    if word == "screen":
        say("ready")
        screen(Path(database), float(seconds))
        sys.exit()
    desk = Context(Store.open(Path(database), SystemClock()), zone="UTC")
    say("ready")
    {"write": write, "read": read, "act": act}[word](desk, float(seconds))
