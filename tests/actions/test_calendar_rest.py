"""A refused password is not tried again and again: on a real Radicale, with every request counted on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from followthru.actions.calendar_standing import standings
from followthru.actions.calendars import collections
from followthru.actions.desk import open_desk
from followthru.actions.sync import sync_account
from followthru.calendars.errors import AuthRefusedError, BusyError
from followthru.config.reading import load
from followthru.demo.radicale import Radicale
from tests.calendarkit import Booked, configuration, make_collection, secret
from tests.loopback import Answering, Asked, Loopback, Said, forwarding, serving
from tests.storekit import add_task

NAMES = ("one", "two", "three")


class Gate:
    """What stands before the server, and what it turns away."""

    def __init__(self, forward: Answering) -> None:
        self._forward = forward
        self.shut: str | None = None
        self.status = 401

    def __call__(self, asked: Asked) -> Said:
        """Forward, or turn away what is under the path that is shut."""
        if self.shut is not None and asked.path.startswith(self.shut):
            return Said(self.status, {"Retry-After": "300"} if self.status == 429 else {})
        return self._forward(asked)


@pytest.fixture
def gate(radicale: Radicale) -> Gate:
    return Gate(forwarding(radicale.url))


@pytest.fixture
def server(gate: Gate) -> Iterator[Loopback]:
    with serving(gate) as running:
        yield running


@pytest.fixture
def three(booked: Booked, server: Loopback, radicale: Radicale) -> Booked:
    """Three calendars on one account."""
    for name in NAMES:
        make_collection(radicale, booked.user, name)
    _configure(booked, server)
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    return booked


def _configure(booked: Booked, server: Loopback, more: str = "") -> None:
    tables = [f'[[calendars]]\nname = "{name}"\ncollection = "{server.url}{booked.user}/{name}/"\n' for name in NAMES]
    text = configuration(server.url, booked.user, "".join(tables))
    booked.reconfigure(text.replace(f'url = "{server.url}"', f'url = "{server.url}{more}"'))


def resting(booked: Booked) -> list[str]:
    """Return the names of the calendars that are left alone."""
    return [one.calendar for one in standings(booked.desk) if one.resting_until is not None]


def test_three_calendars_of_a_wrong_password_are_one_try(three: Booked, server: Loopback) -> None:
    secret(three.home.config.parent, "wrong")
    faults = [report.fault for report in three.reports()]
    assert [type(fault) for fault in faults] == [AuthRefusedError] * 3
    assert len(server.log) == 1
    assert resting(three) == list(NAMES)
    assert all("refused the user name" in (one.fault or "") for one in standings(three.desk))
    three.clock.advance(hours=5)
    assert three.reports() == []
    assert len(server.log) == 1


def test_the_breaker_is_there_after_a_restart(three: Booked, server: Loopback) -> None:
    secret(three.home.config.parent, "wrong")
    three.reports()
    desk = open_desk(three.home, load(three.home.config), three.clock)
    assert asyncio.run(sync_account(desk, desk.config.accounts[0])) == []
    desk.ctx.store.close()
    assert len(server.log) == 1


def test_one_calendar_that_is_refused_stops_no_other(three: Booked, gate: Gate, server: Loopback) -> None:
    assert all(report.fault is None for report in three.reports())
    gate.shut = f"/{three.user}/two/"
    server.log.clear()
    one, two, rest = three.reports()
    assert (one.fault, rest.fault) == (None, None)
    assert isinstance(two.fault, AuthRefusedError)
    assert resting(three) == ["two"]
    server.log.clear()
    three.clock.advance(hours=1)
    assert [report.calendar for report in three.reports()] == ["one", "three"]
    assert not [asked for asked in server.log if urlsplit(asked.path).path == gate.shut]


@pytest.mark.parametrize("way", ["check", "asked", "configuration"])
def test_a_correction_lifts_it(three: Booked, server: Loopback, way: str) -> None:
    secret(three.home.config.parent, "wrong")
    three.reports()
    secret(three.home.config.parent)
    if way == "check":
        collections(three.desk, three.desk.config.accounts[0])
    elif way == "asked":
        assert all(report.fault is None for report in three.reports(asked=True))
    else:
        _configure(three, server, f"{three.user}/")
    assert [report.fault for report in three.reports()] == [None] * 3
    assert resting(three) == []


def test_a_server_that_asks_for_patience_is_left_alone_by_all_calendars(
    three: Booked, gate: Gate, server: Loopback
) -> None:
    gate.shut, gate.status = f"/{three.user}/two/", 429
    one, *others = three.reports()
    assert one.fault is None
    assert [type(other.fault) for other in others] == [BusyError] * 2
    assert resting(three) == list(NAMES)
    assert not [asked for asked in server.log if "/three/" in asked.path]
    assert three.reports() == []
    three.clock.advance(minutes=5)
    gate.shut = None
    assert [report.fault for report in three.reports()] == [None] * 3
