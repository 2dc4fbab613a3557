"""One store, one server, several programs that edit, trouble at any step; and what must hold in the end.

Every edited value is used once, and remembers what it replaced. In the end each edit must be the value
that stands, or one that was knowingly replaced, or half of a conflict that the user was asked about.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import httpx

from followthru.calendars.caps import STANDARD, Caps
from followthru.calendars.cycle import Cycle, Report
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import CalendarError, LossGuardError
from followthru.calendars.ical.form import Form
from followthru.calendars.ical.read import Remote, read
from followthru.calendars.ical.when import When
from followthru.calendars.ical.write import patch
from followthru.calendars.links import Link, LinkState
from followthru.calendars.merge import Matter, Question
from followthru.calendars.probe import probe
from followthru.calendars.shown import View
from followthru.calendars.steps import Place
from followthru.domain.task import Status
from tests.calendars.fake import COLLECTION, ORIGIN, FakeServer, Fault, faultless
from tests.calendars.measured import measured
from tests.calendars.memory import MemoryLedger, never, task
from tests.calendars.quirks import LATE, UNGUARDED, Quirk
from tests.calendars.troubles import KilledError, fault_at, kill_at

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"
REFUSED = "a condition was refused that holds"
Value = date | str


class WatchedLedger(MemoryLedger):
    """A ledger that shows each question to a judge when it is asked."""

    def __init__(self, view: View, now: Callable[[], datetime], judge: Callable[[Question], None]) -> None:
        super().__init__(view, now, zone=ZONE)
        self._judge = judge

    def ask(self, link: Link, questions: Sequence[Question]) -> None:
        """See `Ledger.ask`."""
        for question in questions:
            self._judge(question)
        super().ask(link, questions)


class WatchedServer(FakeServer):
    """A server that notes each write that nobody had written down before it was sent."""

    def __init__(self, quirks: Iterable[Quirk], ledger: MemoryLedger) -> None:
        super().__init__(quirks)
        self._ledger = ledger
        self.surprises: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See `FakeServer.handle_async_request`."""
        if request.method in ("PUT", "DELETE"):
            name = request.url.path.removeprefix(COLLECTION)
            if name not in {one.link.name for one in self._ledger.operations.values()}:
                self.surprises.append(f"{request.method} {name}")
        return await super().handle_async_request(request)


