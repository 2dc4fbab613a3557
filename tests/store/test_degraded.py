"""A store that cannot be written: read as ever, every change refused in words, and well again with its cause gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from followthru.actions import tasks
from followthru.actions.context import Context
from followthru.domain.capture import Capture
from followthru.store.connection import connect
from followthru.store.faults import Trouble, UnwritableError
from followthru.store.store import Store
from tests.smalldisk import fill, small_disk
from tests.storekit import FixedClock, add_task, copy_database


def test_a_full_disk_refuses_changes_until_there_is_room(blank_database: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 6) as disk:
        database = copy_database(blank_database, disk / "followthru.db")
        with closing(Store.open(database, FixedClock())) as store:
            ctx = Context(store, zone="UTC")
            add_task(ctx, "before")
            filler = fill(disk)
            with pytest.raises(UnwritableError, match="is full") as caught:
                add_until_it_is_refused(ctx)
            assert caught.value.trouble is Trouble.FULL
            assert "Make room" in caught.value.remedy
            held = tasks_of(store)
            assert held[0] == "before"
            assert store.trouble is caught.value
            assert store.look_again() is not None
            assert tasks_of(store) == held
            filler.unlink()
            assert store.look_again() is None
            add_task(ctx, "after")
            assert store.trouble is None
            assert store.read.value("PRAGMA integrity_check") == "ok"
        with closing(Store.open(database, FixedClock())) as again:
            assert tasks_of(again) == [*held, "after"]


def test_a_file_that_was_opened_to_be_read_alone_is_not_said_to_take_changes(
    blank_database: Path, tmp_path: Path
) -> None:
    database = copy_database(blank_database, tmp_path / "followthru.db")
    # So it is opened while only its folder has been given its rights back.
    opened = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, isolation_level=None)
    with closing(Store(opened, database, FixedClock())) as store:
        found = store.look_again()
        assert found is not None
        assert found.trouble is Trouble.READ_ONLY
        assert store.look_again() is None, "it is opened anew"
        add_task(Context(store, zone="UTC"), "after")


def add_until_it_is_refused(ctx: Context) -> None:
    for _ in range(60):
        tasks.add(ctx, Capture("word " * 2000))


def tasks_of(store: Store) -> list[str]:
    return [str(row[0]) for row in store.read.rows("SELECT title FROM task ORDER BY id")]


def test_a_full_disk_is_foreseen_when_a_store_is_opened(blank_database: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4) as disk:
        database = copy_database(blank_database, disk / "followthru.db")
        fill(disk)
        with closing(Store.open(database, FixedClock())) as store:
            assert store.trouble is not None
            assert store.trouble.trouble is Trouble.FULL


def test_a_change_that_is_saved_ends_the_trouble(store: Store, database: Path) -> None:
    with closing(Store(connect(database), database, FixedClock(), patience=0.02)) as other:
        with store.writing() as tx:
            tx.new_id("task")
            with pytest.raises(UnwritableError), other.writing():
                pass
        assert other.trouble is not None
        assert other.trouble.trouble is Trouble.LOCKED
        with other.writing() as tx:
            tx.new_id("task")
        assert other.trouble is None


def test_a_store_that_was_taken_away_takes_no_change(store: Store, ctx: Context, database: Path) -> None:
    """Otherwise it would be written to a file that nobody can open any more."""
    add_task(ctx, "before")
    away = database.rename(database.with_name("away.db"))
    with pytest.raises(UnwritableError, match="not where it was"):
        add_task(ctx, "never")
    assert not database.exists()
    away.rename(database)
    add_task(ctx, "after")
    assert tasks_of(store) == ["before", "after"]


def test_a_store_that_was_exchanged_is_followed(store: Store, ctx: Context, database: Path, tmp_path: Path) -> None:
    add_task(ctx, "before")
    version = store.read.data_version()
    other = copy_database(database, tmp_path / "other.db")
    with closing(Store.open(other, FixedClock())) as second:
        add_task(Context(second, zone="UTC"), "in the other one")
    other.rename(database)
    assert store.read.data_version() != version
    assert tasks_of(store) == ["before", "in the other one"]
    add_task(ctx, "after")
    with closing(Store.open(database, FixedClock())) as again:
        assert tasks_of(again) == ["before", "in the other one", "after"]
