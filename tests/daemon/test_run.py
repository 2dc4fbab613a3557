"""The daemon as a whole, in this process: what it does about a job that does not end."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from followthru.actions import tasks
from followthru.actions.backing_up import all_backups
from followthru.actions.desk import Desk, open_desk
from followthru.actions.presence import running as running_daemon
from followthru.config.places import Home, home_in
from followthru.config.reading import default
from followthru.errors import FollowthruError
from followthru.store import backups, connection, updates
from followthru_daemon import build, run, triggers
from followthru_daemon.jobs import Job, NotYetError
from followthru_daemon.run import DaemonError
from tests.smalldisk import fill, small_disk
from tests.storekit import FixedClock, add_person, add_practice, add_task, copy_database


async def test_it_ends_although_a_server_never_answers(
    tmp_path: Path, blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "GRACE_SECONDS", 0.1)
    home = home_in(tmp_path / "desk")
    copy_database(blank_database, home.database)
    home.prepare()
    waiting, cut_off = asyncio.Event(), asyncio.Event()

    async def silent() -> None:
        waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut_off.set()

    daemon = run.Daemon(home, clock, lambda _: [Job("mail", silent, 60)])
    running = asyncio.create_task(daemon.run(default(), None))
    await asyncio.wait_for(waiting.wait(), 60)
    daemon.stop()
    await asyncio.wait_for(running, 60)
    assert cut_off.is_set()


def _home(tmp_path: Path, blank_database: Path) -> Home:
    home = home_in(tmp_path / "desk")
    copy_database(blank_database, home.database)
    home.prepare()
    return home


async def test_deaf_it_ends_with_a_fault_so_that_it_is_started_again(
    tmp_path: Path, blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(*_: object) -> None:
        raise OSError("no more watches")

    monkeypatch.setattr(run.triggers.VersionWatch, "forever", deaf)
    daemon = run.Daemon(_home(tmp_path, blank_database), clock, lambda _: [])
    with pytest.raises(DaemonError, match="what wakes it failed"):
        await asyncio.wait_for(daemon.run(default(), None), 60)


async def test_it_ends_with_a_fault_where_a_job_would_never_be_done_again(
    tmp_path: Path, blank_database: Path, clock: FixedClock
) -> None:
    async def lost() -> None:
        raise asyncio.CancelledError  # as from within a library, and not because the daemon ends

    daemon = run.Daemon(_home(tmp_path, blank_database), clock, lambda _: [Job("mail", lost, 60)])
    with pytest.raises(DaemonError, match="a job ended that goes on for ever"):
        await asyncio.wait_for(daemon.run(default(), None), 60)


async def test_a_configuration_is_taken_while_another_program_holds_the_store(
    tmp_path: Path, blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PRAGMAS", ("PRAGMA busy_timeout=0", *connection.PRAGMAS[1:]))
    home = _home(tmp_path, blank_database)
    ran = {"": asyncio.Event(), "Robin": asyncio.Event()}

    def build(desk: Desk) -> list[Job]:
        desk.ctx.store._patience = 0  # pyright: ignore[reportPrivateUsage]

        async def job() -> None:
            ran[desk.config.me.name].set()

        return [Job("sync", job, 60)]

    daemon = run.Daemon(home, clock, build)
    running = asyncio.create_task(daemon.run(default(), triggers.stamp(home.config)))
    await asyncio.wait_for(ran[""].wait(), 60)
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        home.config.write_text('[me]\nname = "Robin"\n', encoding="utf-8")
        again = asyncio.create_task(ran["Robin"].wait())
        await asyncio.wait((running, again), timeout=60, return_when=asyncio.FIRST_COMPLETED)
    daemon.stop()
    await asyncio.wait_for(running, 60)
    assert again.done()


async def test_it_never_goes_on_with_a_store_that_the_configuration_has_left(
    tmp_path: Path, blank_database: Path, clock: FixedClock
) -> None:
    home = _home(tmp_path, blank_database)
    started = asyncio.Event()

    async def job() -> None:
        started.set()

    daemon = run.Daemon(home, clock, lambda _: [Job("sync", job, 60)])
    running = asyncio.create_task(daemon.run(default(), triggers.stamp(home.config)))
    await asyncio.wait_for(started.wait(), 60)
    home.config.write_text(f'[store]\npath = "{tmp_path / "elsewhere.db"}"\n', encoding="utf-8")
    with pytest.raises(DaemonError, match="another store"):
        await asyncio.wait_for(running, 60)
    assert running_daemon(home.database) is None


async def test_writing_updates_holds_nobody_up(
    tmp_path: Path, blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Updates to a hundred readers of large practices take minutes; mail, calendars and signals go on."""
    inside, go_on, loop = asyncio.Event(), Event(), asyncio.get_running_loop()

    def slow(*_: object) -> None:
        loop.call_soon_threadsafe(inside.set)
        assert go_on.wait(60), "the loop stood still"

    monkeypatch.setattr(build, "refresh_drafts", slow)
    home = _home(tmp_path, blank_database)
    desk = open_desk(home, default(), clock)
    job = next(one for one in build.build_jobs(desk) if one.name == "updates")

    async def meanwhile() -> None:
        await inside.wait()
        go_on.set()

    await asyncio.wait_for(asyncio.gather(job.run(), meanwhile()), 60)
    desk.ctx.store.close()


