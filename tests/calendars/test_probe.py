"""What is measured of a server, and that nothing of the measuring is left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from followthru.calendars import probe as probing
from followthru.calendars.caps import CAREFUL, STANDARD, Caps, caps_in, caps_out
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import CalendarError, ServerFaultError
from followthru.calendars.probe import CrowdedError, probe
from followthru.calendars.scratch import SCRATCH, scratch
from tests.calendars.conftest import Desk
from tests.calendars.fake import COLLECTION, ORIGIN, FakeServer, Quirk
from tests.calendars.memory import task
from tests.calendars.stories import Story
from tests.calendars.test_cycle_radicale import FOREIGN, FRIDAY

NOW = datetime(2027, 1, 4, 15, tzinfo=UTC)


async def measured(server: FakeServer) -> Caps:
    """Probe the scripted server."""
    async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=server) as client:
        return await probe(Collection(client, ORIGIN + COLLECTION), lambda: NOW)


async def test_radicale_keeps_what_the_standards_promise(client: DavClient, collection_url: str) -> None:
    collection = Collection(client, collection_url)
    await collection.create("foreign-1.ics", FOREIGN.format(n=1))
    caps = await probe(collection, lambda: NOW)
    held = (caps.create_held, caps.replace_held, caps.delete_held, caps.missing_held)
    assert held == (True, True, True, True)
    assert (caps.put_etag, caps.text_kept, caps.etag_fine) == ("strong", False, True)
    assert (caps.tokens_hold, caps.marks, caps.marks_fine) == (True, ("sync-token", "ctag"), True)
    assert (caps.same_uid, caps.lost, caps.renames) == ("refused", (), False)
    assert caps.at == "2027-01-04T15:00:00+00:00"
    assert set((await collection.with_scratch().listing()).etags) == {"foreign-1.ics"}


@pytest.mark.parametrize(
    ("quirks", "facts"),
    [
        ((), {"create_held": True, "replace_held": True, "delete_held": True, "put_etag": "strong"}),
        ((Quirk.INM_IGNORED,), {"create_held": False, "replace_held": True, "delete_held": True}),
        ((Quirk.IM_IGNORED,), {"create_held": True, "replace_held": False, "delete_held": False}),
        ((Quirk.IM_IGNORED_ON_DELETE,), {"create_held": True, "replace_held": True, "delete_held": False}),
        ((Quirk.IM_CREATES,), {"missing_held": False}),
        ((Quirk.ETAG_NOT_ON_PUT,), {"put_etag": "none", "etag_fine": True}),
        ((Quirk.ETAG_WEAK,), {"put_etag": "weak"}),
        ((Quirk.CTAG_ONLY,), {"report": False, "tokens_hold": False}),
        ((Quirk.TOKEN_UNKNOWN_LISTS,), {"unknown_refused": False, "tokens_hold": False}),
        ((Quirk.BODY_REORDERED,), {"text_kept": False}),
    ],
)
async def test_each_way_of_differing_is_seen(quirks: tuple[Quirk, ...], facts: dict[str, object]) -> None:
    server = FakeServer(quirks)
    server.put("foreign.ics", FOREIGN.format(n=1))
    caps = await measured(server)
    assert {name: getattr(caps, name) for name in facts} == facts
    assert set(server.objects) == {"foreign.ics"}


async def test_a_probe_that_fails_half_way_takes_its_object_away() -> None:
    server = FakeServer()
    puts = 0

    def failing(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        nonlocal puts
        puts += request.method == "PUT"
        return httpx.Response(500) if request.method == "PUT" and puts > 4 else forward()

    server.fault = failing
    with pytest.raises(ServerFaultError):
        await measured(server)
    assert server.objects == {}


async def test_a_scratch_object_that_the_server_will_not_give_out_is_taken_away_by_its_name() -> None:
    server = FakeServer((Quirk.MEMBER_403,))
    with pytest.raises(CalendarError):
        await measured(server)
    assert "PUT" in {method for method, _ in server.log}
    assert server.objects == {}


async def test_what_a_killed_probe_left_is_nobodys_item_and_the_next_one_removes_it(desk: Desk) -> None:
    uid = f"{SCRATCH}left-behind"
    await desk.other.create(f"{uid}.ics", scratch(uid, "left behind"))
    desk.ledger.put(task(1, promised_on=FRIDAY))
    report = await desk.sync()
    assert (report.created, report.foreign, report.problems) == (1, 0, ())
    assert len((await desk.other.with_scratch().listing()).etags) == 2
    await probe(desk.other, lambda: NOW)
    assert set((await desk.other.with_scratch().listing()).etags) == {desk.ledger.link_of(1).name}


def asked(server: FakeServer) -> Counter[str]:
    """Return how often each kind of request came: a listing, and what a server may have to go through all for."""
    kinds = Counter[str]()

    def noting(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        depth = request.headers.get("Depth", "")
        kinds[f"{request.method} {depth}".strip()] += 1
        return forward()

    server.fault = noting
    return kinds


async def test_what_is_dear_among_many_objects_is_asked_for_seldom() -> None:
    server = FakeServer()
    for number in range(3):
        server.put(f"foreign-{number}.ics", FOREIGN.format(n=number))
    kinds = asked(server)
    caps = await measured(server)
    assert (caps.tokens_hold, caps.marks_fine, caps.etag_fine) == (True, True, True)
    assert kinds["PROPFIND 1"] == 1
    assert kinds["PROPFIND 0"] <= 7
    assert kinds["REPORT 0"] == 2
    assert sum(kinds.values()) <= 40


async def test_marks_that_come_slowly_are_not_relied_on_for_fast_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_QUICK", 0.0)
    monkeypatch.setattr(probing, "_SECOND", 0.0)
    server = FakeServer()
    kinds = asked(server)
    caps = await measured(server)
    assert (caps.marks_fine, caps.etag_fine, caps.tokens_hold) == (False, True, True)
    assert caps.marks == ("sync-token", "ctag")
    assert kinds["PROPFIND 0"] <= 6


async def test_among_more_objects_than_it_was_to_be_measured_with_nothing_is_written() -> None:
    server = FakeServer()
    for number in range(3):
        server.put(f"foreign-{number}.ics", FOREIGN.format(n=number))
    kinds = asked(server)
    async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=server) as client:
        with pytest.raises(CrowdedError):
            await probe(Collection(client, ORIGIN + COLLECTION), lambda: NOW, most=2)
    assert kinds["PUT"] == 0


async def test_a_collection_that_is_not_there_is_not_measured() -> None:
    server = FakeServer()
    server.fault = lambda request, forward: httpx.Response(404)
    with pytest.raises(CalendarError):
        await measured(server)


@pytest.mark.parametrize("refused", ["X-", "CLASS", "BEGIN:VALARM"])
@pytest.mark.parametrize("status", [400, 403, 415])
async def test_a_server_that_takes_no_marks_of_ours_is_published_to_without(refused: str, status: int) -> None:
    story = Story()

    def strict(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        has = request.method == "PUT" and f"\n{refused}" in request.content.decode()
        return httpx.Response(status, text="no such lines here") if has else forward()

    story.server.fault = strict
    caps = await measured(story.server)
    assert caps.plain == (refused != "BEGIN:VALARM")
    assert story.server.objects == {}
    story.ledger.put(task(1, promised_on=FRIDAY))
    report = await story.sync(caps)
    assert (report.created, report.problems) == (1, ())
    story.promise(1, FRIDAY + timedelta(days=4))
    report = await story.sync(caps)
    assert (report.updated, report.problems) == (1, ())
    story.edit(1, "20270119", "20270120")
    assert (await story.sync(caps)).pulled == 1
    assert (await story.sync(caps)).quiet


@pytest.mark.parametrize("caps", [CAREFUL, STANDARD, STANDARD._replace(lost=("X-A",), stale="why", at="2027-01-04")])
def test_a_measurement_comes_back_from_json_as_it_was(caps: Caps) -> None:
    assert caps_in(caps_out(caps)) == caps


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", '{"form": 2}', caps_out(CAREFUL).replace('"form": 1', '"form": 9')]
)
def test_what_is_no_measurement_of_this_form_is_none(text: str | None) -> None:
    assert caps_in(text) is None


def test_only_a_contradicted_measurement_is_due_and_at_most_once_an_hour() -> None:
    caps = STANDARD._replace(at=NOW.isoformat())
    assert not caps.due(NOW + timedelta(days=400))
    doubted = caps._replace(stale="a token of its own was not taken")
    assert not doubted.due(NOW + timedelta(minutes=59))
    assert doubted.due(NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    "quirks",
    [[Quirk.ETAG_SUFFIXED], [Quirk.ETAG_BARE, Quirk.ETAG_WEAK], [Quirk.IM_REQUIRED, Quirk.ETAG_SUFFIXED]],
    ids=str,
)
async def test_where_the_version_that_is_given_out_is_refused_no_condition_counts_as_held(quirks: list[Quirk]) -> None:
    server = FakeServer(quirks)
    caps = await measured(server)
    assert not caps.replace_held
    assert not caps.delete_held
    assert caps.create_held
    assert server.objects == {}


def test_a_doubt_that_changed_nothing_when_measured_again_is_not_measured_again_for_a_month() -> None:
    doubt, other = "a token of its own was not taken", "a condition was refused that holds"
    before = STANDARD._replace(at=(NOW - timedelta(hours=1)).isoformat(), stale=doubt)
    now = STANDARD._replace(at=NOW.isoformat()).after(before)
    assert now.doubt([doubt], NOW + timedelta(days=29)) is None
    assert now.doubt([doubt], NOW + timedelta(days=30)) == doubt
    assert now.doubt([doubt, other], NOW) == other
    changed = STANDARD._replace(at=NOW.isoformat(), report=False).after(before)
    assert changed.doubt([doubt], NOW) == doubt
