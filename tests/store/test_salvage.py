"""A damaged store is brought back as far as it reads, and what is missing is said: compared with what it was."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from followthru.actions import promises, tasks
from followthru.actions.context import Context
from followthru.domain.capture import Capture
from followthru.domain.changes import WHOLE
from followthru.store import backups, purging, restoring, salvaging
from followthru.store.faults import StoreError
from followthru.store.salvaging import Report
from followthru.store.store import Store
from tests.store.oracles import State, computed, replayed, sound, state
from tests.storekit import FixedClock, add_person, add_practice, add_task, copy_database

PAGE = 4096


class Known(NamedTuple):
    """A store as it was, its file and a backup taken half-way; the backup has been brought to this schema."""

    database: Path
    backup: Path
    truth: State
    steps: int
    found: list[tuple[object, ...]]


@pytest.fixture(scope="module")
def known(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Known:
    folder = tmp_path_factory.mktemp("known")
    clock = FixedClock()
    with closing(Store.open(copy_database(blank_database, folder / "followthru.db"), clock)) as store:
        ctx = Context(store, zone="UTC", my_name="Robin")
        for slug in ("oak-street", "river"):
            add_practice(ctx, slug)
            add_person(ctx, "Dana Reyes", practice=slug)
        work(ctx, clock, 60)
        copy = backups.take(store.database, folder / "backups", clock.now()).path
        work(ctx, clock, 40)
        for id in range(50, 60):
            tasks.drop(ctx, id)
        facts = state(ctx), int(store.read.value("SELECT count(*) FROM action")), computed(store.read)
    ready = folder / "old.db"
    restoring.prepare(copy, ready)
    return Known(folder / "followthru.db", ready, *facts)


def work(ctx: Context, clock: FixedClock, count: int) -> None:
    for number in range(count):
        clock.advance(minutes=1)
        id = add_task(ctx, f"Task {number} " + "word " * (number % 40) + "by 20 Aug to dana @oak-street #tag")
        promises.promise(ctx, id, promises.NewPromise(clock.today + timedelta(days=30 + number)), because="late")


def salvage(known: Known, damaged: Path, *, backup: bool = True) -> tuple[Report, State, Path]:
    """Salvage a damaged copy; return what is told, what the new store holds and where it is."""
    before = damaged.read_bytes()
    place = damaged.with_name("salvaged.db")
    report = salvaging.salvage(damaged, known.backup if backup else None, place)
    assert damaged.read_bytes() == before, "the damaged file is only read"
    with closing(Store.open(place, FixedClock())) as store:
        sound(store.read)
        return report, state(Context(store, zone="UTC")), place


def judge(known: Known, report: Report, found: State) -> None:
    """Fail unless everything is as it was, or said to be missing."""
    if report.complete:
        assert found == known.truth
        return
    for (entity, id), row in known.truth.items():
        if (entity, id) not in found:
            assert id in report.lost.get(entity, ()) or report.loosened.get(entity) or report.unknown, (entity, id)
        elif found[entity, id] != row:
            told = report.changes or report.unknown or report.loosened.get(entity)
            assert told or any(one[:2] == (entity, id) for one in report.differs), (entity, id)
    for key in found.keys() - known.truth.keys():
        assert report.unknown, key


def spoilt(known: Known, folder: Path) -> Path:
    return shutil.copyfile(known.database, folder / "followthru.db")


def pages_of(database: Path) -> int:
    return database.stat().st_size // PAGE


def overwrite(database: Path, page: int, content: bytes) -> None:
    with database.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(content)


def page_of(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])


def some(pages: int, many: bool) -> list[int]:
    return list(range(1, pages + 1)) if many else random.Random(pages).sample(range(2, pages + 1), 4)


@pytest.mark.parametrize("many", [False, pytest.param(True, marks=pytest.mark.torture)])
def test_any_page_may_be_nonsense(known: Known, tmp_path: Path, many: bool) -> None:
    for page in some(pages_of(known.database), many):
        folder = tmp_path / str(page)
        folder.mkdir()
        damaged = spoilt(known, folder)
        overwrite(damaged, page, b"\xa5" * PAGE)
        report, found, _ = salvage(known, damaged)
        judge(known, report, found)
        shutil.rmtree(folder)


@pytest.mark.parametrize("table", ["task", "telling", "practice"])
def test_a_table_that_does_not_read_at_all_is_made_anew_from_the_journal(
    known: Known, tmp_path: Path, table: str
) -> None:
    damaged = spoilt(known, tmp_path)
    overwrite(damaged, page_of(damaged, table), bytes(PAGE))
    report, found, _ = salvage(known, damaged)
    assert found == known.truth
    assert report.complete
    assert report.from_journal[table] > 0


def test_it_is_made_anew_without_a_backup_too(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    overwrite(damaged, page_of(damaged, "task"), bytes(PAGE))
    report, found, place = salvage(known, damaged, backup=False)
    assert (report.complete, found) == (True, known.truth)
    with closing(Store.open(place, FixedClock())) as store:
        assert computed(store.read) == known.found
        assert replayed(store.read) == known.truth


def test_a_journal_that_does_not_read_leaves_the_rows_as_they_are(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    overwrite(damaged, page_of(damaged, "change"), bytes(PAGE))
    report, found, place = salvage(known, damaged)
    assert found == known.truth
    assert not report.complete
    assert report.unknown
    with closing(Store.open(place, FixedClock())) as store:
        undoable = store.read.value("SELECT count(*) FROM action WHERE undo_refused = 0")
        assert undoable == 0, "a step of which a part is missing would be undone in part"


def test_rows_and_journal_both_gone_are_the_backups_and_the_rest_is_named(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    for table in ("task", "change", "action"):
        overwrite(damaged, page_of(damaged, table), bytes(PAGE))
    report, found, _ = salvage(known, damaged)
    tasks_there = {id for entity, id in found if entity == "task"}
    assert tasks_there == set(range(1, 61))
    assert report.lost["task"] == tuple(range(61, 101))
    assert report.from_backup["change"] > 0
    judge(known, report, found)


@pytest.mark.parametrize("rounds", [3, pytest.param(300, marks=pytest.mark.torture)])
def test_single_bytes_may_be_others(known: Known, tmp_path: Path, rounds: int) -> None:
    """Most of them SQLite does not see: two copies of the same that differ are told."""
    chance = random.Random(rounds)
    for number in range(rounds):
        folder = tmp_path / str(number)
        folder.mkdir()
        damaged = spoilt(known, folder)
        with damaged.open("r+b") as file:
            for _ in range(20):
                at = chance.randrange(100, damaged.stat().st_size)
                file.seek(at)
                byte = file.read(1)[0]
                file.seek(at)
                file.write(bytes([byte ^ (1 << chance.randrange(8))]))
        report, found, _ = salvage(known, damaged)
        judge(known, report, found)
        shutil.rmtree(folder)


def test_a_title_that_was_changed_on_the_disk_is_told(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    with closing(sqlite3.connect(damaged)) as connection, connection:
        connection.execute("UPDATE task SET title = 'Tusk' WHERE id = 7")
    report, found, _ = salvage(known, damaged)
    assert report.differs == (("task", 7, "title"),)
    assert found == known.truth


def test_a_header_of_zeros(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    overwrite(damaged, 1, bytes(100))
    report, found, _ = salvage(known, damaged)
    assert (report.complete, found) == (True, known.truth)


def test_a_list_of_tables_that_does_not_read_is_the_backups(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    overwrite(damaged, 1, bytes(PAGE))
    report, found, _ = salvage(known, damaged)
    assert (report.complete, found) == (True, known.truth)
    assert report.by_pattern
    damaged = spoilt(known, tmp_path)
    overwrite(damaged, 1, bytes(PAGE))
    (tmp_path / "salvaged.db").unlink()
    with pytest.raises(StoreError, match="Nothing of"):
        salvage(known, damaged, backup=False)


def test_a_text_that_is_none_any_more_is_the_journals(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    with closing(sqlite3.connect(damaged)) as connection:
        connection.execute("UPDATE task SET title = CAST(X'C3' || title AS TEXT) WHERE id = 41")
        connection.commit()
        with pytest.raises(sqlite3.OperationalError, match="decode"):
            connection.execute("SELECT title FROM task WHERE id = 41").fetchall()
    report, found, _ = salvage(known, damaged)
    assert (report.complete, found) == (True, known.truth)
    assert report.from_journal == {"task": 1}


def test_a_whole_row_of_the_journal_that_is_a_number_is_passed_over(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    whole = "entity = 'telling' AND entity_id = 7 AND field = ?"
    with closing(sqlite3.connect(damaged)) as connection:
        changed = connection.execute(f"UPDATE change SET after = '0' WHERE {whole}", (WHOLE,))  # noqa: S608 -- words above
        assert changed.rowcount == 1
        connection.commit()
    report, found, _ = salvage(known, damaged)
    assert not report.complete
    assert found == known.truth, "the row itself reads"


def misspell(damaged: Path, words: bytes) -> None:
    """Change one letter where the list of tables says how a table was made."""
    content = bytearray(damaged.read_bytes())
    assert content.count(words) == 1
    content[content.index(words) + words.index(b"TABLE")] ^= 4
    damaged.write_bytes(content)


@pytest.mark.parametrize("table", [b"task", b"telling"])
def test_a_line_of_the_list_that_does_not_read_costs_no_table(known: Known, tmp_path: Path, table: bytes) -> None:
    damaged = spoilt(known, tmp_path)
    misspell(damaged, b"CREATE TABLE %s (" % table)
    report, found, _ = salvage(known, damaged)
    assert (report.complete, found, report.by_pattern) == (True, known.truth, True)
    assert report.from_journal == {}, "its rows were read, and not only their one copy in the journal"


def test_a_line_of_the_list_that_does_not_read_leaves_the_others_without_a_backup(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    misspell(damaged, b"CREATE TABLE telling (")
    report, found, _ = salvage(known, damaged, backup=False)
    assert (report.complete, found) == (True, known.truth)
    assert (report.read["task"], report.from_journal["telling"]) == (100, 100)


def test_a_backup_whose_tables_lie_elsewhere_lends_no_list(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    misspell(damaged, b"CREATE TABLE telling (")
    other = shutil.copyfile(known.backup, tmp_path / "other.db")
    with closing(sqlite3.connect(other)) as connection:
        columns = ", ".join(str(row[1]) for row in connection.execute("PRAGMA table_info(evidence)"))
        connection.execute("DROP TABLE evidence")
        connection.execute(f"CREATE TABLE evidence({columns})")
        connection.execute("VACUUM")
    report = salvaging.salvage(damaged, other, tmp_path / "salvaged.db")
    assert not report.by_pattern
    assert report.read["task"] == 100


def test_a_backup_of_another_file_is_not_taken_for_its_list_of_tables(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    overwrite(damaged, 1, bytes(PAGE))
    other = shutil.copyfile(known.backup, tmp_path / "other.db")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("DROP TABLE evidence")
        connection.execute("CREATE TABLE evidence(id)")
        connection.execute("DROP INDEX tasks_by_date")
        connection.execute("VACUUM")
    with pytest.raises(StoreError, match="no backup has the same one"):
        salvaging.salvage(damaged, other, tmp_path / "salvaged.db")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_cut_short(known: Known, tmp_path: Path, share: float) -> None:
    damaged = spoilt(known, tmp_path)
    with damaged.open("r+b") as file:
        file.truncate(int(damaged.stat().st_size * share))
    report, found, _ = salvage(known, damaged)
    judge(known, report, found)
    assert {id for entity, id in found if entity == "task"} >= set(range(1, 61))


def test_a_store_of_another_version_is_left_alone(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    with damaged.open("r+b") as file:
        file.seek(60)
        file.write((9).to_bytes(4))
    with pytest.raises(StoreError, match="another version"):
        salvage(known, damaged)


def test_a_backup_from_before_a_purge_brings_nothing_back(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    with closing(Store.open(damaged, FixedClock())) as store:
        purging.purge(store, 1, lambda _: "Purged a practice", keep_links=False)
        truth = state(Context(store, zone="UTC"))
    overwrite(damaged, page_of(damaged, "task"), bytes(PAGE))
    overwrite(damaged, page_of(damaged, "person"), bytes(PAGE))
    report, found, _ = salvage(known, damaged)
    assert report.backup_passed_by
    assert found == truth


def test_ids_that_were_given_out_are_not_given_out_again(known: Known, tmp_path: Path) -> None:
    damaged = spoilt(known, tmp_path)
    for table in ("task", "change", "action", "sequence"):
        overwrite(damaged, page_of(damaged, table), bytes(PAGE))
    _, _, place = salvage(known, damaged)
    with closing(Store.open(place, FixedClock())) as store:
        assert tasks.add(Context(store, zone="UTC"), Capture("new")).task_ids[0] > 100