async def test_a_draft_that_cannot_be_written_anew_keeps_no_other_from_its_hour(
    tmp_path: Path, blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    due: list[object] = []

    def broken(*_: object) -> None:
        raise FollowthruError("Kim has no role any more.")

    monkeypatch.setattr(build, "refresh_drafts", broken)
    monkeypatch.setattr(build, "draft_due", due.append)
    desk = open_desk(_home(tmp_path, blank_database), default(), clock)
    job = next(one for one in build.build_jobs(desk) if one.name == "updates")
    with pytest.raises(FollowthruError, match="no role"):
        await job.run()
    assert len(due) == 1
    desk.ctx.store.close()


async def test_its_tick_drafts_warnings_and_no_second_one_after_a_restart(
    tmp_path: Path, blank_database: Path, clock: FixedClock
) -> None:
    home = _home(tmp_path, blank_database)
    desk = open_desk(home, default(), clock)
    add_practice(desk.ctx)
    add_person(desk.ctx)
    add_task(desk.ctx, "Renew cover by today to dana @oak-street")
    jobs = [next(job for job in build.build_jobs(desk) if job.name == "updates") for _ in range(2)]
    for job in jobs:
        await job.run()
        assert [row.kind for row in updates.listed(desk.ctx.read)] == ["warning"]
    tasks.done(desk.ctx, 1)
    await jobs[0].run()
    assert updates.listed(desk.ctx.read) == []
    desk.ctx.store.close()


async def test_a_backup_of_the_future_has_none_made_again_and_again(
    tmp_path: Path, blank_database: Path, clock: FixedClock
) -> None:
    """The clock was a day ahead when the newest backup was made, and was set right since."""
    desk = open_desk(_home(tmp_path, blank_database), default(), clock)
    job = next(one for one in build.build_jobs(desk) if one.name == "backup")
    await job.run()
    clock.advance(days=-1)
    assert await job.run() == clock.at + timedelta(days=1)
    clock.advance(hours=1)
    assert await job.run() == clock.at + timedelta(hours=23)
    assert len(all_backups(desk)) == 2
    desk.ctx.store.close()


async def test_a_second_disk_that_is_full_is_not_filled_again_at_every_try(
    tmp_path: Path, blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets no copy that would not fit, rests for an hour whatever it refuses, and its own backup is made at once."""
    copied: list[Path] = []
    check = backups.check

    def noted(copy: Path) -> None:
        copied.append(copy)
        check(copy)

    monkeypatch.setattr(backups, "check", noted)
    with small_disk(tmp_path / "usb", 1) as second:
        filler = fill(second, leave=64_000)
        config = default()
        config = config._replace(daemon=config.daemon._replace(backup_folder=second))
        desk = open_desk(_home(tmp_path, blank_database), config, clock)
        job = next(one for one in build.build_jobs(desk) if one.name == "backup")
        for _ in range(2):
            with pytest.raises(NotYetError, match="has no room") as caught:
                await job.run()
            assert caught.value.until == clock.at + timedelta(hours=1)
        assert second not in {copy.parent for copy in copied}
        filler.unlink()
        assert await job.run() == clock.at + timedelta(days=1)
        assert len(all_backups(desk)) == 2
        desk.ctx.store.close()
