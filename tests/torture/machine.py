"""The stage of the state machine: a real store in memory and scripted servers, and all that can go wrong in a sync."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import NamedTuple, cast

import httpx
import pytest

from followthru.actions.context import Context
from followthru.actions.own_faults import OwnFaultError
from followthru.actions.sync import CalendarReport, sync_account
from followthru.config.places import Home
from followthru.config.values import Config
from followthru.store.connection import PRAGMAS
from tests.calendars.quirks import HALTING, WIRE, Quirk
from tests.storekit import FixedClock, add_practice
from tests.torture.shelf import CANARY, Shelf
from tests.torture.stage import (
    CALENDARS,
    FakeShelf,
    Fault,
    Forward,
    Router,
    WatchedStore,
    desk_over,
    faultless,
    unwatched,
)
from tests.torture.world import World

ENOUGH = 8
"""Cycles in peace within which everything comes to rest."""


TROUBLES = (
    *("kill",) * 6,
    *("lost",) * 3,
    *("empty",) * 2,
    *("ours", "theirs", "refused", "dropped", "page"),
    *("401", "403", "404", "409", "412", "423", "429", "500", "503", "507"),
)
"""What can go wrong in a sync. `ours` and `theirs` edit in the middle of it."""
QUIRKS = sorted(
    set(Quirk)
    - HALTING
    - WIRE
    - {Quirk.HREF_MOVED, Quirk.HREF_ESCAPED, Quirk.BODY_X_DROPPED, Quirk.MEMBER_403, Quirk.MEMBER_500}
    - {Quirk.ZONE_REFUSED}  # A shelf reads an instant without knowing in which zone it is meant.
)
"""Quirks with which everything can come to rest, and every event can be read."""
UNREADABLE = (Quirk.MEMBER_403, Quirk.MEMBER_500)
"""What one event of a collection may be for a while."""
EMPTY = '<?xml version="1.0"?><multistatus xmlns="DAV:"></multistatus>'


def of_servers_only(reports: list[CalendarReport]) -> list[CalendarReport]:
    """Return the reports of a sync. Raises a fault of our own: that is contained for its user, not for a proof."""
    for one in reports:
        if isinstance(one.fault, OwnFaultError):
            raise one.fault
    return reports


class KilledError(BaseException):
    """The process ended here; nothing of ours may catch it."""


class Trouble(NamedTuple):
    """What goes wrong in one sync, and at which chance."""

    kind: str
    at: int


class Stage:
    """One world whose syncs run in this process, each as a process of its own would: on what was committed."""

    def __init__(
        self,
        schema: bytes,
        home: Home,
        config: Config,
        quirks: Iterable[Quirk] = (),
        *,
        peopled: Callable[[Context, Mapping[str, Shelf]], World] = World,
    ) -> None:
        self.clock = FixedClock()
        self._patch = pytest.MonkeyPatch()
        numbers = count(1)
        # The same script is the same run: names of objects, and so their order, follow from uids.
        self._patch.setattr(uuid, "uuid4", lambda: uuid.uuid5(uuid.NAMESPACE_OID, str(next(numbers))))
        self.router = Router(quirks)
        self._home, self._config = home, config
        self._store = self._opened(schema)
        desk = desk_over(self._store, home, config)
        add_practice(desk.ctx)
        self.world = peopled(desk.ctx, {name: FakeShelf(server) for name, server in self.router.servers.items()})
        self._left = -1
        self._dead = False

    def close(self) -> None:
        """Close the store."""
        self._patch.undo()
        self._store.close()

    def image(self) -> bytes:
        """Return the database as bytes."""
        return self._connection.serialize()

    def sync(self, trouble: Trouble | None = None) -> list[CalendarReport]:
        """Sync both calendars; what a kill leaves is what was committed, and a new process opens that."""
        self._arm(trouble)
        desk = desk_over(self._store, self._home, self._config)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", self._handle)
                return of_servers_only(asyncio.run(sync_account(desk, self._config.accounts[0], asked=True)))
        except BaseException as error:
            if not _is_kill(error):
                raise
            self._reopen()
            return []
        finally:
            self._arm(None)
            self.world.judge()

    def hide(self, name: str, quirk: Quirk | None) -> None:
        """Have the server of one calendar not give out one of its events, or give out all again."""
        server = self.router.servers[name]
        server.quirks -= set(UNREADABLE)
        server.quirks |= set() if quirk is None else {quirk}

    def settle(self) -> None:
        """Sync in peace until nothing happens any more; a day passes, because some things are tried again daily."""
        for name in CALENDARS:
            self.hide(name, None)
        for passed in (0, 1):
            self.world.pass_time(lambda days=passed: self.clock.advance(days=days))
            for _ in range(ENOUGH):
                if self._is_quiet(self.sync()):
                    break
            else:
                raise AssertionError("it never comes to rest")

    def check(self) -> None:
        """Assert everything that must hold at rest."""
        faults = self.world.faults()
        if CANARY.encode() in self.image():
            faults.append("somebody else's words are in the database")
        if faults:
            raise AssertionError("\n".join(faults))

    def idle(self, cycles: int) -> None:
        """Assert that nothing is written in further cycles, through more than a day.

        A server in doubt is measured again, once.
        """
        writes, measured = self.router.writes(), 0
        for _ in range(cycles):
            self.clock.advance(hours=1)
            before = self.router.measuring_writes()
            assert self._is_quiet(self.sync())
            measured += self.router.measuring_writes() != before
        assert self.router.writes() == writes, "written although nothing had changed"
        assert measured <= 1, "measured again and again"

    def take_back(self) -> None:
        """Move an event there, take that back here, and assert that it is as it was on every calendar."""
        name = CALENDARS[0]
        rows = self.world.rows()
        events = self.world.ours(name)
        for number, one in enumerate(events):
            row = next((row for row in rows.values() if row.uid == one.task_uid), None)
            if row is None or one.role != "promise" or row.status != "open" or not self._in_step(row.id):
                continue
            self.world.move(name, number)
            self.settle()
            assert self.world.rows()[row.id].promised_on != row.promised_on, "their move is not taken over"
            self.world.undo()
            assert self.world.rows()[row.id].promised_on == row.promised_on
            self.settle()
            there = {one.on for where in CALENDARS for one in self.world.ours(where) if one.task_uid == row.uid}
            assert row.promised_on in there
            return

    def _in_step(self, task_id: int) -> bool:
        sql = "SELECT count(*) FROM link WHERE task_id = ? AND state NOT IN ('linked', 'gone')"
        return self.world.ctx.read.value(sql, task_id) == 0

    def _is_quiet(self, reports: list[CalendarReport]) -> bool:
        return self.world.was_quiet(reports)

    def _opened(self, image: bytes) -> WatchedStore:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.deserialize(image)
        for pragma in PRAGMAS:
            self._connection.execute(pragma)
        return WatchedStore(self._connection, Path(":memory:"), self.clock)

    def _reopen(self) -> None:
        image = self.image()
        self._store.close()
        self._store = self._opened(image)
        self.world.ctx = desk_over(self._store, self._home, self._config).ctx

    def _arm(self, trouble: Trouble | None) -> None:
        self._dead = False
        self._left = trouble.at if trouble is not None and trouble.kind == "kill" else -1
        self._store.watch = self._tick if self._left >= 0 else unwatched
        self.router.fault = faultless if trouble is None else self._fault(trouble)

    def _tick(self, _: str = "") -> None:
        """Pass one point at which a kill may come. Nothing passes any after it came."""
        if self._left < 0:
            return
        if not self._dead:
            self._left -= 1
            self._dead = self._left < 0
            self._left = max(self._left, 0)
        if self._dead:
            raise KilledError

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        return await self.router.handle_async_request(request)

    def _fault(self, trouble: Trouble) -> Fault:
        left = [trouble.at]
        if trouble.kind == "theirs" and self.router.unguarded:
            trouble = Trouble(
                "ours", trouble.at
            )  # between a look and a write that nothing guards, no program saves theirs
        others: dict[str, Callable[[], None]] = {"ours": self._meddle_here, "theirs": self._meddle_there}

        async def stand_between(request: httpx.Request, forward: Forward) -> httpx.Response:
            if trouble.kind == "kill":
                self._tick()
                answer = await forward()
                self._tick()
                return answer
            left[0] -= 1
            if trouble.kind == "empty":
                return await _emptied(request, forward)
            if left[0] != -1:
                return await forward()
            if trouble.kind in others:
                others[trouble.kind]()
                return await forward()
            return await _spoilt(trouble.kind, request, forward)

        return stand_between

    def _meddle_here(self) -> None:
        for number in (0, 1, 2):
            self.world.write(number, "title")
            self.world.write(number, "promised_on")

    def _meddle_there(self) -> None:
        for name in CALENDARS:
            for number in (0, 1, 2):
                self.world.move(name, number)
                self.world.retitle(name, number)


async def _emptied(request: httpx.Request, forward: Forward) -> httpx.Response:
    """Answer as if the collection were empty."""
    answer = await forward()
    listing = answer.status_code == 207 and request.headers.get("Depth") == "1"
    return httpx.Response(207, text=EMPTY) if listing else answer


async def _spoilt(kind: str, request: httpx.Request, forward: Forward) -> httpx.Response:
    match kind:
        case "refused":
            raise httpx.ConnectError("nobody there", request=request)
        case "lost":
            await forward()
            raise httpx.ReadError("the answer is lost", request=request)
        case "page":
            return httpx.Response((await forward()).status_code, text="<html>sign in</html>")
        case "dropped":
            raise httpx.RemoteProtocolError("closed between two requests", request=request)
        case _:
            return httpx.Response(int(kind))


def _is_kill(error: BaseException) -> bool:
    """Whether an error is the kill, alone or as what ended a group of tasks."""
    if isinstance(error, BaseExceptionGroup):
        return any(_is_kill(one) for one in cast("BaseExceptionGroup[BaseException]", error).exceptions)
    return isinstance(error, KilledError)
