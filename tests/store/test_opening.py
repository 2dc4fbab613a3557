"""Opening a store: made whole or not at all, and every refusal in words with nothing changed."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from followthru.domain.clock import SystemClock
from followthru.errors import Exit, FollowthruError, RefusedError
from followthru.store.connection import connect
from followthru.store.faults import StoreError
from followthru.store.store import Store
from followthru.store.version import APPLICATION_ID, SCHEMA_VERSION
from tests.smalldisk import heed_permissions
from tests.storekit import copy_database

OPEN = (
    "import sys; from pathlib import Path; from followthru.store.connection import connect; connect(Path(sys.argv[1]))"
)


def child(*words: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload, no-any-return]


def refused(database: Path) -> FollowthruError:
    """Open a database that cannot be opened; return the error once it is certain that nothing was changed."""
    before = database.read_bytes() if database.is_file() else None
    with pytest.raises(FollowthruError) as caught:
        connect(database)
    assert before == (database.read_bytes() if database.is_file() else None)
    assert str(database) in caught.value.message
    assert caught.value.safe
    assert caught.value.remedy
    return caught.value


def test_a_new_store_is_private_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    database = tmp_path / "a b%c?d#e" / "deeper" / "store.db"
    connect(database).close()
    assert database.stat().st_mode & 0o777 == 0o600
    assert database.parent.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in database.parent.iterdir()} == {"store.db", "store.db.migrating"}


def test_a_newer_database_is_refused_in_words(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    error = refused(database)
    assert isinstance(error, StoreError)
    assert "newer followthru" in error.message
    assert "Upgrade" in error.remedy


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "notes.txt"
    database.write_text("Dear diary, " * 1000)
    assert "not a database" in refused(database).message


def test_a_damaged_database_is_refused(database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[100:4096] = b"\xff" * 3996
    database.write_bytes(content)
    assert "cannot be read" in refused(database).message


@pytest.mark.parametrize("version", [0, 1, 7])
def test_another_programs_database_is_left_alone(tmp_path: Path, version: int) -> None:
    database = tmp_path / "places.sqlite"
    connection = sqlite3.connect(database)
    connection.executescript(f"CREATE TABLE bookmark(url); PRAGMA user_version = {version};")
    connection.close()
    assert "another program" in refused(database).message


def test_another_programs_empty_database_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "new.gpkg"
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA application_id = 1196444487")
    connection.close()
    assert "another program" in refused(database).message


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "a folder" in refused(tmp_path).message


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file" / "store.db")


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    with pytest.raises(StoreError, match="cannot be reached"):
        connect(tmp_path / "a")


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "store.db").touch()
    connect(tmp_path / "store.db").close()


def test_an_older_database_is_copied_and_brought_up(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.executescript(
        "INSERT INTO meta(name, value) VALUES ('kept', 'yes'); DROP VIEW task_row; PRAGMA user_version = 0;"
    )
    connection.close()
    opened = connect(database)
    assert opened.execute("SELECT value FROM meta").fetchall() == [("yes",)]
    assert opened.execute("SELECT count(*) FROM task_row").fetchone() == (0,)
    opened.close()
    copy = sqlite3.connect(database.with_name(f"{database.name}.before-{SCHEMA_VERSION}"))
    assert copy.execute("SELECT value FROM meta").fetchall() == [("yes",)]
    copy.close()


def opened_by(database: Path) -> str:
    """Open and write a database in a child that permissions hold for; return the error that it ended with."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom followthru.errors import FollowthruError\n"
        "from followthru.domain.clock import SystemClock\nfrom followthru.store.store import Store\n"
        "try:\n    store = Store.open(Path(sys.argv[1]), SystemClock())\n"
        "    with store.writing() as tx: tx.new_id('task')\n"
        "except FollowthruError as error: print(type(error).__name__, error.sentences())"
    )
    process = child("-c", code, str(database), preexec_fn=heed_permissions)
    out, err = process.communicate(timeout=60)
    assert err == ""
    return out


def test_a_forbidden_file(database: Path) -> None:
    database.parent.chmod(0o755)
    database.chmod(0)
    assert "StoreError" in opened_by(database)


def test_a_forbidden_folder(database: Path) -> None:
    database.parent.chmod(0)
    try:
        assert "cannot be reached: Permission denied" in opened_by(database)
    finally:
        database.parent.chmod(0o700)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    assert "cannot be made: Permission denied" in opened_by(tmp_path / "new" / "store.db")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    said = opened_by(tmp_path / "store.db")
    assert "cannot be written: its folder" in said
    assert "Nothing was stored" in said
    assert "Traceback" not in said


def test_a_database_that_may_only_be_read(database: Path) -> None:
    database.parent.chmod(0o755)
    database.chmod(0o444)
    before = database.read_bytes()
    said = opened_by(database)
    assert "UnwritableError" in said
    assert "cannot be written: the file may only be read" in said
    assert database.read_bytes() == before


