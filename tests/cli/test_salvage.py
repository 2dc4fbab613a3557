"""`restore --salvage`: what reads of a damaged store is back, mail is held, the damaged file is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from followthru.actions import salvaging
from followthru.config.places import home
from tests.cli.test_backups import damage
from tests.clikit import Cli


def titles(cli: Cli) -> list[str]:
    return [one["title"] for one in cli.json("list")]


def spoil(table: str) -> bytes:
    """Overwrite a table's first page; return what the file is then."""
    database = home().database
    with closing(sqlite3.connect(database)) as connection:
        page = int(connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    return database.read_bytes()


def test_a_damaged_store_is_salvaged_with_its_newest_steps(office: Cli) -> None:
    office.ok("add", "Before the backup @oak-street")
    office.ok("backup")
    office.ok("add", "After the backup by 15 Jul to dana @oak-street")
    damaged = spoil("task")
    answer = office("list")
    assert answer.code == 1
    assert "followthru restore --salvage" in answer.err
    seen = office("restore", "--salvage", "--dry-run")
    assert seen.code == 0
    assert "Brought back from its history: task 2" in seen.err
    assert "Nothing is missing." in seen.err
    assert home().database.read_bytes() == damaged

    done = office("restore", "--salvage", "--yes")
    assert done.code == 0, done
    aside = home().database.parent / "followthru.db.damaged-1"
    assert str(aside) in done.err
    assert aside.read_bytes() == damaged
    assert titles(office) == ["After the backup", "Before the backup"]
    assert "salvaged" in office.ok("update", "list") or "held" in office("doctor").out
    assert office.json("history")[0]["verb"] == "salvage"
    assert office.json("add", "Another @oak-street")["id"] == 3
    assert not list(home().database.parent.glob("*.salvaged*"))


def test_nothing_is_saved_in_a_damaged_file_after_it_was_read(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    with closing(sqlite3.connect(home().database)) as connection:
        # No page is amiss, and every screen goes on.
        connection.execute("UPDATE role SET person_id = 999 WHERE id = 1")
        connection.commit()
    office.ok("restore", "--salvage", "--dry-run")
    office.ok("add", "Two @oak-street")
    with salvaging.salvaged(home(), None) as ready:
        meanwhile = office("add", "Three @oak-street")
        assert meanwhile.code == 1, "it would be gone with the file"
        assert "being salvaged" in meanwhile.err
        salvaging.put_in_place(home(), office.clock, ready)
    assert titles(office) == ["One", "Two"]
    office.ok("add", "Three @oak-street")


def test_a_store_that_is_whole_is_not_salvaged(office: Cli) -> None:
    answer = office("restore", "--salvage", "--yes")
    assert answer.code == 4
    assert "is whole" in answer.err


def test_nothing_is_salvaged_without_the_word(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    damaged = spoil("task")
    answer = office("restore", "--salvage", stdin="salvage\n")
    assert answer.code == 4
    assert home().database.read_bytes() == damaged


def test_where_nothing_reads_a_backup_is_named_as_the_way_out(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    damage(home().database)
    answer = office("restore", "--salvage", "--yes")
    assert answer.code == 1
    assert "`followthru restore` puts a backup in its place" in answer.err


def test_no_empty_store_is_made_where_there_was_one(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    office.ok("backup")
    for content in (None, b""):
        home().database.unlink()
        if content is not None:
            Path(home().database).write_bytes(content)
        answer = office("list")
        assert answer.code == 1
        assert "there was one" in answer.err
        assert "followthru restore" in answer.err
        office.ok("restore", "--yes")
        assert titles(office) == ["One"]
