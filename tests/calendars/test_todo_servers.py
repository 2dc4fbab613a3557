"""Todos on a real Radicale and a real Xandikos, which both look at what they are given, beside another program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, cast
from uuid import uuid4

import pytest

from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.errors import WrongKindError
from followthru.calendars.ical.form import Form
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter
from followthru.calendars.shown import View
from followthru.demo.radicale import Radicale
from followthru.domain.task import Status
from tests.calendars.conftest import PASSWORD, Desk
from tests.calendars.fake import COLLECTION, ORIGIN, FakeServer
from tests.calendars.memory import never, task
from tests.calendars.troubles import KilledError, kill_at
from tests.contract.servers import Xandikos

FRIDAY = date(2027, 1, 15)
TODOS = View("promises", practices=("oak-street",), form=Form.TODO)
BOTH = ("VEVENT", "VTODO")


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Xandikos]:
    """A second server, of another make."""
    with Xandikos(tmp_path_factory.mktemp("xandikos")) as server:
        yield server


class Place:
    """One server: where calendars can be made on it, and who signs in."""

    def __init__(self, root: str, user: str, client: DavClient) -> None:
        self.root, self.user, self.client = root, user, client

    async def make(self, *components: str) -> str:
        """Make a calendar and return its address."""
        url = f"{self.root}c{uuid4().hex}/"
        assert (await self.client.send(requests.make_calendar(url, "Promises", components))).status == 201
        return url


@pytest.fixture(params=["radicale", "xandikos"])
async def place(request: pytest.FixtureRequest, radicale: Radicale, xandikos: Xandikos) -> AsyncIterator[Place]:
    """Each of the servers."""
    url, root, user = (radicale.url, f"{radicale.url}pm/", "pm")
    if request.param == "xandikos":
        url, root, user = xandikos.url, f"{xandikos.url}user/calendars/", "user"
    async with DavClient(Account("home", url, user, PASSWORD)) as client:
        yield Place(root, user, client)


@pytest.fixture
async def desk(place: Place) -> Desk:
    """A store with a calendar of todos on the server."""
    return Desk(place.client, await place.make("VTODO"), TODOS)


async def only(desk: Desk) -> str:
    """Return the one object's text, unfolded."""
    [text] = (await desk.texts()).values()
    return text.replace("\r\n", "\n").replace("\n ", "")


async def edit(desk: Desk, *edits: tuple[str, str], of: int = 1) -> None:
    """Edit a todo as another program would: one after the other in one write."""
    name = desk.ledger.link_of(of).name
    body = await desk.other.get(name)
    assert body is not None
    text = body.text.replace("\r\n", "\n")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    await desk.other.replace(name, text.replace("\n", "\r\n"), body.etag)


async def cycle(desk: Desk) -> dict[str, int]:
    """Run one cycle and return what it did; nothing is left over."""
    report = await desk.sync()
    assert report.problems == ()
    return {name: getattr(report, name) for name in ("created", "updated", "removed", "pulled", "asked")}


async def sync(desk: Desk, **expected: int) -> None:
    """Run one cycle that does this and nothing else, and see that the next one has nothing to do."""
    did = await cycle(desk)
    assert did == dict.fromkeys(did, 0) | expected
    assert (await desk.sync()).quiet


async def test_a_promise_is_a_todo_due_on_its_day_and_then_nothing_happens(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY)._replace(deadline_on=date(2027, 1, 20)))
    await sync(desk, created=2)
    promise, deadline = sorted((await desk.texts()).values(), key=lambda text: "deadline: " in text)
    assert "DUE;VALUE=DATE:20270115" in promise
    assert "DUE;VALUE=DATE:20270120" in deadline
    for text in (promise, deadline):
        assert "BEGIN:VTODO" in text
        assert "STATUS:NEEDS-ACTION" in text
        assert "DTSTART" not in text
        assert "VEVENT" not in text
    commits = desk.ledger.commits
    reports = [await desk.sync() for _ in range(50)]
    assert all(one.quiet for one in reports)
    assert reports[-1].requests == 1
    assert desk.ledger.commits - commits <= 1, "only the token may be stored"


