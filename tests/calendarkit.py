"""A real Radicale, a desk whose calendars are on it, and a phone: another program on the same calendar."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import TypeVar

import pytest

from followthru.actions.calendars import set_up
from followthru.actions.desk import Desk, open_desk, reconfigured
from followthru.actions.sync import CalendarReport, sync_account
from followthru.calendars.cycle import Report
from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account as SignIn
from followthru.calendars.dav.client import DavClient
from followthru.calendars.dav.collection import Collection
from followthru.config.places import Home, home
from followthru.config.reading import load
from followthru.demo.radicale import Radicale
from tests.storekit import FixedClock, add_person, add_practice, copy_database
from tests.xandikos import Xandikos

PASSWORD = "loopback only"
FOREIGN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\nUID:foreign-{n}\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260720\r\nDTEND;VALUE=DATE:20260721\r\n"
    "SUMMARY:Somebody else's {n}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
T = TypeVar("T")
_users = count(1)


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """One server for all tests; each test signs in as somebody else."""
    users = {f"pm{number}": PASSWORD for number in range(1, 400)}
    with Radicale(tmp_path_factory.mktemp("radicale"), users) as server:
        yield server
        if server.pid is not None:
            os.kill(server.pid, signal.SIGKILL)  # told to end, it waits for the connections that tests have left


@pytest.fixture
def user(radicale: Radicale) -> str:
    """A user of the server with nothing on it yet."""
    return f"pm{next(_users)}"


def secret(folder: Path, words: str = PASSWORD) -> Path:
    """Write a password into a file that only its owner reads."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "password"
    path.write_text(words, encoding="ascii")
    path.chmod(0o600)
    return path


class Phone:
    """Another calendar program on one collection."""

    def __init__(self, url: str, user: str) -> None:
        self.url = url
        self._sign_in = SignIn("phone", url, user, PASSWORD)

    def events(self) -> dict[str, str]:
        """Return every event's text by its title."""

        return {title: text for title, text in self._all().items() if "BEGIN:VEVENT" in text}

    def todos(self) -> dict[str, str]:
        """Return every todo's text by its title."""
        return {title: text for title, text in self._all().items() if "BEGIN:VTODO" in text}

    def days(self) -> dict[str, str]:
        """Return every event's start by its title."""
        return {title: _line(text, "DTSTART") for title, text in self.events().items()}

    def move(self, title: str, to: date) -> None:
        """Move an all-day event."""
        text = self.events()[title]
        start, end = _line(text, "DTSTART"), _line(text, "DTEND")
        self._rewrite(title, text.replace(start, f"{to:%Y%m%d}").replace(end, f"{to + timedelta(days=1):%Y%m%d}"))

    def retitle(self, title: str, new: str) -> None:
        """Give an event another title."""
        self._rewrite(title, self.events()[title].replace(f"SUMMARY:{title}", f"SUMMARY:{new}"))

    def rewrite(self, title: str, old: str, new: str) -> None:
        """Replace a part of an event's or a todo's text."""
        text = self._all()[title]
        assert old in text
        self._rewrite(title, text.replace(old, new))

    def delete(self, title: str) -> None:
        """Delete an event or a todo."""
        name = self._name(title)
        self._run(lambda collection: collection.delete(name, None))

    def add(self, number: int = 1, old: str = "", new: str = "") -> None:
        """Add something of its own, with a part of its text replaced."""
        text = FOREIGN.format(n=number)
        assert old in text
        self.put(f"foreign-{number}.ics", text.replace(old, new) if old else text)

    def put(self, name: str, text: str) -> None:
        """Put an object where none is."""
        self._run(lambda collection: collection.create(name, text))

    def names(self) -> dict[str, str]:
        """Return every object's text by its name, also of what a measurement left behind."""

        async def read(ours: Collection) -> dict[str, str]:
            collection = ours.with_scratch()
            bodies, _ = await collection.bodies(list((await collection.listing()).etags))
            return {name: body.text for name, body in bodies.items() if body is not None}

        return self._run(read)

    def remove(self, name: str) -> None:
        """Delete an object by its name."""
        self._run(lambda collection: collection.delete(name, None))

    def _rewrite(self, title: str, text: str) -> None:
        name = self._name(title)
        self._run(lambda collection: collection.replace(name, text, None))

    def _name(self, title: str) -> str:
        [name] = [name for name, text in self.names().items() if _line(text, "SUMMARY") == title]
        return name

    def _all(self) -> dict[str, str]:
        return {_line(text, "SUMMARY"): text for text in self.names().values()}

    def _run(self, work: Callable[[Collection], Awaitable[T]]) -> T:
        async def signed_in() -> T:
            async with DavClient(self._sign_in) as client:
                return await work(Collection(client, self.url))

        return asyncio.run(signed_in())