class World:
    """One store, one server, and what everybody wrote."""

    def __init__(self, quirks: Iterable[Quirk] = (), form: Form = Form.EVENT, caps: Caps = STANDARD) -> None:
        self.time = NOW
        self.caps = caps
        # Targets of events would be a second object of each task; those of todos are the day on which they begin.
        self.view = View("promises", practices=("oak-street",), targets=form is Form.TODO, form=form)
        self.ledger = WatchedLedger(self.view, lambda: self.time, self.judge)
        self.quirks = frozenset(quirks)
        self.server = WatchedServer(self.quirks, self.ledger)
        self.groundless: list[Question] = []
        self.parents: dict[Value, set[Value]] = defaultdict(set)
        self.edits: dict[tuple[int, str], list[Value]] = defaultdict(list)
        self.gave_up: set[int] = set()
        self.ticked: set[int] = set()
        self.unticked: set[int] = set()
        self.unused = (date(2027, 2, 1) + timedelta(days=n) for n in range(100_000))
        self.serial = 0

    def fresh(self, field: str) -> Value:
        """Return a value that nobody has used."""
        if field == "on":
            return next(self.unused)
        self.serial += 1
        return f"Title {self.serial}"

    def ours(self, number: int, field: str) -> None:
        """Edit a task, or add it."""
        row = self.ledger.tasks.get(number)
        if row is None:
            day = next(self.unused)
            row = task(number, str(self.fresh("title")), day)._replace(target_on=day - timedelta(days=2))
            self.edits[number, "on"].append(row.promised_on or date.min)
            self.edits[number, "title"].append(row.title)
        else:
            name = "promised_on" if field == "on" else "title"
            value = self.fresh(field)
            self.edited(number, field, getattr(row, name), value)
            row = row._replace(**{name: value})
        self.ledger.put(row)

    def edited(self, number: int, field: str, before: Value, after: Value) -> None:
        """Note that somebody knowingly replaced one value by another."""
        self.parents[after].add(before)
        self.edits[number, field].append(after)

    def drop(self, number: int) -> None:
        """Drop a task, or take the drop back."""
        row = self.ledger.tasks.get(number)
        if row is not None:
            self.gave_up.add(number)
            self.unticked.add(number)
            status = Status.OPEN if row.status is Status.DROPPED else Status.DROPPED
            self.ledger.put(row._replace(status=status))

    def theirs(self, number: int, field: str) -> None:
        """Edit an event on the server, if it is there."""
        for name, remote in self.events(number):
            value = self.fresh(field)
            text = self.server.objects[name].text
            if isinstance(value, str):
                self.edited(number, field, remote.summary, value)
                self.server.put(name, edited_there(text, summary=value))
            else:
                self.edited(number, field, day_of(remote), value)
                self.server.put(name, edited_there(text, when=When(value, None, ZONE)))

    def tick(self, number: int, *, done: bool, ours: bool, way: int = 0) -> None:
        """Tick or un-tick a task here, or its todo there in the one or other way."""
        if ours:
            row = self.ledger.tasks.get(number)
            if row is None or row.status is Status.DROPPED or (row.status is Status.DONE) == done:
                return
            since = self.time.date() if done else None
            self.ledger.put(row._replace(status=Status.DONE if done else Status.OPEN, done_on=since))
            self._noted(number, done=done)
            return
        for name, remote in self.events(number) if self.view.form is Form.TODO else ():
            if remote.ticks.done != done and not (remote.ticks.completed and done):
                self.server.put(name, ticked_there(self.server.objects[name].text, done=done, way=way))
                self._noted(number, done=done)

    def _noted(self, number: int, *, done: bool) -> None:
        (self.ticked if done else self.unticked).add(number)

    def annotate(self, number: int) -> None:
        """Add something foreign to an event."""
        for name, _ in self.events(number):
            text = self.server.objects[name].text
            self.server.put(name, re.sub("END:(VEVENT|VTODO)", r"X-NOTE:theirs\r\nEND:\1", text))

    def delete(self, number: int) -> None:
        """Delete an event on the server."""
        for name, _ in self.events(number):
            self.gave_up.add(number)
            self.server.delete(name)

    def answer(self, number: int, *, ours: bool) -> None:
        """Decide an open conflict."""
        links = [one for one in self.ledger.links.values() if one.task_id == number]
        if not links or self.ledger.link_of(number).state is not LinkState.ASKED:
            return
        link = self.ledger.link_of(number)
        remote = read(link.theirs or "")
        row = self.ledger.tasks[number]
        assert isinstance(remote, Remote)
        asked = {one.field for one in self.ledger.asked[link.id]}
        pairs = (("promised_on", row.promised_on, day_of(remote)), ("title", row.title, remote.summary))
        for field, mine, other in pairs:
            assert mine is not None
            if mine != other and (ours or field in asked):
                self.parents[mine if ours else other].add(other if ours else mine)
        self.ledger.answer(number, ours=ours)

    def events(self, number: int) -> list[tuple[str, Remote]]:
        """Return the task's objects on the server."""
        found: list[tuple[str, Remote]] = []
        uids = {link.uid for link in self.ledger.links.values() if link.task_id == number}
        for name, stored in self.server.objects.items():
            plain = stored.text.replace("\r", "")
            if f"X-FOLLOWTHRU-ID:task-{number}\n" in plain or any(f"UID:{uid}\n" in plain for uid in uids):
                remote = read(stored.text)
                assert isinstance(remote, Remote)
                found.append((name, remote))
        return found

    def ancestors(self, value: Value) -> set[Value]:
        """Return a value and all it replaced."""
        found: set[Value] = set()
        todo = [value]
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += self.parents[one]
        return found

    def sync(self) -> Report:
        """Run one cycle as a process of its own would; what contradicts the standards has the server measured."""
        report = asyncio.run(self._sync())
        if report.anomalies and self.caps == STANDARD:
            self.caps = measured(self.quirks)
        return report

    async def _sync(self) -> Report:
        async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=self.server) as client:
            return await self._cycle(client)

    async def _cycle(self, client: DavClient) -> Report:
        url = ORIGIN + COLLECTION
        place = Place("store-1", self.view, url)
        try:
            report = await Cycle(place, Collection(client, url), self.ledger, lambda: self.time, self.caps).run()
            if REFUSED in report.anomalies:
                self.caps = measured(self.server.quirks)  # What contradicts a measurement has it made again.
            return report
        finally:
            assert asyncio.all_tasks() == {asyncio.current_task()}, "a worker outlives its cycle"

    def measured(self) -> Caps:
        """Have every sync from now on follow what the server is measured to do."""

        async def measure() -> Caps:
            async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=self.server) as client:
                return await probe(Collection(client, ORIGIN + COLLECTION), lambda: self.time)

        try:
            self.caps = asyncio.run(measure())
        finally:
            self.server.surprises.clear()  # what is measured on is nobody's item, and not written down
        return self.caps

    def idle(self, cycles: int, apart: timedelta) -> None:
        """Let time pass with cycles in it, whatever they say."""

        async def run() -> None:
            async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=self.server) as client:
                for _ in range(cycles):
                    self.time += apart
                    with suppress(CalendarError, LossGuardError):
                        await self._cycle(client)

        asyncio.run(run())

    def troubled(self, trouble: str, at: int) -> None:
        """Run one cycle in which something goes wrong at the n-th chance."""
        if trouble == "theirs" and self.server.has(*UNGUARDED):
            trouble = "ours"  # between a check and a write that nothing guards, no program can save their edit
        self.server.fault = self._meddle(trouble, at) if trouble in ("ours", "theirs") else fault_at(trouble, at)
        self.ledger.tick = kill_at(at) if trouble == "kill" else never
        try:
            self.sync()
        except LossGuardError:
            self.ledger.memory = self.ledger.memory._replace(confirmed=True)
        except (KilledError, CalendarError):
            pass
        finally:
            self.server.fault, self.ledger.tick = faultless, never

    def _meddle(self, who: str, at: int) -> Fault:
        """Return a go-between during whose n-th request somebody edits something."""
        left = [at]

        def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
            left[0] -= 1
            if left[0] != -1:
                return forward()
            for number in (1, 2, 3):
                for field in ("on", "title"):
                    if who == "ours":
                        self.ours(number, field)
                    else:
                        self.theirs(number, field)
            return forward()

        return stand_between

    def judge(self, question: Question) -> None:
        """Note a conflict in which one side had seen the other's value when it edited."""
        ours, theirs = question.ours, question.theirs
        if question.matter is not Matter.CONFLICT:
            return
        assert isinstance(ours, date | str)
        assert isinstance(theirs, date | str)
        if theirs in self.ancestors(ours) or ours in self.ancestors(theirs):
            self.groundless.append(question)

    def standing(self) -> tuple[object, ...]:
        """Return all that a cycle can change, but for when it last looked."""
        ledger = self.ledger
        return (
            self.server.writes(),
            dict(ledger.links),
            dict(ledger.tasks),
            len(ledger.questions),
            len(ledger.operations),
        )

    def settle(self) -> None:
        """Sync in peace until nothing happens any more."""
        for _ in range(6):
            self.time += timedelta(days=2) if self.server.has(*LATE) else timedelta(minutes=15)
            before = self.standing()
            try:
                self.sync()
            except LossGuardError:
                self.ledger.memory = self.ledger.memory._replace(confirmed=True)
                continue
            if before != self.standing():
                continue
            if not self._misread():
                return
            self.time += timedelta(days=2)
        raise AssertionError("it never comes to rest")

    def _misread(self) -> bool:
        """Whether a text that can be read now was spoilt on its way: the next complete listing has it read again."""
        numbers = [number for number, row in self.ledger.tasks.items() if row.status is not Status.DROPPED]
        links = [self.ledger.link_of(number) for number in numbers]
        return any(one.state is LinkState.QUARANTINED and self.server.poisoned(one.name) is None for one in links)

    def verify(self) -> None:
        """Hold what must hold once all has come to rest."""
        assert not self.ledger.operations
        assert not self.server.surprises, "sent before it was written down"
        assert self.groundless == [], "asked although one side knew the other's value"
        for number, row in self.ledger.tasks.items():
            events = [one for one in self.events(number) if self.server.poisoned(one[0]) is None]
            link = self.ledger.link_of(number) if row.status is not Status.DROPPED else None
            if link is None:
                assert events == [], "what is dropped leaves the calendar"
                continue
            assert row.promised_on is not None
            if link.state is LinkState.UNLINKED:
                assert number in self.gave_up
                assert events == [], "what they deleted stays deleted"
                continue
            if self.server.poisoned(link.name) is not None:
                assert link.state is LinkState.QUARANTINED
                assert link.reason
                continue
            assert link.state in (LinkState.LINKED, LinkState.ASKED)
            [(name, remote)] = events
            there = {"on": day_of(remote), "title": remote.summary}
            here: dict[str, Value] = {"on": row.promised_on, "title": row.title}
            if link.state is LinkState.LINKED:
                assert there == here
                assert name == link.name
                self._verify_ticks(number, row.status is Status.DONE, link)
            if number in self.gave_up:
                continue
            for field, value in here.items():
                standing = self.ancestors(value) | self.ancestors(there[field])
                lost = [one for one in self.edits[number, field] if one not in standing]
                assert not lost, f"{field} of {number}: {lost} lost, {value} here, {there[field]} there"

    def _verify_ticks(self, number: int, done: bool, link: Link) -> None:
        """Both sides agree whether it is done; a tick that nobody took back stands, and nothing ticks itself."""
        assert link.agreed is not None
        assert link.agreed.done == done
        if self.view.form is Form.TODO and number not in self.gave_up:
            [(_, remote)] = self.events(number)
            ticks = remote.ticks
            assert ticks.done or ticks.completed or ticks.percent if done else not ticks.done
        if number not in self.unticked | self.gave_up:
            assert done == (number in self.ticked)