async def test_a_todo_moved_there_comes_back_and_everything_foreign_is_kept(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await cycle(desk)
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;RELATED=END:-PT15H\nDESCRIPTION:x\nEND:VALARM\nEND:VTODO"
    theirs = "X-THEIRS;X-P=1:kept\nPRIORITY:1\nRELATED-TO:some-parent\nDESCRIPTION:Theirs\n" + alarm
    await edit(desk, ("20270115", "20270120"), ("END:VTODO", theirs))
    await sync(desk, pulled=1)
    assert desk.ledger.tasks[1].promised_on == date(2027, 1, 20)
    desk.ledger.put(desk.ledger.tasks[1]._replace(promised_on=date(2027, 1, 22), title="Renew it"))
    await sync(desk, updated=1)
    text = await only(desk)
    for line in ("DUE;VALUE=DATE:20270122", "SUMMARY:Renew it", *theirs.splitlines()):
        assert line in text


@pytest.mark.parametrize(
    "ticks",
    [
        [("STATUS:NEEDS-ACTION", "STATUS:COMPLETED")],
        [("STATUS:NEEDS-ACTION", "STATUS:NEEDS-ACTION\nCOMPLETED:20270104T120000Z")],
        [("STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:100")],
        [("STATUS:NEEDS-ACTION", "STATUS:COMPLETED\nCOMPLETED:20270104T120000Z\nPERCENT-COMPLETE:100")],
    ],
    ids=["status", "instant", "percent", "all"],
)
async def test_a_todo_ticked_there_is_done_and_reopened_here_is_unticked(
    desk: Desk, ticks: list[tuple[str, str]]
) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await cycle(desk)
    await edit(desk, *ticks)
    await sync(desk, pulled=1)
    assert desk.ledger.tasks[1].status is Status.DONE
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.OPEN, done_on=None))
    await sync(desk, updated=1)
    text = await only(desk)
    assert "STATUS:NEEDS-ACTION" in text
    assert "COMPLETED" not in text
    assert "PERCENT" not in text


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
async def test_a_todo_says_when_it_was_done_and_not_when_that_was_published(desk: Desk, known: bool) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    if known:
        await cycle(desk)
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DONE, done_on=date(2027, 1, 2)))
    await cycle(desk)
    assert "COMPLETED:20270102T170000Z" in await only(desk), "noon of that day in New York"


async def test_done_here_is_ticked_there_and_unticked_there_is_open_here(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY)._replace(status=Status.STARTED))
    await sync(desk, created=1)
    assert "STATUS:IN-PROCESS" in await only(desk)
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DONE, done_on=date(2027, 1, 4)))
    await sync(desk, updated=1)
    text = await only(desk)
    for line in ("STATUS:COMPLETED", "COMPLETED:20270104T150000Z", "PERCENT-COMPLETE:100"):
        assert line in text
    assert "SUMMARY:Renew malpractice cover" in text, "a todo is ticked, its title is not marked"
    await edit(desk, ("STATUS:COMPLETED", "STATUS:NEEDS-ACTION"))
    await sync(desk, pulled=1)
    assert desk.ledger.tasks[1].status is Status.OPEN


@pytest.mark.parametrize("way", ["COMPLETED:20270104T120000Z", "PERCENT-COMPLETE:100"])
async def test_a_tick_beside_an_open_question_is_taken_once_and_for_good(desk: Desk, way: str) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await desk.sync()
    await edit(desk, ("20270115", "20270114"), ("STATUS:NEEDS-ACTION", f"STATUS:NEEDS-ACTION\n{way}"))
    desk.ledger.put(task(1, promised_on=date(2027, 1, 19)))
    await sync(desk, asked=1, pulled=1)
    assert desk.ledger.tasks[1].status is Status.DONE
    await edit(desk, (f"{way}\n", ""))
    await sync(desk, asked=1, pulled=1)
    assert desk.ledger.tasks[1].status is Status.OPEN


async def test_begun_work_is_shown_and_a_program_that_begins_it_is_not_overruled(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await cycle(desk)
    await edit(desk, ("STATUS:NEEDS-ACTION", "STATUS:IN-PROCESS\nPERCENT-COMPLETE:40"))
    await sync(desk)
    desk.ledger.put(task(1, promised_on=date(2027, 1, 18)))
    await sync(desk, updated=1)
    text = await only(desk)
    assert "STATUS:IN-PROCESS" in text
    assert "PERCENT-COMPLETE:40" in text
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.STARTED))
    await sync(desk)
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.OPEN))
    await sync(desk, updated=1)
    assert "STATUS:NEEDS-ACTION" in await only(desk)


