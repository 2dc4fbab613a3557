"""Objects at addresses we do not know: what each is, decided without a server; then cycles with faults and kills."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

import httpx
import pytest

from followthru.calendars.arrivals import AT_ONCE, Judge, Scene, not_too_many
from followthru.calendars.cycle import Cycle, Report
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import CalendarError, LossGuardError
from followthru.calendars.ical.write import patch
from followthru.calendars.links import Link, LinkState
from followthru.calendars.merge import values_of
from followthru.calendars.newcomers import Follow, Found, Kin, Kind, Known, Leave, Newcomer, Take, Verdict
from followthru.calendars.plan import first_link
from followthru.calendars.shown import Role, Shown, View
from followthru.calendars.steps import Place, Slot
from followthru.domain.task import Audience, Status
from tests.calendars.fake import COLLECTION, ORIGIN, FakeServer
from tests.calendars.memory import MemoryLedger, never, task
from tests.calendars.quirks import Quirk
from tests.calendars.test_plan import text_of
from tests.calendars.troubles import KilledError, kill_at

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
FRIDAY = date(2027, 1, 15)
URL = ORIGIN + COLLECTION
ITEM = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\nUID:foreign-{n}\r\n"
    "DTSTAMP:20270101T000000Z\r\nDTSTART;VALUE=DATE:20270120\r\nDTEND;VALUE=DATE:20270121\r\n"
    "SUMMARY:Theirs {n}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def item(number: int = 1, old: str = "", new: str = "") -> str:
    """Return an item of somebody's own, a part of its text replaced."""
    text = ITEM.format(n=number)
    assert old in text
    return text.replace(old, new) if old else text


def judged(
    text: str,
    known: Known | None = None,
    *,
    view: View | None = None,
    there: tuple[str, ...] = (),
    wanted: tuple[Slot, ...] = (),
    expected: tuple[Link, ...] = (),
) -> Verdict:
    """Return what an object is, by what the store knows and at which names something is."""
    judge = Judge(Scene(Place("store-1", view or View("promises"), URL), expected, wanted, (), NOW))
    judge.take_in(known.links if known else (), there)
    return judge.judge(Newcomer("new.ics", '"7"', text, '"7"'), known or Known((), {}, {}, "America/New_York"))


def knowing(*links: Link, tasks: dict[str, int] | None = None, kin: dict[str, Kin] | None = None) -> Known:
    """Return what a store knows."""
    return Known(links, kin or {}, tasks or {}, "America/New_York")


def shown(number: int = 1) -> Shown:
    """Return a promise."""
    return Shown(number, f"task-{number}", Role.PROMISE, "Renew cover", FRIDAY, None, "America/New_York", done=False)


def linked(one: Shown, generation: int = 1) -> Link:
    """Return its link as the store keeps it."""
    link = first_link(Place("store-1", View("promises"), URL), one, generation)._replace(id=one.task_id)
    return link.settled(text_of(one, link), '"1"', values_of(one))


def kind_of(verdict: Verdict) -> Kind | None:
    """Return why an object is left alone, None if it is not."""
    return verdict.other.kind if isinstance(verdict, Leave) else None


