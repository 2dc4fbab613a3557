"""What is on the disk when the power goes: a file is forced there before it gets its name, and its name after that."""

from __future__ import annotations

import os
import stat
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
