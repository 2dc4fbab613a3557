"""What wakes the daemon: the datagram of an action, and a commit whose writer said nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest

from followthru.actions.context import Context
from followthru.actions.wake import SOCKET, wake
from followthru.store.faults import StoreError
from followthru.store.store import Reader, Store
from followthru_daemon import triggers
from tests.storekit import FixedClock, add_practice


async def test_an_action_wakes_it(store: Store, tmp_path: Path) -> None:
    heard = asyncio.Event()
    listener = await triggers.listen(tmp_path, heard.set)
    add_practice(Context(store, zone="UTC", wake=partial(wake, tmp_path)))
    await asyncio.wait_for(heard.wait(), 60)
    assert listener is not None
    listener.close()


async def test_a_socket_left_by_a_dead_daemon_is_replaced(tmp_path: Path) -> None:
    (tmp_path / SOCKET).touch()
    heard = asyncio.Event()
    listener = await triggers.listen(tmp_path, heard.set)
    assert wake(tmp_path)
    await asyncio.wait_for(heard.wait(), 60)
    assert listener is not None
    listener.close()
    await asyncio.sleep(0)


async def test_in_a_folder_too_deep_for_a_socket_it_listens_to_nothing(tmp_path: Path) -> None:
    deep = tmp_path.joinpath("folder " * 12)
    deep.mkdir()
    assert await triggers.listen(deep, lambda: None) is None
    assert not wake(deep)


async def test_where_no_socket_can_be_it_listens_to_nothing(tmp_path: Path) -> None:
    (tmp_path / SOCKET).mkdir()  # a disk that knows no sockets refuses it likewise
    assert await triggers.listen(tmp_path, lambda: None) is None


def test_without_a_daemon_nobody_minds(tmp_path: Path) -> None:
    assert not wake(tmp_path)
    (tmp_path / SOCKET).touch()
    assert not wake(tmp_path)


async def test_a_silent_commit_is_noticed_and_ones_own_is_not(
    store: Store, database: Path, clock: FixedClock, ctx: Context
) -> None:
    heard = asyncio.Event()
    watch = asyncio.create_task(triggers.VersionWatch(store.read, heard.set).forever())
    await asyncio.sleep(0)
    add_practice(ctx, "our-own")
    with suppress(TimeoutError):
        await asyncio.wait_for(heard.wait(), triggers.POLL_SECONDS * 1.5)
    assert not heard.is_set()
    other = Store.open(database, clock)
    add_practice(Context(other, zone="UTC"), "somebody-elses")
    await asyncio.wait_for(heard.wait(), 60)
    other.close()
    watch.cancel()


async def test_what_a_datagram_told_is_not_noticed_again(store: Store, database: Path, clock: FixedClock) -> None:
    times: list[None] = []
    commits = triggers.VersionWatch(store.read, lambda: times.append(None))
    watch = asyncio.create_task(commits.forever())
    other = Store.open(database, clock)
    add_practice(Context(other, zone="UTC", wake=commits.heard))
    assert len(times) == 1
    await asyncio.sleep(triggers.POLL_SECONDS * 1.5)
    assert len(times) == 1
    other.close()
    watch.cancel()


class Refused:
    """A store that tells when it refused to be looked at."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self.times = asyncio.Semaphore(0)

    def data_version(self) -> int:
        try:
            return self._read.data_version()
        except StoreError:
            self.times.release()
            raise


async def test_a_store_that_another_program_holds_is_passed_over_and_looked_at_again(
    store: Store, database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triggers, "POLL_SECONDS", 0.01)
    store.read.value("PRAGMA busy_timeout=0")
    heard, looked = asyncio.Event(), Refused(store.read)
    commits = triggers.VersionWatch(looked, heard.set)
    watch = asyncio.create_task(commits.forever())
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(2):
            await asyncio.wait_for(looked.times.acquire(), 60)
        assert not heard.is_set()
        commits.heard()
        assert heard.is_set(), "a datagram wakes all the same"
        heard.clear()
    with closing(Store.open(database, clock)) as somebody:
        add_practice(Context(somebody, zone="UTC"), "somebody-elses")
    await asyncio.wait((watch, asyncio.create_task(heard.wait())), timeout=60, return_when=asyncio.FIRST_COMPLETED)
    assert heard.is_set()
    watch.cancel()


async def test_a_store_that_cannot_be_read_at_all_ends_the_watch(
    store: Store, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triggers, "POLL_SECONDS", 0.01)
    watch = triggers.VersionWatch(store.read, lambda: None)
    diary = tmp_path / "diary"
    diary.write_text("Dear diary, " * 1000)
    diary.rename(database)
    with pytest.raises(StoreError, match="not a database"):
        await asyncio.wait_for(watch.forever(), 60)
