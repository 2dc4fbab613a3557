"""Whether a daemon serves a store, told by a kernel lock that dies with its holder.

The number of a process is given again once it has ended, and means another one in another container: beside it stands
when that process began, and in which run of the machine.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from followthru.errors import RefusedError
from followthru.store.faults import unwritable
from followthru.store.place import real

LOOKS, A_FEW, LOOK_AGAIN = 200, 10, 0.005
"""How often, and after how many seconds, a lock is tried again that somebody holds for a moment; and after how many
tries a name is believed that means nothing here."""
_START_TIME = 19
"""Where the start time stands in /proc/PID/stat behind the program's name: field 22 (proc_pid_stat(5))."""


def lock_path(database: Path) -> Path:
    """Return the lock file of a store; it lies beside the database, for one store may have several homes and links."""
    place = real(database)
    return place.with_name(f"{place.name}.daemon")


def identity(pid: int) -> str | None:
    """Return what tells a process from every other one that has its number; None if there is none."""
    if sys.platform == "linux":
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return None
        return f"{boot}/{text.rpartition(')')[2].split()[_START_TIME]}"
    import subprocess

    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed words, a number
    return " ".join(done.stdout.split()) or None


def this_process() -> str:
    """Return this process's number and identity, as lock files and the store name their holder."""
    return f"{os.getpid()} {identity(os.getpid()) or ''}".strip()


def is_alive(holder: str) -> bool:
    """Return whether the very process lives that `this_process` described."""
    pid, _, who = holder.partition(" ")
    return pid.isdecimal() and bool(who) and identity(int(pid)) == who


class DaemonLock:
    """The lock of the one daemon of a store, held until `release` or the process ends."""

    def __init__(self, path: Path, file: IO[str]) -> None:
        self._path = path
        self._file = file

    @classmethod
    def take(cls, database: Path) -> DaemonLock:
        """Take the lock, past those who only ask.

        Raises RefusedError naming the daemon that holds it, UnwritableError where the store's folder takes no file.
        """
        path = lock_path(database)
        try:
            while not _is_at(path, file := _opened_for_good(path)):
                file.close()  # it was removed just then, and what is not there anybody can take
        except OSError as error:
            raise unwritable(database, error) from error
        try:
            _name(file)
        except OSError as error:
            with suppress(OSError):
                file.close()
            raise unwritable(database, error) from error
        return cls(path, file)

    @property
    def stands(self) -> bool:
        """Whether the lock still keeps others out: its file was not removed or replaced."""
        return _is_at(self._path, self._file)

    def release(self) -> None:
        """Give the lock back. What it says stays, so that the next daemon needs no room on a full disk."""
        self._file.close()


def _opened_for_good(path: Path) -> IO[str]:
    """Open a lock file and take its lock. Raises OSError, RefusedError."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="ascii")
    _hold(file)
    return file


def _name(file: IO[str]) -> None:
    """Write who holds the lock, over what was there."""
    file.seek(0)
    file.write(f"{this_process()}\n")
    file.flush()
    file.truncate()


def _hold(file: IO[str]) -> None:
    while not _locked(file, fcntl.LOCK_EX):
        if not _locked(file, fcntl.LOCK_SH):
            holder = _holder(file)
            file.close()
            raise served_by(holder)
        # Somebody asked just then whether there is a daemon; that takes but a moment.
        fcntl.flock(file, fcntl.LOCK_UN)
        time.sleep(LOOK_AGAIN)


def served_by(holder: str) -> RefusedError:
    """Return the words for a store that another daemon serves."""
    return RefusedError(
        f"A daemon serves this store already (process {holder.partition(' ')[0] or 'unknown'}).",
        safe="Nothing was changed.",
        remedy="`followthru daemon stop` ends it.",
    )


def running(database: Path) -> int | None:
    """Return the process id of the store's daemon, None when there is none."""
    holder = holder_of(database)
    return None if holder is None else int(holder.partition(" ")[0])


def holder_of(database: Path) -> str | None:
    """Return who the store's daemon is, as `this_process` names it; None when there is none."""
    try:
        file = lock_path(database).open("r", encoding="ascii")
    except FileNotFoundError:
        return None
    with file:
        # A shared lock, so that two who only ask never stand in each other's way.
        for look in range(LOOKS):
            if _locked(file, fcntl.LOCK_SH):
                return None
            holder = _holder(file)
            # One that is not alive here was named by the daemon before, or lives where its number means nothing to us,
            # such as in a container.
            if is_alive(holder) or (look >= A_FEW and holder.partition(" ")[0].isdecimal()):
                return holder
            time.sleep(LOOK_AGAIN)  # it has just been taken, and its process is about to be named
        return None


def tell_to_end(database: Path) -> int | None:
    """Tell the store's daemon to end; return its process id, None when there is none.

    Raises RefusedError where that number is another process here, as it is beside a container.
    """
    holder = holder_of(database)
    if holder is None:
        return None
    pid, _, who = holder.partition(" ")
    handle = _opened(int(pid))
    try:
        if who and identity(int(pid)) != who:
            if holder_of(database) != holder:
                return int(pid)  # it has ended meanwhile
            raise RefusedError(
                f"The daemon of this store runs where it cannot be reached from here (as process {pid}).",
                safe="Nothing was ended: here that number is another process, or none.",
                remedy="End it where it was started, such as in its container.",
            )
        # One that is suspended hears nothing until it goes on.
        for number in (signal.SIGTERM, signal.SIGCONT):
            _signal(int(pid), handle, number)
    except ProcessLookupError:
        pass
    finally:
        if handle is not None:
            os.close(handle)
    return int(pid)


def _opened(pid: int) -> int | None:
    """Return a handle of a process, which no later one of its number inherits; None where there is none."""
    try:
        return os.pidfd_open(pid) if sys.platform == "linux" else None
    except OSError:
        return None


def _signal(pid: int, handle: int | None, number: signal.Signals) -> None:
    if handle is not None and sys.platform == "linux":
        signal.pidfd_send_signal(handle, number)
    else:
        os.kill(pid, number)


def _locked(file: IO[str], how: int) -> bool:
    """Take a lock if that can be had at once."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: Path, file: IO[str]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _holder(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip()