class TestJudge:
    def test_a_plain_item_is_taken_over_with_its_day(self) -> None:
        verdict = judged(item())
        assert isinstance(verdict, Take)
        assert (verdict.title, verdict.on, verdict.time) == ("Theirs 1", date(2027, 1, 20), None)

    def test_a_clock_time_is_read_in_the_zone_of_the_task(self) -> None:
        timed = "DTSTART:20270121T030000Z\r\nDTEND:20270121T040000Z"
        verdict = judged(item(1, "DTSTART;VALUE=DATE:20270120\r\nDTEND;VALUE=DATE:20270121", timed))
        assert isinstance(verdict, Take)
        assert (verdict.on, verdict.time) == (date(2027, 1, 20), "22:00")

    def test_control_characters_never_reach_a_title(self) -> None:
        verdict = judged(item(1, "Theirs 1", "The\x1b[31mirs\u202e\\n1"))
        assert isinstance(verdict, Take)
        assert verdict.title == "The[31mirs 1"

    @pytest.mark.parametrize(("days", "kind"), [(14, None), (15, Kind.PAST)])
    def test_a_day_far_back_is_a_record(self, days: int, kind: Kind | None) -> None:
        day = date(2027, 1, 4).toordinal() - days
        text = item(1, "20270120", f"{date.fromordinal(day):%Y%m%d}")
        assert kind_of(judged(text)) is kind

    def test_a_calendar_for_others_makes_no_tasks(self) -> None:
        assert kind_of(judged(item(), view=View("owners", Audience.OWNERS))) is Kind.AUDIENCE

    def test_a_todo_without_a_day_is_taken_over_without_one(self) -> None:
        todo = (
            item()
            .replace("VEVENT", "VTODO")
            .replace("DTSTART;VALUE=DATE:20270120\r\nDTEND;VALUE=DATE:20270121\r\n", "")
        )
        verdict = judged(todo)
        assert isinstance(verdict, Take)
        assert verdict.on is None
        assert kind_of(judged(todo.replace("END:VTODO", "STATUS:COMPLETED\r\nEND:VTODO"))) is Kind.DONE

    def test_our_uid_at_another_name_is_followed_if_its_own_is_empty(self) -> None:
        link = linked(shown())
        verdict = judged(link.base or "", knowing(link))
        assert isinstance(verdict, Follow)
        assert (verdict.link.name, verdict.link.etag, verdict.link.state) == ("new.ics", None, LinkState.LINKED)
        assert verdict.link.base == link.base, "what was agreed on holds"
        assert kind_of(judged(link.base or "", knowing(link), there=(link.name,))) is Kind.COPY

    def test_a_deleted_object_is_followed_as_deleted(self) -> None:
        link = linked(shown())._replace(state=LinkState.GONE)
        verdict = judged(link.base or "", knowing(link))
        assert isinstance(verdict, Follow)
        assert verdict.link.state is LinkState.GONE

    def test_what_was_left_for_good_stays_so_under_another_name(self) -> None:
        old, new = linked(shown())._replace(state=LinkState.UNLINKED), linked(shown(), 2)._replace(id=9)
        verdict = judged(old.base or "", knowing(old, new), there=(new.name,))
        assert isinstance(verdict, Follow)
        assert verdict.link.state is LinkState.UNLINKED

    def test_one_of_another_calendar_was_moved_here(self) -> None:
        link = linked(shown())
        verdict = judged(link.base or "", knowing(kin={link.uid: Kin("second", 4)}))
        assert kind_of(verdict) is Kind.MOVED

    def test_our_mark_with_an_unknown_task_is_another_stores(self) -> None:
        assert kind_of(judged(linked(shown()).base or "")) is Kind.UNKNOWN

    def test_a_later_generation_than_any_that_is_known_is_found_again(self) -> None:
        old, new = linked(shown()), linked(shown(), 3)
        slots = (("task-1", Role.PROMISE),)
        verdict = judged(new.base or "", knowing(old, tasks={"task-1": 1}), wanted=slots)
        assert isinstance(verdict, Found)
        assert (verdict.link.generation, verdict.link.uid) == (3, new.uid)
        assert verdict.instead == old
        here = judged(new.base or "", knowing(old, tasks={"task-1": 1}), wanted=slots, there=(old.name,))
        assert kind_of(here) is Kind.COPY, "both are there: neither is removed"

    def test_what_its_task_does_not_show_is_not_removed(self) -> None:
        verdict = judged(linked(shown()).base or "", knowing(tasks={"task-1": 1}))
        assert kind_of(verdict) is Kind.UNSHOWN

    def test_a_link_that_was_lost_is_found_by_its_uid_alone(self) -> None:
        one = shown()
        link = first_link(Place("store-1", View("promises"), URL), one, 1)
        bare = text_of(one, link).replace("X-FOLLOWTHRU-ID", "X-LOST").replace("X-FOLLOWTHRU-ROLE", "X-LOST-TOO")
        verdict = judged(bare, expected=(link,))
        assert isinstance(verdict, Found)
        assert verdict.link.name == "new.ics"

    def test_a_uid_is_followed_or_taken_once(self) -> None:
        place = Place("store-1", View("promises"), URL)
        link = linked(shown())
        judge, known = Judge(Scene(place, (), (), (), NOW)), knowing(link)
        judge.take_in([link], ())
        first = judge.judge(Newcomer("a.ics", "1", link.base or "", "1"), known)
        second = judge.judge(Newcomer("b.ics", "2", link.base or "", "2"), known)
        assert isinstance(first, Follow)
        assert kind_of(second) is Kind.COPY
        assert isinstance(judge.judge(Newcomer("c.ics", "3", item(), "3"), known), Take)
        assert kind_of(judge.judge(Newcomer("d.ics", "4", item(), "4"), known)) is Kind.COPY

    def test_many_at_once_are_none(self) -> None:
        def some(count: int) -> list[Verdict]:
            return [judged(item(number)) for number in range(count)]

        assert {kind_of(one) for one in not_too_many(some(AT_ONCE))} == {None}
        assert {kind_of(one) for one in not_too_many(some(AT_ONCE + 1))} == {Kind.MANY}


