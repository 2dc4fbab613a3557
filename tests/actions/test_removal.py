"""Taking calendars and accounts away on a real Radicale: what is ours goes or stays, what is others' always stays."""

from __future__ import annotations

import asyncio
from datetime import date
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import httpx
import pytest

from followthru.actions import removal
from followthru.actions.calendar_questions import Choice, answer, open_questions
from followthru.actions.calendar_standing import standings
from followthru.actions.calendars import add, set_up
from followthru.actions.history import undo
from followthru.actions.removal import delete_calendar, leave_calendar, left_over, remove_account
from followthru.actions.sync import rehearse_account
from followthru.actions.tasks import drop
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.errors import CollectionGoneError, CollectionMovedError, UnreachableError
from followthru.calendars.steps import Record
from followthru.config.values import Calendar
from followthru.demo.radicale import Radicale
from followthru.errors import NotFoundError, RefusedError
from followthru.store.calendar_books import names_before
from tests.calendarkit import Booked, Phone, configuration, make_collection
from tests.loopback import Asked, Said, forwarding, serving
from tests.storekit import add_task

TITLE = "oak-street: Renew cover"


@pytest.fixture
def filled(booked: Booked) -> Booked:
    """Five events on the calendar."""
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    for number in range(4):
        add_task(booked.desk.ctx, f"Task {number} by 2026-07-1{number} @oak-street")
    assert booked.sync().created == 5
    return booked


def shared(booked: Booked) -> None:
    """Let the calendar be one that others write to as well."""
    table = f'[[calendars]]\nname = "promises"\ncollection = "{booked.url}"\nshare_existing = true\n'
    booked.reconfigure(configuration(booked.server, booked.user, table))
    booked.phone.add(1)
    booked.phone.add(2)


def renamed(booked: Booked, name: str = "mine", more: str = "") -> None:
    """Give the calendar another name in the configuration."""
    table = f'[[calendars]]\nname = "{name}"\ncollection = "{booked.url}"\n{more}\n'
    booked.reconfigure(configuration(booked.server, booked.user, table))


def test_what_is_ours_is_deleted_and_what_is_not_stays(filled: Booked) -> None:
    shared(filled)
    filled.desk, removed = delete_calendar(filled.desk, "promises")
    assert (removed.deleted, removed.left, removed.others, removed.whole) == (5, 0, 2, False)
    assert set(filled.phone.events()) == {"Somebody else's 1", "Somebody else's 2"}
    assert filled.desk.config.calendars == ()
    assert left_over(filled.desk) == []


def test_an_item_that_somebody_added_stays_whatever_sort_of_uid_it_has(filled: Booked) -> None:
    named = str(uuid5(NAMESPACE_URL, "https://example.org/some-program"))
    filled.phone.add(1, "UID:foreign-1", f"UID:{named}")
    assert filled.sync().taken == 1
    filled.desk, removed = delete_calendar(filled.desk, "promises")
    assert (removed.deleted, removed.left, removed.others) == (5, 0, 1)
    assert set(filled.phone.events()) == {"Somebody else's 1"}


def test_leaving_touches_nothing_on_the_server(filled: Booked) -> None:
    before = filled.phone.events()
    filled.desk, removed = leave_calendar(filled.desk, "promises")
    assert (removed.left, removed.url) == (5, filled.url)
    assert filled.phone.events() == before
    assert standings(filled.desk) == left_over(filled.desk) == []


@pytest.mark.parametrize("name", ["promises", "again"])
def test_what_was_left_is_taken_up_again_whatever_became_of_it(filled: Booked, name: str) -> None:
    ctx = filled.desk.ctx
    filled.phone.delete(TITLE)
    filled.sync()
    [question] = open_questions(ctx)
    answer(ctx, question.link_id, Choice.OURS)
    filled.sync()
    filled.desk, _ = leave_calendar(filled.desk, "promises")
    assert ctx.read.value("SELECT count(*) FROM link WHERE base IS NOT NULL OR agreed IS NOT NULL") == 0
    with pytest.raises(NotFoundError):
        leave_calendar(filled.desk, "promises")
    drop(ctx, 3)
    filled.phone.move("oak-street: Task 0", date(2026, 7, 20))
    again = Calendar(
        name,
        "home",
        filled.url,
        create=False,
        practices=(),
        audience="me",
        as_="events",
        targets=False,
        share_existing=False,
    )
    filled.desk, url = add(filled.desk, again)
    assert url == filled.url
    filled.sync()
    titles = {"oak-street: Renew cover", "oak-street: Task 0", "oak-street: Task 2", "oak-street: Task 3"}
    assert set(filled.phone.days()) == titles
    assert filled.sync().quiet
    filled.desk, removed = delete_calendar(filled.desk, name)
    assert (removed.deleted, removed.left) == (4, 0)