def _line(text: str, name: str) -> str:
    """Return the value of the first content line of this name in an event or a todo."""
    kind = "BEGIN:VEVENT" if "BEGIN:VEVENT" in text else "BEGIN:VTODO"
    own = text.partition(kind)[2].replace("\r\n ", "")
    for line in own.splitlines():
        if line.startswith((f"{name}:", f"{name};")):
            return line.partition(":")[2]
    raise AssertionError(f"no {name} in {text}")


def make_collection(server: Radicale, user: str, name: str, components: Sequence[str] = ("VEVENT",)) -> str:
    """Make a calendar on the server as its user would, and return its address."""

    async def make() -> str:
        async with DavClient(SignIn("phone", server.url, user, PASSWORD)) as client:
            url = f"{server.url}{user}/{name}/"
            assert (await client.send(requests.make_calendar(url, name, components))).status == 201
            return url

    return asyncio.run(make())


class Booked:
    """A desk with the practice oak-street and its owner Dana, and one calendar `promises` on a real server."""

    def __init__(self, desk: Desk, server: str, url: str, user: str, clock: FixedClock) -> None:
        self.desk = desk
        self.server = server
        self.user = user
        self.url = url
        self.clock = clock
        self.phone = Phone(url, user)

    @property
    def home(self) -> Home:
        """Where everything is."""
        return self.desk.home

    def reconfigure(self, text: str) -> None:
        """Write another configuration and take it over."""
        self.home.config.write_text(text, encoding="utf-8")
        self.desk = reconfigured(self.desk, load(self.home.config))

    def reports(self, *, asked: bool = False) -> list[CalendarReport]:
        """Sync the account and return the reports."""
        return asyncio.run(sync_account(self.desk, self.desk.config.accounts[0], asked=asked))

    def sync(self) -> Report:
        """Sync the one calendar, which must go well."""
        [one] = self.reports()
        if one.fault is not None:
            raise one.fault
        assert one.report is not None
        return one.report


def configuration(url: str, user: str, calendars: str = '[[calendars]]\nname = "promises"\ncreate = true\n') -> str:
    """Return a configuration with the account `home` and calendars on it."""
    tables = calendars.replace("[[calendars]]\n", '[[calendars]]\naccount = "home"\n')
    me = '[me]\nname = "Robin Vale"\ntimezone = "UTC"\n'
    sign_in = f'username = "{user}"\npassword = {{ file = "password" }}\n'
    return f'{me}[[accounts]]\nname = "home"\nurl = "{url}"\n{sign_in}{tables}'


@pytest.fixture
def booked(radicale: Radicale, user: str, blank_database: Path, clock: FixedClock) -> Iterator[Booked]:
    """The desk, its calendar made on the server and empty."""
    with booking(radicale.url, user, blank_database, clock) as made:
        yield made


@pytest.fixture(params=["radicale", "xandikos"])
def booked_on_each(
    request: pytest.FixtureRequest, user: str, tmp_path: Path, blank_database: Path, clock: FixedClock
) -> Iterator[Booked]:
    """The desk, its calendar made and empty on either of two servers."""
    if request.param == "radicale":
        with booking(request.getfixturevalue("radicale").url, user, blank_database, clock) as made:
            yield made
    else:
        with Xandikos(tmp_path / "xandikos") as server, booking(server.url, "pm", blank_database, clock) as made:
            yield made


@contextmanager
def booking(url: str, user: str, blank_database: Path, clock: FixedClock) -> Generator[Booked]:
    """Make a desk with its calendar on a server."""
    place = home()
    secret(place.config.parent)
    copy_database(blank_database, place.database)
    place.config.write_text(configuration(url, user), encoding="utf-8")
    desk = open_desk(place, load(place.config), clock)
    add_practice(desk.ctx)
    add_person(desk.ctx)
    made = Booked(desk, url, set_up(desk, desk.config.calendar("promises")), user, clock)
    yield made
    made.desk.ctx.store.close()


_HOLD = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"


@contextmanager
def another_process_syncing(lock: Path) -> Generator[None]:
    """Have another process hold an account's lock."""
    command = [sys.executable, "-c", _HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        yield
        process.stdin.write("\n")
        process.stdin.close()


@contextmanager
def answering(status: int, body: bytes = b"", **headers: str) -> Generator[str]:
    """Run a server that answers every request alike; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        """Answers without looking."""

        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body if self.command != "HEAD" else b"")
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def busy_server(retry_after: int) -> AbstractContextManager[str]:
    """Run a server that asks everybody to come back later."""
    return answering(503, Retry_After=str(retry_after))
