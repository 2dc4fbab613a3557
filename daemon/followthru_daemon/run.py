"""The daemon: one process per store that syncs, drafts and sends when it is time to.

It can be killed at any instant: what it was about is in the store, and the next one settles it.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from followthru import log as logs
from followthru.actions.deliver import resume_mended
from followthru.actions.desk import Desk, open_desk, reconfigured
from followthru.actions.presence import DaemonLock, is_alive, served_by, this_process
from followthru.actions.witnesses import said, servers
from followthru.config.places import Home
from followthru.config.reading import load
from followthru.config.values import Config
from followthru.domain.clock import Clock, SystemClock
from followthru.errors import Exit, FollowthruError
from followthru.log import event
from followthru.store import daemon_starts
from followthru.store.faults import StoreError
from followthru.store.heartbeats import Heartbeat
from followthru_daemon import timekeeping, triggers, waiting
from followthru_daemon.ending import Aside, Ending, leave
from followthru_daemon.jobs import PLAYBOOKS, Job
from followthru_daemon.manager import Manager
from followthru_daemon.memory import keep_together
from followthru_daemon.reporting import BEAT_SECONDS, CLOCK, CONFIG, Reporter, mark_of
from followthru_daemon.supervise import Runner, Supervision
from followthru_daemon.timekeeping import Gap, Timekeeper
from followthru_daemon.triggers import Stamp
from followthru_daemon.turns import Turns
from followthru_daemon.witness import Ask, Witness

GRACE_SECONDS, CUT_SECONDS = 3.0, 1.0
"""How long a job may take to finish once the daemon is to stop, and then to take being cut off."""
TICK_SECONDS = 5.0

log = logging.getLogger(__name__)

BuildJobs = Callable[[Desk], Sequence[Job]]


class DaemonError(FollowthruError):
    """The daemon cannot go on as it is."""


class Daemon:
    """Everything that lives while the daemon runs.

    `build` makes the jobs of a configuration; `ends` is called with the exit code when the end begins;
    `ask` tells what time servers say it is.
    """

    def __init__(
        self,
        home: Home,
        clock: Clock,
        build: BuildJobs,
        ends: Callable[[int], None] = lambda code: None,
        ask: Ask = said,
    ) -> None:
        self._home = home
        self._clock = clock
        self._build = build
        self._ends = ends
        self._stopping = asyncio.Event()
        self._reload = asyncio.Event()
        self._runners: list[Runner] = []
        self._turns = Turns(())
        self._time = Timekeeper(timekeeping.read)
        self._witness = Witness(clock, self._time.elapsed, ask)
        self._manager = Manager()
        self._broken: FollowthruError | None = None

    def stop(self) -> None:
        """Finish what is under way and end."""
        if self._stopping.is_set():
            return
        log.info("daemon=stopping")
        self._ends(0 if self._broken is None else Exit.FAILED)
        self._manager.stopping()
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
        try:
            lock = DaemonLock.take(desk.home.database)
            try:
                desk.home.prepare()
                await self._live(desk, lock, read)
            finally:
                lock.release()
        finally:
            desk.ctx.store.close()
        if self._broken is not None:
            raise self._broken

    async def _live(self, desk: Desk, lock: DaemonLock, read: Stamp | None) -> None:
        """Serve as one generation of daemons, and write down how it ended."""
        store = desk.ctx.store
        for before in daemon_starts.latest(store.read):
            if before.ended_at is None and is_alive(before.holder):
                # The lock's file was taken away from under it.
                raise served_by(before.holder)
            if before.ended_at is None:
                event(log, "daemon.before", generation=before.generation, ended="unsaid")
        guard = Guard(desk, lock)
        guard.begin()
        try:
            await self._serve(desk, read, guard)
        finally:
            guard.end("told" if self._broken is None else "fault")

    def _break_off(self, words: str) -> None:
        """End in words and with a fault, so that the service starts the daemon again."""
        if self._broken is None:
            log.error("daemon=broken off")
            self._broken = DaemonError(f"The daemon ended: {words}.", safe="Nothing is lost.", remedy="Start it again.")
        self.stop()

    async def _serve(self, desk: Desk, read: Stamp | None, guard: Guard) -> None:
        commits = triggers.VersionWatch(desk.ctx.read, self.changed)
        listener = await triggers.listen(desk.home.run, commits.heard)
        watches = [
            asyncio.create_task(commits.forever()),
            asyncio.create_task(self._tick()),
            asyncio.create_task(triggers.watch_config(desk.home.config, read, self._stopping, self._reload.set)),
            asyncio.create_task(triggers.watch_playbooks(desk.home.playbooks, self._stopping, self._playbooks_changed)),
        ]
        for watch in watches:
            watch.add_done_callback(self._watch_ended)
        try:
            self._manager.ready()
            log.info("daemon=ready")
            await self._generations(desk, guard)
        finally:
            if listener is not None:
                listener.close()
            for watch in watches:
                watch.cancel()
            await asyncio.wait(watches, timeout=CUT_SECONDS)
            if listener is not None and guard.fault() is None:
                (desk.home.run / triggers.SOCKET).unlink(missing_ok=True)
            log.info("daemon=stopped")

    def _watch_ended(self, watch: asyncio.Task[None]) -> None:
        """A watch that fails would leave the daemon deaf."""
        if not watch.cancelled() and (fault := watch.exception()) is not None:
            log.error("watch=failed fault=%s", type(fault).__name__)
            self._break_off(f"what wakes it failed ({type(fault).__name__})")

    async def _tick(self) -> None:
        """Look every few seconds whether time went by as it should and no job hangs; only then say that all lives."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._look()
            now = asyncio.get_running_loop().time()
            self._turns.lapse(now)
            hanging = [runner.job.name for runner in self._runners if runner.hangs(now)]
            if hanging:
                self._break_off(f"{', '.join(hanging)} hung")
                return
            self._manager.alive(now)

    def _look(self) -> None:
        """Take up the thread after a gap: what was missed is done once, and calendars are looked at first."""
        gap = self._time.look()
        if gap is None:
            return
        event(log, "time.gap", logging.WARNING, **{what: round(seconds) for what, seconds in gap._asdict().items()})
        self._turns.begin(asyncio.get_running_loop().time())
        for runner in self._runners:
            # A clock that is set ends no rest; time that really went by does.
            if _went_by(gap) or not runner.failing:
                runner.wake()

    async def _generations(self, desk: Desk, guard: Guard) -> None:
        """Run the jobs of one configuration until it changes or the daemon stops."""
        report = Reporter(desk.ctx.store, self._clock, self._manager)
        while not self._stopping.is_set():
            self._reload.clear()
            ending = asyncio.Event()
            jobs = [self._beat_job(guard), *self._build(desk)]
            self._runners = self._begin(desk, report, jobs)
            running = [asyncio.create_task(runner.forever(ending)) for runner in self._runners]
            for one in running:
                one.add_done_callback(partial(self._runner_ended, ending))
            desk = await self._next_configuration(desk, report)
            ending.set()
            await _end(running)

    def _runner_ended(self, ending: asyncio.Event, runner: asyncio.Task[None]) -> None:
        """A runner that ends although nothing does would leave its job undone, and nobody would hear of it."""
        if not ending.is_set() and not self._stopping.is_set():
            fault = asyncio.CancelledError() if runner.cancelled() else runner.exception()
            log.error("runner=ended fault=%s", type(fault).__name__, exc_info=fault)
            self._break_off(f"a job ended that goes on for ever ({type(fault).__name__})")

    def _begin(self, desk: Desk, report: Reporter, jobs: Sequence[Job]) -> list[Runner]:
        """Return a runner for each job, which takes up where the one before left off."""
        report.mark = mark_of(desk.config)
        known: dict[str, Heartbeat] = {}
        # A store that cannot be looked at now must not end the daemon: the jobs begin as if they were new.
        with suppress(FollowthruError):
            known = report.known()
            report.forget_others(jobs)
        self._turns = Turns([job.name for job in jobs if job.looks])
        self._turns.begin(asyncio.get_running_loop().time())
        self._witness.serve(servers(desk.config))
        doubt, of_clock = self._witness.doubt, partial(report.of, CLOCK)
        shared = Supervision(self._clock, report, self._time, self._turns, self._look, doubt, of_clock)
        return [
            Runner(
                job,
                shared,
                failures=known[job.name].failures if job.name in known else 0,
                resting=report.left_to_rest(known.get(job.name)),
            )
            for job in jobs
        ]

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
                self._say(report, f"{error.sentences()} The one from before is still used.")
                continue
            self._say(report, None)
            if self._home.with_store(config).database != desk.home.database:
                log.warning("config=other store")
                self._break_off("its configuration names another store by now")
                return desk
            if config != desk.config:
                # Where the store takes no change now, what waits for the PM goes on waiting.
                with suppress(StoreError):
                    resume_mended(desk.ctx, desk.config.mail, config.mail)
                return reconfigured(desk, config)

    @staticmethod
    def _say(report: Reporter, words: str | None) -> None:
        """Report what is amiss with the configuration; a store that takes no report now must not end the daemon."""
        with suppress(FollowthruError):
            report.of(CONFIG, words)

    def _beat_job(self, guard: Guard) -> Job:
        async def beat() -> None:
            guard.begin()
            if (fault := guard.fault()) is not None:
                self._break_off(fault)

        return Job("daemon", beat, BEAT_SECONDS, on_change=False)