def test_comments_and_other_tables_stay(filled: Booked) -> None:
    text = filled.home.config.read_text(encoding="utf-8")
    filled.reconfigure(f"# mine\n{text}\n# of the daemon\n[daemon] # how\npoll = 60\n")
    filled.desk, _ = leave_calendar(filled.desk, "promises")
    written = filled.home.config.read_text(encoding="utf-8")
    assert written.startswith("# mine\n")
    assert written.endswith("\n# of the daemon\n[daemon] # how\npoll = 60\n")
    assert "calendars" not in written


def test_what_was_moved_there_last_comes_here_first(filled: Booked) -> None:
    filled.phone.retitle(TITLE, "oak-street: Renew all cover")
    filled.desk, removed = delete_calendar(filled.desk, "promises")
    assert (removed.deleted, removed.left) == (5, 0)
    titles = filled.desk.ctx.read.rows("SELECT title FROM task")
    assert ("Renew all cover",) in [tuple(row) for row in titles]


class Stumbling:
    """A way to the server on which some deletions fail."""

    def __init__(self, server: str) -> None:
        self._forward = forwarding(server)
        self.good = 2
        self.ours: set[str] = set()
        self.status: int | None = None

    def __call__(self, asked: Asked) -> Said:
        """Forward; after two deletions of ours, fail at every other one. What measures the server deletes too."""
        if asked.method == "DELETE" and self.status is not None and asked.path in self.ours:
            self.good -= 1
            if self.good < 0:
                return Said(self.status)
        return self._forward(asked)


def test_an_interrupted_deletion_goes_on_later(filled: Booked) -> None:
    way = Stumbling(filled.server)
    with serving(way) as server:
        table = f'[[calendars]]\nname = "promises"\ncollection = "{filled.url}"\n'
        rows = filled.desk.ctx.read.rows("SELECT href FROM link")
        way.ours = {urlsplit(str(href)).path for (href,) in rows}
        through = configuration(filled.server, filled.user, table).replace(filled.server, server.url)
        filled.reconfigure(through)
        filled.sync()
        way.status = 500
        filled.desk, _ = leave_calendar(filled.desk, "promises-before")
        with pytest.raises(Exception, match="failed"):
            delete_calendar(filled.desk, "promises")
        filled.reconfigure(filled.home.config.read_text(encoding="utf-8"))
        assert filled.desk.config.calendars == ()
        [left] = [one for one in left_over(filled.desk) if one.calendar == "promises"]
        assert left.objects == 3 == len(filled.phone.events())
        way.status = None
        filled.desk, removed = delete_calendar(filled.desk, "promises")
    assert (removed.deleted, removed.left) == (3, 0)
    assert filled.phone.events() == {}


def test_an_event_that_changed_meanwhile_is_deleted_as_it_is_then(
    filled: Booked, monkeypatch: pytest.MonkeyPatch
) -> None:
    last_sync = removal._last_sync  # pyright: ignore[reportPrivateUsage]

    def and_then(*given: object) -> None:
        last_sync(*given)  # type: ignore[arg-type]
        filled.phone.retitle(TITLE, "oak-street: Later")

    monkeypatch.setattr(removal, "_last_sync", and_then)
    filled.desk, removed = delete_calendar(filled.desk, "promises")
    assert (removed.deleted, removed.left) == (5, 0)


