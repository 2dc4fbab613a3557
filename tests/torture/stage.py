"""What a torture stands on: a store that says when it commits, two calendars, and scripted servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.calendars.scratch import is_scratch
from followthru.config.places import Home, home_in
from followthru.config.reading import load
from followthru.config.values import Config
from followthru.store.store import Store, Writer
from tests.calendars.fake import COLLECTION, ORIGIN, FakeServer
from tests.calendars.quirks import UNGUARDED, Quirk

PASSWORD = "loopback only"
USER = "pm"
CALENDARS = ("mine", "beside")
"""A calendar in a collection of our own, and one in a collection that holds somebody else's items too."""
HERE = "/pm/"
"""The segment of a scripted server's paths that tells several of them apart."""
Forward = Callable[[], Awaitable[httpx.Response]]
Fault = Callable[[httpx.Request, Forward], Awaitable[httpx.Response]]


async def faultless(request: httpx.Request, forward: Forward) -> httpx.Response:
    """Forward and answer."""
    return await forward()


def unwatched(step: str) -> None:
    """Let every step pass."""


class WatchedStore(Store):
    """A store that calls `watch` in each transaction before it commits, and after it has."""

    watch: Callable[[str], None] = staticmethod(unwatched)

    @contextmanager
    def writing(self) -> Generator[Writer]:
        """See `Store.writing`."""
        with super().writing() as tx:
            yield tx
            self.watch("before commit")
        self.watch("after commit")


def configuration(
    folder: Path, urls: Mapping[str, str], *, todos: bool = False, audience: str = "me"
) -> tuple[Home, Config]:
    """Write a configuration with one account and its calendars at these addresses; return its home and what it says.

    With `todos`, the calendar beside other items shows todos; it is read by its `audience`.
    """
    home = home_in(folder)
    home.prepare()
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="ascii")
    secret.chmod(0o600)
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(urls[CALENDARS[0]]))
    tables = [
        f'[[calendars]]\nname = "{name}"\naccount = "home"\ncollection = "{url}"\npractices = ["oak-street"]\n'
        f"share_existing = {'true' if name == 'beside' else 'false'}\n"
        f'as = "{"tasks" if todos and name == "beside" else "events"}"\n'
        f'audience = "{audience if name == "beside" else "me"}"\n'
        for name, url in urls.items()
    ]
    account = (
        f'[[accounts]]\nname = "home"\nurl = "{origin}"\nusername = "{USER}"\npassword = {{ file = "password" }}\n'
    )
    me = '[me]\nname = "Robin Vale"\ntimezone = "UTC"\n'
    home.config.write_text("".join((me, account, *tables)), encoding="utf-8")
    home.config.chmod(0o600)
    return home, load(home.config)


def desk_over(store: Store, home: Home, config: Config) -> Desk:
    """Return the desk that a new process would have on an open store."""
    return Desk(home, config, Context(store, zone="UTC", my_name="Robin"), {})


class FakeShelf:
    """A scripted server's collection, edited past the network."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server

    def texts(self) -> dict[str, str]:
        """See `Shelf`."""
        return {name: one.text for name, one in self._server.objects.items()}

    def put(self, name: str, text: str) -> None:
        """See `Shelf`."""
        self._server.put(name, text)

    def delete(self, name: str) -> None:
        """See `Shelf`."""
        self._server.delete(name)


class Router(httpx.AsyncBaseTransport):
    """Several scripted servers at addresses of one origin, each of which knows one collection only.

    `fault` stands between client and servers. `unguarded` says that no condition on a write holds there.
    """

    def __init__(self, quirks: Iterable[Quirk] = (), names: tuple[str, ...] = CALENDARS) -> None:
        self.servers = {name: FakeServer(quirks) for name in names}
        self.fault: Fault = faultless
        self.unguarded = bool(UNGUARDED & set(quirks))

    @property
    def urls(self) -> dict[str, str]:
        """The address of each collection."""
        return {name: f"{ORIGIN}{COLLECTION.replace(HERE, f'/{name}/', 1)}" for name in self.servers}

    def writes(self) -> int:
        """Return how many writing requests came, but for those of a measurement."""
        return sum(not scratch for scratch in self._writes())

    def measuring_writes(self) -> int:
        """Return how many writing requests came of measurements, on scratch objects that are removed again."""
        return sum(self._writes())

    def _writes(self) -> Iterator[bool]:
        """Yield of each writing request whether it was about a scratch object."""
        for server in self.servers.values():
            yield from (is_scratch(path.split("/")[-1]) for method, path in server.log if method in ("PUT", "DELETE"))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand a request on to its server, or do what the fault says."""
        body = await request.aread()
        name = request.url.path.split("/")[1]
        server = self.servers.get(name)
        if server is None:
            return httpx.Response(404)
        there, inside = f"/{name}/".encode(), HERE.encode()
        headers = {key: value for key, value in request.headers.items() if key.lower() != "content-length"}
        url = ORIGIN + request.url.raw_path.decode().replace(f"/{name}/", HERE, 1)
        asked = httpx.Request(request.method, url, headers=headers, content=body.replace(there, inside))

        async def forward() -> httpx.Response:
            answer = await server.handle_async_request(asked)
            told = [(key, value) for key, value in answer.headers.raw if key.lower() != b"content-length"]
            return httpx.Response(answer.status_code, headers=told, content=answer.content.replace(inside, there))

        return await self.fault(request, forward)
