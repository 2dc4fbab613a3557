"""Requests, answers and the client's own rules: origins, redirects, caps, patience."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.calendars.dav import multistatus as answers
from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.dav.multistatus import BadXmlError, parse, preconditions
from followthru.calendars.dav.origin import origin_of, resolve
from followthru.calendars.errors import (
    AuthRefusedError,
    BadAnswerError,
    BusyError,
    CalendarError,
    MissingError,
    PreconditionError,
    ServerFaultError,
    TooLargeError,
    UnreachableError,
)
from followthru.calendars.identity import name_of, object_href, object_uid
from followthru.web.patience import LONGEST_PATIENCE, retry_after

ROOT = "https://dav.example.com/"
NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler, *, max_body: int = 1_000_000) -> DavClient:
    account = Account("home", ROOT, "pm", "secret word")
    return DavClient(account, transport=httpx.MockTransport(handler), now=lambda: NOW, max_body=max_body)


def multistatus(inner: str) -> bytes:
    return f'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:X="urn:x">{inner}</D:multistatus>'.encode()


def test_every_member_has_its_own_status_and_one_bad_one_spoils_none() -> None:
    good = (
        '<D:propstat><D:prop><D:getetag>"1"</D:getetag><X:unknown/></D:prop>'
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        "<D:propstat><D:prop><D:displayname/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>"
    )
    answer = parse(
        multistatus(
            f"<D:response><D:href>/c/a.ics</D:href>{good}</D:response>"
            "<D:response><D:href>/c/b.ics</D:href><D:status>HTTP/1.1 403 Forbidden</D:status>"
            "<D:error><D:number-of-matches-within-limits/></D:error></D:response>"
            "<D:response><D:href>/c/c.ics</D:href><D:status>what</D:status></D:response>"
            "<D:response><D:href> /c/d%20e.ics </D:href><D:status>HTTP/1.1 404</D:status></D:response>"
            "<D:sync-token>t1</D:sync-token>"
        )
    )
    assert [(one.href, one.status) for one in answer.members] == [
        ("/c/a.ics", 200),
        ("/c/b.ics", 403),
        ("/c/c.ics", 500),
        ("/c/d%20e.ics", 404),
    ]
    assert answer.members[0].etag == '"1"'
    assert answer.members[1].errors == {"number-of-matches-within-limits"}
    assert answer.sync_token == "t1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"<D:multistatus xmlns:D='DAV:'>",
        b"<!DOCTYPE a><D:multistatus xmlns:D='DAV:'/>",
        b"<?xml version='1.0'?>\n<!doctype a [<!ENTITY b 'c'>]><D:multistatus xmlns:D='DAV:'>&b;</D:multistatus>",
        "<!DOCTYPE a><D:multistatus xmlns:D='DAV:'/>".encode("utf-16"),
        b"<!-- " + b"x" * 5000 + b" --><!DOCTYPE a [<!ENTITY b 'c'>]><D:multistatus xmlns:D='DAV:'/>",
        b"<D:multistatus xmlns:D='DAV:'>\x00</D:multistatus>",
    ],
)
def test_anything_but_a_whole_multistatus_without_a_doctype_is_refused(body: bytes) -> None:
    with pytest.raises(BadXmlError):
        parse(body)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parser_stumble(body: bytes) -> None:
    with pytest.raises(BadXmlError):
        parse(body)
    assert preconditions(body) == frozenset()


def test_a_list_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_MEMBERS", 3)
    body = b"<D:multistatus xmlns:D='DAV:'>" + b"<D:response><D:href>/x</D:href></D:response>" * 3
    assert len(parse(body + b"</D:multistatus>").members) == 3
    with pytest.raises(BadXmlError, match="more than 3 objects"):
        parse(body + b"<D:response/></D:multistatus>")


def test_a_precondition_is_read_by_name() -> None:
    body = b'<error xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><C:no-uid-conflict/></error>'
    assert preconditions(body) == {"no-uid-conflict"}


def test_reports_come_in_batches_and_values_are_escaped() -> None:
    hrefs = [f"/c/{n}&<.ics" for n in range(101)]
    batches = requests.multiget("/c/", hrefs)
    assert [body.body.count(b"<href>") for body in batches] == [50, 50, 1]
    assert b"<href>/c/0&amp;&lt;.ics</href>" in batches[0].body
    assert b"<sync-token>a&amp;b</sync-token>" in requests.changes_since("/c/", "a&b").body
    assert b"limit" not in requests.changes_since("/c/", "a").body
    assert requests.create("/c/a", "x").headers["If-None-Match"] == "*"
    assert requests.replace("/c/a", "x", '"1"').headers["If-Match"] == '"1"'
    assert "If-Match" not in requests.delete("/c/a", None).headers


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://dav.example.com/", "plain http"),
        ("ftp://dav.example.com/", "instead of https"),
        ("//dav.example.com/", "instead of https"),
        ("https://pm:word@dav.example.com/", "user name inside"),
        ("file:///etc/passwd", "instead of https"),
        ("http://127.0.0.1.example.com/", "plain http"),
    ],
)
def test_only_https_and_plain_loopback_are_spoken(url: str, reason: str) -> None:
    with pytest.raises(BadAnswerError, match=reason):
        origin_of(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:5232/", "http://[::1]:80/", "http://localhost/", ROOT])
def test_loopback_may_be_plain(url: str) -> None:
    assert origin_of(url).host


def test_an_address_of_another_origin_is_never_followed() -> None:
    assert resolve(ROOT + "c/", "/c/a.ics") == ROOT + "c/a.ics"
    assert resolve(ROOT + "c/", "https://DAV.example.com:443/x") == "https://DAV.example.com:443/x"
    for reference in ("https://evil.example/", "//evil.example/x", ROOT.replace("com/", "com:8443/"), "http://[::1]/"):
        with pytest.raises(BadAnswerError, match="another origin"):
            resolve(ROOT, reference)


async def test_credentials_go_unasked_to_their_origin_and_nowhere_else() -> None:
    seen: list[httpx.Request] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"Location": "https://evil.example/c/"})

    async with client(redirect) as dav:
        with pytest.raises(BadAnswerError, match=r"evil\.example"):
            await dav.send(requests.check("/c/"))
    [request] = seen
    assert request.url.host == "dav.example.com"
    assert request.headers["Authorization"].startswith("Basic ")


async def test_a_redirect_on_the_same_origin_keeps_method_and_body() -> None:
    seen: list[tuple[str, str, bytes]] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, request.url.path, request.content))
        return httpx.Response(301, headers={"Location": "/new/"}) if len(seen) == 1 else httpx.Response(207)

    async with client(redirect) as dav:
        await dav.send(requests.check("/old/"))
    assert [(method, path) for method, path, _ in seen] == [("PROPFIND", "/old/"), ("PROPFIND", "/new/")]
    assert seen[0][2] == seen[1][2] != b""


async def test_redirects_in_a_ring_end() -> None:
    async with client(lambda _: httpx.Response(308, headers={"Location": "/c/"})) as dav:
        with pytest.raises(BadAnswerError, match="redirects"):
            await dav.send(requests.check("/c/"))
        assert dav.requests == 6


async def test_an_answer_is_capped_after_decompression() -> None:
    bomb = gzip.compress(b"x" * 5_000_000)
    assert len(bomb) < 10_000

    async with client(lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=bomb)) as dav:
        with pytest.raises(TooLargeError):
            await dav.send(requests.get("/c/a.ics"))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(401), AuthRefusedError),
        (httpx.Response(429), BusyError),
        (httpx.Response(503), BusyError),
        (httpx.Response(500), ServerFaultError),
        (httpx.Response(502), ServerFaultError),
        (httpx.Response(304), BadAnswerError),
    ],
)
async def test_refusals_are_told_apart(answer: httpx.Response, expected: type[CalendarError]) -> None:
    async with client(lambda _: answer) as dav:
        with pytest.raises(expected) as caught:
            await dav.send(requests.check("/c/"))
    assert "secret" not in caught.value.sentences()
    assert caught.value.remedy


@pytest.mark.parametrize(
    "fault", [httpx.ConnectTimeout("t"), httpx.ReadError("r"), httpx.RemoteProtocolError("cut"), httpx.ConnectError("")]
)
async def test_every_way_of_not_answering_is_unreachable(fault: httpx.HTTPError) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise fault

    async with client(fail) as dav:
        with pytest.raises(UnreachableError):
            await dav.send(requests.check("/c/"))


@pytest.mark.parametrize("said", ["\u00b2", "9" * 5000, "-04", "\u0664\u0660\u0664", ""])
def test_a_status_that_is_none_counts_as_a_failure_of_the_server(said: str) -> None:
    body = multistatus(f"<D:response><D:href>/c/a.ics</D:href><D:status>HTTP/1.1 {said}</D:status></D:response>")
    assert [one.status for one in parse(body).members] == [500]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        ("Mon, 04 Jan 2027 15:02:00 GMT", 120.0),
        ("Mon, 04 Jan 2027 14:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("9" * 400, LONGEST_PATIENCE),
        ("Mon, 04 Jan 99999999999999999999999 15:02:00 GMT", None),
        ("Mon, 04 Jan 2027 15:02:00 +999999999999999999999", None),
        ("Mon, 04 Jan 2227 15:02:00 GMT", LONGEST_PATIENCE),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (412, b"", "unknown"),
        (412, b'<error xmlns="DAV:"><no-uid-conflict/></error>', "no-uid-conflict"),
        (409, b"<html>", "unknown"),
        (403, b'<error xmlns="DAV:"><valid-calendar-data/></error>', "valid-calendar-data"),
        (423, b"", "locked"),
        (507, b"", "refused"),
        (413, b"", "refused"),
    ],
)
async def test_a_refused_write_is_classified_by_what_the_server_names(status: int, body: bytes, kind: str) -> None:
    async with client(lambda _: httpx.Response(status, content=body)) as dav:
        with pytest.raises(PreconditionError) as caught:
            await Collection(dav, ROOT + "c/").create("a.ics", "x")
    assert caught.value.kind == kind


async def test_an_object_of_another_origin_in_a_listing_stops_everything() -> None:
    evil = multistatus(
        "<D:response><D:href>https://evil.example/c/a.ics</D:href><D:status>HTTP/1.1 200</D:status></D:response>"
    )
    async with client(lambda _: httpx.Response(207, content=evil)) as dav:
        with pytest.raises(BadAnswerError, match="another origin"):
            await Collection(dav, ROOT + "c/").listing()


@pytest.mark.parametrize("address", ["http://[x/c/a.ics", "//[::1", "https://dav.example.com:99999/", "http://a:b/"])
async def test_an_address_that_is_none_is_the_servers_fault_and_no_crash(address: str) -> None:
    member = f"<D:response><D:href>{address}</D:href><D:status>HTTP/1.1 200</D:status></D:response>"
    for answer in (
        httpx.Response(207, content=multistatus(member)),
        httpx.Response(301, headers={"Location": address}),
    ):
        async with client(lambda _, answer=answer: answer) as dav:
            with pytest.raises(CalendarError):
                await Collection(dav, ROOT + "c/").listing()


async def test_a_listing_names_direct_members_only_however_they_are_spelt() -> None:
    def one(href: str, props: str = '<D:getetag>"1"</D:getetag>') -> str:
        good = f"<D:propstat><D:prop>{props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        return f"<D:response><D:href>{href}</D:href>{good}</D:response>"

    folder = "<D:resourcetype><D:collection/></D:resourcetype>"
    body = multistatus(
        one("/p%40q/c/", folder)
        + one("/p@q/c/a%20b.ics")
        + one(f"{ROOT}p%40q/c/x.ics")
        + one("/p@q/c/inner/", folder)
        + one("/p@q/c/inner/deep.ics")
        + one("/other/y.ics")
    )
    async with client(lambda _: httpx.Response(207, content=body)) as dav:
        delta = await Collection(dav, ROOT + "p%40q/c/").listing()
    assert set(delta.etags) == {"a b.ics", "x.ics"}


async def test_a_cut_report_is_continued_from_the_token_it_gave() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        first = b"<sync-token>t0</sync-token>" in request.content
        name, token = ("a", "t1") if first else ("b", "t2")
        full = "<D:response><D:href>/c/</D:href><D:status>HTTP/1.1 507 Full</D:status></D:response>" if first else ""
        stat = (
            '<D:propstat><D:prop><D:getetag>"1"</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>'
        )
        inner = (
            f"<D:response><D:href>/c/{name}.ics</D:href>{stat}</D:response>{full}<D:sync-token>{token}</D:sync-token>"
        )
        return httpx.Response(207, content=multistatus(inner))

    async with client(page) as dav:
        delta = await Collection(dav, ROOT + "c/").changes_since("t0")
    assert delta is not None
    assert (set(delta.etags), delta.sync_token, delta.complete) == ({"a.ics", "b.ics"}, "t2", False)


@given(st.text(min_size=1), st.integers(1, 9))
def test_names_are_fixed_by_what_they_stand_for(task: str, generation: int) -> None:
    uid = object_uid("store", task, "promise", "cal", generation)
    assert uid == object_uid("store", task, "promise", "cal", generation)
    others = {
        object_uid("store2", task, "promise", "cal", generation),
        object_uid("store", task + "x", "promise", "cal", generation),
        object_uid("store", task, "deadline", "cal", generation),
        object_uid("store", task, "promise", "cal2", generation),
        object_uid("store", task, "promise", "cal", generation + 1),
    }
    assert uid not in others
    assert len(others) == 5
    assert name_of(object_href("https://dav.example.com/c", uid)) == f"{uid}.ics"


def test_an_account_never_shows_its_password() -> None:
    assert "secret" not in repr(Account("home", ROOT, "pm", "secret word"))


@pytest.mark.parametrize(("status", "raised"), [(507, BadAnswerError), (403, BadAnswerError), (404, MissingError)])
async def test_a_listing_that_is_refused_or_cut_inside_is_no_empty_one(status: int, raised: type[Exception]) -> None:
    body = multistatus(f"<D:response><D:href>/c</D:href><D:status>HTTP/1.1 {status} No</D:status></D:response>")
    async with client(lambda _: httpx.Response(207, content=body)) as dav:
        with pytest.raises(raised, match=r"not complete|such collection"):
            await Collection(dav, ROOT + "c/").listing()


class _Searches:
    """Notes which modules are looked for, and finds none."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        self.names.append(name)


async def test_a_request_looks_for_no_module(
    client: DavClient, collection_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = Collection(client, collection_url)
    await collection.head()
    searches = _Searches()
    monkeypatch.setattr(sys, "meta_path", [searches, *sys.meta_path])
    await collection.head()
    assert searches.names == [], "one that is missing is searched for in every folder, each time"