def test_an_event_that_its_server_renamed_goes_as_well(filled: Booked) -> None:
    text = filled.phone.events()[TITLE]
    filled.phone.delete(TITLE)
    filled.phone._run(lambda collection: collection.create("renamed.ics", text))  # pyright: ignore[reportPrivateUsage]
    with filled.desk.ctx.store.writing() as tx:
        tx.run("UPDATE link SET href = ?, etag = NULL WHERE task_id = 1", f"{filled.url}renamed.ics")
    filled.desk, removed = delete_calendar(filled.desk, "promises")
    assert (removed.deleted, removed.left) == (5, 0)
    assert filled.phone.events() == {}


def test_a_server_that_cannot_be_reached_changes_nothing(filled: Booked) -> None:
    table = f'[[calendars]]\nname = "promises"\ncollection = "http://127.0.0.1:9/{filled.user}/x/"\n'
    filled.reconfigure(configuration("http://127.0.0.1:9/", filled.user, table))
    before = filled.home.config.read_text(encoding="utf-8")
    with pytest.raises(UnreachableError):
        delete_calendar(filled.desk, "promises")
    assert filled.home.config.read_text(encoding="utf-8") == before


def test_the_collection_goes_only_if_we_made_it_and_nothing_else_is_in_it(filled: Booked, radicale: Radicale) -> None:
    filled.phone.add(1)
    filled.desk, removed = delete_calendar(filled.desk, "promises", whole=True)
    assert (removed.deleted, removed.others, removed.whole) == (5, 1, False)
    assert set(filled.phone.events()) == {"Somebody else's 1"}


def test_an_empty_collection_that_we_made_goes(filled: Booked) -> None:
    filled.desk, removed = delete_calendar(filled.desk, "promises", whole=True)
    assert (removed.deleted, removed.whole) == (5, True)
    with pytest.raises(Exception, match="no such collection"):
        filled.phone.events()


@pytest.mark.parametrize(("status", "goes"), [(204, True), (404, True), (403, False), (405, False), (500, False)])
async def test_a_collection_whose_server_keeps_it_is_not_called_deleted(status: int, goes: bool) -> None:
    account = Account("home", "http://127.0.0.1:1/", "pm", "x")
    async with DavClient(account, transport=httpx.MockTransport(lambda _: httpx.Response(status))) as client:
        assert await removal.deleted(client, "http://127.0.0.1:1/pm/c/") == goes


def test_a_collection_of_its_users_own_is_never_deleted_whole(filled: Booked, radicale: Radicale) -> None:
    url = make_collection(radicale, filled.user, "own")
    filled.reconfigure(
        configuration(filled.server, filled.user, f'[[calendars]]\nname = "own"\ncollection = "{url}"\n')
    )
    set_up(filled.desk, filled.desk.config.calendar("own"))
    with pytest.raises(RefusedError, match="not made by followthru"):
        delete_calendar(filled.desk, "own", whole=True)


def test_a_calendar_taken_out_by_hand_is_told_with_what_is_left(filled: Booked) -> None:
    filled.reconfigure(configuration(filled.server, filled.user, ""))
    assert [(one.calendar, one.url, one.objects) for one in left_over(filled.desk)] == [("promises", filled.url, 5)]
    filled.desk, removed = delete_calendar(filled.desk, "promises")
    assert (removed.deleted, removed.left) == (5, 0)
    assert filled.phone.events() == {}


def test_without_its_account_it_can_only_be_left(filled: Booked) -> None:
    filled.reconfigure("")
    with pytest.raises(NotFoundError, match="no account"):
        delete_calendar(filled.desk, "promises")
    assert leave_calendar(filled.desk, "promises")[1].left == 5
    assert left_over(filled.desk) == []


def test_a_calendar_under_another_name_keeps_its_events(filled: Booked) -> None:
    renamed(filled)
    assert filled.sync().quiet
    assert len(filled.phone.events()) == 5
    assert left_over(filled.desk) == []


def test_events_made_under_an_earlier_name_are_followthrus_own(filled: Booked) -> None:
    for name in ("second", "third", "second", "third"):
        renamed(filled, name)
        filled.sync()
    assert names_before(filled.desk.ctx.read, "third") == ("promises", "second")
    renamed(filled, "third", 'practices = ["oak-street"]')
    filled.sync()
    assert set(filled.phone.events()) == {"Renew cover", "Task 0", "Task 1", "Task 2", "Task 3"}
    undo(filled.desk.ctx)
    assert filled.sync().removed == 1
    assert "Task 3" not in filled.phone.events()


