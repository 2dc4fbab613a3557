"""What the daemon writes down of its jobs, for every screen to show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from followthru.config.values import Config
from followthru.domain.clock import Clock
from followthru.domain.saying import count_words
from followthru.store import heartbeats
from followthru.store.heartbeats import Heartbeat
from followthru.store.store import Store
from followthru_daemon.jobs import Job
from followthru_daemon.manager import Manager
from followthru_daemon.supervise import LONGEST_LASTING, Ended

BEAT_SECONDS = 60.0
CONFIG, CLOCK = "config", "clock"
"""What may be in trouble and is no job."""


class Reporter:
    """Writes heartbeats: at once when a job's state changes, otherwise once a minute.

    Each heartbeat is a commit that wakes every screen, so a good run after a good run is not worth one.
    """

    def __init__(self, store: Store, clock: Clock, manager: Manager) -> None:
        self._store = store
        self._clock = clock
        self._manager = manager
        self._last: dict[str, tuple[str | None, datetime]] = {}
        self._faults: dict[str, str] = {}
        self.mark: str = ""

    def __call__(self, ended: Ended) -> None:
        """Note how a job's run ended. Raises StoreError."""
        self._tell_manager(ended)
        now = self._clock.now()
        known = self._last.get(ended.name)
        if known and known[0] == ended.fault and timedelta(0) <= now - known[1] < timedelta(seconds=BEAT_SECONDS):
            return
        next_at = None if ended.next_at is None else _text(ended.next_at)
        mark = self.mark if ended.lasting else None
        heartbeats.beat(self._store, ended.name, fault=ended.fault, failures=ended.failures, next_at=next_at, mark=mark)
        self._last[ended.name] = (ended.fault, now)

    def of(self, what: str, words: str | None) -> None:
        """Note what is amiss with something that is no job, and forget it with None. Raises StoreError."""
        if words is not None:
            self(Ended(what, words))
        elif what in self.known():
            self._forget({what})
            self._tell_manager(Ended(what, None))

    def known(self) -> dict[str, Heartbeat]:
        """Return what is written down, by the name of the job."""
        return {one.name: one for one in heartbeats.all_heartbeats(self._store.read)}

    def forget_others(self, jobs: Iterable[Job]) -> None:
        """Forget the jobs that are no longer configured, and what was amiss before. Raises StoreError."""
        gone = set(self.known()) - {job.name for job in jobs}
        if gone:
            self._forget(gone)

    def _forget(self, names: set[str]) -> None:
        heartbeats.forget(self._store, names)
        for name in names:
            self._faults.pop(name, None)
            self._last.pop(name, None)

    def left_to_rest(self, known: Heartbeat | None) -> float:
        """Return for how many seconds a job rests still that failed under the daemon before; 0: it is tried at once.

        Only where that was asked for, as by a mailbox that let nobody in, and with the same configuration.
        """
        if known is None or known.next_at is None or known.mark != self.mark:
            return 0.0
        left = (datetime.fromisoformat(known.next_at) - self._clock.now()).total_seconds()
        return min(max(left, 0.0), LONGEST_LASTING)

    def _tell_manager(self, ended: Ended) -> None:
        if ended.fault is None:
            self._faults.pop(ended.name, None)
        else:
            self._faults[ended.name] = ended.fault
        names = ", ".join(sorted(self._faults))
        self._manager.status(f"{count_words(len(self._faults), 'job')} in trouble: {names}" if names else "all is well")


def mark_of(config: Config) -> str:
    """Return what tells one configuration from another; where passwords are kept is in it, none of them."""
    return sha256(repr(config).encode()).hexdigest()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
