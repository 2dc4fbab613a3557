"""Whether a daemon is there is asked with a lock, and asking never keeps one from starting."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from followthru.actions import presence
from followthru.actions.presence import DaemonLock, lock_path, running
from followthru.errors import RefusedError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "followthru.db"


def test_a_daemon_that_starts_while_somebody_asks_is_not_turned_away(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = lock_path(database).open("a+", encoding="ascii")
    fcntl.flock(asking, fcntl.LOCK_SH)

    def done(_: float) -> None:
        asking.close()

    monkeypatch.setattr(presence.time, "sleep", done)
    lock = DaemonLock.take(database)
    assert running(database) == os.getpid()
    lock.release()
    assert running(database) is None


def test_a_daemon_that_has_just_started_is_waited_for_until_it_is_named(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting = lock_path(database).open("a+", encoding="ascii")
    fcntl.flock(starting, fcntl.LOCK_EX)

    def named(_: float) -> None:
        starting.write(f"{presence.this_process()}\n")
        starting.flush()

    monkeypatch.setattr(presence.time, "sleep", named)
    assert running(database) == os.getpid()
    starting.close()


def test_a_second_daemon_is_refused_by_name(database: Path) -> None:
    lock = DaemonLock.take(database)
    with pytest.raises(RefusedError, match=f"process {os.getpid()}"):
        DaemonLock.take(database)
    lock.release()


def test_a_number_that_another_process_has_by_now_is_nobody(database: Path) -> None:
    """A daemon was killed, and its number was given to a process that has nothing to do with it: this one."""
    lock_path(database).write_text(f"{os.getpid()} {presence.identity(1)}\n")
    assert running(database) is None
    assert presence.tell_to_end(database) is None
    lock = DaemonLock.take(database)
    assert presence.holder_of(database) == presence.this_process()
    lock.release()


def test_a_daemon_beside_a_container_is_not_mistaken_for_who_has_its_number_here(database: Path) -> None:
    lock = DaemonLock.take(database)
    lock_path(database).write_text(f"{os.getpid()} a-machine-of-its-own/1\n")
    assert running(database) == os.getpid(), "it is held, so there is a daemon"
    with pytest.raises(RefusedError, match="cannot be reached"):
        presence.tell_to_end(database)
    lock.release()


def test_who_a_process_is_does_not_change_and_nobody_else_is_it() -> None:
    assert presence.identity(os.getpid()) == presence.identity(os.getpid())
    assert presence.identity(os.getpid()) != presence.identity(1)
    assert presence.identity(2**22 + 1) is None
    assert presence.is_alive(presence.this_process())
    assert not presence.is_alive(f"{os.getpid()}")
    assert not presence.is_alive("")


def test_a_lock_whose_file_is_gone_keeps_nobody_out_and_says_so(database: Path) -> None:
    lock = DaemonLock.take(database)
    assert lock.stands
    lock_path(database).unlink()
    assert not lock.stands
    other = DaemonLock.take(database)
    assert other.stands
    assert not lock.stands
    lock.release()
    other.release()
