"""A store made by another program of the same schema: its views, triggers and searched words become this one's."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from followthru.actions.context import Context
from followthru.store import connection as opening
from followthru.store import views
from followthru.store.connection import connect
from followthru.store.faults import Trouble, UnwritableError
from followthru.store.store import Store
from tests.smalldisk import fill, heed_permissions, small_disk
from tests.store.test_opening import child
from tests.storekit import FixedClock, add_task, copy_database
from tests.torture.forks import ended, forked

GUARD = "SELECT count(*) FROM sqlite_master WHERE name = 'delivery_moved'"
AT_ONCE = 3


@pytest.fixture
def stale(database: Path) -> Path:
    """A store with one task, that lacks a trigger, has an older view, and one of each that nobody knows any more."""
    with closing(Store.open(database, FixedClock())) as store:
        add_task(Context(store, zone="UTC"), "Renew malpractice cover")
    make_stale(database)
    return database


def make_stale(database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        other.executescript(
            "DROP TRIGGER delivery_moved; DROP VIEW task_row; CREATE VIEW task_row AS SELECT id FROM task;"
            "CREATE VIEW of_old AS SELECT 1; CREATE TRIGGER of_old_too AFTER INSERT ON tag BEGIN SELECT 1; END;"
        )


def names(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('view', 'trigger')")
    return {str(name) for (name,) in rows}


def test_a_store_that_lacks_some_gets_them_when_it_is_opened(stale: Path, blank_database: Path) -> None:
    with closing(sqlite3.connect(stale)) as other:
        # Words that are searched as ever are not written anew: what is found by them is still there.
        other.execute("INSERT INTO task_words(rowid, title) VALUES (99, 'kept')")
        other.commit()
    with closing(connect(stale)) as opened, closing(connect(blank_database)) as blank:
        assert names(opened) == names(blank)
        assert opened.execute("SELECT title FROM task_row").fetchall() == [("Renew malpractice cover",)]
        assert opened.execute("SELECT rowid FROM task_words WHERE task_words MATCH 'kept'").fetchall() == [(99,)]
        assert not opened.in_transaction
        before = opened.execute("PRAGMA schema_version").fetchone()
    with closing(connect(stale)) as again:
        assert again.execute("PRAGMA schema_version").fetchone() == before, "and then it is left as it is"


def test_words_that_are_searched_otherwise_are_written_anew(stale: Path) -> None:
    with closing(sqlite3.connect(stale)) as other:
        other.executescript("DROP TABLE task_words; CREATE VIRTUAL TABLE task_words USING fts5(title);")
    with closing(connect(stale)) as opened:
        found = opened.execute("SELECT rowid FROM task_words WHERE task_words MATCH 'malpractice'").fetchall()
        assert found == [(1,)]
        assert views.are_made(opened)


def test_a_text_that_only_begins_like_ours_is_another_one(database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        sql = str(other.execute("SELECT sql FROM sqlite_master WHERE name = 'sent_row'").fetchone()[0])
        other.executescript(f"DROP VIEW sent_row; {sql[: sql.rindex('WHERE d.phase')]};")
        assert not views.are_made(other)
    with closing(connect(database)) as opened:
        assert views.are_made(opened)


def test_two_that_open_it_at_once_make_them_once(stale: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both, looked, made = threading.Barrier(2, timeout=60), threading.local(), list[int]()
    are_made, make = views.are_made, views.make

    def look_together(connection: sqlite3.Connection) -> bool:
        found = are_made(connection)
        if not getattr(looked, "once", False):
            looked.once = True
            both.wait()
        return found

    def count(connection: sqlite3.Connection) -> None:
        made.append(1)
        make(connection)

    monkeypatch.setattr(views, "are_made", look_together)
    monkeypatch.setattr(views, "make", count)
    with ThreadPoolExecutor(2) as threads:
        for opened in threads.map(connect, [stale, stale]):
            assert are_made(opened)
            opened.close()
    assert made == [1]


def test_processes_that_open_it_at_once_all_can(stale: Path) -> None:
    for round in range(4):
        if round:
            make_stale(stale)
        several = [forked(lambda _: connect(stale).close()) for _ in range(AT_ONCE)]
        assert [ended(*one)[0] for one in several] == [0] * AT_ONCE
        with closing(sqlite3.connect(stale)) as other:
            assert views.are_made(other)


READ_AND_TRY = """
import sys
from pathlib import Path
from followthru.domain.clock import SystemClock
from followthru.store.faults import UnwritableError
from followthru.store.store import Store
store = Store.open(Path(sys.argv[1]), SystemClock())
print(store.read.rows("SELECT title FROM task_row"))
for _ in range(2):
    try:
        with store.writing() as tx: tx.new_id("task")
    except UnwritableError as error: print(error.trouble)
print(store.read.rows("SELECT title FROM task_row"))
"""


@pytest.mark.parametrize("folder_too", [False, True])
def test_one_that_may_only_be_read_is_read_as_ever(stale: Path, *, folder_too: bool) -> None:
    stale.chmod(0o444)
    stale.parent.chmod(0o555 if folder_too else 0o755)
    before = stale.read_bytes()
    try:
        out, err = child("-c", READ_AND_TRY, str(stale), preexec_fn=heed_permissions).communicate(timeout=60)
    finally:
        stale.parent.chmod(0o700)
    rows = "[('Renew malpractice cover',)]"
    assert (out.splitlines(), err) == ([rows, "read-only", "read-only", rows], "")
    assert stale.read_bytes() == before


@pytest.fixture
def on_a_full_disk(blank_database: Path, tmp_path: Path) -> Generator[tuple[Path, Path]]:
    with small_disk(tmp_path / "disk", 6) as disk:
        database = copy_database(blank_database, disk / "followthru.db")
        make_stale(database)
        yield database, fill(disk)


def test_on_a_full_disk_nothing_is_changed_until_they_are_made(on_a_full_disk: tuple[Path, Path]) -> None:
    database, filler = on_a_full_disk
    with closing(Store.open(database, FixedClock())) as store:
        ctx = Context(store, zone="UTC")
        with pytest.raises(UnwritableError) as caught:
            add_task(ctx, "never")
        assert caught.value.trouble is Trouble.FULL
        assert store.look_again() is not None
        assert store.read.rows("SELECT title FROM task_row") == []
        filler.unlink()
        assert store.look_again() is None
        add_task(ctx, "after")
        assert store.read.column("SELECT title FROM task_row") == ["after"]
        assert store.read.value(GUARD) == 1


def test_while_another_program_holds_it_it_is_read(stale: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "take_lock", partial(opening.take_lock, patience=0.01))
    with closing(sqlite3.connect(stale, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        store = Store.open(stale, FixedClock())
        assert store.read.column("SELECT title FROM task_row") == ["Renew malpractice cover"]
        with pytest.raises(UnwritableError, match="another program holds it"), store.writing():
            raise AssertionError("it began a step without the guard")
        other.execute("ROLLBACK")
    with closing(store), store.writing() as tx:
        assert tx.value(GUARD) == 1


def test_one_that_is_known_to_be_damaged_is_left_alone(stale: Path) -> None:
    from followthru.store import damage

    damage.end_writing(stale, "seen by a test")
    before = stale.read_bytes()
    with closing(Store.open(stale, FixedClock())) as store:
        assert store.read.column("SELECT title FROM task_row") == ["Renew malpractice cover"]
        with pytest.raises(UnwritableError) as caught, store.writing():
            raise AssertionError("it was written")
        assert caught.value.trouble is Trouble.DAMAGED
    assert stale.read_bytes() == before