async def test_what_is_done_stays_fourteen_days_and_what_is_dropped_goes_at_once(desk: Desk) -> None:
    for number in (1, 2):
        desk.ledger.put(task(number, promised_on=FRIDAY))
    await cycle(desk)
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DROPPED))
    desk.ledger.put(desk.ledger.tasks[2]._replace(status=Status.DONE, done_on=date(2027, 1, 4)))
    await sync(desk, updated=1, removed=1)
    desk.time += timedelta(days=14)
    assert (await desk.sync()).removed == 0
    desk.time += timedelta(days=1)
    await sync(desk, removed=1)
    assert await desk.texts() == {}
    desk.ledger.put(desk.ledger.tasks[2]._replace(status=Status.OPEN, done_on=None))
    await sync(desk, created=1)


@pytest.mark.parametrize("ours", [True, False])
async def test_a_date_that_was_taken_off_is_asked_about_and_not_guessed(desk: Desk, ours: bool) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await cycle(desk)
    await edit(desk, ("DUE;VALUE=DATE:20270115\n", ""), ("SUMMARY:Renew", "SUMMARY:Review"))
    await sync(desk, asked=1, pulled=1)
    [question] = desk.ledger.questions
    assert (question.matter, question.ours, question.theirs) == (Matter.PROPOSAL, FRIDAY, None)
    assert desk.ledger.tasks[1].promised_on == FRIDAY
    assert desk.ledger.tasks[1].title == "Review malpractice cover"
    if ours:
        desk.ledger.answer(1, ours=True)
        await sync(desk, updated=1)
        assert "DUE;VALUE=DATE:20270115" in await only(desk)
        assert desk.ledger.link_of(1).state is LinkState.LINKED
    else:
        desk.ledger.put(desk.ledger.tasks[1]._replace(promised_on=None))
        await sync(desk, removed=1)


