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
from contextlib import suppress
from contextvars import Context
from time import monotonic
from typing import cast

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

_AT_ONCE = 1 << 16
"""Bytes: more are read in the next turn."""
_LATER = 0.005
"""Seconds after the time that an Esc is given for what may follow it: its clock is another one."""
_LAST = 2.0
"""Seconds in which a terminal has to take something of what is left at the end, or it is given up."""


class Terminal(LinuxDriver):
    """Hears keys through the event loop, and writes a frame as one piece once it is made.

    A terminal that the loop cannot watch is read on a thread, as Textual does it; `listens` says that it can.
    One that takes nothing holds nobody up: what is left goes out, in order, once it takes something again.
    """

    listens = False
    _unwritten: tuple[str, ...] = ()
    _left = b""
    """What the terminal has not taken yet."""
    _own: int | None = None
    """The terminal, opened once more: not to wait for it is a setting that whoever else has it open would share."""
    _end_of_key: asyncio.TimerHandle | None = None

    def start_application_mode(self) -> None:
        """Begin to hear and to paint."""
        self.listen()
        if self.listens:
            self.open()
        super().start_application_mode()

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was, with all written that it takes: somebody else writes on it from here on."""
        super().stop_application_mode()
        self._finish()

    def close(self) -> None:
        """Let the terminal go."""
        super().close()
        if self._own is not None:
            os.close(self._own)
            self._own = None

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
        """Write what was kept, in one piece, behind what the terminal has not taken yet."""
        data, self._unwritten = "".join(self._unwritten), ()
        waits, self._left = bool(self._left), self._left + data.encode("utf-8", "backslashreplace")
        if not waits:
            self._send()

    def open(self) -> None:
        """Open the terminal once more, so as not to wait for it; one that cannot be opened is waited for."""
        with suppress(OSError):
            if self._file is not None:
                name = os.ttyname(self._file.fileno())
                self._own = os.open(name, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)

    def _send(self) -> None:
        """Write what is left, or as much as the terminal takes now, and the rest once it takes more."""
        try:
            while self._left:
                self._left = self._left[self._written() :]
        except BlockingIOError:
            self._loop.add_writer(cast("int", self._own), self._send)
            return
        except OSError:
            self._left = b""  # the terminal is gone
        if self._own is not None:
            self._loop.remove_writer(self._own)

    def _written(self) -> int:
        """Write some of what is left; return how much. Raises BlockingIOError where nothing can be written now."""
        if self._own is not None:
            return os.write(self._own, self._left)
        if self._file is None:
            return len(self._left)
        out = self._file.fileno()
        try:
            return os.write(out, self._left)
        except BlockingIOError:  # other programs of a session may have left its terminal unwaiting
            select.select([], [out], [])
            return 0

    def _finish(self) -> None:
        """Write what is left, for as long as the terminal takes some of it."""
        end = monotonic() + _LAST
        while self._own is not None and self._left and (rest := end - monotonic()) > 0:
            before = len(self._left)
            select.select([], [self._own], [], rest)
            self._send()
            if len(self._left) < before:
                end = monotonic() + _LAST
        self._left = b""
        if self._own is not None:
            self._loop.remove_writer(self._own)
