"""Backups on the command line: taken, tried, put back, and what is said when one is no good."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from followthru.actions.presence import DaemonLock
from followthru.config.places import home
from followthru.store import restoring
from followthru.store.faults import unwritable
from tests.clikit import Cli
from tests.smalldisk import fill, small_disk


def folder() -> Path:
    return home().database.parent / "backups"


def titles(cli: Cli) -> list[str]:
    return [one["title"] for one in cli.json("list")]


def test_what_was_done_since_is_named_and_lost_and_kept_aside(office: Cli) -> None:
    office.ok("add", "Renew malpractice cover by 15 Jul to dana @oak-street")
    (made,) = office.json("backup")
    office.clock.advance(minutes=5)
    office.ok("add", "Order paper @oak-street")
    office.ok("promise", "1", "20 Jul", "--because", "the insurer is late")

    seen = office("restore", "--dry-run")
    assert "2 steps made since would be lost" in seen.err
    assert "Order paper" in seen.err
    assert titles(office) == ["Renew malpractice cover", "Order paper"]

    done = office("restore", "--yes")
    assert done.code == 0, done
    assert titles(office) == ["Renew malpractice cover"]
    assert office.json("show", "1")["promised_on"] == "2026-07-15"
    kept = [one for one in office.json("backup", "list") if one["file"] != made["file"]]
    assert kept[0]["file"] in done.err

    office.clock.advance(minutes=5)
    assert office("restore", Path(kept[0]["file"]).name, "--yes").code == 0
    assert titles(office) == ["Renew malpractice cover", "Order paper"]


def test_an_id_that_was_given_out_since_is_not_given_out_again(office: Cli) -> None:
    office.ok("backup")
    office.ok("add", "Written down by its number @oak-street")
    office.ok("restore", "--yes")
    assert office.json("add", "Another @oak-street")["id"] == 2


def test_nothing_is_restored_without_the_word(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    office.ok("backup")
    office.ok("add", "Two @oak-street")
    answer = office("restore", stdin="restore\n")
    assert answer.code == 4
    assert titles(office) == ["One", "Two"]


def test_a_backup_is_tried_in_a_scratch_folder(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    office.ok("add", "Two @oak-street")
    office.ok("done", "2")
    office.ok("backup")
    assert "2 tasks (1 open)" in office("backup", "verify").err
    found = office.json("backup", "verify")
    assert (found["whole"], found["open_tasks"], found["tasks"]) == (True, 1, 2)


def test_a_backup_that_changed_on_its_disk_is_not_trusted(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    path = Path(office.json("backup")[0]["file"])
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE task SET title = 'Something else'")
    for words in (("backup", "verify"), ("restore", "--yes")):
        answer = office(*words)
        assert answer.code == 1
        assert "no longer what was written" in answer.err
    assert titles(office) == ["One"]


def test_a_backup_with_a_torn_page_is_not_trusted_either(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    path = Path(office.json("backup")[0]["file"])
    path.with_suffix(".json").unlink()
    damage(path)
    answer = office("backup", "verify")
    assert answer.code == 1
    assert "cannot be read whole" in answer.err


def damage(database: Path) -> None:
    """Write nonsense over every page but the first."""
    with database.open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def test_a_damaged_store_is_moved_aside_and_the_newest_backup_put_back(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    office.ok("backup")
    damage(home().database)
    assert office("list").code == 1
    assert office("backup").code == 1, "a damaged store makes no backup"
    assert len(list(folder().glob("*.db"))) == 1

    seen = office("restore", "--dry-run")
    assert "cannot be said" in seen.err
    assert office("restore", "--yes").code == 0
    assert titles(office) == ["One"]
    assert (home().database.parent / "followthru.db.damaged-1").stat().st_size > 4096
    assert office.json("add", "Two @oak-street")["id"] > 1_000


def test_a_store_that_is_gone_comes_back(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    office.ok("backup")
    home().database.unlink()
    assert office("restore", "--yes").code == 0
    assert titles(office) == ["One"]


def test_it_is_refused_while_a_daemon_serves_the_store(office: Cli) -> None:
    office.ok("backup")
    lock = DaemonLock.take(home().database)
    try:
        answer = office("restore", "--yes")
    finally:
        lock.release()
    assert answer.code == 4
    assert "daemon stop" in answer.err


def test_there_is_none_or_none_of_that_name(office: Cli) -> None:
    assert office("restore", "--yes").code == 3
    assert office.json("backup", "list") == []
    office.ok("backup")
    assert office("backup", "verify", "20200101T000000Z").code == 3


def test_a_second_folder_gets_each_one_as_well(office: Cli, tmp_path: Path) -> None:
    second = tmp_path / "usb"
    home().config.write_text(f'[daemon]\nbackup_folder = "{second}"\n')
    assert len(office.json("backup")) == 2
    (there,) = second.glob("*.db")
    assert json.loads(there.with_suffix(".json").read_text())["rows"]["practice"] == 1
    assert there.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_said_and_nothing_is_let_go(office: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    office.ok("backup")
    home().config.write_text(f'[daemon]\nbackup_folder = "{tmp_path / "file" / "below"}"\n')
    answer = office("backup")
    assert answer.code == 1
    assert "the backups from before are kept" in answer.err
    assert list(folder().glob("*.db"))


def test_a_full_disk_of_backups_is_not_taken_for_a_damaged_store(office: Cli, tmp_path: Path) -> None:
    with small_disk(tmp_path / "usb", 1) as second:
        fill(second)
        home().config.write_text(f'[daemon]\nbackup_folder = "{second}"\n')
        answer = office("backup")
    assert answer.code == 1
    assert f"{second} has no room for a backup" in answer.err
    assert "restore" not in answer.err, "nothing is to be put back over a store that is whole"
    assert ".db was made" in answer.err
    assert len(list(folder().glob("*.db"))) == 1


def test_a_restore_that_failed_is_tried_again_from_the_same_backup(
    office: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.ok("add", "One @oak-street")
    (made,) = office.json("backup")
    office.clock.advance(minutes=5)
    office.ok("add", "Typed by mistake @oak-street")
    with monkeypatch.context() as failing:
        failing.setattr(restoring.Place, "put", refuse)
        assert office("restore", "--yes").code == 1
    before, meant = office.json("backup", "list")
    assert (before["before_restore"], meant["before_restore"]) == (True, False)
    shown = office("backup", "list").out.splitlines()
    assert ["what was there before a restore" in line for line in shown] == [True, False]

    office.clock.advance(minutes=5)
    seen = office("restore", "--yes")
    assert f"{Path(made['file']).name}, taken" in seen.err
    assert f"{Path(before['file']).name} is newer" in seen.err
    assert titles(office) == ["One"]
    assert office("backup", "verify").err.startswith(Path(made["file"]).name), "nor is it the one that is tried"


def refuse(place: restoring.Place, _: Path) -> None:
    raise unwritable(place.database, OSError(errno.ENOSPC, "No space left on device"))


def test_what_was_before_a_restore_is_taken_only_when_it_is_named(office: Cli, tmp_path: Path) -> None:
    office.ok("add", "One @oak-street")
    (made,) = office.json("backup")
    kept = Path(shutil.move(made["file"], tmp_path / "kept.db"))
    office.ok("restore", str(kept), "--yes")
    (before,) = office.json("backup", "list")
    answer = office("restore", "--yes")
    assert answer.code == 3
    assert Path(before["file"]).name in answer.err
    assert "none in" in office("doctor").out, "it does not stand for a backup of the store as it is"
    office.ok("restore", Path(before["file"]).name, "--yes")
