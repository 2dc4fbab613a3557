"""Method by fault by step, between the real client and real servers: nothing lost, nothing doubled, no secret told.

Each case is one cycle that creates, changes, removes and takes over, with one fault on one of its requests. Faults
off, two cycles later everything is as it should be.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient, Patience
from followthru.calendars.errors import CalendarError
from followthru.calendars.shown import View
from followthru.demo.radicale import Radicale
from followthru.domain.task import Status
from tests.calendars.conftest import PASSWORD, Desk
from tests.calendars.faults import FAULTS, Chooser, dropped_after, sent_to
from tests.calendars.memory import task
from tests.calendars.server import Server
from tests.calendars.wire import Fault, Front, Wire, real, scripted, undisturbed
from tests.contract.servers import Xandikos

FRIDAY = date(2027, 1, 15)
STEPS = {"PROPFIND": 2, "REPORT": 3, "GET": 1, "PUT": 2, "DELETE": 1}
"""How many requests of each method such a cycle makes. It reads singly only what became of a lost write."""
_numbers = count(1)
NAMES = (*FAULTS, "cross host", "to http")
SLOW = {"silent": Patience(piece=0.4), "trickling": Patience(whole=0.5)}
WRITES = ("dropped before", "dropped after", "cut", "garbled", "silent", "502 after", "412", "500", "same host")


class Case(NamedTuple):
    """One fault on the n-th request of one method."""

    server: str
    method: str
    fault: str
    step: int

    def __str__(self) -> str:
        return f"{self.server}-{self.method}{self.step}-{self.fault}"


def whole() -> list[Case]:
    """Return every case."""
    return [
        Case(server, method, fault, step)
        for server in ("radicale", "xandikos")
        for method, steps in STEPS.items()
        for fault in NAMES
        for step in range(1, steps + 1)
    ]


def sampled() -> list[Case]:
    """Return each fault once on a method, in turn, and those that make a write's outcome unknown on each write."""
    methods = list(STEPS)
    chosen = [(methods[at % len(methods)], fault) for at, fault in enumerate(NAMES)]
    chosen += [(method, fault) for method in ("PUT", "DELETE") for fault in WRITES]
    servers = ("radicale", "xandikos")
    return [
        Case(servers[at % 2], method, fault, 1 + at % STEPS[method])
        for at, (method, fault) in enumerate(set_of(chosen))
    ]


def set_of(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs without repetitions, in their order."""
    return list(dict.fromkeys(pairs))


class Doubled:
    """A fault on one request, and for a read of what became of a write, the loss of that write's answer."""

    def __init__(self, case: Case, fault: Fault) -> None:
        self.chosen = Chooser(case.method, case.step, fault)
        self._before = Chooser("PUT", 1, dropped_after) if case.method == "GET" else None

    def __call__(self, wire: Wire) -> Fault:
        if self._before is not None and wire.method == "PUT":
            return self._before(wire)
        return self.chosen(wire)


@pytest.fixture(scope="module")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Xandikos]:
    with Xandikos(tmp_path_factory.mktemp("xandikos")) as server:
        yield server


@pytest.fixture
async def trap() -> AsyncIterator[Front]:
    """Another origin, which would answer like a calendar, and notes whoever comes."""
    async with Front(scripted(Server())) as front:
        yield front


class Rig:
    """Desk, server, and the front between them."""

    def __init__(self, front: Front, desk: Desk) -> None:
        self.front = front
        self.desk = desk

    def prepared(self) -> None:
        """Set up our side of the cycle that is disturbed: one moved, one dropped, one new."""
        tasks = self.desk.ledger
        tasks.put(tasks.tasks[1]._replace(promised_on=FRIDAY + timedelta(days=4)))
        tasks.put(tasks.tasks[3]._replace(status=Status.DROPPED))
        tasks.put(task(4, "New", FRIDAY))

    async def verify(self) -> None:
        """Hold that every edit arrived, once, and that it rests."""
        ledger = self.desk.ledger
        texts = await self.desk.texts()
        assert ledger.questions == []
        assert not ledger.operations
        assert set(texts) == {ledger.link_of(number).name for number in (1, 2, 4)}
        assert "20270119" in texts[ledger.link_of(1).name]
        assert ledger.tasks[2].title == "Theirs"
        assert "SUMMARY:Theirs" in texts[ledger.link_of(2).name]
        assert "SUMMARY:New" in texts[ledger.link_of(4).name]
        assert (await self.desk.sync()).quiet


async def play(case: Case, port: int, user: str, trap: Front) -> None:
    """Publish three, edit on both sides, sync with the fault, and twice without."""
    fault = {"cross host": sent_to(f"{trap.url}{user}/"), "to http": sent_to("http://calendar.invalid/")}.get(
        case.fault
    ) or FAULTS[case.fault]
    async with Front(real(port)) as front:
        url = f"{front.url}{user}/matrix-{next(_numbers)}/"
        account = Account("home", front.url, user, PASSWORD)
        async with DavClient(account) as client:
            assert (await client.send(requests.make_calendar(url, "Promises", ("VEVENT",)))).status == 201
            rig = Rig(front, Desk(client, url, View("promises", practices=("oak-street",))))
            for number in (1, 2, 3):
                rig.desk.ledger.put(task(number, f"Ours {number}", FRIDAY))
            await rig.desk.sync()
            await rig.desk.sync()
            await rig.desk.rewrite(rig.desk.ledger.link_of(2).name, "SUMMARY:Ours 2", "SUMMARY:Theirs")
            rig.prepared()
            rig.desk.time += timedelta(days=2 if case.method == "PROPFIND" and case.step == 2 else 0)
            await disturbed(case, rig, account, fault)
            for days in (0, 2):
                rig.desk.time += timedelta(days=days, minutes=15)
                await rig.desk.sync()
            await rig.verify()
    assert trap.log == [], "nobody is told anything at another origin"


async def disturbed(case: Case, rig: Rig, account: Account, fault: Fault) -> None:
    """Run the one cycle with the fault, and an impatient client."""
    chooser = rig.front.choose = Doubled(case, fault)
    patient = rig.desk.client
    async with DavClient(account, patience=SLOW.get(case.fault, Patience()), max_body=1_000_000) as client:
        rig.desk.client = client
        try:
            await rig.desk.sync()
        except CalendarError as error:
            assert error.safe  # noqa: PT017
            assert PASSWORD not in error.sentences()  # noqa: PT017
    rig.desk.client, rig.front.choose = patient, undisturbed
    assert chooser.chosen.met or case.fault in SLOW


@pytest.mark.parametrize("case", sampled(), ids=str)
async def test_no_fault_on_any_request_loses_or_doubles_anything(
    case: Case, radicale: Radicale, xandikos: Xandikos, trap: Front
) -> None:
    await against(case, radicale, xandikos, trap)


@pytest.mark.torture
@pytest.mark.parametrize("case", whole(), ids=str)
async def test_every_fault_on_every_request(case: Case, radicale: Radicale, xandikos: Xandikos, trap: Front) -> None:
    await against(case, radicale, xandikos, trap)


async def against(case: Case, radicale: Radicale, xandikos: Xandikos, trap: Front) -> None:
    """Play a case on the server it names."""
    if case.server == "radicale":
        await play(case, radicale.port, "pm", trap)
    else:
        await play(case, urlsplit(xandikos.url).port or 0, "user/calendars", trap)
