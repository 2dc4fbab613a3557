"""The daemon as a child of this process, for whoever has not installed it as a service."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from followthru.actions.presence import running
from followthru.errors import FollowthruError

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen
    from typing import BinaryIO

    from followthru.actions.desk import Desk

_PATIENCE = 10
"""Seconds that the child has to finish what is at hand."""
_NICE = 5
"""How far the child stands back behind the screen, which somebody waits for; as a service it does so likewise."""
_NO_SENTENCE = r"at=\S+ level=|(\S+:\d+: )?[\w.]*(Error|Exception|Exit|Interrupt|Warning|Group)\b.*:"
"""How a line of the log begins, and one in which Python names a fault or warns."""


class Background:
    """Starts `followthru daemon run` where no daemon serves the store, once by itself; ends its own child by its id."""

    def __init__(self, *, starts: bool = True) -> None:
        self._child: Popen[bytes] | None = None
        self._wanted = starts

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def see_to_it(self, desk: Desk) -> str:
        """Start the daemon if it was not tried yet and none runs; return what to say about it, also of its end."""
        if self._child is not None and (code := self._child.poll()) is not None:
            self._child = None
            if running(desk.home.database) is not None:  # one that was started at the same time was quicker
                return ""
            why = (_last_words(desk) or f"What it wrote is in {desk.home.logs}.") if code > 0 else ""
            return " ".join(part for part in ("The background process has ended.", why, "S starts it again.") if part)
        if not self._wanted or desk.ctx.store.trouble is not None or running(desk.home.database) is not None:
            return ""
        self._wanted = False
        return self.start(desk)

    def start(self, desk: Desk) -> str:
        """Start the daemon and return words; what it writes goes to a file beside its log. Raises FollowthruError."""
        if self.pid is not None:
            return f"The background process starts (process {self.pid})."
        try:
            return self._start(desk)
        except OSError as error:
            raise FollowthruError(
                f"The background process cannot be started: {error.strerror} ({desk.home.logs}).",
                safe="Everything here works without it, but nothing is synced, drafted or sent.",
                remedy="Make room there, or give yourself the right to write it; then press S.",
            ) from error

    def _start(self, desk: Desk) -> str:
        import os
        import subprocess
        import sys

        desk.home.prepare()
        with _private(desk.home.logs / "daemon.out") as out:
            self._child = subprocess.Popen(
                # A folder named like one of our libraries, where the screen happens to be started, is none of them: -P.
                [sys.executable, "-P", "-m", "followthru", "daemon", "run"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ},
                # Ctrl+C in this terminal is not meant for it.
                start_new_session=True,
            )
        _stand_back(self._child.pid)
        return "The background process is started: it syncs, drafts and sends for as long as this is open."

    def end(self) -> None:
        """End the child, kindly first."""
        if self._child is None or self._child.poll() is not None:
            return
        from subprocess import TimeoutExpired

        self._child.terminate()
        try:
            self._child.wait(_PATIENCE)
        except TimeoutExpired:
            self._child.kill()
            self._child.wait()


def _private(file: Path) -> BinaryIO:
    """Open a file anew that only its owner reads. Raises OSError."""
    import os

    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)
    return os.fdopen(handle, "wb")


def _stand_back(pid: int) -> None:
    """Let the screen go before a process that was just started, where the system allows it."""
    import os

    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + _NICE)


def _last_words(desk: Desk) -> str:
    """Return the last line that the child wrote if it is a sentence for people: no line of a log, no traceback's."""
    try:
        lines = (desk.home.logs / "daemon.out").read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    import re

    return said if said.endswith(".") and not re.match(_NO_SENTENCE, said) else ""
