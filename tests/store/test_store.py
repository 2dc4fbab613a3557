"""The one door to the file: what it says of refusals, when it opens the file anew, and what it remembers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from followthru import durable
from followthru.actions.context import Context
from followthru.store import damage
from followthru.store import store as module
from followthru.store.connection import PRAGMAS, connect
from followthru.store.faults import StoreError, Trouble, UnwritableError
from followthru.store.store import Reader, Store
from followthru.store.version import SCHEMA_VERSION
from tests.storekit import FixedClock, add_task, copy_database, memory_ctx

PAGE = 4096
Reading = Callable[[Reader, str], object]
WAYS: dict[str, Reading] = {
    "rows": lambda read, sql: read.rows(sql),
    "column": lambda read, sql: read.column(sql),
    "row": lambda read, sql: read.row(sql),
    "value": lambda read, sql: read.value(sql),
}


@pytest.fixture
def filled(database: Path) -> Path:
    """A store with two tasks."""
    with closing(Store.open(database, FixedClock())) as store:
        for title in ("one", "two"):
            add_task(Context(store, zone="UTC"), title)
    return database


def spoil(database: Path) -> bytes:
    """Write nonsense over every page but the first; return what was there."""
    before = database.read_bytes()
    with database.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\xa5" * (len(before) - PAGE))
    return before


def put(database: Path, content: bytes) -> None:
    """Write a file's content without giving it another file's place."""
    with database.open("r+b") as file:
        file.write(content)


def exchange(database: Path, tmp_path: Path, title: str) -> None:
    """Let another store, with a task of this title, take the place of one."""
    other = copy_database(database, tmp_path / "other" / "other.db")
    with closing(Store.open(other, FixedClock())) as store:
        add_task(Context(store, zone="UTC"), title)
    other.rename(database)


def titles(read: Reader) -> list[str]:
    return read.column("SELECT title FROM task ORDER BY id")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("own", [True, False])
def test_each_way_to_read_says_damage_in_words_and_a_mistake_as_it_is(filled: Path, way: str, *, own: bool) -> None:
    with closing(connect(filled)) as connection, closing(Store.open(filled, FixedClock())) as store:
        spoil(filled)
        read = store.read if own else Reader(connection, filled)
        with pytest.raises(StoreError, match="cannot be read") as caught:
            WAYS[way](read, "SELECT title FROM task")
        assert caught.value.trouble is Trouble.DAMAGED
        assert (damage.noted(filled) is not None) is own, "it is looked at, and noted for everybody"
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            WAYS[way](read, "SELECT 1 FROM nowhere")


def test_a_value_is_the_first_one(store: Store) -> None:
    assert store.read.value("SELECT 1, 2 UNION SELECT 3, 4 ORDER BY 1") == 1
    assert store.read.value("SELECT 1 WHERE 0") is None


def test_what_changes_when_anybody_writes(filled: Path, tmp_path: Path) -> None:
    with closing(Store.open(filled, FixedClock())) as store, closing(connect(filled)) as connection:
        plain = Reader(connection, filled)
        for read in (store.read, plain):
            before = read.stand()
            assert read.stand() == before
            with closing(Store.open(filled, FixedClock())) as other, other.writing() as tx:
                tx.new_id("task")
            assert read.stand() != before
        before = store.read.stand()
        with store.writing() as tx:
            tx.new_id("task")
        assert store.read.stand() != before
        assert (store.read.file(), plain.file(), store.read.data_version() >> 32) == (0, 0, 0)
        exchange(filled, tmp_path, "elsewhere")
        version = store.read.data_version()
        assert (store.read.file(), version >> 32, version > 0) == (1, 1, True)
        assert plain.file() == 0


def test_a_mistake_in_a_step_is_none_of_the_disk(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="nowhere"), store.writing() as tx:
        tx.value("SELECT 1 FROM nowhere")
    assert store.trouble is None


def test_a_store_is_looked_at_again_once_so_many_seconds_have_passed(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = SimpleNamespace(monotonic=lambda: at.now, now=5.0)
    monkeypatch.setattr(module, "time", at)
    monkeypatch.setattr(module, "_LOOK", 0.01)
    with closing(Store.open(filled, FixedClock())) as store, closing(sqlite3.connect(filled)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        found = store.look_again(after=60)
        assert found is not None, "the first time it is looked at whenever that is"
        assert found.trouble is Trouble.LOCKED
        other.execute("ROLLBACK")
        at.now += 59
        assert store.look_again(after=60) is found
        at.now += 1
        assert store.look_again(after=60) is None
        other.execute("BEGIN IMMEDIATE")
        assert store.look_again(after=60) is None
        assert store.look_again() is not None, "without a word it is looked at each time"
        other.execute("ROLLBACK")
        with store.writing(), pytest.raises(RuntimeError):
            store.look_again()


def test_a_folder_that_takes_no_file_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(durable, "try_out", refuse)
        found = store.look_again()
        assert found is not None
        assert (found.trouble, store.trouble) == (Trouble.FULL, found)
    assert store.look_again() is None


def test_the_trouble_of_another_store_is_not_this_ones(store: Store, tmp_path: Path) -> None:
    others = UnwritableError(tmp_path / "other.db", Trouble.FULL, "")
    for error in (others, StoreError("Something else.")):
        with pytest.raises(StoreError) as caught, store.writing():
            raise error
        assert caught.value is error
        assert store.trouble is None
    assert store.read.file() == 0


def read_while_the_disk_is_bad(store: Store, database: Path) -> None:
    with store.writing() as tx:
        before = spoil(database)
        try:
            tx.rows("SELECT title FROM task")
        finally:
            put(database, before)


def test_what_only_looks_like_damage_is_the_disks(filled: Path) -> None:
    with closing(Store.open(filled, FixedClock())) as store:
        with pytest.raises(UnwritableError, match="something else than was written") as caught:
            read_while_the_disk_is_bad(store, filled)
        assert caught.value.trouble is Trouble.DISK
        assert store.trouble is caught.value
        assert damage.noted(filled) is None
        add_task(Context(store, zone="UTC"), "three")
        assert store.read.file() == 1, "what was read of the bad disk is not kept in memory"
        assert titles(store.read) == ["one", "two", "three"]


def test_damage_that_is_told_by_who_writes_is_looked_for_as_well(filled: Path) -> None:
    with closing(Store.open(filled, FixedClock())) as store:
        with pytest.raises(UnwritableError) as caught, store.writing():
            raise UnwritableError(filled, Trouble.DAMAGED, "so it seemed")
        assert caught.value.trouble is Trouble.DISK


def test_every_index_is_looked_at_before_damage_is_denied(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as other:
        # An index that lacks a row: its pages are in order.
        other.execute("PRAGMA writable_schema=ON")
        (sql,) = other.execute("SELECT sql FROM sqlite_master WHERE name = 'tasks_by_kind'").fetchone()
        other.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'tasks_by_kind'", (f"{sql} WHERE 0",))
        other.execute("PRAGMA schema_version = 4711")
        other.commit()
    with closing(sqlite3.connect(filled)) as other:
        other.execute("UPDATE task SET kind = 'licence-renewal'")
        other.execute("PRAGMA writable_schema=ON")
        other.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'tasks_by_kind'", (sql,))
        other.execute("PRAGMA schema_version = 4712")
        other.commit()
    with closing(Store.open(filled, FixedClock())) as store:
        with pytest.raises(UnwritableError) as caught, store.writing():
            raise UnwritableError(filled, Trouble.DAMAGED, "met in an index")
        assert caught.value.trouble is Trouble.DAMAGED
        assert damage.noted(filled) is not None


def test_a_file_that_cannot_be_looked_at_just_now_is_not_called_damaged(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(damage, "look", refuse)
    with closing(Store.open(filled, FixedClock())) as store:
        with pytest.raises(UnwritableError) as caught, store.writing():
            raise UnwritableError(filled, Trouble.DAMAGED, "met once")
        assert caught.value.trouble is Trouble.DISK


def test_a_lock_spoils_nothing_and_a_store_in_memory_is_never_opened_anew(filled: Path, schema: bytes) -> None:
    with closing(Store(connect(filled), filled, FixedClock(), patience=0.01)) as store:
        with closing(connect(filled)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(UnwritableError), store.writing():
                raise AssertionError
            other.execute("ROLLBACK")
        with store.writing():
            pass
        assert store.read.file() == 0
    memory = memory_ctx(schema)
    add_task(memory, "kept")
    memory.read.value(f"PRAGMA max_page_count={memory.read.value('PRAGMA page_count')}")
    with pytest.raises(StoreError), memory.store.writing() as tx:
        tx.run("INSERT INTO meta(name, value) VALUES ('a', ?)", "x" * 10_000_000)
    memory.read.value("PRAGMA max_page_count=1000000")
    add_task(memory, "after")
    assert titles(memory.read) == ["kept", "after"]


def test_the_file_stays_the_same_while_a_few_reads_belong_together(filled: Path, tmp_path: Path) -> None:
    with closing(Store.open(filled, FixedClock())) as store:
        with store.snapshot() as read:
            assert titles(read) == ["one", "two"]
            exchange(filled, tmp_path, "elsewhere")
            assert read.data_version() >> 32 == 0
            assert titles(read) == ["one", "two"]
        with store.snapshot() as read:
            assert titles(read) == ["one", "two", "elsewhere"]


def test_a_file_that_cannot_take_its_place_is_told_and_the_one_from_before_is_read(
    filled: Path, tmp_path: Path
) -> None:
    with closing(Store.open(filled, FixedClock())) as store:
        newer = copy_database(filled, tmp_path / "newer.db")
        with closing(sqlite3.connect(newer)) as other:
            other.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        newer.rename(filled)
        with pytest.raises(StoreError, match="was written by a newer followthru") as caught:
            store.read.data_version()
        assert not isinstance(caught.value, UnwritableError)
        assert titles(store.read) == ["one", "two"]
        (tmp_path / "diary").write_text("Dear diary, " * 1000)
        (tmp_path / "diary").rename(filled)
        with pytest.raises(UnwritableError, match="not a database") as worse:
            store.read.data_version()
        assert worse.value.trouble is Trouble.DAMAGED
        assert titles(store.read) == ["one", "two"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not list open files")
def test_the_file_from_before_is_let_go_of(filled: Path, tmp_path: Path) -> None:
    with closing(Store.open(filled, FixedClock())) as store:
        exchange(filled, tmp_path, "elsewhere")
        store.read.data_version()
        held = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        assert not [name for name in held if name.startswith(str(filled)) and name.endswith("(deleted)")]


class Failing(sqlite3.Connection):
    """A connection whose disk refuses to take a step back: the step is over, and what is in memory of it is stale."""

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        done = super().execute(sql, *values)  # type: ignore[arg-type]
        if sql == "ROLLBACK":
            raise sqlite3.OperationalError("disk I/O error")
        return done


def half_a_step(store: Store) -> None:
    with store.writing() as tx:
        tx.run("UPDATE task SET title = 'half'")
        raise ValueError("half-way")


def test_a_step_that_cannot_be_taken_back_is_not_gone_on_with(filled: Path) -> None:
    connection = sqlite3.connect(filled, isolation_level=None, factory=Failing)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    with closing(Store(connection, filled, FixedClock())) as store:
        with pytest.raises(ValueError, match="half-way"):
            half_a_step(store)
        add_task(Context(store, zone="UTC"), "three")
        assert store.read.file() == 1, "the file is opened anew"
        assert titles(store.read) == ["one", "two", "three"]


def titles_of(database: Path) -> list[str]:
    with closing(Store.open(database, FixedClock())) as store:
        return titles(store.read)


def test_a_copy_is_all_of_it(filled: Path, tmp_path: Path) -> None:
    with closing(Store.open(filled, FixedClock())) as store:
        with closing(sqlite3.connect(tmp_path / "copy.db")) as other:
            store.copy_into(other)
        assert titles_of(tmp_path / "copy.db") == ["one", "two"]
        with closing(sqlite3.connect(":memory:")) as other, store.writing(), pytest.raises(RuntimeError):
            store.copy_into(other)