class Desk:
    """A store in memory and a server in memory; `fetched` are the names that were read."""

    def __init__(self, view: View | None = None) -> None:
        self.server = FakeServer()
        self.ledger = MemoryLedger(view or View("promises", practices=("oak-street",)), lambda: NOW)
        self.fetched: list[str] = []
        self.server.fault = self.watch

    def watch(self, request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "GET" or (request.method == "REPORT" and b"multiget" in request.content):
            self.fetched.append(request.content.decode() or request.url.path)
        return forward()

    def killed(self, at: int) -> None:
        """Run one cycle whose process ends at its n-th chance."""
        self.ledger.tick = kill_at(at)
        with suppress(KilledError):
            self.sync()
        self.ledger.tick = never

    def lose_one(self, method: str) -> None:
        """Run one cycle in which the answer to a request is lost."""

        def between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
            answer = forward()
            if request.method == method:
                raise httpx.ReadError("the answer is lost")
            return answer

        self.server.fault = between
        with suppress(CalendarError):
            self.sync()
        self.server.fault = self.watch

    def sync(self) -> Report:
        """Run one cycle."""

        async def run() -> Report:
            async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=self.server) as client:
                place = Place("store-1", self.ledger.view, URL)
                return await Cycle(place, Collection(client, URL), self.ledger, lambda: NOW).run()

        return asyncio.run(run())


def test_in_a_shared_collection_no_request_ever_names_an_item_of_others() -> None:
    desk = Desk(View("promises", practices=("oak-street",), shares=True))
    desk.server.put("before.ics", item(1))
    desk.ledger.put(task(1, promised_on=FRIDAY))
    desk.sync()
    desk.server.put("later.ics", item(2))
    assert desk.sync().taken == 0
    desk.ledger.memory = desk.ledger.memory._replace(complete_at=None)
    assert desk.sync().foreign == 2
    assert [one for one in desk.fetched if "before.ics" in one or "later.ics" in one] == []
    assert desk.ledger.others.kept == {}