async def test_a_cancelled_todo_is_asked_about_and_published_again(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await cycle(desk)
    await edit(desk, ("STATUS:NEEDS-ACTION", "STATUS:CANCELLED"))
    await sync(desk, asked=1)
    assert [one.matter for one in desk.ledger.questions] == [Matter.CANCELLED]
    assert desk.ledger.tasks[1].status is Status.OPEN
    desk.ledger.answer(1, ours=True)
    await sync(desk, updated=1)
    assert "STATUS:NEEDS-ACTION" in await only(desk)


async def test_a_target_is_the_day_on_which_a_todo_begins_and_no_todo_of_its_own(desk: Desk, place: Place) -> None:
    desk = Desk(place.client, await place.make("VTODO"), TODOS._replace(targets=True))
    row = task(1, promised_on=FRIDAY)._replace(target_on=date(2027, 1, 12))
    desk.ledger.put(row)
    desk.ledger.put(task(2)._replace(deadline_on=FRIDAY, target_on=FRIDAY))
    await sync(desk, created=2)
    first = desk.ledger.link_of(1).name
    assert "DTSTART;VALUE=DATE:20270112" in (await desk.texts())[first]
    assert "DTSTART" not in (await desk.texts())[desk.ledger.link_of(2).name], "not before its day"

    desk.ledger.put(row._replace(target_on=date(2027, 1, 13)))
    await sync(desk, updated=1)
    assert "DTSTART;VALUE=DATE:20270113" in (await desk.texts())[first]

    await edit(desk, ("DTSTART;VALUE=DATE:20270113\n", ""), ("20270115", "20270111"))
    report = await desk.sync()
    assert (report.pulled, report.updated) == (1, 0)
    assert "DTSTART" not in (await desk.texts())[first], "it would not begin before its day"
    desk.ledger.put(desk.ledger.tasks[1]._replace(target_on=date(2027, 1, 8)))
    await sync(desk, updated=1)
    assert "DTSTART;VALUE=DATE:20270108" in (await desk.texts())[first]
    desk.ledger.put(desk.ledger.tasks[1]._replace(target_on=None))
    await sync(desk, updated=1)
    assert "DTSTART" not in (await desk.texts())[first]


async def test_a_clock_time_goes_out_with_its_zone_and_comes_back_as_the_same_time(desk: Desk) -> None:
    row = task(1, promised_on=FRIDAY)._replace(promised_time="14:00", target_on=date(2027, 1, 12))
    desk = Desk(desk.client, desk.url, TODOS._replace(targets=True))
    desk.ledger.put(row)
    await sync(desk, created=1)
    text = await only(desk)
    for line in ("DUE;TZID=America/New_York:20270115T140000", "DTSTART;TZID=America/New_York:20270112T140000"):
        assert line in text
    await edit(desk, ("DUE;TZID=America/New_York:20270115T140000", "DUE:20270115T213000Z"))
    report = await desk.sync()
    assert (desk.ledger.tasks[1].promised_on, desk.ledger.tasks[1].promised_time) == (FRIDAY, "16:30")
    assert (report.pulled, report.updated) == (1, 1), "the time in the title follows"
    assert (await desk.sync()).quiet
    await edit(
        desk,
        ("DUE:20270115T213000Z", "DUE;VALUE=DATE:20270116"),
        ("DTSTART;TZID=America/New_York:20270112T140000", "DTSTART;VALUE=DATE:20270112"),
    )
    await cycle(desk)
    assert (desk.ledger.tasks[1].promised_on, desk.ledger.tasks[1].promised_time) == (date(2027, 1, 16), None)
    assert (await desk.sync()).quiet


async def test_a_repeating_todo_is_left_alone_and_the_rest_goes_on(desk: Desk) -> None:
    for number in (1, 2):
        desk.ledger.put(task(number, promised_on=FRIDAY))
    await cycle(desk)
    await edit(
        desk, ("STATUS:NEEDS-ACTION", "DTSTART;VALUE=DATE:20270110\nRRULE:FREQ=DAILY;COUNT=3\nSTATUS:IN-PROCESS")
    )
    await edit(desk, ("20270115", "20270114"), of=2)
    assert (await desk.sync()).pulled == 1
    link = desk.ledger.link_of(1)
    assert (link.state, link.reason) == (LinkState.QUARANTINED, "it repeats on the calendar")
    assert (await desk.sync()).quiet


async def test_a_restored_store_finds_its_todos_again(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    desk.ledger.put(task(2, promised_on=FRIDAY))
    await cycle(desk)
    await edit(desk, ("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"), of=2)
    restored = Desk(desk.client, desk.url, TODOS)
    for number in (1, 2):
        restored.ledger.put(task(number, promised_on=FRIDAY))
    await sync(restored, asked=1)
    assert [(one.matter, one.field, one.theirs) for one in restored.ledger.questions] == [
        (Matter.CONFLICT, "done", True)
    ]
    assert len(await restored.texts()) == 2


@pytest.mark.parametrize(("taken", "form"), [("VEVENT", Form.TODO), ("VTODO", Form.EVENT)])
async def test_a_collection_that_does_not_take_them_is_refused_before_anything_is_written(
    place: Place, taken: str, form: Form
) -> None:
    desk = Desk(place.client, await place.make(taken), TODOS._replace(form=form))
    desk.ledger.put(task(1, promised_on=FRIDAY))
    with pytest.raises(WrongKindError, match=f"takes no {form}s"):
        await desk.sync()
    assert desk.ledger.commits == 0
    assert await desk.texts() == {}


@pytest.mark.parametrize("to", Form)
async def test_a_calendar_shown_as_something_else_is_made_anew_once(place: Place, to: Form) -> None:
    other = {Form.EVENT: Form.TODO, Form.TODO: Form.EVENT}[to]
    desk = Desk(place.client, await place.make(*BOTH), TODOS._replace(form=other))
    for number in (1, 2, 3):
        desk.ledger.put(task(number, promised_on=FRIDAY))
    await sync(desk, created=3)
    await edit(desk, ("VALUE=DATE:20270115", "VALUE=DATE:20270114"))
    again(desk, to)
    did = await cycle(desk)
    assert (did["created"], did["removed"], did["pulled"]) == (3, 3, 1)
    assert desk.ledger.tasks[1].promised_on == date(2027, 1, 14), "what was edited there is not lost"
    texts = await desk.texts()
    assert sorted(text.count(f"BEGIN:V{to.upper()}") for text in texts.values()) == [1, 1, 1]
    assert desk.ledger.link_of(1).generation == 2
    assert "20270114" in texts[desk.ledger.link_of(1).name]
    assert (await desk.sync()).quiet


def again(desk: Desk, form: Form) -> None:
    """Have the calendar shown in another form, as a change of the configuration does."""
    view = TODOS._replace(form=form)
    desk.place = desk.place._replace(view=view)
    desk.ledger.view = view


async def test_killed_at_any_commit_of_a_change_of_form_each_task_ends_with_one_todo() -> None:
    killed, at = True, 0
    while killed:
        server = FakeServer()
        async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=server) as client:
            desk = Desk(client, ORIGIN + COLLECTION, TODOS._replace(form=Form.EVENT))
            for number in (1, 2):
                desk.ledger.put(task(number, promised_on=FRIDAY))
            await desk.sync()
            again(desk, Form.TODO)
            desk.ledger.tick = kill_at(at)
            try:
                await desk.sync()
                killed = False
            except KilledError:
                at += 1
            desk.ledger.tick = never
            for _ in range(3):
                await desk.sync()
            assert (await desk.sync()).quiet
            texts = [stored.text for stored in server.objects.values()]
            assert sorted((text.count("BEGIN:VTODO"), text.count("BEGIN:VEVENT")) for text in texts) == [(1, 0)] * 2, at
    assert at > 8


class OtherTodo(Protocol):
    """As much of another library's todo as is used here."""

    def complete(self, completion_timestamp: datetime) -> None: ...


@contextmanager
def todos_elsewhere(place: Place, url: str) -> Generator[list[OtherTodo]]:
    """Give the todos that another library finds open."""
    from caldav.davclient import DAVClient

    with DAVClient(url=place.root, username=place.user, password=PASSWORD, auth_type="basic", timeout=30) as other:
        found = other.calendar(url=url).todos()  # pyright: ignore[reportUnknownMemberType]
        yield cast("list[OtherTodo]", found)


async def test_a_todo_completed_by_another_library_is_done_here(desk: Desk, place: Place) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY)._replace(promised_time="14:00"))
    desk.ledger.put(task(2, promised_on=FRIDAY))
    await cycle(desk)

    def finish() -> int:
        with todos_elsewhere(place, desk.url) as todos:
            for todo in todos:
                todo.complete(completion_timestamp=datetime(2027, 1, 4, 12, 0, tzinfo=UTC))
            return len(todos)

    def pending() -> int:
        with todos_elsewhere(place, desk.url) as todos:
            return len(todos)

    assert await asyncio.to_thread(finish) == 2
    await sync(desk, pulled=2)
    assert [desk.ledger.tasks[number].status for number in (1, 2)] == [Status.DONE] * 2
    assert await asyncio.to_thread(pending) == 0
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.OPEN, done_on=None))
    await sync(desk, updated=1)
    assert await asyncio.to_thread(pending) == 1, "it is to be done again there too"


