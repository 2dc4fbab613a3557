"""The contract's servers, and a fresh calendar on each for every test.

Without an environment: Radicale and Xandikos, started here. With FOLLOWTHRU_TEST_CALDAV_URL, _USER and _PASSWORD:
that server and no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contract.desk import Desk, Wire
from tests.contract.ground import Ground
from tests.contract.servers import GIVEN, NAMES, start
from tests.network import block_outside


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing out, unless a server was given: then its user chose where to go."""
    if GIVEN is None:
        block_outside(monkeypatch)


@pytest.fixture(scope="session", params=NAMES)
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One server for the session; what was made on it is removed at the end."""
    target, process = start(str(request.param), tmp_path_factory.mktemp(str(request.param)))
    ground = Ground(target)
    yield ground
    asyncio.run(ground.leave())
    if process is not None:
        process.__exit__(None, None, None)


@pytest.fixture
async def url(ground: Ground) -> AsyncIterator[str]:
    """An empty calendar."""
    url = await ground.collection()
    yield url
    ground.free(url)


@pytest.fixture
async def desk(ground: Ground, url: str) -> AsyncIterator[Desk]:
    """A store with a calendar of its own on the server."""
    wire = Wire()
    async with ground.client(wire) as client, ground.client() as other:
        yield Desk(client, other, url, ground.caps, wire, theirs=ground.theirs)