def test_what_a_program_copies_after_a_new_name_is_known_as_a_copy(filled: Booked) -> None:
    renamed(filled)
    filled.sync()
    text = filled.phone.events()[TITLE]
    filled.phone.put("copied.ics", text.replace(f"UID:{text.partition('UID:')[2].splitlines()[0]}", "UID:of-theirs"))
    report = filled.sync()
    assert (report.taken, report.asked, report.removed) == (0, 0, 0)
    assert [one.kind for one in standings(filled.desk)[0].others] == ["copy"]


def test_a_rehearsal_under_another_name_sends_nothing_either(filled: Booked) -> None:
    renamed(filled)
    [said] = asyncio.run(rehearse_account(filled.desk, filled.desk.config.accounts[0]))
    assert said.plan is not None
    assert not [one for item in said.plan.items for one in item.steps if not isinstance(one, Record)]


def test_another_collection_begins_anew_and_the_one_before_is_told(filled: Booked, radicale: Radicale) -> None:
    url = make_collection(radicale, filled.user, "other")
    filled.reconfigure(
        configuration(filled.server, filled.user, f'[[calendars]]\nname = "promises"\ncollection = "{url}"\n')
    )
    assert filled.sync().created == 5
    [before] = left_over(filled.desk)
    assert (before.calendar, before.url, before.objects) == ("promises-before", filled.url, 5)
    filled.desk, removed = delete_calendar(filled.desk, "promises-before")
    assert removed.deleted == 5
    assert filled.phone.events() == {}
    assert len(Phone(url, filled.user).events()) == 5
    assert filled.sync().quiet


def test_the_same_collection_at_another_address_is_not_emptied(filled: Booked) -> None:
    with serving(forwarding(filled.server)) as server:
        table = f'[[calendars]]\nname = "promises"\ncollection = "{filled.url}"\n'
        text = configuration(filled.server, filled.user, table).replace(filled.server, server.url)
        filled.reconfigure(text)
        filled.sync()
        assert [one.calendar for one in left_over(filled.desk)] == ["promises-before"]
        filled.reconfigure(f'{text}[[accounts]]\nname = "old"\nurl = "{filled.server}"\n')
        with pytest.raises(RefusedError, match="same collection under another address"):
            delete_calendar(filled.desk, "promises-before")
    assert len(filled.phone.events()) == 5


def test_a_calendar_that_was_removed_is_not_filled_by_who_has_not_heard_of_it(filled: Booked) -> None:
    table = f'[[calendars]]\nname = "promises"\ncollection = "{filled.url}"\n'
    filled.reconfigure(configuration(filled.server, filled.user, table))
    late = filled.desk
    filled.desk, _ = delete_calendar(filled.desk, "promises")
    filled.desk = late
    [report] = filled.reports(asked=True)
    assert isinstance(report.fault, RefusedError)
    assert "calendar setup promises" in report.fault.remedy
    assert filled.phone.events() == {}
    set_up(late, late.config.calendar("promises"))
    assert filled.sync().created == 5


class TestAccount:
    @pytest.mark.parametrize("delete", [True, False])
    def test_it_goes_with_its_calendars(self, filled: Booked, radicale: Radicale, delete: bool) -> None:
        url = make_collection(radicale, filled.user, "other")
        tables = (
            f'[[calendars]]\nname = "promises"\ncreate = true\n[[calendars]]\nname = "other"\ncollection = "{url}"\n'
        )
        filled.reconfigure(configuration(filled.server, filled.user, tables))
        assert [report.fault for report in filled.reports()] == [None, None]
        filled.desk, done = remove_account(filled.desk, "home", delete=delete)
        assert [one.calendar for one in done] == ["promises", "other"]
        assert (filled.desk.config.accounts, filled.desk.config.calendars) == ((), ())
        expected = 0 if delete else 5
        assert [len(Phone(one, filled.user).events()) for one in (filled.url, url)] == [expected, expected]

    def test_its_old_calendars_go_too(self, filled: Booked) -> None:
        filled.reconfigure(configuration(filled.server, filled.user, ""))
        filled.desk, [removed] = remove_account(filled.desk, "home", delete=True)
        assert removed.deleted == 5
        assert filled.phone.events() == {}


