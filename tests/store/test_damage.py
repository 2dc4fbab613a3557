"""A damaged file is found, noted for everybody, read on and not written; and well again once it is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from followthru.actions.context import Context
from followthru.store import backups, connection, damage, fitness, migrate, restoring
from followthru.store.faults import StoreError, Trouble, UnwritableError
from followthru.store.store import Store
from followthru.store.version import SCHEMA_VERSION
from tests.storekit import FixedClock, add_task


def spoil(database: Path, table: str) -> bytes:
    """Overwrite the first page of a table; return what the file was."""
    with closing(sqlite3.connect(database)) as connection:
        page = int(connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])
        size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    whole = database.read_bytes()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    return whole


@pytest.fixture
def kept(store: Store, ctx: Context, database: Path) -> Path:
    """The path of a store with a task, closed."""
    add_task(ctx, "Order gloves")
    store.close()
    return database


def test_damage_that_is_looked_for_is_noted_for_everybody(kept: Path) -> None:
    spoil(kept, "evidence")
    with pytest.raises(UnwritableError) as caught:
        fitness.look_through(kept)
    assert caught.value.trouble is Trouble.DAMAGED
    with closing(Store.open(kept, FixedClock())) as store:
        assert store.trouble is not None
        assert "Nothing is written to it until it is mended" in store.trouble.safe
        assert store.read.rows("SELECT title FROM task") == [("Order gloves",)]
        with pytest.raises(UnwritableError, match="it is damaged"):
            add_task(Context(store, zone="UTC"), "never")
        assert store.look_again() is not None


def test_damage_that_is_met_is_noted_and_ends_writing_everywhere(kept: Path) -> None:
    with closing(Store.open(kept, FixedClock())) as other:
        assert other.trouble is None
        spoil(kept, "evidence")
        with closing(Store.open(kept, FixedClock())) as store:
            with pytest.raises(StoreError, match="cannot be read"):
                store.read.rows("SELECT * FROM evidence")
            assert store.trouble is not None
        with pytest.raises(UnwritableError, match="it is damaged"):
            add_task(Context(other, zone="UTC"), "never")


def while_it_waits(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Have something happen whenever a step finds the lock taken."""
    took_lock = connection._took_lock  # pyright: ignore[reportPrivateUsage]

    def took(over: sqlite3.Connection, *, last: bool) -> bool:
        took = took_lock(over, last=last)
        if not took:
            meanwhile()
        return took

    monkeypatch.setattr(connection, "_took_lock", took)


def test_a_step_that_waits_while_its_file_is_found_damaged_is_refused(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Store.open(kept, FixedClock())) as store, closing(sqlite3.connect(kept)) as holder:
        holder.isolation_level = None
        holder.execute("BEGIN IMMEDIATE")

        def found() -> None:
            damage.note(kept, "row 3 missing")
            holder.execute("ROLLBACK")

        while_it_waits(monkeypatch, found)
        with pytest.raises(UnwritableError, match="it is damaged"):
            add_task(Context(store, zone="UTC"), "never")
        assert holder.execute("SELECT title FROM task").fetchall() == [("Order gloves",)]


def test_a_step_that_waits_while_its_file_is_exchanged_is_saved_in_the_new_one(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.db"
    backups.copy(kept, other)
    with closing(Store.open(kept, FixedClock())) as store, closing(sqlite3.connect(kept)) as holder:
        holder.isolation_level = None
        holder.execute("BEGIN IMMEDIATE")

        def exchanged() -> None:
            other.replace(kept)
            holder.execute("ROLLBACK")

        while_it_waits(monkeypatch, exchanged)
        add_task(Context(store, zone="UTC"), "Order masks")
        assert store.read.rows("SELECT title FROM task ORDER BY id") == [("Order gloves",), ("Order masks",)]
        assert len(holder.execute("SELECT title FROM task").fetchall()) == 1


def test_a_file_that_is_whole_again_takes_changes(kept: Path) -> None:
    whole = spoil(kept, "evidence")
    with pytest.raises(UnwritableError):
        fitness.look_through(kept)
    kept.write_bytes(whole)
    with closing(Store.open(kept, FixedClock())) as store:
        with pytest.raises(UnwritableError):
            add_task(Context(store, zone="UTC"), "never")
        fitness.look_through(kept)
        add_task(Context(store, zone="UTC"), "after")
        assert store.trouble is None


def test_after_a_note_more_than_pages_is_looked_at(kept: Path) -> None:
    """The quick look sees neither what search finds nor references; a note is not taken away by it."""
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("DELETE FROM task_words_idx")
        connection.execute("UPDATE task_words_data SET block = x'00' WHERE id > 10")
        connection.commit()
    fitness.look_through(kept)
    damage.note(kept, "search met it")
    with pytest.raises(UnwritableError):
        fitness.look_through(kept)
    assert damage.noted(kept) is not None


def test_another_file_in_its_place_is_not_held_for_damaged(kept: Path, tmp_path: Path) -> None:
    damage.note(kept, "x")
    backups.copy(kept, tmp_path / "copy.db")
    with restoring.held_still(kept) as place:
        place.put(tmp_path / "copy.db")
    assert damage.noted(kept) is None
    assert not damage.place_of(kept).exists()


def test_a_note_that_cannot_be_read_still_ends_writing(kept: Path) -> None:
    damage.place_of(kept).write_text("?")
    with closing(Store.open(kept, FixedClock())) as store, pytest.raises(UnwritableError):
        add_task(Context(store, zone="UTC"), "never")


def test_an_upgrade_that_was_cut_off_keeps_the_copy_from_before_it(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA user_version = 1")
    migrate.migrate(kept)
    copy = kept.with_name(f"{kept.name}.before-{SCHEMA_VERSION}")
    before = copy.read_bytes()
    with closing(sqlite3.connect(kept)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
            connection.execute(f"DROP VIEW {name}")
        connection.execute("DELETE FROM task_dates")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    migrate.migrate(kept)
    assert copy.read_bytes() == before
    with closing(Store.open(kept, FixedClock())) as store:
        assert store.read.value("SELECT count(*) FROM task_row") == 1
    with closing(Store.open(copy, FixedClock())) as old:
        assert old.read.value("SELECT count(*) FROM task_row") == 1


def test_an_upgrade_checks_its_copy_first(kept: Path) -> None:
    spoil(kept, "evidence")
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA user_version = 1")
    before = kept.read_bytes()
    with pytest.raises(sqlite3.DatabaseError):
        migrate.migrate(kept)
    assert kept.read_bytes() == before
