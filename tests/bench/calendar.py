"""How long a promise moved here takes to stand on a calendar server that holds a thousand of them."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from followthru.actions import promises
from followthru.actions.desk import Desk, open_desk
from followthru.config.reading import load
from followthru.demo.sandbox import USER, Sandbox, sandbox
from followthru.domain.clock import SystemClock
from followthru.domain.task import TaskRow
from followthru.store import tasks
from tests.bench.daemon import Idle, watch

PAUSE = 2.5
"""Seconds between two moves: a person's pace, in which the daemon has asked the server what else is new."""


class Moved(NamedTuple):
    """Milliseconds from the key to the server's file, for each move, and what the daemon cost at rest."""

    took: list[float]
    idle: Idle


def moves(items: int, rounds: int, seconds: float) -> Moved:
    """Move promises one after the other in a store whose calendar holds so many items."""
    with TemporaryDirectory(prefix="followthru-bench-") as folder, _filled(Path(folder), items) as box:
        desk = open_desk(box.home, load(box.home.config), SystemClock())
        rows = [row for row in tasks.rows(desk.ctx.read, limit=items) if row.promised_on is not None]
        files = {_uid(path): path for path in _objects(box)}
        took: list[float] = []
        for row in rows[20 : 20 + rounds]:
            time.sleep(PAUSE)
            took.append(_move(desk, row, files))
        daemon = box.pids[2]
        time.sleep(3 * PAUSE)
        idle = watch(daemon, seconds) if daemon is not None else Idle(0, 0, 0)
        desk.ctx.store.close()
        return Moved(took, idle)


@contextmanager
def _filled(folder: Path, items: int) -> Generator[Sandbox]:
    """Start a sandbox whose calendar holds so many promises, all of them in step."""
    from followthru.actions import tasks as verbs
    from followthru.domain.capture import Capture

    with sandbox(folder, poll="2m") as box:
        on = date.today() + timedelta(days=40)  # noqa: DTZ011 -- any day will do
        with_date = Capture("Renew malpractice cover", "oak-street", promised_on=on)
        for number in range(items):
            verbs.add(box.desk.ctx, with_date._replace(title=f"Renew cover {number}"))
        until = time.monotonic() + 300
        while len(_objects(box)) < items and time.monotonic() < until:
            time.sleep(0.2)
        yield box


def _objects(box: Sandbox) -> list[Path]:
    """The server's files, one for each event."""
    root = box.folder / "radicale" / "collections" / "collection-root" / USER
    return [path for collection in root.glob("followthru-*") for path in collection.glob("*.ics")]


def _uid(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text.split("X-FOLLOWTHRU-ID:")[1].split()[0]


def _move(desk: Desk, row: TaskRow, files: dict[str, Path]) -> float:
    """Move one promise by a week and wait until the server's file says so; return milliseconds."""
    path = files[row.uid]
    on = (row.promised_on or date.max) + timedelta(days=7)
    began = time.perf_counter()
    promises.promise(desk.ctx, row.id, promises.NewPromise(on), because="a bench moves it")
    wanted = f"{on:%Y%m%d}"
    while wanted not in path.read_text(encoding="utf-8"):
        if time.perf_counter() - began > 30:
            raise RuntimeError(f"task {row.id} did not arrive")
        time.sleep(0.002)
    return (time.perf_counter() - began) * 1000
