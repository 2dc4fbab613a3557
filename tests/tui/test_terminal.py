"""The terminal is heard and written on one thread: keys in whatever pieces they come, frames as one piece."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread, Timer, get_ident
from typing import cast

import pytest
from textual import constants, events
from textual.app import App
from textual.message import Message

from followthru_tui import terminal as terminal_module
from followthru_tui.terminal import Terminal

LONG = 300_000
"""More than a pipe or a terminal holds."""


class Heard:
    """What an app is told, and on which thread."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.threads: set[int] = set()
        self.ended = False
        self._came = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def post_message(self, message: Message) -> bool:
        self.messages.append(message)
        self.threads.add(get_ident())
        self._loop.call_soon_threadsafe(self._came.set)
        return True

    async def _post_message(self, message: Message) -> bool:
        return self.post_message(message)

    @property
    def keys(self) -> list[str]:
        return [one.key for one in self.messages if isinstance(one, events.Key)]

    def exit(self) -> None:
        self.ended = True

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                self._came.clear()
                await self._came.wait()


@pytest.fixture
def handlers() -> Iterator[None]:
    """Leave the signals as they were: a driver of Textual takes two of them."""
    numbers = (signal.SIGTSTP, signal.SIGCONT)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
async def heard(handlers: None) -> Heard:
    return Heard()


@pytest.fixture
async def terminal(heard: Heard) -> Terminal:
    return Terminal(cast("App[None]", heard))


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: the user's, and the program's."""
    user, program = pty.openpty()
    tty.setraw(program)
    yield user, program
    _close(user)
    _close(program)


async def test_keys_are_heard_in_whatever_pieces_they_come(
    heard: Heard, terminal: Terminal, ends: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 60.0)
    user, terminal.fileno = ends
    terminal.listen()
    told = 0
    for piece, keys in (
        (b"j", ["j"]),
        (b"kx\xc3", ["k", "x"]),
        (b"\xbc", ["ü"]),
        (b"m\x1b[", ["m"]),
        (b"B", ["down"]),
    ):
        os.write(user, piece)
        before, told = told, told + len(keys)
        await heard.until(lambda wanted=told: len(heard.keys) >= wanted)
        assert heard.keys[before:] == keys
    os.write(user, b"\x1b[200~two\nlines\x1b[201~")
    await heard.until(lambda: any(isinstance(one, events.Paste) for one in heard.messages))
    assert heard.threads == {get_ident()}
    terminal.turn_away()


@pytest.mark.parametrize("odd", ["\x1b[1:2;3u", "\x1b[9999999999;1u", "\x1b[48;0;0;0;0t\x1b[<0;3;3M"])
async def test_keys_are_heard_after_a_sequence_that_nobody_understands(
    heard: Heard, terminal: Terminal, ends: tuple[int, int], odd: str
) -> None:
    user, terminal.fileno = ends
    terminal.listen()
    os.write(user, f"j{odd}k".encode())
    await heard.until(lambda: heard.keys == ["j", "k"])
    os.write(user, b"\x1b[B")
    await heard.until(lambda: heard.keys == ["j", "k", "down"])
    terminal.turn_away()


async def test_an_esc_that_nothing_follows_is_one(heard: Heard, terminal: Terminal, ends: tuple[int, int]) -> None:
    user, terminal.fileno = ends
    terminal.listen()
    os.write(user, b"\x1b")
    await heard.until(lambda: heard.keys == ["escape"])
    terminal.turn_away()


class Watched(Terminal):
    """Tells when it turned away."""

    turned: asyncio.Event

    def turn_away(self) -> None:
        super().turn_away()
        self.turned.set()


async def test_the_program_ends_once_its_terminal_is_gone(heard: Heard, ends: tuple[int, int]) -> None:
    terminal = Watched(cast("App[None]", heard))
    terminal.turned = asyncio.Event()
    user, terminal.fileno = ends
    terminal.listen()
    os.close(user)
    async with asyncio.timeout(30):
        await terminal.turned.wait()
    assert not terminal.listens
    await heard.until(lambda: heard.ended)


async def test_what_the_loop_cannot_watch_is_read_on_a_thread(heard: Heard, terminal: Terminal, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_bytes(b"j")
    with keys.open("rb") as file:
        terminal.fileno = file.fileno()
        terminal.listen()
        assert not terminal.listens
        thread = Thread(target=terminal._run_input_thread)  # pyright: ignore[reportPrivateUsage]
        thread.start()
        await heard.until(lambda: heard.keys == ["j"])
        terminal.exit_event.set()
        await asyncio.to_thread(thread.join)


async def test_a_terminal_without_a_size_has_the_same_for_all(handlers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def sizeless(*_: int) -> os.terminal_size:
        return os.terminal_size((0, 0))

    monkeypatch.setattr(os, "get_terminal_size", sizeless)
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    app = App[None]()
    assert Terminal(app)._get_terminal_size() == app.size  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
def pipe(terminal: Terminal) -> Iterator[int]:
    """The end at which what the terminal writes comes out; the other end belongs to it."""
    out, into = os.pipe()
    os.set_blocking(out, False)
    with ExitStack() as stack:
        terminal._file = stack.enter_context(os.fdopen(into, "w"))  # pyright: ignore[reportPrivateUsage]
        stack.callback(_close, out)
        yield out


def _close(end: int) -> None:
    with suppress(OSError):
        os.close(end)


def _there(end: int) -> bytes:
    try:
        return os.read(end, LONG)
    except BlockingIOError:
        return b""


async def test_a_frame_is_written_as_one_piece_once_it_is_whole(terminal: Terminal, pipe: int) -> None:
    terminal.write("begin")
    terminal.write(" frame č")
    assert _there(pipe) == b"", "nobody is woken for a part of it"
    terminal.write(" end")
    terminal.flush()
    assert _there(pipe) == "begin frame č end".encode()
    terminal.write("\a")
    await asyncio.sleep(0)
    assert _there(pipe) == b"\a", "what nobody flushes goes out as well"


async def test_a_frame_longer_than_the_terminal_takes_at_once_goes_out_whole(terminal: Terminal, pipe: int) -> None:
    os.set_blocking(terminal._file.fileno(), False)  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess]
    os.set_blocking(pipe, True)
    taken: list[bytes] = []
    thread = Thread(target=_take, args=(pipe, taken), daemon=True)
    thread.start()
    terminal.write("č" * (LONG // 2))
    terminal.flush()
    await asyncio.to_thread(thread.join, 30)
    assert b"".join(taken) == "č".encode() * (LONG // 2)


@pytest.fixture
def own(terminal: Terminal, ends: tuple[int, int]) -> Iterator[int]:
    """The user's end of a terminal that was opened once more."""
    user, program = ends
    with os.fdopen(os.dup(program), "w") as file:
        terminal._file = file  # pyright: ignore[reportPrivateUsage]
        terminal.open()
        yield user
        terminal.close()
        assert os.get_blocking(program), "the shell has it open as well"


