"""Put a backup back in the place of the store: what that loses is shown before, and nothing is sent by it.

A restored store has forgotten what it did since. So all mail is held, what was unfinished may have arrived, the first
update to everybody is read by the PM again, and every calendar is listed anew.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from followthru.actions.mail_hold import hold_unsure
from followthru.actions.presence import DaemonLock
from followthru.config.places import Home
from followthru.domain.clock import Clock
from followthru.store import backups, calendar_books, mail_state, outbox, restoring
from followthru.store.backups import Backup
from followthru.store.faults import StoreError
from followthru.store.restoring import Loss
from followthru.store.store import Reader, Store, Writer

NAMED = 10
"""How many of the steps that would be lost are named."""


class Preview(NamedTuple):
    """What a backup holds (tasks and steps), what is lost with it, and why the store cannot say.

    `loss` is None where the store cannot be read; `fault` then says why, and is None where there never was one.
    """

    backup: Backup
    tasks: int
    steps: int
    loss: Loss | None
    fault: str | None


class Restored(NamedTuple):
    """What was put back, where what was there before is kept, and the updates that may have arrived."""

    backup: Backup
    before: Path | None
    unsure: int


def preview(home: Home, clock: Clock, backup: Backup) -> Preview:
    """Return what putting a backup back would change. Nothing is changed. Raises StoreError."""
    with _made_ready(home, clock, backup) as copy, _present(home, clock) as (store, fault):
        _, tasks, steps = restoring.read_through(copy.read)
        lost = None if store is None else restoring.loss(store.read, copy.read, NAMED)
        return Preview(backup, tasks, steps, lost, fault)


def restore(home: Home, clock: Clock, backup: Backup) -> Restored:
    """Put a backup in the place of the store, which is backed up before where it can be read.

    No step is saved between that backup and the exchange: whoever wants to save one waits.

    Raises RefusedError while a daemon serves the store, StoreError; then the store is as it was.
    """
    lock = DaemonLock.take(home.database)
    try:
        # The store is opened first: one of an older version is upgraded by that.
        with (
            _made_ready(home, clock, backup) as copy,
            _present(home, clock) as (store, _),
            restoring.held_still(home.database) as place,
        ):
            before = None if place.holding is None else _keep(home, clock)
            why = f"The store was put back from a backup of {backup.at:%Y-%m-%d %H:%M} UTC."
            unsure = make_fit(copy, None if store is None else store.read, backup.at, why)
            copy.close()
            place.put(copy.database)
        return Restored(backup, before, unsure)
    finally:
        lock.release()


def _keep(home: Home, clock: Clock) -> Path:
    """Back up the store as it is."""
    return backups.take(home.database, backups.folder_of(home.database), clock.now(), before_restore=True).path


def make_fit(copy: Store, store: Reader | None, taken_at: datetime, why: str, *, leap: bool = True) -> int:
    """Make a copy fit to go on: nothing of it goes out by itself. Return how many updates may have arrived.

    `store` is the one whose place it takes, where that can be read; without it ids are passed over, unless `leap` is
    false because the copy knows which were given out.
    """
    with copy.writing() as tx:
        hold_unsure(tx, why)
        mail_state.note_restored(tx, taken_at.isoformat())
        if store is not None:
            mail_state.count_handed_over(tx, max(mail_state.handed_over(store), mail_state.handed_over(tx)))
        if store is not None or leap:
            restoring.pass_over(tx, store)
        restoring.forget_the_present(tx)
        _list_anew(tx)
        return outbox.count_unsure(tx)


def _list_anew(tx: Writer) -> None:
    for book in calendar_books.books(tx):
        calendar_books.list_anew(tx, book.calendar)


@contextmanager
def _made_ready(home: Home, clock: Clock, backup: Backup) -> Generator[Store]:
    """Open a copy of the backup that lies beside the store, so that it can be moved there; removed at the end."""
    with restoring.made_ready(home.database, "restoring") as (place,):
        restoring.prepare(backup.path, place)
        with closing(Store.open(place, clock)) as copy:
            yield copy


@contextmanager
def _present(home: Home, clock: Clock) -> Generator[tuple[Store | None, str | None]]:
    """Open the store as it is, or give the words for why that cannot be; no words where there never was one."""
    if not home.database.exists():
        was_one = bool(backups.taken(backups.folder_of(home.database)))
        yield None, f"There is no store at {home.database} any more." if was_one else None
        return
    try:
        store = Store.open(home.database, clock)
        whole = restoring.is_whole(home.database)
    except StoreError as fault:
        yield None, fault.message
        return
    try:
        yield (store, None) if whole else (None, f"The store {home.database} is damaged.")
    finally:
        store.close()
