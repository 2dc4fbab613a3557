"""The daemon: one process per store that syncs, drafts and sends when it is time to.

It can be killed at any instant: what it was about is in the store, and the next one settles it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from followthru.actions.deliver import resume_mended
from followthru.actions.desk import Desk, open_desk, reconfigured
from followthru.actions.presence import DaemonLock
from followthru.config.places import Home
from followthru.config.reading import load
from followthru.config.values import Config
from followthru.domain.clock import Clock, SystemClock
from followthru.errors import Exit, FollowthruError
from followthru.store import heartbeats
from followthru_daemon import triggers
from followthru_daemon.ending import Aside, Ending, leave
from followthru_daemon.jobs import PLAYBOOKS, Job
from followthru_daemon.supervise import Runner
from followthru_daemon.triggers import Stamp

BEAT_SECONDS = 60.0
GRACE_SECONDS, CUT_SECONDS = 3.0, 1.0
"""How long a job may take to finish once the daemon is to stop, and then to take being cut off."""

log = logging.getLogger(__name__)

BuildJobs = Callable[[Desk], Sequence[Job]]


class Reporter:
    """Writes heartbeats: at once when a job's state changes, otherwise once a minute.

    Each heartbeat is a commit that wakes every screen, so a good run after a good run is not worth one.
    """

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._store = desk.ctx.store
        self._clock = clock
        self._last: dict[str, tuple[str | None, datetime]] = {}

    def __call__(self, name: str, fault: str | None) -> None:
        """Note how a job's run ended."""
        now = self._clock.now()
        known = self._last.get(name)
        if known and known[0] == fault and timedelta(0) <= now - known[1] < timedelta(seconds=BEAT_SECONDS):
            return
        heartbeats.beat(self._store, name, fault=fault)
        self._last[name] = (fault, now)


class DaemonError(FollowthruError):
    """The daemon cannot go on as it is."""


