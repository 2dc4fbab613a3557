"""A terminal program on a real pty: keys in, stamped output and the painted screen back."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol, Self, cast

# What the emulator does not know and would print as text: private parameters, mode reports, strings.
UNKNOWN = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1b\[[0-9;?]*\$[a-z]|\x1b\[[0-9;]*t|\x1b\[[0-9;]* q"
    rb"|\x1b[P_^X].*?\x1b\\|\x1b\].*?(?:\x07|\x1b\\)",
    re.DOTALL,
)
UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;:?<=>$ ]*|[P_^X\]](?:(?!\x07|\x1b\\).)*)?\Z", re.DOTALL)

# What a program writes around a frame, so that no half of it is shown (mode 2026, synchronized output).
FRAME_BEGINS, FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"

# Questions that programs ask a terminal, and what an ordinary modern one answers.
ANSWERS = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62;22c", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}

PATIENCE = 60.0
"""Seconds after which what was waited for never comes, also on a machine that does much else."""


class Chunk(NamedTuple):
    """What the program wrote at once, and when (seconds, `time.perf_counter`)."""

    at: float
    data: bytes


class _Feeder(Protocol):
    def feed(self, data: bytes) -> None: ...


class Screen:
    """The painted cells that a stream of output amounts to."""

    def __init__(self, columns: int, rows: int) -> None:
        import pyte

        self._cells = pyte.Screen(columns, rows)
        self._stream = cast("_Feeder", pyte.ByteStream(self._cells))
        self._rest = b""
        self.whole = True
        """False amid a frame, of which a terminal would not show anything yet."""

    def feed(self, data: bytes) -> None:
        """Paint more output; a sequence cut in two waits for its end."""
        data = UNKNOWN.sub(b"", self._rest + data)
        cut = UNFINISHED.search(data)
        end = cut.start() if cut else len(data)
        self._rest = data[end:]
        begun, ended = data.rfind(FRAME_BEGINS, 0, end), data.rfind(FRAME_ENDS, 0, end)
        if begun != ended:
            self.whole = ended > begun
        self._stream.feed(data[:end])

    def text(self) -> str:
        """Return the screen's rows, trailing blanks removed, joined by newlines."""
        return "\n".join(row.rstrip() for row in self._cells.display)


class Terminal:
    """Runs `argv` on a pty of its own; as a context manager it ends the program at the end."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], columns: int = 80, rows: int = 24) -> None:
        self.chunks: list[Chunk] = []
        self._cells = Screen(columns, rows)
        self._painted = 0
        self.began = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if not self.pid:
            self.begin(argv, {"TERM": "xterm-256color", "COLORTERM": "truecolor", **env}, columns, rows)
        resize(self._fd, columns, rows)

    def begin(self, argv: Sequence[str], env: Mapping[str, str], columns: int, rows: int) -> None:
        """In the child: turn into the program; never returns."""
        _become(argv, env, columns, rows)

    def send(self, keys: str) -> float:
        """Type keys; return the moment."""
        at = time.perf_counter()
        os.write(self._fd, keys.encode())
        return at

    def read(self, timeout: float) -> Chunk | None:
        """Return the next output, or None after `timeout` seconds of silence or at the program's end."""
        if not select.select([self._fd], [], [], max(0.0, timeout))[0]:
            return None
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # Linux reports the end of a pty as an error
            data = b""
        if not data:
            return None
        chunk = Chunk(time.perf_counter(), data)
        self.chunks.append(chunk)
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self._fd, answer)
        return chunk

    @property
    def screen(self) -> Screen:
        """What all output so far amounts to. It is painted when it is looked at: reading is never held up by it."""
        self.first_showing(lambda _: False)
        return self._cells

    def first_showing(self, wanted: Callable[[str], bool]) -> float | None:
        """Paint what was not looked at yet, up to the output that completes a screen; return when that was written."""
        while self._painted < len(self.chunks):
            chunk = self.chunks[self._painted]
            self._painted += 1
            self._cells.feed(chunk.data)
            if wanted(self._cells.text()):
                return chunk.at
        return None

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = PATIENCE) -> float:
        """Wait until a whole frame shows a text (or satisfies a test); return when its last part was written.

        Raises TimeoutError with the screen as it is.
        """
        end = time.perf_counter() + timeout
        while not (self.screen.whole and _shows(self.screen.text(), wanted)):
            if time.perf_counter() > end:
                raise TimeoutError(f"never showed {wanted!r}; the screen:\n{self.screen.text()}")
            if self.read(min(0.5, end - time.perf_counter())) is None and self.ended():
                raise TimeoutError(f"ended before it showed {wanted!r}; the screen:\n{self.screen.text()}")
        return self.chunks[-1].at if self.chunks else self.began

    def settle(self, quiet: float, timeout: float = 5) -> float | None:
        """Read until `quiet` seconds of silence; return when the last output came, None for none."""
        end, last = time.perf_counter() + timeout, None
        while time.perf_counter() < end and (chunk := self.read(quiet)):
            last = chunk.at
        return last

    def ended(self) -> bool:
        """Tell whether the program has ended, without waiting for it."""
        return self._peek() is not None

    def _peek(self) -> os.waitid_result | None:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)

    def wait_end(self, timeout: float = PATIENCE) -> int:
        """Wait until the program has ended by itself; return its exit code or the signal that ended it.

        Raises TimeoutError with the screen as it is.
        """
        end = time.perf_counter() + timeout
        while not (ended := self._peek()):
            if time.perf_counter() > end:
                raise TimeoutError(f"still runs; the screen:\n{self.screen.text()}")
            self.read(0.05)
        return ended.si_status

    def close(self, patience: float = 3) -> None:
        """End the program, kindly first."""
        end = time.perf_counter() + patience
        if not self.ended():
            os.kill(self.pid, signal.SIGTERM)
        while not self.ended() and time.perf_counter() < end:
            self.read(0.02)
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _shows(text: str, wanted: str | Callable[[str], bool]) -> bool:
    return wanted(text) if callable(wanted) else wanted in text


def resize(terminal: int, columns: int, rows: int) -> None:
    """Give a terminal's file descriptor a size."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _become(argv: Sequence[str], env: Mapping[str, str], columns: int, rows: int) -> None:
    """In the child: set the size and turn into the program; never returns."""
    try:
        resize(1, columns, rows)
        # Whoever starts the tests in the background may have Ctrl-C ignored; a terminal does not.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execvpe(argv[0], list(argv), dict(env))  # noqa: S606
    finally:
        os._exit(127)
