"""A world on real servers whose syncs are processes of their own: forked, ready to work at once, killed at will."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from followthru.actions.desk import Desk
from followthru.actions.sync import CalendarReport, sync_account
from followthru.calendars.errors import LossGuardError
from tests.storekit import FixedClock, add_practice, copy_database
from tests.torture.boundaries import Boundaries, Target
from tests.torture.forks import ended, forked
from tests.torture.phones import Phone
from tests.torture.shelf import CANARY
from tests.torture.stage import CALENDARS, WatchedStore, configuration, desk_over
from tests.torture.world import World

ENOUGH = 8
"""Syncs in peace within which everything comes to rest."""
NOWHERE = Target(None)
ANY_MOMENT = "any moment"


class Place:
    """One store in a folder and its calendars on a server. The store is open in this process only between forks."""

    def __init__(
        self, blank: Path, folder: Path, phones: Mapping[str, Phone], origin: str, *, todos: bool = False
    ) -> None:
        self.clock = FixedClock()
        self.phones = phones
        urls = {name: origin.rstrip("/") + phone.path for name, phone in phones.items()}
        self._home, self._config = configuration(folder, urls, todos=todos)
        copy_database(blank, self._home.database)
        self.desk = self._opened()
        self.world = World(self.desk.ctx, phones)
        add_practice(self.desk.ctx)

    @property
    def database(self) -> Path:
        """Where the store is."""
        return self._home.database

    def close(self) -> None:
        """Close the store."""
        self.desk.ctx.store.close()

    def reopen(self) -> None:
        """Open the store as a new process would."""
        self.close()
        self.desk = self._opened()
        self.world.ctx = self.desk.ctx

    def _opened(self) -> Desk:
        return desk_over(WatchedStore.open(self._home.database, self.clock), self._home, self._config)

    def forked(self, work: Callable[[Desk, Callable[[str], object]], object]) -> tuple[int, int]:
        """Let a process of its own work on the store; return its id and where what it tells is read.

        This process's store is closed meanwhile: call `ended`.
        """
        self.close()
        return forked(lambda tell: work(self._opened(), tell))

    def ended(self, pid: int, reading: int) -> tuple[int | None, list[str]]:
        """Wait for a process; return its exit code, None if it was killed, and what it told. Open the store again."""
        how = ended(pid, reading)
        self.reopen()
        for phone in self.phones.values():
            phone.refresh()
        return how

    def killed(self, target: Target, *, after: float | None = None) -> tuple[str | None, list[str]]:
        """Sync in a process that dies at the target, or after so many seconds.

        Return where it died, None if it got through, and the kinds of all boundaries that were passed by one that did.
        """
        pid, reading = self.forked(lambda desk, tell: _sync(desk, tell, target))
        if after is not None:
            time.sleep(after)
            os.kill(pid, signal.SIGKILL)
        code, lines = self.ended(pid, reading)
        if code is None:
            return (lines[-1] if lines else ANY_MOMENT) if after is None else ANY_MOMENT, []
        assert code == 0, f"a sync ended with {code}"
        return None, lines

    def sync(self) -> list[CalendarReport]:
        """Sync in this process."""
        reports = asyncio.run(sync_account(self.desk, self.desk.config.accounts[0], asked=True))
        for phone in self.phones.values():
            phone.refresh()
        return reports

    def settle(self, *, days: int = 0) -> int:
        """Sync in peace until nothing happens any more, so many days later; return how many syncs that took."""
        self.world.pass_time(lambda: self.clock.advance(days=days, minutes=15))
        for count in range(1, ENOUGH + 1):
            if self._is_quiet(self.sync()):
                return count
        raise AssertionError("it never comes to rest")

    def faults(self) -> list[str]:
        """Return all that is wrong at rest."""
        found = self.world.faults()
        if CANARY.encode() in self.database.read_bytes():
            found.append("somebody else's words are in the database")
        return found

    def _is_quiet(self, reports: list[CalendarReport]) -> bool:
        quiet = self.world.was_quiet(reports) and len(reports) == len(CALENDARS)
        self.world.judge()
        return quiet


def _sync(desk: Desk, tell: Callable[[str], object], target: Target) -> None:
    """Sync, dying at the target; tell each kind of boundary passed, if there is no target to die at."""
    boundaries = Boundaries(target, tell)
    boundaries.watch()
    store = desk.ctx.store
    assert isinstance(store, WatchedStore)
    store.watch = boundaries.commit
    for one in asyncio.run(sync_account(desk, desk.config.accounts[0], asked=True)):
        if one.fault is not None and not isinstance(one.fault, LossGuardError):
            raise one.fault
    for kind in boundaries.passed:
        tell(kind)