class Daemon:
    """Everything that lives while the daemon runs.

    `build` makes the jobs of a configuration; `ends` is called with the exit code when the end begins.
    """

    def __init__(
        self, home: Home, clock: Clock, build: BuildJobs, ends: Callable[[int], None] = lambda code: None
    ) -> None:
        self._home = home
        self._clock = clock
        self._build = build
        self._ends = ends
        self._stopping = asyncio.Event()
        self._reload = asyncio.Event()
        self._runners: list[Runner] = []
        self._heard_of_fault = False
        self._broken: FollowthruError | None = None

    def stop(self) -> None:
        """Finish what is under way and end."""
        if self._stopping.is_set():
            return
        log.info("daemon=stopping")
        self._ends(0 if self._broken is None else Exit.FAILED)
        self._stopping.set()
        self._reload.set()

    def changed(self) -> None:
        """Wake the jobs that depend on the store."""
        for runner in self._runners:
            if runner.job.on_change:
                runner.wake()

    def _playbooks_changed(self) -> None:
        """Have the user's own playbooks read again."""
        for runner in self._runners:
            if runner.job.name == PLAYBOOKS:
                runner.wake()

    async def run(self, config: Config, read: Stamp | None) -> None:
        """Serve until stopped, with the configuration that was read when the file had this stamp.

        Raises RefusedError when another daemon serves this store, StoreError, and DaemonError when it cannot go on
        and has to be started again.
        """
        desk = open_desk(self._home, config, self._clock)
        lock = DaemonLock.take(desk.home.database)
        try:
            desk.home.prepare()
            await self._serve(desk, read)
        finally:
            desk.ctx.store.close()
            lock.release()
        if self._broken is not None:
            raise self._broken

    def _break_off(self, words: str) -> None:
        """End in words and with a fault, so that the service starts the daemon again."""
        self._broken = DaemonError(f"The daemon ended: {words}.", safe="Nothing is lost.", remedy="Start it again.")
        self.stop()

    async def _serve(self, desk: Desk, read: Stamp | None) -> None:
        commits = triggers.VersionWatch(desk.ctx.read, self.changed)
        listener = await triggers.listen(desk.home.run, commits.heard)
        watches = [
            asyncio.create_task(commits.forever()),
            asyncio.create_task(triggers.watch_config(desk.home.config, read, self._stopping, self._reload.set)),
            asyncio.create_task(triggers.watch_playbooks(desk.home.playbooks, self._stopping, self._playbooks_changed)),
        ]
        for watch in watches:
            watch.add_done_callback(self._watch_ended)
        try:
            _tell_service_manager("READY=1")
            log.info("daemon=ready")
            await self._generations(desk)
        finally:
            if listener is not None:
                listener.close()
            for watch in watches:
                watch.cancel()
            await asyncio.wait(watches, timeout=CUT_SECONDS)
            (desk.home.run / triggers.SOCKET).unlink(missing_ok=True)
            log.info("daemon=stopped")

    def _watch_ended(self, watch: asyncio.Task[None]) -> None:
        """A watch that fails would leave the daemon deaf."""
        if not watch.cancelled() and (fault := watch.exception()) is not None:
            log.error("watch=failed fault=%s", type(fault).__name__)
            self._break_off(f"what wakes it failed ({type(fault).__name__})")

    async def _generations(self, desk: Desk) -> None:
        """Run the jobs of one configuration until it changes or the daemon stops."""
        report = Reporter(desk, self._clock)
        while not self._stopping.is_set():
            self._reload.clear()
            ending = asyncio.Event()
            jobs = [self._beat_job(), *self._build(desk)]
            self._forget_others(desk, jobs)
            self._runners = [Runner(job, self._clock, report) for job in jobs]
            running = [asyncio.create_task(runner.forever(ending)) for runner in self._runners]
            desk = await self._next_configuration(desk, report)
            ending.set()
            await _end(running)

    async def _next_configuration(self, desk: Desk, report: Reporter) -> Desk:
        """Wait for a configuration that can be used; a bad one is said and the running one kept."""
        while True:
            await self._reload.wait()
            self._reload.clear()
            if self._stopping.is_set():
                return desk
            try:
                config = load(desk.home.config)
            except FollowthruError as error:
                log.warning("config=refused")
                report("config", f"{error.sentences()} The one from before is still used.")
                self._heard_of_fault = True
                continue
            if self._heard_of_fault:
                report("config", None)
                self._heard_of_fault = False
            if self._home.with_store(config).database != desk.home.database:
                log.warning("config=other store")
                self._break_off("its configuration names another store by now")
                return desk
            if config != desk.config:
                resume_mended(desk.ctx, desk.config.mail, config.mail)
                return reconfigured(desk, config)

    def _beat_job(self) -> Job:
        async def beat() -> None:
            _tell_service_manager("WATCHDOG=1")

        return Job("daemon", beat, BEAT_SECONDS, on_change=False)

    def _forget_others(self, desk: Desk, jobs: Sequence[Job]) -> None:
        known = {one.name for one in heartbeats.all_heartbeats(desk.ctx.read)}
        gone = known - {job.name for job in jobs} - {"config"}
        if gone:
            heartbeats.forget(desk.ctx.store, gone)


async def _end(running: Sequence[asyncio.Task[None]]) -> None:
    """Let what is under way finish, but not wait for ever on a server that never answers.

    What is cut off is in the store as it stood, like after a kill: settled at the next start.
    """
    done, late = await asyncio.wait(running, timeout=GRACE_SECONDS)
    for task in late:
        log.warning("job=cut off")
        task.cancel()
    if late:
        cut, _ = await asyncio.wait(late, timeout=CUT_SECONDS)
        done |= cut
    for task in done:
        if not task.cancelled() and (fault := task.exception()) is not None:
            raise fault


def _tell_service_manager(state: str) -> None:
    """Tell systemd how the daemon stands, where it was systemd who started it."""
    import os

    if "NOTIFY_SOCKET" in os.environ:
        import sdnotify

        sdnotify.SystemdNotifier().notify(state)  # pyright: ignore[reportUnknownMemberType] -- it has no types


def main(home: Home, *, to_stderr: bool = True) -> int:
    """Run the daemon of a home until a signal ends it; return the exit code. Raises FollowthruError."""
    from followthru import log as logs
    from followthru_daemon.build import build_jobs

    ending, aside = Ending(), Aside()
    read = triggers.stamp(home.config)
    config = load(home.config)
    home.prepare()
    logs.configure(home, config.daemon.log_level, to_stderr=to_stderr, surface="daemon")

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(aside)
        daemon = Daemon(home, SystemClock(), build_jobs, ending.begin)
        ending.tell(loop, daemon.stop)
        await daemon.run(config, read)

    asyncio.run(serve())
    if aside.busy:
        log.warning("daemon=cut off")
        leave(0)
    return 0
