"""A writer for a disk that fails: `python -m tests.store.faulty DATABASE STEPS` says what was saved."""

from __future__ import annotations

import sys
from pathlib import Path

from followthru.actions import tasks
from followthru.actions.context import Context
from followthru.domain.capture import Capture
from followthru.domain.clock import SystemClock
from followthru.store.faults import StoreError, UnwritableError
from followthru.store.store import Store


def main(database: Path, steps: int) -> None:
    """Add tasks one by one, whatever is refused, and say how each ended."""
    store = opened(database)
    desk = Context(store, zone="UTC")
    for number in range(steps):
        title = f"step {number} " + "word " * (number % 400)
        try:
            tasks.add(desk, Capture(title))
        except UnwritableError as error:
            sys.stdout.write(f"refused {number} {error.trouble}\n")
        else:
            sys.stdout.write(f"saved {number}\n")
        sys.stdout.flush()
    sys.stdout.write("end\n")


def opened(database: Path) -> Store:
    """Open the store, trying again as a user would."""
    for _ in range(50):
        try:
            return Store.open(database, SystemClock())
        except StoreError:
            continue
    raise SystemExit("it cannot be opened")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