async def test_a_terminal_that_takes_nothing_holds_nobody_up_and_gets_all_in_order(
    terminal: Terminal, own: int
) -> None:
    taken: list[bytes] = []
    rescue = Timer(30, _take, (own, taken))
    rescue.start()
    terminal.write("č" * (LONG // 2))
    terminal.flush()
    terminal.write("next frame")
    terminal.flush()
    assert not taken, "nobody waited until somebody took it"
    rescue.cancel()
    await asyncio.to_thread(_take, own, taken, len("next frame"))
    assert b"".join(taken) == "č".encode() * (LONG // 2) + b"next frame"


async def test_what_is_left_goes_out_before_somebody_else_has_the_terminal_and_is_given_up_where_nothing_is_taken(
    terminal: Terminal, own: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal_module, "_LAST", 60.0)
    taken: list[bytes] = []
    thread = Thread(target=_take, args=(own, taken), daemon=True)
    terminal.write("č" * (LONG // 2))
    terminal.flush()
    thread.start()
    terminal._finish()  # pyright: ignore[reportPrivateUsage]
    await asyncio.to_thread(thread.join, 30)
    assert b"".join(taken) == "č".encode() * (LONG // 2)
    monkeypatch.setattr(terminal_module, "_LAST", 0.1)
    terminal.write("x" * LONG)
    terminal.flush()
    terminal._finish()  # pyright: ignore[reportPrivateUsage]
    assert not terminal._left  # pyright: ignore[reportPrivateUsage]


def _take(end: int, taken: list[bytes], more: int = 0) -> None:
    while sum(map(len, taken)) < LONG + more:
        taken.append(os.read(end, LONG))


async def test_writing_to_a_terminal_that_is_gone_ends_nothing(terminal: Terminal, pipe: int) -> None:
    os.close(pipe)
    terminal.write("frame")
    terminal.flush()
