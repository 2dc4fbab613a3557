"""Requests as plain values (RFC 4918, 4791, 6578). Nothing here sends anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

BATCH = 50
"""Objects asked for in one calendar-multiget, where nothing is known of how quickly they come."""

_XML = "application/xml; charset=utf-8"
_ICS = "text/calendar; charset=utf-8"
_NAMESPACES = (
    'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/" '
    'xmlns:A="http://apple.com/ns/ical/"'
)
CHECK_PROPS = ("resourcetype", "sync-token", "S:getctag", "C:supported-calendar-component-set", "displayname")
_SAFE = frozenset({"GET", "PROPFIND", "REPORT"})


class Request(NamedTuple):
    """One HTTP request. `url` is an absolute URL or a path on the account's origin."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def changes(self) -> bool:
        """Whether the request changes something on the server, so that it must not simply be repeated."""
        return self.method not in _SAFE


def propfind(url: str, props: Iterable[str], *, depth: int) -> Request:
    """Ask for properties of a resource (`depth` 0) or of its members too (1)."""
    wanted = "".join(f"<{prop}/>" for prop in props)
    body = f"<propfind {_NAMESPACES}><prop>{wanted}</prop></propfind>"
    return Request("PROPFIND", url, {"Depth": str(depth), "Content-Type": _XML}, _xml(body))


def check(url: str) -> Request:
    """Ask a collection whether anything changed: sync-token and ctag, with what kind of thing it is."""
    return propfind(url, CHECK_PROPS, depth=0)


def listing(url: str) -> Request:
    """Ask for every member's etag: the complete listing."""
    return propfind(url, ("getetag", "resourcetype"), depth=1)


def changes_since(url: str, token: str) -> Request:
    """Ask what changed since `token` (sync-collection, RFC 6578). Never with a limit: servers cut silently."""
    body = (
        f"<sync-collection {_NAMESPACES}><sync-token>{escape(token)}</sync-token>"
        "<sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
    )
    return Request("REPORT", url, {"Depth": "0", "Content-Type": _XML}, _xml(body))


def multiget(url: str, hrefs: Sequence[str], at_once: int = BATCH) -> tuple[Request, ...]:
    """Ask for the text of the named objects (calendar-multiget, RFC 4791 section 7.9), so many `at_once`."""
    return tuple(_one_multiget(url, hrefs[at : at + at_once]) for at in range(0, len(hrefs), at_once))


def _one_multiget(url: str, hrefs: Sequence[str]) -> Request:
    named = "".join(f"<href>{escape(href)}</href>" for href in hrefs)
    body = f"<C:calendar-multiget {_NAMESPACES}><prop><getetag/><C:calendar-data/></prop>{named}</C:calendar-multiget>"
    return Request("REPORT", url, {"Depth": "1", "Content-Type": _XML}, _xml(body))


def get(url: str) -> Request:
    """Ask for one object's text."""
    return Request("GET", url, {"Accept": "text/calendar"})


def create(url: str, text: str) -> Request:
    """Put an object where none may be (`If-None-Match: *`)."""
    return Request("PUT", url, {"Content-Type": _ICS, "If-None-Match": "*"}, text.encode())


def replace(url: str, text: str, etag: str | None) -> Request:
    """Put an object over the version that was merged against; without an etag, unconditionally."""
    headers = {"Content-Type": _ICS}
    return Request("PUT", url, headers | ({"If-Match": etag} if etag else {}), text.encode())


def delete(url: str, etag: str | None) -> Request:
    """Delete the version that is known; without an etag, whatever is there."""
    return Request("DELETE", url, {"If-Match": etag} if etag else {})


def make_calendar(url: str, title: str, components: Iterable[str]) -> Request:
    """Make a calendar collection (RFC 4791 section 5.3.1)."""
    body = f"<C:mkcalendar {_NAMESPACES}><set><prop>{_named(title, components)}</prop></set></C:mkcalendar>"
    return Request("MKCALENDAR", url, {"Content-Type": _XML}, _xml(body))


def make_collection(url: str, title: str, components: Iterable[str]) -> Request:
    """Make a calendar collection where MKCALENDAR is not known (extended MKCOL, RFC 5689 section 3)."""
    kind = "<resourcetype><collection/><C:calendar/></resourcetype>"
    body = f"<mkcol {_NAMESPACES}><set><prop>{kind}{_named(title, components)}</prop></set></mkcol>"
    return Request("MKCOL", url, {"Content-Type": _XML}, _xml(body))


def _named(title: str, components: Iterable[str]) -> str:
    taken = "".join(f'<C:comp name="{escape(one)}"/>' for one in components)
    kinds = f"<C:supported-calendar-component-set>{taken}</C:supported-calendar-component-set>"
    return f"<displayname>{escape(title)}</displayname>{kinds}"


def _xml(body: str) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>' + body.encode()