def test_what_is_left_alone_is_read_once_until_it_changes() -> None:
    desk = Desk()
    desk.sync()
    desk.server.put("daily.ics", item(1, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"))
    desk.sync()
    assert sum("daily.ics" in one for one in desk.fetched) == 1
    for _ in range(3):
        desk.ledger.memory = desk.ledger.memory._replace(complete_at=None, sync_token=None, ctag=None)
        desk.ledger.memory = desk.ledger.memory._replace(complete_at=datetime(2026, 1, 1, tzinfo=UTC))
        assert desk.sync().quiet
    assert sum("daily.ics" in one for one in desk.fetched) == 1
    desk.server.put("daily.ics", item(1))
    assert desk.sync().taken == 1
    assert desk.ledger.others.kept == {}


def test_a_listing_that_lost_too_much_makes_nothing_forgotten_that_is_left_alone() -> None:
    desk = Desk()
    for number in (1, 2):
        desk.ledger.put(task(number, promised_on=FRIDAY))
    desk.sync()
    desk.server.put("daily.ics", item(1, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"))
    desk.sync()
    desk.ledger.memory = desk.ledger.memory._replace(complete_at=datetime(2026, 1, 1, tzinfo=UTC))
    desk.server.quirks.add(Quirk.EMPTY_LISTING)
    with pytest.raises(LossGuardError):
        desk.sync()
    assert list(desk.ledger.others.kept) == ["daily.ics"]
    desk.server.quirks.discard(Quirk.EMPTY_LISTING)
    desk.sync()
    assert sum("daily.ics" in one for one in desk.fetched) == 1
    desk.server.delete("daily.ics")
    desk.sync()
    assert desk.ledger.others.kept == {}


def test_what_the_server_fails_at_is_read_again_with_the_next_complete_listing() -> None:
    desk = Desk()
    desk.sync()
    desk.server.put("new.ics", item())

    def failing(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        reads = request.method == "GET" or b"calendar-multiget" in request.content
        return httpx.Response(500) if reads else forward()

    desk.server.fault = failing
    assert desk.sync().taken == 0
    assert [one.kind for one in desk.ledger.others.kept.values()] == [Kind.UNREADABLE]
    desk.server.fault = desk.watch
    desk.ledger.memory = desk.ledger.memory._replace(complete_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert desk.sync().taken == 1
    assert desk.ledger.others.kept == {}


@pytest.mark.parametrize("at", range(14))
def test_a_kill_at_any_commit_neither_doubles_nor_loses_an_item(at: int) -> None:
    desk = Desk()
    desk.ledger.put(task(1, promised_on=FRIDAY))
    desk.sync()
    for number in (1, 2, 3):
        desk.server.put(f"new-{number}.ics", item(number))
    desk.server.put("daily.ics", item(4, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"))
    before = dict(desk.server.objects)
    desk.killed(at)
    desk.sync()
    desk.sync()
    titles = sorted(row.title for row in desk.ledger.tasks.values())
    assert titles == ["Renew malpractice cover", "Theirs 1", "Theirs 2", "Theirs 3"]
    assert list(desk.ledger.others.kept) == ["daily.ics"]
    assert desk.server.objects == before


@pytest.mark.parametrize("at", range(10))
def test_a_kill_while_an_undone_item_is_let_go_never_removes_it(at: int) -> None:
    desk = Desk()
    desk.sync()
    desk.server.put("new.ics", item())
    desk.sync()
    [number] = desk.ledger.tasks
    row = desk.ledger.tasks.pop(number)
    desk.killed(at)
    desk.sync()
    assert [one.kind for one in desk.ledger.others.kept.values()] == [Kind.UNDONE]
    desk.ledger.put(row)
    desk.killed(at)
    desk.sync()
    desk.sync()
    assert list(desk.server.objects) == ["new.ics"]
    assert desk.ledger.others.kept == {}
    desk.server.put("new.ics", patch(desk.server.objects["new.ics"].text, NOW, summary="Renamed"))
    desk.sync()
    assert desk.ledger.tasks[number].title == "Renamed"


@pytest.mark.parametrize("lists_old", [True, False])
def test_a_server_that_lists_a_put_under_another_name_is_followed(lists_old: bool) -> None:
    desk = Desk()
    desk.ledger.put(task(1, promised_on=FRIDAY))
    desk.sync()
    [name] = desk.server.objects
    text = desk.server.objects[name].text
    desk.server.put("renamed.ics", text)
    if not lists_old:
        desk.server.delete(name)
    desk.sync()
    link = desk.ledger.link_of(1)
    assert (link.state, link.name) == (LinkState.LINKED, name if lists_old else "renamed.ics")
    if lists_old:
        assert [one.kind for one in desk.ledger.others.kept.values()] == [Kind.COPY]
        desk.server.delete(name)
        desk.sync()
    assert desk.ledger.link_of(1).name == "renamed.ics"
    assert desk.ledger.others.kept == {}
    assert desk.ledger.questions == []
    desk.ledger.put(task(1, promised_on=date(2027, 1, 18)))
    assert desk.sync().updated == 1
    assert list(desk.server.objects) == ["renamed.ics"]


@pytest.mark.parametrize("at", range(8))
def test_a_kill_while_an_object_is_followed_doubles_and_asks_nothing(at: int) -> None:
    desk = Desk()
    desk.ledger.put(task(1, promised_on=FRIDAY))
    desk.sync()
    [name] = desk.server.objects
    desk.server.put("renamed.ics", desk.server.objects[name].text)
    desk.server.delete(name)
    desk.killed(at)
    desk.sync()
    assert list(desk.server.objects) == ["renamed.ics"]
    assert desk.ledger.questions == []
    assert desk.ledger.link_of(1).name == "renamed.ics"


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("trouble", ["kill", "lost"])
def test_a_stray_is_removed_once_whatever_happens_meanwhile(at: int, trouble: str) -> None:
    desk = Desk()
    desk.ledger.put(task(1, promised_on=FRIDAY))
    desk.sync()
    one = shown(2)
    stray = linked(one)
    desk.server.put("stray.ics", stray.base or "")
    desk.ledger.others.kin = {stray.uid: Kin("second", 2)}
    desk.sync()
    [left] = desk.ledger.others.kept.values()
    assert left.kind is Kind.MOVED
    desk.ledger.others.kept = {left.name: left._replace(kind=Kind.REMOVING)}
    if trouble == "kill":
        desk.killed(at)
    else:
        desk.lose_one("DELETE")
    desk.sync()
    desk.sync()
    assert "stray.ics" not in desk.server.objects
    assert desk.ledger.others.kept == {}
    assert len(desk.server.objects) == 1


def test_a_taken_item_is_not_written_over_until_something_changes() -> None:
    desk = Desk()
    desk.sync()
    long = "A very long title " * 20
    timed = "DTSTART;TZID=Europe/Berlin:20270120T180000\r\nDTEND;TZID=Europe/Berlin:20270120T190000"
    text = item(1, "DTSTART;VALUE=DATE:20270120\r\nDTEND;VALUE=DATE:20270121", timed).replace("Theirs 1", long.strip())
    desk.server.put("new.ics", text)
    for _ in range(3):
        desk.sync()
    assert desk.server.writes() == 0
    [number] = desk.ledger.tasks
    row = desk.ledger.tasks[number]
    assert (row.promised_on, row.promised_time, row.status) == (date(2027, 1, 20), "12:00", Status.INBOX)
    desk.ledger.put(row._replace(promised_on=date(2027, 1, 21)))
    assert desk.sync().updated == 1
    assert f"SUMMARY:{long.strip()}" in desk.server.objects["new.ics"].text, "a new day leaves their title"
    assert "20270121T" in desk.server.objects["new.ics"].text


def test_what_was_left_to_its_owner_is_not_read_again_and_what_went_is_forgotten() -> None:
    desk = Desk()
    desk.sync()
    desk.server.put("new.ics", item())
    desk.server.put("daily.ics", item(2, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"))
    desk.sync()
    desk.ledger.tasks.clear()
    desk.sync()
    desk.fetched.clear()
    desk.server.put("new.ics", item(1, "Theirs", "Private"))
    desk.server.delete("daily.ics")
    desk.sync()
    assert desk.fetched == []
    assert list(desk.ledger.others.kept) == ["new.ics"]
