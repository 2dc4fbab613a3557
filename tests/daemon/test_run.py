"""The daemon as a whole, in this process: what it does about a job that does not end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from followthru.config.places import home_in
from followthru.config.reading import default
from followthru_daemon import run
from followthru_daemon.jobs import Job
from tests.storekit import FixedClock, copy_database


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
    await asyncio.wait_for(waiting.wait(), 10)
    daemon.stop()
    await asyncio.wait_for(running, 10)
    assert cut_off.is_set()