@pytest.fixture
def two(filled: Booked, radicale: Radicale) -> tuple[Booked, str]:
    """A second calendar beside the first, and its address."""
    url = make_collection(radicale, filled.user, "other")
    tables = f'[[calendars]]\nname = "promises"\ncreate = true\n[[calendars]]\nname = "other"\ncollection = "{url}"\n'
    filled.reconfigure(configuration(filled.server, filled.user, tables))
    assert [report.fault for report in filled.reports()] == [None, None]
    return filled, url


def _drop(booked: Booked, url: str) -> None:
    import asyncio

    from followthru.calendars.dav import requests
    from followthru.calendars.dav.client import Account, DavClient
    from tests.calendarkit import PASSWORD

    async def drop() -> None:
        async with DavClient(Account("phone", url, booked.user, PASSWORD)) as client:
            await client.send(requests.delete(url, None))

    asyncio.run(drop())


def test_a_collection_that_is_gone_is_said_with_a_way_out(two: tuple[Booked, str]) -> None:
    booked, url = two
    _drop(booked, url)
    good, gone = booked.reports()
    assert good.fault is None
    assert isinstance(gone.fault, CollectionGoneError)
    assert "calendar setup other --new" in gone.fault.remedy
    assert [one.questions for one in standings(booked.desk)] == [0, 0]
    assert [one.shown for one in standings(booked.desk)] == [5, 5]
    new = set_up(booked.desk, booked.desk.config.calendar("other"), new=True)
    booked.reconfigure(booked.home.config.read_text(encoding="utf-8"))
    assert new != url
    assert booked.desk.config.calendar("other").collection == new
    assert [report.fault for report in booked.reports()] == [None, None]
    assert len(Phone(new, booked.user).events()) == 5


def test_a_new_name_on_the_server_is_followed_and_said(filled: Booked, radicale: Radicale) -> None:
    import asyncio

    from followthru.calendars.dav.client import Account, DavClient
    from followthru.calendars.dav.requests import Request
    from tests.calendarkit import PASSWORD

    body = b'<propertyupdate xmlns="DAV:"><set><prop><displayname>Work</displayname></prop></set></propertyupdate>'

    async def rename() -> None:
        async with DavClient(Account("phone", filled.url, filled.user, PASSWORD)) as client:
            await client.send(Request("PROPPATCH", filled.url, {"Content-Type": "application/xml"}, body))

    asyncio.run(rename())
    [report] = filled.reports()
    assert report.note is not None
    assert "“Work”" in report.note
    [report] = filled.reports()
    assert report.note is None


def test_a_collection_that_moved_is_said_and_followed(filled: Booked) -> None:
    forward = forwarding(filled.server, **{"accept-encoding": "identity"})
    moved = False

    def way(asked: Asked) -> Said:
        old = asked.path.replace("/moved-to/", "/")
        if moved and "/moved-to/" not in asked.path and asked.path.startswith(f"/{filled.user}/followthru"):
            return Said(301, {"Location": f"/moved-to{asked.path}"})
        said = forward(asked._replace(path=old))
        body = said.body.replace(f"/{filled.user}/follow".encode(), f"/moved-to/{filled.user}/follow".encode())
        return said._replace(body=body) if moved else said

    with serving(way) as server:
        table = f'[[calendars]]\nname = "promises"\ncollection = "{filled.url}"\n'
        filled.reconfigure(configuration(filled.server, filled.user, table).replace(filled.server, server.url))
        filled.sync()
        filled.phone.add(2, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        filled.sync()
        moved = True
        [report] = filled.reports()
        assert isinstance(report.fault, CollectionMovedError)
        assert "`followthru calendar setup promises` follows it" in report.fault.remedy
        url = set_up(filled.desk, filled.desk.config.calendar("promises"))
        assert "/moved-to/" in url
        filled.reconfigure(filled.home.config.read_text(encoding="utf-8"))
        assert filled.sync().quiet
        assert [one.shown for one in standings(filled.desk)] == [5]
