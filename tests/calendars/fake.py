"""A small CalDAV server in memory, as a transport: scriptable, instant, with faults at any request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

import httpx

COLLECTION = "/pm/promises/"
ORIGIN = "http://127.0.0.1:5232"
_HREF = re.compile(r"<href>([^<]+)</href>")
_TOKEN = re.compile(r"<sync-token>([^<]*)</sync-token>")


class Quirks(NamedTuple):
    """Ways in which real servers differ."""

    report: bool = True
    put_etag: bool = True
    weak: bool = False
    rewrites: bool = False
    multiget: bool = True
    conditions: bool = True
    odd_etags: bool = False


class Stored(NamedTuple):
    """One object and the revision that wrote it."""

    text: str
    revision: int


Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


def faultless(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
    """Forward and answer."""
    return forward()


class FakeServer(httpx.AsyncBaseTransport):
    """One collection. `fault` stands between client and server; `log` holds method and path of each request."""

    def __init__(self, quirks: Quirks | None = None) -> None:
        self.quirks = quirks or Quirks()
        self.objects: dict[str, Stored] = {}
        self.removed: dict[str, int] = {}
        self.revision = 1
        self.fault: Fault = faultless
        self.log: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or fail as scripted."""
        body = await request.aread()
        self.log.append((request.method, request.url.path))
        return self.fault(request, lambda: self._answer(request, body.decode()))

    def put(self, name: str, text: str) -> None:
        """Write an object as another client."""
        self.revision += 1
        self.objects[name] = Stored(text, self.revision)
        self.removed.pop(name, None)

    def delete(self, name: str) -> None:
        """Delete an object as another client."""
        self.revision += 1
        del self.objects[name]
        self.removed[name] = self.revision

    def writes(self) -> int:
        """Return how many writing requests came."""
        return sum(1 for method, _ in self.log if method in ("PUT", "DELETE"))

    def _answer(self, request: httpx.Request, body: str) -> httpx.Response:
        path = unquote(urlsplit(str(request.url)).path)
        name = path.removeprefix(COLLECTION)
        if not path.startswith(COLLECTION):
            return httpx.Response(404)
        match request.method:
            case "PROPFIND":
                return self._propfind(request.headers["Depth"])
            case "REPORT":
                return self._report(body)
            case "GET":
                return self._get(name)
            case "PUT":
                return self._put(request, name, body)
            case "DELETE":
                return self._delete(request, name)
            case _:
                return httpx.Response(405)

    def _etag(self, name: str) -> str:
        odd = "é" if self.quirks.odd_etags else ""
        return f'{"W/" if self.quirks.weak else ""}"{odd}{self.objects[name].revision}"'

    def _propfind(self, depth: str) -> httpx.Response:
        token = f"<sync-token>t{self.revision}</sync-token>" if self.quirks.report else ""
        props = f"<resourcetype><collection/><C:calendar/></resourcetype>{token}<S:getctag>c{self.revision}</S:getctag>"
        members = [_response(COLLECTION, props)]
        if depth == "1":
            members += [_response(COLLECTION + name, self._tagged(name)) for name in self.objects]
        return _multistatus("".join(members))

    def _tagged(self, name: str) -> str:
        return f"<getetag>{escape(self._etag(name))}</getetag>"

    def _report(self, body: str) -> httpx.Response:
        if "calendar-multiget" in body:
            return self._multiget(body)
        token = _TOKEN.search(body)
        known = re.fullmatch(r"t(\d+)", token[1]) if token else None
        if not self.quirks.report or known is None:
            return httpx.Response(403, text='<error xmlns="DAV:"><valid-sync-token/></error>')
        since = int(known[1])
        changed = [
            _response(COLLECTION + name, self._tagged(name))
            for name, one in self.objects.items()
            if one.revision > since
        ]
        gone = [_missing(COLLECTION + name) for name, at in self.removed.items() if at > since]
        return _multistatus("".join(changed + gone) + f"<sync-token>t{self.revision}</sync-token>")

    def _multiget(self, body: str) -> httpx.Response:
        if not self.quirks.multiget:
            return httpx.Response(501)
        members: list[str] = []
        for href in _HREF.findall(body):
            name = unquote(href).removeprefix(COLLECTION)
            if name in self.objects:
                data = f"<C:calendar-data>{escape(self.objects[name].text)}</C:calendar-data>"
                members.append(_response(href, self._tagged(name) + data))
            else:
                members.append(_missing(href))
        return _multistatus("".join(members))

    def _get(self, name: str) -> httpx.Response:
        if name not in self.objects:
            return httpx.Response(404)
        headers = {b"ETag": self._etag(name).encode(), b"Content-Type": b"text/calendar; charset=utf-8"}
        return httpx.Response(200, headers=headers, text=self.objects[name].text)

    def _put(self, request: httpx.Request, name: str, body: str) -> httpx.Response:
        if self._prevented(request, name):
            return httpx.Response(412)
        created = name not in self.objects
        self.put(name, _rewritten(body) if self.quirks.rewrites else body)
        headers = {b"ETag": self._etag(name).encode()} if self.quirks.put_etag else {}
        return httpx.Response(201 if created else 204, headers=headers)

    def _delete(self, request: httpx.Request, name: str) -> httpx.Response:
        if name not in self.objects:
            return httpx.Response(404)
        if self._prevented(request, name):
            return httpx.Response(412)
        self.delete(name)
        return httpx.Response(204)

    def _prevented(self, request: httpx.Request, name: str) -> bool:
        there = name in self.objects
        if not self.quirks.conditions:
            return False
        if request.headers.get("If-None-Match") == "*" and there:
            return True
        match = request.headers.get("If-Match")
        return match is not None and (not there or self.quirks.weak or match != self._etag(name))


def _rewritten(text: str) -> str:
    """Return a text as some servers store it: other order, other line ends, a property added, unfolded."""
    lines = text.replace("\r\n", "\n").replace("\n ", "").split("\n")
    start, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    event = [*sorted(lines[start + 1 : end]), "X-SERVER-ADDED:1"]
    unique = list(dict.fromkeys(event))
    return "\n".join([*lines[: start + 1], *unique, *lines[end:]])


def _response(href: str, props: str) -> str:
    return (
        f"<response><href>{escape(href)}</href><propstat><prop>{props}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )


def _missing(href: str) -> str:
    return f"<response><href>{escape(href)}</href><status>HTTP/1.1 404 Not Found</status></response>"


def _multistatus(inner: str) -> httpx.Response:
    body = (
        '<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
        f'xmlns:S="http://calendarserver.org/ns/">{inner}</multistatus>'
    )
    return httpx.Response(207, headers={"Content-Type": "application/xml"}, text=body)
