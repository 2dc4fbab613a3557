"""Bring back what still reads of a damaged store, with the rest from its journal and the newest whole backup."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from followthru.actions.presence import DaemonLock
from followthru.actions.restore import make_fit
from followthru.config.places import Home
from followthru.domain.changes import Action
from followthru.domain.clock import Clock
from followthru.errors import RefusedError
from followthru.store import backups, damage, fitness, journal, restoring
from followthru.store.backups import Backup
from followthru.store.faults import StoreError, Trouble, cannot_write
from followthru.store.place import real
from followthru.store.salvaging import Report, salvage
from followthru.store.store import Store


class Salvage(NamedTuple):
    """A whole store that lies ready beside the damaged one: the backup that was used, and what was found."""

    backup: Backup | None
    passed_over: tuple[Backup, ...]
    report: Report
    place: Path


class Salvaged(NamedTuple):
    """Where the damaged file is kept, and how many updates may have arrived."""

    aside: Path
    unsure: int


def newest_whole(folder: Path) -> tuple[Backup | None, tuple[Backup, ...]]:
    """Return the newest backup of a folder that is whole, and the newer ones that are not.

    What the store was before a restore is none of them: it would bring back what was given up then.
    """
    bad: list[Backup] = []
    for one in backups.to_go_back_to(folder):
        try:
            backups.verify(one.path)
        except StoreError:
            bad.append(one)
        else:
            return one, tuple(bad)
    return None, tuple(bad)


@contextmanager
def salvaged(home: Home, chosen: Backup | None, *, only_to_look: bool = False) -> Generator[Salvage]:
    """Make a whole store beside the damaged one; it is removed at the end unless it was put in place.

    Nobody writes to the damaged file from then on, so that nothing is saved in it after it was read; `only_to_look`
    changes nothing. Raises RefusedError while a daemon serves the store, or where nothing is damaged; StoreError. The
    damaged file is only read.
    """
    if not home.database.exists():
        raise StoreError(f"There is no store at {home.database}.", remedy="`followthru restore` makes one of a backup.")
    lock = DaemonLock.take(home.database)
    there = real(home.database)
    try:
        _refuse_what_is_whole(home.database)
        if not only_to_look:
            damage.end_writing(there, "it is being salvaged")
        one, bad = (chosen, ()) if chosen is not None else newest_whole(backups.folder_of(home.database))
        with restoring.made_ready(home.database, "salvaged", "restoring") as (place, old):
            if one is not None:
                restoring.prepare(one.path, old)
            yield Salvage(one, bad, _salvage(there, None if one is None else old, place), place)
    finally:
        lock.release()


def _salvage(damaged: Path, old: Path | None, place: Path) -> Report:
    with fitness.refusals(place):
        return salvage(damaged, old, place)


def _refuse_what_is_whole(database: Path) -> None:
    try:
        whole = restoring.is_whole(database)
    except StoreError as fault:
        if fault.trouble is not Trouble.DISK:
            raise
        whole = False
    if whole and damage.noted(database) is None:
        raise RefusedError(
            f"{database.name} is whole: every page, index and reference of it was read.",
            safe="Nothing was changed.",
            remedy="`followthru restore` puts a backup in its place.",
        )


def put_in_place(home: Home, clock: Clock, ready: Salvage) -> Salvaged:
    """Let what was salvaged take the place of the damaged file, which is moved aside; all mail is held.

    Raises StoreError; then the damaged file is where it was.
    """
    since = clock.now() if ready.backup is None else ready.backup.at
    why = f"The store was salvaged from a damaged file on {clock.now():%Y-%m-%d %H:%M} UTC."
    store = Store.open(ready.place, clock)
    try:
        with store.writing() as tx:
            journal.apply(tx, Action("salvage", _words(ready.report), ()))
        unsure = make_fit(store, None, since, why, leap=False)
    finally:
        store.close()
    try:
        aside = restoring.exchange(ready.place, home.database)
    except OSError as error:
        raise cannot_write(home.database, error) from error
    return Salvaged(aside, unsure)


def _words(report: Report) -> str:
    back = sum(report.from_journal.values()) + sum(report.from_backup.values())
    return f"Salvaged the store from a damaged file: {sum(report.read.values())} rows read, {back} brought back"
