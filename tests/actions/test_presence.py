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
        starting.write("4711\n")
        starting.flush()

    monkeypatch.setattr(presence.time, "sleep", named)
    assert running(database) == 4711
    starting.close()


def test_a_second_daemon_is_refused_by_name(database: Path) -> None:
    lock = DaemonLock.take(database)
    with pytest.raises(RefusedError, match=f"process {os.getpid()}"):
        DaemonLock.take(database)
    lock.release()
