"""How the fake server spells what it answers: XML, hrefs, etags and bodies, each with its quirks. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape

from tests.calendars.quirks import Quirk

Quirks = Collection[Quirk]


class Asked(NamedTuple):
    """A request as it arrived: header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str


class Answer(NamedTuple):
    """An answer to be sent. Header values are bytes, since not all that servers send is ASCII."""

    status: int
    body: str = ""
    headers: Mapping[str, bytes] = {}


def member(href: str, props: str) -> str:
    """Return a response whose properties are there."""
    stat = f"<propstat><prop>{props}</prop><status>HTTP/1.1 200 OK</status></propstat>"
    return f"<response><href>{escape(href)}</href>{stat}</response>"


def bare(href: str, status: int) -> str:
    """Return a response with nothing but a status."""
    return f"<response><href>{escape(href)}</href><status>HTTP/1.1 {status} X</status></response>"


def multistatus(inner: str) -> Answer:
    """Return a whole 207."""
    names = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'
    body = f'<?xml version="1.0"?><multistatus {names}>{inner}</multistatus>'
    return Answer(207, body, {"Content-Type": b"application/xml; charset=utf-8"})


def refusal(status: int, named: str = "") -> Answer:
    """Return a refusal, with the DAV:error element it names, if any."""
    body = f'<error xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{named}</error>' if named else ""
    return Answer(status, body, {"Content-Type": b"application/xml; charset=utf-8"})


def web_page(status: int = 200) -> Answer:
    """Return what a portal sends in a server's place."""
    return Answer(status, "<html><body>Please sign in</body></html>", {"Content-Type": b"text/html"})


def spelt(path: str, quirks: Quirks) -> str:
    """Return an href for an unquoted path."""
    plain = quote(path)
    if Quirk.HREF_ESCAPED in quirks:
        plain = "".join(f"%{ord(c):02x}" if at % 2 and c not in "/%" else c for at, c in enumerate(path))
    if Quirk.HREF_SLASHES in quirks:
        plain = "/" + plain.replace("/pm/", "/pm//")
    if Quirk.HREF_ABSOLUTE in quirks:
        return f"http://127.0.0.1:5232{plain}"
    return f"https://127.0.0.1:8443{plain}" if Quirk.HREF_SCHEME in quirks else plain


def etag_text(version: str, quirks: Quirks) -> str:
    """Return an etag as the server holds it."""
    odd = "é" if Quirk.ETAG_ODD in quirks else ""
    joined = f"{odd}v-{version}"
    if Quirk.ETAG_BARE in quirks:
        return joined
    return f'{"W/" if Quirk.ETAG_WEAK in quirks else ""}"{joined}"'


def etag_property(etag: str, quirks: Quirks) -> str:
    """Return the getetag property."""
    if Quirk.ETAG_NEVER in quirks:
        return ""
    return f"<getetag>{escape(etag.replace('-', '%2D') if Quirk.ETAG_ESCAPED in quirks else etag)}</getetag>"


def etag_header(etag: str, method: str, quirks: Quirks) -> dict[str, bytes]:
    """Return the ETag header of an answer to GET or PUT, empty where none is sent."""
    if Quirk.ETAG_NEVER in quirks or (method == "PUT" and Quirk.ETAG_NOT_ON_PUT in quirks):
        return {}
    if Quirk.ETAG_SUFFIXED in quirks and method == "GET":
        etag = etag.replace('"', '-gzip"')[len("-gzip") :] if etag.startswith('"') else etag
    if Quirk.ETAG_WEAK_ON_PUT in quirks and method == "PUT":
        etag = f"W/{etag}"
    return {"ETag": etag.encode()}


def stored_as(text: str, quirks: Quirks) -> str:
    """Return a text as the server keeps it, whatever etag it gives for it."""
    if Quirk.BODY_REORDERED in quirks:
        text = _reordered(text)
    if Quirk.BODY_ZONED in quirks and "BEGIN:VTIMEZONE" not in text:
        text = re.sub(r"BEGIN:V(?:EVENT|TODO)", lambda begin: _ZONE + begin[0], text, count=1)
    if Quirk.BODY_X_UNESCAPED in quirks:
        text = re.sub(r"(?m)^X-[^\r\n]*(?:\r?\n [^\r\n]*)*", lambda line: line[0].replace("\\", ""), text)
    if Quirk.BODY_CATEGORIES in quirks:
        text = re.sub(r"CATEGORIES:([^\r\n]*)", _each_category, text)
    if Quirk.BODY_DURATION in quirks:
        text = re.sub(r"DTEND;VALUE=DATE:[^\r\n]*", "DURATION:P1D", text)
        text = re.sub(r"DTEND[;:](?!VALUE=DATE:)[^\r\n]*", "DURATION:PT1800S", text)
        text = _due_as_duration(text)
    if Quirk.BODY_X_DROPPED in quirks:
        text = re.sub(r"(?m)^X-[^\r\n]*(?:\r?\n [^\r\n]*)*\r?\n", "", text)
    return text


_ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Zurich\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\n"
    "TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def _due_as_duration(text: str) -> str:
    start, due = (re.search(rf"{name};VALUE=DATE:(\d{{8}})", text) for name in ("DTSTART", "DUE"))
    if start is None or due is None:
        return text
    days = date.fromisoformat(due[1]) - date.fromisoformat(start[1])
    return text.replace(due[0], f"DURATION:P{days.days}D")


def _each_category(line: re.Match[str]) -> str:
    return "\r\n".join(f"CATEGORIES;LANGUAGE=en:{one}" for one in re.split(r"(?<!\\),", line[1]))


def _reordered(text: str) -> str:
    """Other order and line ends, a property added, unfolded; what stands inside of it, such as an alarm, comes last."""
    lines = text.replace("\r\n", "\n").replace("\n ", "").split("\n")
    kind = "VEVENT" if "BEGIN:VEVENT" in lines else "VTODO"
    start, end = lines.index(f"BEGIN:{kind}"), lines.index(f"END:{kind}")
    within, own = _inside(lines[start + 1 : end])
    event = list(dict.fromkeys([*sorted(own), "X-SERVER-ADDED:1"]))
    return "\n".join([*lines[: start + 1], *event, *within, *lines[end:]])


def _inside(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines of nested components, in their order, and the others."""
    within: list[str] = []
    own: list[str] = []
    depth = 0
    for line in lines:
        depth += line.startswith("BEGIN:")
        (within if depth else own).append(line)
        depth -= line.startswith("END:")
    return within, own
