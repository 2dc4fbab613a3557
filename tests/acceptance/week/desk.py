"""What a practice manager has before her in her week: commands, the screen, a phone, and what her clients get."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from subprocess import Popen
from typing import Any, Self
from zoneinfo import ZoneInfo

from followthru.actions.wake import wake
from followthru.demo.otherclient import OtherClient
from followthru_tui.shellwords import MOMENT_OVER
from tests.acceptance.week.post import Mail, StallingSink, read
from tests.program.clock import SleepingClock
from tests.program.commands import Program
from tests.program.daemon import end, said, wait_for
from tests.program.servers import Valve
from tests.terminal import PATIENCE, Terminal

MONDAY = date(2027, 6, 7)
NEW_YORK = ZoneInfo("America/New_York")


class Seat:
    """The PM at her screen: she presses a key, and goes on once she sees what it brought."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._waited = False

    def sees(self, *texts: str) -> Self:
        """Wait until the screen shows these texts, one after the other."""
        try:
            self._terminal.wait_for(lambda shown: _holds(shown, texts))
        except TimeoutError:
            shown = self._terminal.screen.text()
            raise AssertionError(f"{_missing(shown, texts)}; she sees:\n{shown}") from None
        return self

    def press(self, keys: str, *sees: str) -> Self:
        """Press keys, and wait for what they bring. Asked for one moment, she presses them again once it is over."""
        self._terminal.send(keys)
        with suppress(TimeoutError):
            self._terminal.wait_for(lambda shown: _holds(shown, sees) or self._asked_again(shown))
            if self._asked_again(self._terminal.screen.text()):
                self._waited = True
                self._terminal.send(keys)
        return self.sees(*sees)

    def _asked_again(self, shown: str) -> bool:
        """Tell whether she is asked to press once more: that is once; the words come to light again behind a list."""
        return MOMENT_OVER in shown and not self._waited

    def goes_to(self, title: str) -> Self:
        """Go to the row with this title, a key at a time: a row that comes in above moves the marked one down."""
        try:
            while not self._is_at(title):
                shown = self._terminal.screen.text()
                marked = _line(shown, "\n> ")
                self._terminal.send("j" if marked < _line(shown, title) else "k")
                row = shown.splitlines()[marked]
                self._terminal.wait_for(lambda now, row=row: row not in now.splitlines())
        except TimeoutError:
            shown = self._terminal.screen.text()
            raise AssertionError(f"keys never went to {title!r}; she sees:\n{shown}") from None
        return self

    def marks(self, title: str) -> Self:
        """Wait until the row with this title is marked of itself, once the one before it has gone."""
        try:
            self._terminal.wait_for(lambda shown: re.search(rf"(?m)^> .*{title}", shown) is not None)
        except TimeoutError:
            shown = self._terminal.screen.text()
            raise AssertionError(f"{title!r} was never marked; she sees:\n{shown}") from None
        return self

    def _is_at(self, title: str) -> bool:
        """Wait until the row and a mark are to be seen; tell whether that is the row that is marked."""
        self._terminal.wait_for(lambda shown: title in shown and "\n> " in shown)
        shown = self._terminal.screen.text()
        return _line(shown, "\n> ") == _line(shown, title)

    def leave(self) -> None:
        """Press q; the program ends well."""
        self._terminal.send("q")
        assert self._terminal.wait_end() == 0


def _holds(shown: str, texts: Sequence[str]) -> bool:
    return re.search(".*?".join(re.escape(text) for text in texts), shown, re.DOTALL) is not None


def _line(shown: str, words: str) -> int:
    """Return on which line of a screen words stand first; a line's beginning is told by the break before it."""
    return shown[: shown.index(words) + 1].count("\n")


def _missing(shown: str, texts: Sequence[str]) -> str:
    """Say which text is the first that a screen does not show after those before it."""
    at = next(at for at in range(len(texts)) if not _holds(shown, texts[: at + 1]))
    return f"the screen never showed {texts[at]!r}" + (f" after {texts[at - 1]!r}" if at else "")


