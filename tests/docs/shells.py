"""A real interactive shell on a terminal: commands in as a person types them, what they print and end with back."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from uuid import uuid4

# No start-up files, no line editor: the words are read and expanded as at any prompt, and the output has no paint.
SHELLS: Mapping[str, tuple[str, ...]] = {
    "bash": ("bash", "--norc", "--noprofile", "--noediting", "-i"),
    "zsh": ("zsh", "-f", "+o", "zle", "+o", "prompt_cr", "+o", "prompt_sp", "-i"),
}
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Ran(NamedTuple):
    """What a command printed, on both streams, and the code it ended with."""

    code: int
    said: str


class Shell:
    """One interactive shell in a folder; as a context manager it ends itself and what it left in the background."""

    def __init__(self, name: str, folder: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self._fd, theirs = pty.openpty()
        quiet = termios.tcgetattr(theirs)
        quiet[1] &= ~termios.OPOST
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(theirs, termios.TCSANOW, quiet)
        self._process = subprocess.Popen(
            SHELLS[name],
            cwd=folder,
            env={**env, "PS1": "", "PS2": "", "TERM": "xterm", "COLUMNS": "120", "HISTFILE": ""},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._said = ""
        self.run("PS1= PS2= PROMPT_EOL_MARK=", seconds=30)

    def run(self, line: str, answers: tuple[tuple[re.Pattern[str], str], ...] = (), *, seconds: float = 60) -> Ran:
        """Type a command, then each answer once its question stands at the end; wait for the command's end.

        Raises TimeoutError with what it has said so far.
        """
        mark = f"--{uuid4().hex}--"
        # A shell that refuses a line may leave the code of the last one.
        self._type("(exit 99)")
        self._type(line)
        for question, answer in answers:
            # A part of a line that is still on its way may end like a question.
            self._until(re.compile(rf"{question.pattern}$"), seconds)
            self._type(answer)
            # Nothing that is typed is echoed, so the line that was begun by the question is ended here.
            self._said += "\n"
        # The mark is written in two halves, so that a shell which repeats the line does not show it.
        self._type(f"printf '%s%s %s\\n' '{mark[:9]}' '{mark[9:]}' \"$?\"")
        found = self._until(re.compile(rf"{mark} (\d+)\r?\n"), seconds)
        said, self._said = self._said[: found.start()], self._said[found.end() :]
        return Ran(int(found.group(1)), ESCAPES.sub("", said).replace("\r\n", "\n"))

    def _type(self, line: str) -> None:
        os.write(self._fd, f"{line}\n".encode())

    def _until(self, wanted: re.Pattern[str], seconds: float) -> re.Match[str]:
        end = time.monotonic() + seconds
        while not (found := wanted.search(self._said)):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._fd], [], [], left)[0]:
                raise TimeoutError(f"waited for {wanted.pattern!r} and read:\n{self._said}")
            self._said += os.read(self._fd, 1 << 16).decode(errors="replace")
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The terminal's end reaches everything that runs on it, as when its window is closed.
        os.close(self._fd)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