def cut_off(database: Path, place: Path) -> Path:
    """Copy a database as it is in the middle of a step that has begun to write to it: its journal is hot."""
    place.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("journal_mode=TRUNCATE", "cache_size=1", "cache_spill=1"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO meta VALUES (?, ?)", [(str(number), "x" * 200_000) for number in range(2)])
        for name in (database.name, f"{database.name}-journal"):
            shutil.copy(database.with_name(name), place / name)
        connection.execute("ROLLBACK")
    return place / database.name


def test_a_cut_off_step_in_a_folder_that_may_only_be_read_is_said_with_a_way_to_read(
    database: Path, tmp_path: Path
) -> None:
    copied = cut_off(database, tmp_path / "cut-off")
    for path in (*copied.parent.iterdir(), copied.parent):
        path.chmod(0o500 if path.is_dir() else 0o400)
    said = opened_by(copied)
    copied.parent.chmod(0o700)
    assert "A step was under way in it" in said
    assert "copy it with cut.db-journal beside it" in said.replace(copied.name, "cut.db")
    # What it says to do: copied with what lies beside it, it opens, without the half step.
    own = tmp_path / "own"
    own.mkdir()
    for path in copied.parent.iterdir():
        shutil.copy(path, own / path.name)
        (own / path.name).chmod(0o600)
    with closing(connect(own / copied.name)) as connection:
        assert connection.execute("SELECT count(*) FROM meta WHERE name IN ('0', '1')").fetchone() == (0,)


def test_the_migration_takes_no_library_from_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "alembic.py").write_text("raise SystemExit('taken from the working folder')")
    (tmp_path / "sqlmodel.py").write_text("raise SystemExit('taken from the working folder')")
    process = child("-P", "-c", OPEN, str(tmp_path / "store.db"), cwd=tmp_path)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_two_processes_may_open_an_empty_home_at_once(tmp_path: Path) -> None:
    database = tmp_path / "home" / "store.db"
    processes = [child("-c", OPEN, str(database)) for _ in range(3)]
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
    assert ends == [("", 0)] * 3
    connect(database).close()


def interrupted(database: Path, after: float) -> None:
    """Start the migration of a database and kill it after some seconds."""
    process = child("-P", "-m", "followthru.store.migrate", str(database))
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()


def whole(database: Path) -> bool:
    connection = sqlite3.connect(database)
    try:
        return (
            connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
            and connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            and connection.execute("SELECT count(*) FROM task_row").fetchone() == (0,)
        )
    finally:
        connection.close()


def moments(rounds: int) -> list[float]:
    """Times spread over what a migration takes here."""
    chance = random.Random(rounds)
    return [chance.uniform(0.15, 0.75) for _ in range(rounds)]


@pytest.mark.parametrize("rounds", [6, pytest.param(100, marks=pytest.mark.torture)])
def test_a_killed_first_migration_leaves_none_or_a_whole_database(tmp_path: Path, rounds: int) -> None:
    database = tmp_path / "store.db"
    for after in moments(rounds):
        interrupted(database, after)
        if database.exists():
            assert whole(database)
            database.unlink()
    connect(database).close()
    assert whole(database)


@pytest.mark.parametrize("rounds", [4, pytest.param(50, marks=pytest.mark.torture)])
def test_a_killed_upgrade_is_taken_up_again(blank_database: Path, tmp_path: Path, rounds: int) -> None:
    old = copy_database(blank_database, tmp_path / "old.db")
    connection = sqlite3.connect(old)
    tables = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND sql IS NOT NULL"
    for kind, name in connection.execute(tables).fetchall():
        found = ("task_words", "update_words")
        if kind == "view" or name in found or (kind == "table" and not name.startswith(found)):
            connection.execute(f'DROP {kind} IF EXISTS "{name}"')
    connection.executescript("PRAGMA user_version = 0; CREATE TABLE precious(words); INSERT INTO precious VALUES (42);")
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    connection.close()
    database = tmp_path / "store.db"
    for after in moments(rounds):
        shutil.copyfile(old, database)
        interrupted(database, after)
        opened = connect(database)
        assert opened.execute("SELECT words FROM precious").fetchall() == [(42,)]
        opened.close()
        assert whole(database)


def test_a_migration_without_room_says_so(tmp_path: Path) -> None:
    import resource

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    process = child("-P", "-c", OPEN, str(tmp_path / "store.db"), preexec_fn=little_room)
    err = process.communicate(timeout=60)[1]
    last = err.strip().splitlines()[-1]
    assert "UnwritableError: The store" in last
    assert "cannot be written: " in last
    assert "sqlalche.me" not in last
    assert not (tmp_path / "store.db").exists()


def test_opening_costs_no_second_migration(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a child was started")

    monkeypatch.setattr(subprocess, "run", never)
    Store.open(database, SystemClock()).close()


def test_a_synced_folder_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "Dropbox" / "store.db"
    with pytest.raises(RefusedError, match="Dropbox") as caught:
        connect(database)
    assert caught.value.exit_code is Exit.REFUSED
    assert not database.parent.exists()


def test_a_store_that_was_moved_to_a_synced_folder_is_refused(blank_database: Path, tmp_path: Path) -> None:
    database = copy_database(blank_database, tmp_path / "OneDrive - Oak Street" / "store.db")
    link = tmp_path / "link.db"
    link.symlink_to(database)
    for path in (database, link):
        with pytest.raises(RefusedError, match="synchronises"):
            connect(path)
