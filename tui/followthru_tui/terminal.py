"""The terminal, read and written on the thread that paints.

Textual reads keys on one thread and writes frames on another. Each hand-over waits for a processor and for the
interpreter's lock: on a machine that does nothing else half a millisecond, while a sync keeps it busy several, three
times for each key, and the thread that writes is woken before the frame is made.
"""

from __future__ import annotations

import asyncio
import os
import select
from codecs import getincrementaldecoder
from contextvars import Context

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

_AT_ONCE = 1 << 16
"""Bytes: more are read in the next turn."""
_LATER = 0.005
"""Seconds after the time that an Esc is given for what may follow it: its clock is another one."""


class Terminal(LinuxDriver):
    """Hears keys through the event loop, and writes a frame as one piece once it is made.

    A terminal that the loop cannot watch is read on a thread, as Textual does it; `listens` says that it can.
    """

    listens = False
    _unwritten: tuple[str, ...] = ()
    _end_of_key: asyncio.TimerHandle | None = None

    def start_application_mode(self) -> None:
        """Begin to hear and to paint."""
        self.listen()
        super().start_application_mode()

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return columns and rows; of a terminal without a size as the app takes them: with two it paints for ever."""
        return self._app.console.size

    def disable_input(self) -> None:
        """Hear no more keys."""
        self.turn_away()
        super().disable_input()

    # What is heard

    def listen(self) -> None:
        """Have the loop watch for keys, if it can."""
        self._parser = XTermParser()
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        try:
            # In a context of its own: what is heard is no part of what is being done meanwhile.
            Context().run(self._loop.add_reader, self.fileno, self._hear)
            self.listens = True
        except (OSError, NotImplementedError):
            self.listens = False

    def turn_away(self) -> None:
        """Have the loop watch for keys no more."""
        if self.listens:
            self._loop.remove_reader(self.fileno)
        self.listens = False
        if self._end_of_key is not None:
            self._end_of_key.cancel()

    def _run_input_thread(self) -> None:
        if not self.listens:
            super()._run_input_thread()

    def _hear(self) -> None:
        """Read what there is. Without a terminal the program ends: the system tells not everybody of a hang-up."""
        try:
            data = os.read(self.fileno, _AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.turn_away()
            self._app.exit()
            return
        for character in self._decode(data):
            self._parse(character)
        self._wait_for_the_end_of_a_key()

    def _parse(self, character: str) -> None:
        """Take in one more character. A sequence that cannot be understood is left out: the keys after it count."""
        try:
            for message in self._parser.feed(character):
                self.process_message(message)
        except (ValueError, ArithmeticError, LookupError):
            # Textual takes the numbers of some sequences for granted; its parser is of no use after that.
            self._parser = XTermParser()

    def _wait_for_the_end_of_a_key(self) -> None:
        """Take an Esc for itself where nothing follows it."""
        if self._end_of_key is not None:
            self._end_of_key.cancel()
        self._end_of_key = self._loop.call_later(constants.ESCAPE_DELAY + _LATER, self._end_key)

    def _end_key(self) -> None:
        for message in self._parser.tick():
            self.process_message(message)

    def send_message(self, message: Message) -> None:
        """Put a message into the app's queue at once: it is on this thread that it is taken out."""
        self._app.post_message(message)

    # What is painted

    def write(self, data: str) -> None:
        """Keep what is to be written until the frame is whole, at the latest until this turn of the loop ends."""
        if not self._unwritten:
            self._loop.call_soon(self.flush)
        self._unwritten = (*self._unwritten, data)

    def flush(self) -> None:
        """Write what was kept, in one piece."""
        data, self._unwritten = "".join(self._unwritten), ()
        left = memoryview(data.encode("utf-8", "backslashreplace"))
        try:
            while left:
                left = left[self._written(left) :]
        except OSError:
            return  # the terminal is gone

    def _written(self, data: memoryview) -> int:
        """Write some of it; return how much. Other programs of a session may have left its terminal unwaiting."""
        if self._file is None:
            return len(data)
        out = self._file.fileno()
        try:
            return os.write(out, data)
        except BlockingIOError:
            select.select([], [out], [])
            return 0