EDGES = [
    ("Pacific/Kiritimati", date(2027, 3, 14), "02:30"),
    ("Etc/GMT+12", date(2028, 2, 29), "23:59"),
    ("America/New_York", date(2027, 3, 14), "02:30"),
    ("Australia/Lord_Howe", date(2027, 4, 4), "01:45"),
]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(("zone", "on", "time"), EDGES)
async def test_no_day_and_no_time_is_moved_by_going_there_and_back(
    place: Place, form: Form, zone: str, on: date, time: str
) -> None:
    desk = Desk(place.client, await place.make(*BOTH), TODOS._replace(form=form, targets=True))
    desk.ledger.zone = zone
    early = on - timedelta(days=1)
    desk.ledger.put(task(1, promised_on=on)._replace(target_on=early))
    desk.ledger.put(task(2, promised_on=on)._replace(target_on=early, promised_time=time))
    await cycle(desk)
    restored = Desk(place.client, desk.url, desk.place.view)
    restored.ledger.zone = zone
    restored.ledger.tasks = dict(desk.ledger.tasks)
    for turn in range(3):
        did = await cycle(restored)
        assert (did["asked"], did["pulled"]) == (0, 0), "found again as it was"
        rows = list(restored.ledger.tasks.values())
        assert {(row.promised_on, row.promised_time) for row in rows} == {
            (on + timedelta(days=turn), None),
            (on + timedelta(days=turn), time),
        }
        for row in rows:
            restored.ledger.put(row._replace(promised_on=on + timedelta(days=turn + 1)))
