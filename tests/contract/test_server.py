"""What the server offers: its calendars are found and made, measured, and what it lacks is done without."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date
from urllib.parse import urljoin

import pytest

from followthru.calendars.caps import Caps, caps_in, caps_out
from followthru.calendars.dav.client import DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.discovery import FoundCalendar, calendars_of, find_calendars, homes, same_place
from followthru.calendars.errors import AuthRefusedError, ForbiddenError, MissingError, WrongKindError
from followthru.calendars.ical.form import Form
from followthru.calendars.probe import probe
from followthru.domain.task import Status
from tests.contract.desk import Desk, Wire
from tests.contract.ground import Ground, until

pytestmark = pytest.mark.contract
THURSDAY = date(2027, 1, 14)


async def listed(ground: Ground, url: str, start: str | None = None) -> FoundCalendar | None:
    """Return a calendar as discovery from an address finds it: some servers list it a little later than at once."""
    account = ground.account._replace(url=start or ground.account.url)
    found = await until(lambda: asyncio.to_thread(find_calendars, account), lambda every: at(url, every) is not None)
    return at(url, found)


def at(url: str, found: Iterable[FoundCalendar]) -> FoundCalendar | None:
    """Return the calendar at an address, however the server spells it."""
    return next((one for one in found if same_place(one.url, url)), None)


async def test_the_calendars_are_found_from_the_address_that_was_given(ground: Ground, url: str) -> None:
    found = await listed(ground, url)
    assert found is not None
    assert not found.components or "VEVENT" in found.components


async def test_the_home_is_found_from_principal_home_and_calendar_as_well(ground: Ground, url: str) -> None:
    async with ground.client() as client:
        home = (await homes(client))[0]
    for start in (home, url):
        assert await listed(ground, url, start) is not None, f"from {urljoin(start, '/')}"


async def test_a_calendar_can_be_made_and_removed(ground: Ground, url: str) -> None:
    if not ground.can_make:
        pytest.skip("MKCALENDAR and MKCOL: refused; an existing empty calendar is used instead")
    made = await ground.make()
    assert await listed(ground, made) is not None
    if not await ground.remove(made):
        pytest.skip("DELETE of a calendar: refused")
    async with ground.client() as client:
        gone = await until(lambda: calendars_of(client), lambda found: at(made, found) is None)
    assert at(made, gone) is None


async def test_a_calendar_that_was_removed_loses_nothing_here(ground: Ground, url: str) -> None:
    if not ground.can_make:
        pytest.skip("MKCALENDAR: refused, and no calendar of its owner's is deleted")
    made = await ground.make()
    async with ground.client(wire := Wire()) as client, ground.client() as other:
        desk = Desk(client, other, made, ground.caps, wire)
        await desk.published(1, 2)
        links = dict(desk.ledger.links)
        if not await ground.remove(made):
            pytest.skip("DELETE of a calendar: refused")
        with pytest.raises(MissingError):
            await until(desk.sync, lambda _: False)
    assert desk.ledger.links == links
    assert desk.ledger.questions == []
    assert all(row.promised_on is not None for row in desk.ledger.tasks.values())


async def test_measuring_leaves_nothing_behind_and_gives_the_same_twice(ground: Ground, desk: Desk) -> None:
    await desk.published(1)
    caps = await probe(desk.other)
    assert caps_in(caps_out(caps)) == caps
    timely = {"at", "etag_fine", "marks_fine"}
    if not (caps.marks_fine and ground.caps.marks_fine):
        timely |= {"marks", "report", "removals_told", "unknown_refused"}
    assert _but(caps, timely) == _but(ground.caps, timely)
    left = await until(desk.other.with_scratch().listing, lambda delta: delta.present() == 1)
    assert set(left.etags) == {desk.ledger.link_of(1).name}
    report = await desk.settled()
    assert (report.pulled, report.updated, report.asked) == (0, 0, 0)


async def test_changes_are_asked_for_by_token(desk: Desk) -> None:
    if not desk.caps.tokens_hold:
        pytest.skip("sync-collection: lacking, or its tokens cannot be believed; everything is listed instead")
    await desk.published(1, 2)
    collection = Collection(desk.client, desk.url)
    token = (await collection.head()).sync_token or ""
    await desk.move(1, THURSDAY)
    await desk.delete(2)

    def both(delta: object) -> bool:
        return delta is not None

    delta = await until(lambda: collection.changes_since(token), both)
    assert delta is not None
    assert desk.ledger.link_of(1).name in delta.etags
    assert delta.lacks(desk.ledger.link_of(2).name)
    assert await collection.changes_since("followthru:never-given") is None


async def test_without_tokens_changes_and_deletions_are_found_by_listing(desk: Desk) -> None:
    desk.caps = desk.caps._replace(report=False)
    await desk.published(1, 2, 3)
    await desk.move(1, THURSDAY)
    await desk.delete(2)
    report = await desk.settled(lambda sums: sums.pulled >= 1 and sums.asked >= 1)
    assert (report.pulled, report.asked) == (1, 1)


async def test_without_any_mark_every_cycle_lists(desk: Desk) -> None:
    desk.caps = desk.caps._replace(report=False, marks=())
    await desk.published(1)
    await desk.move(1, THURSDAY)
    assert (await desk.settled(lambda sums: sums.pulled >= 1)).pulled == 1
    writes = desk.wire.writes()
    assert (await desk.sync()).quiet
    assert desk.wire.writes() == writes


async def test_a_todo_is_published_and_ticked_there(ground: Ground, url: str) -> None:
    try:
        made = await ground.make(("VTODO",)) if ground.can_make else url
        async with ground.client() as client:
            takes = (await Collection(client, made).head()).components
    except (ForbiddenError, MissingError):
        pytest.skip("VTODO: no collection for it can be made")
    if takes is not None and "VTODO" not in takes:
        pytest.skip("VTODO: not taken; such a calendar is refused before anything is written")
    async with ground.client(wire := Wire()) as client, ground.client() as other:
        desk = Desk(client, other, made, ground.caps, wire, Form.TODO)
        desk.promise(1)
        assert (await desk.settled(lambda sums: sums.created >= 1)).problems == ()
        assert "DUE;VALUE=DATE:20270115" in (await desk.text("BEGIN:VTODO"))
        ticked = "STATUS:COMPLETED\r\nCOMPLETED:20270105T120000Z\r\nPERCENT-COMPLETE:100\r\nEND:VTODO"

        def tick(text: str) -> str:
            lines = [line for line in text.split("\r\n") if not line.startswith(("STATUS", "PERCENT", "COMPLETED"))]
            return "\r\n".join(lines).replace("END:VTODO", ticked)

        await desk.edit(1, tick, "STATUS:COMPLETED")
        assert (await desk.settled(lambda sums: sums.pulled >= 1)).asked == 0
        assert desk.ledger.tasks[1].status is Status.DONE


async def test_todos_are_refused_in_words_where_they_are_not_taken(ground: Ground, url: str) -> None:
    async with ground.client(wire := Wire()) as client, ground.client() as other:
        takes = (await Collection(client, url).head()).components
        if takes is None or "VTODO" in takes:
            pytest.skip("the calendar takes todos, or does not say")
        desk = Desk(client, other, url, ground.caps, wire, Form.TODO)
        desk.promise(1)
        with pytest.raises(WrongKindError):
            await desk.sync()
        assert wire.writes() == 0


async def test_a_wrong_password_is_told_apart_and_not_repeated(ground: Ground, url: str) -> None:
    account = ground.account._replace(password=f"{ground.account.password} not")
    async with DavClient(account, transport=(wire := Wire())) as client:
        try:
            await Collection(client, url).head()
        except (AuthRefusedError, ForbiddenError):
            assert len(wire.log) == 1
        else:
            pytest.skip("the server lets everybody in")


def _but(caps: Caps, names: set[str]) -> dict[str, object]:
    """Return a measurement without what depends on the moment."""
    return {name: value for name, value in caps._asdict().items() if name not in names}
