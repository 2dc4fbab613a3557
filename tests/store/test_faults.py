"""A full disk, a damaged file, a lost folder: told in words, with everything saved before still there."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.actions import tasks
from followthru.actions.context import Context
from followthru.domain.capture import Capture
from followthru.errors import Exit
from followthru.store.faults import StoreError
from followthru.store.store import Store
from tests.store.oracles import replayed, sound, state
from tests.storekit import FixedClock, add_task

LONG = "word " * 3000


def test_a_full_disk_loses_nothing(ctx: Context) -> None:
    """SQLite's own limit on pages ends in the very error of a full disk (SQLITE_FULL)."""
    for number in range(5):
        add_task(ctx, f"saved {number}")
    ctx.read.value(f"PRAGMA max_page_count={ctx.read.value('PRAGMA page_count')}")
    saved = [state(ctx)]

    def fill() -> None:
        for _ in range(50):
            tasks.add(ctx, Capture(LONG))
            saved.append(state(ctx))

    with pytest.raises(StoreError, match=r"cannot be written: the disk of .* is full") as caught:
        fill()
    assert caught.value.exit_code is Exit.FAILED
    assert "Nothing of this step was saved" in caught.value.safe
    assert "Make room" in caught.value.remedy
    assert state(ctx) == saved[-1] == replayed(ctx.read)
    sound(ctx.read)
    ctx.read.value("PRAGMA max_page_count=1000000")
    assert add_task(ctx, "after room was made") > 5
    sound(ctx.read)


def test_a_full_disk_while_an_id_is_taken(ctx: Context) -> None:
    ctx.read.value("PRAGMA query_only=ON")
    with pytest.raises(StoreError, match="cannot be written: the file may only be read"):
        tasks.add(ctx, Capture("x"))
    ctx.read.value("PRAGMA query_only=OFF")
    add_task(ctx, "y")


def test_reading_a_damaged_file_is_told_in_words(database: Path) -> None:
    store = Store.open(database, FixedClock())
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreError, match="cannot be read") as caught:
        store.read.rows("SELECT * FROM task_row")
    assert "followthru restore" in caught.value.remedy
    with pytest.raises(StoreError), store.writing() as tx:
        tx.new_id("task")
    store.close()


def test_a_mistake_in_sql_is_no_fault_of_the_disk(store: Store) -> None:
    import sqlite3

    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        store.read.rows("SELECT titel FROM task")
    with pytest.raises(sqlite3.OperationalError, match="no such table"), store.writing() as tx:
        tx.run("DELETE FROM nowhere")
    with store.writing() as tx:
        tx.new_id("task")
