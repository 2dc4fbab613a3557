"""Back a store up, try its backups, and let go of the old ones."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from followthru.actions.desk import Desk
from followthru.config.places import Home
from followthru.config.values import Daemon
from followthru.domain.retention import Retention
from followthru.errors import NotFoundError
from followthru.store import backups, restoring
from followthru.store.backups import Backup
from followthru.store.faults import StoreError
from followthru.store.store import Store
from followthru.typed_path import expanded

EVERY = timedelta(days=1)
TRIED_EVERY = timedelta(days=7)
"""How often one that is made by itself is put back in a scratch folder and read."""
_MEGABYTE = 1_000_000
_SCRATCH = "followthru-drill-"
_KILLED = timedelta(hours=1)
"""How old a scratch folder is whose drill does not run any more."""


class Drill(NamedTuple):
    """What a backup was found to hold when it was put back in a scratch folder: open tasks, all tasks, and steps."""

    backup: Backup
    open_tasks: int
    tasks: int
    steps: int


def back_up(desk: Desk) -> list[Backup]:
    """Back the store up, into the second folder as well where there is one; let go of what is no longer kept.

    Return what was made. Raises StoreError where a folder takes none; each other one has its backup then.
    """
    made, fault = _into(desk, folders(desk))
    if fault is not None:
        raise fault
    return made


def _into(desk: Desk, where: Sequence[Path]) -> tuple[list[Backup], StoreError | None]:
    """Back up into folders, and let go only where that went well; return what was made, and what the first refused."""
    made: list[Backup] = []
    faults: list[StoreError] = []
    for folder in where:
        try:
            made.append(backups.take(desk.home.database, folder, desk.ctx.store.clock.now()))
            backups.prune(folder, _rule(desk.config.daemon))
        except StoreError as fault:
            faults.append(fault)
    if not faults:
        return made, None
    first = faults[0]
    if made:
        first.safe = f"{made[0].path} was made. {first.safe}"
    return made, first


def _rule(settings: Daemon) -> Retention:
    return Retention(daily=max(settings.backups, 1), most_bytes=settings.backup_megabytes * _MEGABYTE)


def folders(desk: Desk) -> list[Path]:
    """Return where the backups of a store are: beside it, and in the second folder where one is configured."""
    return folders_of(desk.home, desk.config.daemon.backup_folder)


def folders_of(home: Home, second: Path | None) -> list[Path]:
    """Return the same for a home whose store need not open."""
    return [backups.folder_of(home.database), *([] if second is None else [second])]


def all_backups(desk: Desk) -> list[Backup]:
    """Return the backups of one folder after the other, of each those first that were taken last.

    Only within a folder it is known which is newer: the date that one names is a clock's, which may have been wrong.
    """
    return [one for folder in folders(desk) for one in backups.taken(folder)]


def due_at(desk: Desk) -> datetime | None:
    """Return when the next backup is due (aware, UTC), None where none are made by themselves."""
    if desk.config.daemon.backups == 0:
        return None
    now = desk.ctx.store.clock.now()
    return min(_due_in(folder, now) for folder in folders(desk))


def _due_in(folder: Path, now: datetime) -> datetime:
    # A clock that was set back makes backups of the future, which must keep no others from being made, or have one made
    # after the other.
    newest = next((one.at for one in backups.to_go_back_to(folder) if one.at <= now), None)
    return now if newest is None else newest + EVERY


def back_up_when_due(desk: Desk) -> datetime | None:
    """Back up where it is time; return when it is time again (aware, UTC), None where none are made by themselves.

    Raises StoreError where a folder takes none; only there it is tried again.
    """
    if desk.config.daemon.backups == 0:
        return None
    now = desk.ctx.store.clock.now()
    made, fault = _into(desk, [folder for folder in folders(desk) if _due_in(folder, now) <= now])
    for one in made[:1]:
        tried = backups.tried_at(one.path.parent)
        if tried is None or not timedelta(0) <= now - tried < TRIED_EVERY:
            drill(desk, one)
    if fault is not None:
        raise fault
    return due_at(desk)


def chosen(folder: Path, name: str | None) -> Backup:
    """Return a backup by its file's path or name, without one the newest. Raises NotFoundError.

    What a store was before a restore is taken by its name alone.
    """
    if name is None:
        newest = next(iter(backups.to_go_back_to(folder)), None)
        if newest is not None:
            return newest
        raise _nothing_to_choose(folder)
    there = backups.taken(folder)
    named = next((one for one in there if name in (one.path.name, one.path.stem)), None)
    if named is not None:
        return named
    path = expanded(name).absolute()
    if path.is_file():
        return next((one for one in backups.taken(path.parent) if one.path == path), _unnamed(path))
    raise NotFoundError(f"There is no backup {name}.", remedy="`followthru backup list` names them.")


def _nothing_to_choose(folder: Path) -> NotFoundError:
    kept = backups.taken(folder)
    if not kept:
        return NotFoundError(f"There is no backup in {folder}.", remedy="`followthru backup` makes one.")
    return NotFoundError(
        f"In {folder} is only what the store was before a restore, no other backup.",
        remedy=f"Name it to take it: {kept[0].path.name}.",
    )


def passed_over(folder: Path, backup: Backup) -> list[Backup]:
    """Return what the store was before restores that were begun after a backup of a folder was taken."""
    return [one for one in backups.taken(folder) if one.before_restore and one.order > backup.order]


def _unnamed(path: Path) -> Backup:
    found = path.stat()
    return Backup(path, datetime.fromtimestamp(found.st_mtime, UTC), found.st_size)


def left_of_drills() -> list[Path]:
    """Return the scratch folders of drills that were killed: each holds a copy of a store."""
    before = time.time() - _KILLED.total_seconds()
    found: list[Path] = []
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        with suppress(FileNotFoundError):
            seen = folder.lstat()
            if stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.getuid() and seen.st_mtime <= before:
                found.append(folder)
    return found


def drill(desk: Desk, backup: Backup) -> Drill:
    """Put a backup back in a scratch folder and read it as every screen does. Raises StoreError where that fails."""
    for left in left_of_drills():
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH) as scratch:
        place = Path(scratch) / "followthru.db"
        restoring.prepare(backup.path, place)
        store = Store.open(place, desk.ctx.store.clock)
        try:
            found = Drill(backup, *restoring.read_through(store.read))
        finally:
            store.close()
    if backup.path.parent in folders(desk):
        # On a disk that is full, or may only be read, it is whole all the same.
        with suppress(StoreError):
            backups.note_tried(backup.path.parent, desk.ctx.store.clock.now())
    return found