class Guard:
    """Whether this daemon is still the one of its store."""

    def __init__(self, desk: Desk, lock: DaemonLock) -> None:
        self._store = desk.ctx.store
        self._database = desk.home.database
        self._file = _inode(self._database)
        self._lock = lock
        self._generation: int | None = None

    def begin(self) -> None:
        """Write down that this daemon serves, unless it stands there; a full disk is asked again later."""
        if self._generation is None:
            with suppress(StoreError):
                self._generation = daemon_starts.begin(self._store, this_process())
                event(log, "daemon.start", generation=self._generation)

    def end(self, how: str) -> None:
        """Write down how this daemon ended, if the store is still its own."""
        if self._generation is not None and self.fault() is None:
            with suppress(StoreError):
                daemon_starts.end(self._store, self._generation, how)

    def fault(self) -> str | None:
        """Return why it must not go on, None if it may."""
        file = _inode(self._database)
        if file is None:
            return None  # its disk was taken away; it is waited for
        if file != self._file:
            return "its store was replaced by another file"
        if not self._lock.stands:
            return "the file that keeps a second daemon out was removed"
        with suppress(StoreError):
            newest = daemon_starts.latest(self._store.read)
            if newest and newest[0].generation > (self._generation or newest[0].generation):
                return "a later daemon serves this store"
        return None


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _went_by(gap: Gap) -> bool:
    return gap.slept > timekeeping.NOTED or gap.stood > 0


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


