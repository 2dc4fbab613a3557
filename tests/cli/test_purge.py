"""`practice purge`: what goes is said, the name is typed, a package comes first, backups are told of."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from followthru.config.places import home
from followthru.store import purging
from followthru.store.store import Store
from tests.clikit import Cli


@pytest.fixture
def leaving(office: Cli) -> Cli:
    """Two practices; oak-street is about to leave."""
    office.ok("practice", "add", "river", "--timezone", "UTC")
    office.ok("person", "add", "Ria Vale", "ria@river.example", "--practice", "river", "--role", "owner")
    office.ok("add", "Renew zqcanary by 15 Jul to dana @oak-street")
    office.ok("edit", "1", "notes=zqcanary is private")
    office.ok("add", "Order paper by 15 Jul to ria @river")
    return office


def test_what_goes_is_said_and_nothing_goes_by_looking(leaving: Cli) -> None:
    leaving.ok("backup")
    before = home().database.read_bytes()
    answer = leaving("practice", "purge", "oak-street", "--dry-run")
    assert answer.code == 0
    assert "goes for good: 1 task, 2 people, 1 telling" in answer.err
    assert "Still held by 1 backup or older copy" in answer.err
    assert "Files kept as evidence" in answer.err
    assert home().database.read_bytes() == before


def test_without_the_name_or_the_word_about_a_package_nothing_goes(leaving: Cli) -> None:
    for words, code in (((), 2), (("--no-package", "--package", "x.zip"), 2), (("--no-package",), 4)):
        answer = leaving("practice", "purge", "oak-street", *words, stdin="oak-street\n")
        assert answer.code == code, answer
        assert "Nothing was changed." in answer.err
    assert len(leaving.json("list")) == 2


def test_everything_goes_after_a_package_of_it(leaving: Cli, tmp_path: Path) -> None:
    leaving.ok("backup")
    place = tmp_path / "oak.zip"
    answer = leaving("practice", "purge", "oak-street", "--package", str(place), "--yes")
    assert answer.code == 0, answer
    assert "Still held by 1 backup" in answer.err
    with zipfile.ZipFile(place) as archive:
        lines = archive.read("oak/followthru.jsonl").decode()
    assert "zqcanary is private" in lines
    assert [one["title"] for one in leaving.json("list")] == ["Order paper"]
    assert leaving("practice", "show", "oak-street").code == 3
    assert leaving("search", "zqcanary").out == ""
    assert b"zqcanary" not in home().database.read_bytes()
    assert "purge" in leaving.ok("history")
    undone = leaving("undo")
    assert undone.code == 4
    assert "nowhere any more" in undone.err
    assert any(b"zqcanary" in path.read_bytes() for path in (home().database.parent / "backups").glob("*.db"))


def test_backups_go_too_where_that_is_wanted(leaving: Cli) -> None:
    leaving.ok("backup")
    leaving.clock.advance(minutes=5)
    done = leaving.json("practice", "purge", "oak-street", "--no-package", "--backups", "--yes")
    assert done["goes"]["task"] == 1
    assert len(done["removed_backups"]) == 1
    folder = home().database.parent
    for path in folder.rglob("*"):
        assert not path.is_file() or b"zqcanary" not in path.read_bytes(), path
    assert len(leaving.json("backup", "list")) == 1
    assert leaving("backup", "verify").code == 0


def test_what_cannot_be_cleared_away_afterwards_is_said_and_the_rest_is_done(
    leaving: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving.ok("backup")
    leaving.clock.advance(minutes=5)
    sweep = purging.sweep

    def while_somebody_reads(purged: Store) -> None:
        with closing(sqlite3.connect(purged.database, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM task").fetchone()
            purged.read.rows("PRAGMA busy_timeout=20")
            sweep(purged)

    monkeypatch.setattr(purging, "sweep", while_somebody_reads)
    done = leaving.json("practice", "purge", "oak-street", "--no-package", "--backups", "--yes")
    assert "could not be written anew" in done["notes"][0]
    assert len(done["removed_backups"]) == 1
    assert b"zqcanary" not in home().database.read_bytes()