class Desk:
    """The program's surfaces, the servers behind their valves, and other people's calendar programs."""

    def __init__(
        self,
        program: Program,
        clock: SleepingClock,
        sink: StallingSink,
        valves: Mapping[str, Valve],
        calendars: Mapping[str, OtherClient],
    ) -> None:
        self.program = program
        self.sink = sink
        self.valves = valves
        self.calendars = calendars
        self._clock = clock
        self._daemon: Popen[str] | None = None

    # The machine.

    def sleep_until(self, day: int, hour: int, minute: int = 0) -> None:
        """Let the machine sleep until an hour in New York, of a day of the week (0 is Monday)."""
        at = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), NEW_YORK)
        self._clock.sleep_until(at + timedelta(hours=hour, minutes=minute))
        wake(self.program.home / "run")

    def start(self) -> None:
        """Start the daemon."""
        self._daemon = self.program.daemon()

    @contextmanager
    def suspended(self) -> Generator[None]:
        """Let the daemon stand still, as all processes do while a machine sleeps."""
        self._signal(signal.SIGSTOP)
        yield
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill the daemon, in the midst of whatever it is about."""
        self._signal(signal.SIGKILL)
        assert self._daemon is not None
        self._daemon.communicate()

    def stop(self) -> None:
        """Tell the daemon to end, which it does once what is at hand is finished."""
        assert self._daemon is not None
        code, words = end(self._daemon)
        assert code == 0, words

    def _signal(self, number: signal.Signals) -> None:
        assert self._daemon is not None
        self._daemon.send_signal(number)

    # What she does.

    def says(self, *words: str, code: int = 0) -> str:
        """Run a command that must end so, and return all that it said."""
        return self.program.run(*words, code=code)

    def asks(self, *words: str) -> Any:  # noqa: ANN401 -- the command decides
        """Run a command with `--json`, and return its answer."""
        return self.program.json(*words)

    def captures(self, line: str, **fields: str) -> str:
        """Capture a task with further fields; return its number."""
        number = str(self.asks("add", line)["id"])
        if fields:
            self.says("edit", number, *(f"{name}={value}" for name, value in fields.items()))
        return number

    @contextmanager
    def seat(self) -> Generator[Seat]:
        """Sit down at the screen, and leave it in the end."""
        with self.program.screen() as terminal:
            seat = Seat(terminal)
            yield seat
            seat.leave()

    # What came of it.

    def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait until the daemon has brought something about. Raises AssertionError that says what, with its log."""
        try:
            wait_for(holds, self._daemon, PATIENCE)
        except AssertionError as error:
            raise AssertionError(f"{what}: {error}\n{said(self.program.home)[-3000:]}") from None

    def mails(self) -> list[Mail]:
        """Return all mails that ever arrived, in their order."""
        return [read(one) for one in self.sink.received]

    def arrived(self, count: int) -> Mail:
        """Wait until so many mails have arrived since the week began; return the last."""
        self.until(f"mail {count} of the week arrives", lambda: len(self.sink.received) >= count)
        mails = self.mails()
        assert len(mails) == count, f"{len(mails)} mails instead of {count}: {[mail.head for mail in mails]}"
        return mails[-1]

    def on(self, calendar: str) -> dict[str, str]:
        """Return what another program finds on a calendar: each title with its day."""
        return dict(_event(text) for text in self.calendars[calendar].every())

    def today(self) -> Sequence[str]:
        """Return what Today says, line by line, without what only aligns it."""
        lines = (" ".join(line.split()) for line in self.says("today").splitlines())
        return [line for line in lines if line]


def _event(text: str) -> tuple[str, str]:
    """Return an event's title, and its day as `Fri 11 Jun`."""
    lines = dict(line.split(":", 1) for line in text.replace("\n ", "").splitlines() if ":" in line)
    day = datetime.strptime(lines["DTSTART;VALUE=DATE"], "%Y%m%d").date()  # noqa: DTZ007 -- a day has no zone
    return lines["SUMMARY"].replace("\\,", ","), f"{day:%a} {day.day} {day:%b}"