def main(home: Home, *, to_stderr: bool = True, service: bool = False) -> int:
    """Run the daemon of a home until a signal ends it; return the exit code. Raises FollowthruError.

    As a `service` it waits for settings that can be read.
    """
    from followthru_daemon.build import build_jobs

    keep_together()
    ending, aside = Ending(), Aside()
    known = None if service else waiting.settings(home)
    home.prepare()
    _keep_log(home, "info" if known is None else known.config.daemon.log_level, to_stderr=to_stderr)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(aside)
        used = known
        if used is None:
            stopping = asyncio.Event()
            ending.tell(loop, stopping.set)
            used = await waiting.settings_once_right(home, Manager(), stopping)
            if used is None:
                return
            _keep_log(home, used.config.daemon.log_level, to_stderr=to_stderr)
        daemon = Daemon(home, SystemClock(), build_jobs, ending.begin)
        ending.tell(loop, daemon.stop)
        await daemon.run(used.config, used.read)

    asyncio.run(serve())
    if aside.busy:
        log.warning("daemon=cut off")
        leave(0)
    return 0


def _keep_log(home: Home, level: str, *, to_stderr: bool) -> None:
    """Log from now on. Where no file takes it nothing is logged, and everything else is done all the same."""
    try:
        logs.configure(home, level, to_stderr=to_stderr, surface="daemon")
    except OSError as error:
        # Python's own last resort would print faults with all their words.
        logging.getLogger().addHandler(logging.NullHandler())
        sys.stderr.write(f"No log is kept, since {error.filename} cannot be written: {error.strerror}.\n")