def day_of(remote: Remote) -> date:
    """Return the day that an object says; nobody takes one off here."""
    when = remote.when(ZONE)
    assert when is not None
    return when.on


def edited_there(text: str, *, summary: str | None = None, when: When | None = None) -> str:
    """Return a text as another program edits it: what it does not know, such as our mark, stays as it is."""
    mark = re.search(r"X-FOLLOWTHRU-REVISION:\w+", text)
    edited = patch(text, NOW, summary=summary, when=when)
    return re.sub(
        r"X-FOLLOWTHRU-REVISION:\w+\s*" if mark is None else r"X-FOLLOWTHRU-REVISION:\w+",
        "" if mark is None else mark[0],
        edited,
    )


def ticked_there(text: str, *, done: bool, way: int) -> str:
    """Return a text as another program ticks it: by its status, the instant, 100 per cent, or as we do."""
    if not done:
        text = re.sub(r"STATUS:[A-Z-]+", "STATUS:NEEDS-ACTION", text)
        return text if way == 0 else re.sub(r"(?:COMPLETED|PERCENT-COMPLETE):[^\r\n]*\r?\n", "", text)
    lines = {1: "COMPLETED:20270104T120000Z", 2: "PERCENT-COMPLETE:100"}
    if way in lines:
        return text.replace("END:VTODO", f"{lines[way]}\r\nEND:VTODO")
    text = re.sub(r"STATUS:[A-Z-]+", "STATUS:COMPLETED", text)
    return text if way == 0 else text.replace("END:VTODO", f"{lines[1]}\r\n{lines[2]}\r\nEND:VTODO")
