"""What is on the disk when the power goes: a file is forced there before it gets its name, and its name after that."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from followthru import durable
from followthru.store import backups, restoring
from tests.storekit import FixedClock


class Disk:
    """Watches what is forced to the disk, and what is named before that."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._forced: dict[int, bytes] = {}
        self._unsaid: dict[int, str] = {}
        self._named_too_early: list[str] = []
        self.named: list[str] = []
        forcing, naming = os.fsync, Path.replace

        def fsync(handle: int) -> None:
            forcing(handle)
            found = os.fstat(handle)
            if stat.S_ISDIR(found.st_mode):
                self._unsaid.pop(found.st_ino, None)
            else:
                self._forced[found.st_ino] = os.pread(handle, found.st_size, 0)

        def replace(path: Path, place: Path) -> Path:
            if self._forced.get(path.stat().st_ino) != path.read_bytes():
                self._named_too_early.append(place.name)
            named = naming(path, place)
            self._unsaid[place.parent.stat().st_ino] = place.name
            self.named.append(place.name)
            return named

        patch.setattr(os, "fsync", fsync)
        patch.setattr(Path, "replace", replace)

    def wrong(self) -> list[str]:
        """Return which files have a name and not their content, and which have lost their name, once power is back."""
        return [*(f"{name} is empty" for name in self._named_too_early), *self._unsaid.values()]


class Place(NamedTuple):
    """A folder for files, and the path of a store."""

    folder: Path
    database: Path


def written(at: Place) -> str:
    durable.write(at.folder / "whole", b"words")
    return "whole"


def moved(at: Place) -> str:
    (at.folder / "ready").write_bytes(b"words")
    durable.move(at.folder / "ready", at.folder / "whole")
    return "whole"


def backed_up(at: Place) -> str:
    return backups.take(at.database, at.folder, FixedClock().now()).path.name


def exchanged(at: Place) -> str:
    ready = at.database.with_name("ready")
    ready.write_bytes(at.database.read_bytes())
    restoring.exchange(ready, at.database)
    return at.database.name


@pytest.mark.parametrize("does", [written, moved, backed_up, exchanged])
def test_what_has_its_name_is_whole_when_the_power_goes(
    does: Callable[[Place], str], database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    disk = Disk(monkeypatch)
    name = does(Place(folder, database))
    assert name in disk.named
    assert disk.wrong() == []


def refuse_folders(patch: pytest.MonkeyPatch, number: int) -> None:
    """Let the system refuse to force a folder to the disk, with this error."""
    forcing = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        forcing(handle)

    patch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("does", [written, moved])
def test_a_folder_that_cannot_be_forced_to_the_disk_is_no_fault_and_a_broken_one_is(
    does: Callable[[Place], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Place(tmp_path, tmp_path / "none.db")
    with monkeypatch.context() as patch:
        refuse_folders(patch, errno.EINVAL)
        assert (tmp_path / does(at)).read_bytes() == b"words"
    refuse_folders(monkeypatch, errno.EIO)
    with pytest.raises(OSError, match="Input/output"):
        does(at)


@pytest.mark.parametrize(("mode", "kept"), [(None, 0o600), (0o640, 0o640)])
def test_a_file_is_read_by_its_owner_and_by_others_only_if_that_is_said(
    mode: int | None, kept: int, tmp_path: Path
) -> None:
    durable.write(tmp_path / "file", b"words", **({} if mode is None else {"mode": mode}))
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == kept


def test_what_killed_writes_left_is_taken_away_by_a_later_one_and_nothing_else(tmp_path: Path) -> None:
    def half(name: str, age: float) -> Path:
        path = tmp_path / name
        path.write_bytes(b"private")
        os.utime(path, (time.time() - age, time.time() - age))
        return path

    gone = [half(".oak.ics.a_b1c2d3.part", 3_700), half(".tried.abcdefgh.part", 86_400)]
    under_way = half(".oak.ics.abcdefgh.part", 60)
    others = [
        half(name, 86_400)
        for name in (".oak.ics.holiday.part", ".elm.ics.abcdefgh.part", "oak.ics.abcdefgh.part", ".download.part")
    ]
    durable.write(tmp_path / "oak.ics", b"whole")
    durable.try_out(tmp_path, 1)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in (under_way, *others))
    assert (tmp_path / "oak.ics").read_bytes() == b"whole"


def test_a_folder_that_lets_nothing_be_taken_away_takes_files_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(os, "scandir", refuse)
    durable.write(tmp_path / "oak.ics", b"whole")
    assert (tmp_path / "oak.ics").read_bytes() == b"whole"
