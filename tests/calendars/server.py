"""One calendar collection in memory, without any I/O: what is asked comes in, what is answered goes out.

Every quirk of the table can be switched on and off while it runs.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import unquote
from xml.sax.saxutils import escape, unescape

from tests.calendars.answers import (
    Answer,
    Asked,
    bare,
    etag_header,
    etag_property,
    etag_text,
    member,
    multistatus,
    refusal,
    spelt,
    stored_as,
    web_page,
)
from tests.calendars.quirks import Quirk

COLLECTION = "/pm/promises/"
PAGE = 2
"""Members in one report, where it is cut."""
STUCK_AT = 4
A_SECOND = 7
"""Requests in one second of the fake clock."""
_HREF = re.compile(r"<href>([^<]+)</href>")
_TOKEN = re.compile(r"<sync-token>([^<]*)</sync-token>")
_UID = re.compile(r"(?m)^UID:([^\r\n]+)")
_BAD_TOKEN = {
    Quirk.TOKEN_BAD_400: 400,
    Quirk.TOKEN_BAD_404: 404,
    Quirk.TOKEN_BAD_409: 409,
    Quirk.TOKEN_BAD_410: 410,
    Quirk.TOKEN_BAD_412: 412,
    Quirk.TOKEN_BAD_500: 500,
}
_UID_REFUSALS = {
    Quirk.UID_403: refusal(403, "<C:unique-scheduling-object-resource/>"),
    Quirk.UID_409_BARE: refusal(409),
    Quirk.UID_412: refusal(412, "<C:no-uid-conflict/>"),
    Quirk.UID_412_BARE: refusal(412),
}
_LOSES = {Quirk.RACE_409: 409, Quirk.RACE_423: 423, Quirk.RACE_500: 500}


class Stored(NamedTuple):
    """One object, the revision of the collection that wrote it, and how often it was written since it is there."""

    text: str
    revision: int
    version: int = 1


class Server:
    """Answers requests. `put` and `delete` are what other clients do; `rival` writes in the middle of a PUT."""

    def __init__(self, quirks: Iterable[Quirk] = ()) -> None:
        self.quirks = set(quirks)
        self.objects: dict[str, Stored] = {}
        self.removed: dict[str, int] = {}
        self.again: set[str] = set()
        self.trash: set[str] = set()
        self.revision = 1
        self.epoch = ""
        self.failing = 0
        self.rival: Callable[[], None] | None = None
        self.sign_in: str | None = None
        self.log: list[tuple[str, str]] = []
        self.seconds: dict[int, int] = {}
        self.lagging: dict[str, Stored] = {}
        """Objects as a copy that lags behind still has them: what is read, though not what is written over."""

    def put(self, name: str, text: str) -> None:
        """Write an object as another client."""
        self._next()
        before = self.objects.get(name)
        version = 1 if before is None else before.version + 1
        self.objects[name] = Stored(text, self.revision, version)
        if self.removed.pop(name, None) is not None:
            self.again.add(name)

    def delete(self, name: str) -> None:
        """Delete an object as another client."""
        self._next()
        self.trash.add(_uid(self.objects.pop(name).text))
        self.removed[name] = self.revision

    def forget_tokens(self) -> None:
        """Make every token given so far unknown, as after a restore or a change of servers."""
        self.epoch += "x"

    def recreate(self) -> None:
        """Delete the collection and make it again, empty."""
        self.objects.clear()
        self.removed.clear()
        self._next()
        self.forget_tokens()
        self.failing = 3 if Quirk.RECREATED_500 in self.quirks else 0

    def writes(self) -> int:
        """Return how many writing requests came."""
        return sum(1 for method, _ in self.log if method in ("PUT", "DELETE"))

    def answer(self, asked: Asked) -> Answer:
        """Answer one request."""
        path = re.sub("/{2,}", "/", unquote(asked.path))
        self.log.append((asked.method, path))
        if self.failing:
            self.failing -= 1
            return Answer(500)
        refused = self._signed_out(asked, path)
        if refused is not None or not path.startswith(COLLECTION):
            return refused or Answer(404)
        name = path.removeprefix(COLLECTION)
        match asked.method:
            case "PROPFIND":
                return self._propfind(asked.headers.get("depth", "infinity"))
            case "REPORT":
                return self._report(asked.body)
            case "GET":
                return self._get(name)
            case "PUT":
                return self._put(asked, name)
            case "DELETE":
                return self._delete(asked, name)
            case _:
                return Answer(405)

    def has(self, *quirks: Quirk) -> bool:
        """Whether any of these quirks is on."""
        return not self.quirks.isdisjoint(quirks)

    def etag(self, name: str) -> str:
        """Return an object's etag as it really is."""
        return self._etag_of(self.objects[name])

    def _etag_of(self, stored: Stored) -> str:
        return etag_text(str(stored.version if self.has(Quirk.ETAG_RESTARTS) else stored.revision), self.quirks)

    def poisoned(self, name: str) -> int | None:
        """Return the status with which this member cannot be read."""
        status = 403 if self.has(Quirk.MEMBER_403) else 500 if self.has(Quirk.MEMBER_500) else None
        return status if name == min(self.objects, default="") else None

    def _next(self) -> None:
        self.revision += 1
        self.seconds[self.revision] = len(self.log) // A_SECOND

    def _signed_out(self, asked: Asked, path: str) -> Answer | None:
        if self.sign_in is None or (path == "/" and self.has(Quirk.ANONYMOUS_ROOT)):
            return multistatus(member("/", "<resourcetype><collection/></resourcetype>")) if path == "/" else None
        expected = "Basic " + base64.b64encode(self.sign_in.encode()).decode()
        if asked.headers.get("authorization") == expected:
            return None
        return Answer(401, headers={} if self.has(Quirk.NO_CHALLENGE) else {"WWW-Authenticate": b'Basic realm="x"'})

    def _token(self, revision: int) -> str:
        if self.has(Quirk.TOKEN_STUCK):
            revision = min(revision, STUCK_AT)
        if self.has(Quirk.TOKEN_SECONDS):
            revision = self.seconds.get(revision, 0)
        return f"<&>{self.epoch} {revision}" if self.has(Quirk.TOKEN_OPAQUE) else f"t{self.epoch}{revision}"

    def _marks(self) -> str:
        token = escape(self._token(self.revision))
        if self.has(Quirk.NO_MARKS):
            return ""
        ctag = f"<S:getctag>c{token}</S:getctag>"
        return ctag if self.has(Quirk.CTAG_ONLY) else f"<sync-token>{token}</sync-token>{ctag}"

    def _propfind(self, depth: str) -> Answer:
        if self.has(Quirk.HTML_200):
            return web_page()
        props = f"<resourcetype><collection/><C:calendar/></resourcetype>{self._marks()}"
        members = [member(spelt(COLLECTION, self.quirks), props)]
        if depth == "1" and not self.has(Quirk.EMPTY_LISTING):
            members += [self._listed(name) for name in self.objects]
        return multistatus("".join(members))

    def _href(self, name: str) -> str:
        return spelt(COLLECTION + name, self.quirks)

    def _listed(self, name: str, data: str = "") -> str:
        status = self.poisoned(name)
        if status is not None:
            return bare(self._href(name), status)
        props = etag_property(self._etag_of(self._read(name)) if data else self.etag(name), self.quirks) + data
        return member(self._href(name), props or "<resourcetype/>")

    def _report(self, body: str) -> Answer:
        if "calendar-multiget" in body:
            return self._multiget(body)
        if self.has(Quirk.REPORT_501):
            return Answer(501)
        token = _TOKEN.search(body)
        since = self._since(unescape(token[1])) if token else None
        if self.has(Quirk.CTAG_ONLY, Quirk.NO_MARKS):
            return refusal(403, "<supported-report/>")
        if since is None and not self.has(Quirk.TOKEN_UNKNOWN_LISTS):
            status = next((status for quirk, status in _BAD_TOKEN.items() if quirk in self.quirks), 403)
            return refusal(status, "<valid-sync-token/>")
        return self._changes(since)

    def _since(self, token: str) -> int | None:
        """Return the number in a token, None if no such token was given."""
        known = re.fullmatch(rf"(?:<&>{self.epoch} |t{self.epoch})(\d+)", token)
        return int(known[1]) if known else None

    def _changes(self, since: int | None) -> Answer:
        """Return what changed since a token; all members for an unknown one."""
        changed = [(one.revision, name, False) for name, one in self.objects.items()]
        removed = [(at, name, True) for name, at in self.removed.items()]
        if since is None and not self.has(Quirk.LISTS_REMOVED):
            removed = []
        found = [one for one in sorted(changed + removed) if since is None or self._later(one[0], since)]
        token, full = self._token(self.revision), ""
        if self.has(Quirk.PAGES_507, Quirk.PAGES_STAND) and len(found) > PAGE and since is not None:
            found, full = found[:PAGE], bare(spelt(COLLECTION, self.quirks), 507)
            token = self._token(since if self.has(Quirk.PAGES_STAND) else found[-1][0])
        if self.has(Quirk.CUTS_SILENTLY) and since is not None:
            found = found[:PAGE]
        inner = "".join(self._change(name, gone=gone) for _, name, gone in found)
        return multistatus(f"{inner}{full}<sync-token>{escape(token)}</sync-token>")

    def _later(self, revision: int, since: int) -> bool:
        if self.has(Quirk.TOKEN_STUCK) and since >= STUCK_AT:
            return False
        return (self.seconds.get(revision, 0) if self.has(Quirk.TOKEN_SECONDS) else revision) > since

    def _change(self, name: str, *, gone: bool) -> str:
        missing = bare(self._href(name), 418 if self.has(Quirk.REMOVED_418) else 404)
        if not self.has(Quirk.CHANGED_AND_REMOVED):
            return missing if gone else self._listed(name)
        if gone:
            return missing + member(self._href(name), '<getetag>"was"</getetag>')
        return self._listed(name) + (missing if name in self.again else "")

    def _multiget(self, body: str) -> Answer:
        if self.has(Quirk.MULTIGET_501, Quirk.MULTIGET_400):
            return Answer(501 if self.has(Quirk.MULTIGET_501) else 400)
        names = [unquote(unescape(href)).removeprefix(COLLECTION) for href in _HREF.findall(body)]
        if self.has(Quirk.MULTIGET_OMITS):
            names = names[1::2]
        return multistatus("".join(self._one_of_many(name) for name in names))

    def _one_of_many(self, name: str) -> str:
        if name not in self.objects:
            return bare(self._href(name), 404)
        text = "" if self.has(Quirk.MULTIGET_EMPTY) else escape(self._read(name).text)
        return self._listed(name, f"<C:calendar-data>{text}</C:calendar-data>")

    def _get(self, name: str) -> Answer:
        if name not in self.objects:
            return Answer(404)
        status = self.poisoned(name)
        if status is not None:
            return Answer(status)
        stored = self._read(name)
        headers = etag_header(self._etag_of(stored), "GET", self.quirks)
        return Answer(200, stored.text, {**headers, "Content-Type": b"text/calendar; charset=utf-8"})

    def _read(self, name: str) -> Stored:
        return self.lagging.get(name, self.objects[name])

    def _put(self, asked: Asked, name: str) -> Answer:
        refused = self._prevented(asked, name) or self._unwanted(asked.body, name)
        if refused is not None:
            return refused
        rival, self.rival = self.rival, None
        if rival is not None and not self.has(Quirk.RACE_BOTH_WIN):
            rival()
            late = self._prevented(asked, name)
            if late is not None:
                return Answer(next((status for quirk, status in _LOSES.items() if quirk in self.quirks), late.status))
        created, before = name not in self.objects, self.revision
        self.put(name, stored_as(asked.body, self.quirks))
        headers = etag_header(self.etag(name), "PUT", self.quirks)
        if self.has(Quirk.ETAG_STALE) and headers:
            headers = etag_header(etag_text(str(before), self.quirks), "PUT", self.quirks)
        if self.has(Quirk.HREF_MOVED) and created:
            self.objects[f"moved-{name}"] = self.objects.pop(name)
        if rival is not None and self.has(Quirk.RACE_BOTH_WIN):
            rival()
        return Answer(201 if created else 204, headers=headers)

    def _unwanted(self, body: str, name: str) -> Answer | None:
        """Return the refusal of a text for what is in it."""
        uid = _uid(body)
        taken = any(_uid(one.text) == uid for other, one in self.objects.items() if other != name)
        if taken and not self.has(Quirk.UID_TWICE):
            refusals = (answer for quirk, answer in _UID_REFUSALS.items() if quirk in self.quirks)
            return next(refusals, refusal(409, "<C:no-uid-conflict/>"))
        if self.has(Quirk.UID_TRASHED) and uid in self.trash and name not in self.objects:
            return Answer(400)
        if self.has(Quirk.ZONE_REFUSED) and re.search("BEGIN:VTIMEZONE|;TZID=", body):
            return refusal(403, "<C:valid-calendar-data/>")
        own = re.sub(r"(?s)BEGIN:VTIMEZONE.*?END:VTIMEZONE", "", body)
        start, end, due = (re.search(rf"{field}[^:]*:(\S+)", own) for field in ("DTSTART", "DTEND", "DUE"))
        if "BEGIN:VTODO" in body:
            if start and due and (start[1] >= due[1] or len(start[1]) != len(due[1])):
                return refusal(403, "<C:valid-calendar-data/>")
        elif self.has(Quirk.ZERO_REFUSED) and "DURATION:" not in body and (not start or not end or start[1] == end[1]):
            return refusal(403, "<C:valid-calendar-data/>")
        return None

    def _delete(self, asked: Asked, name: str) -> Answer:
        if name not in self.objects:
            return Answer(404)
        refused = self._prevented(asked, name)
        if refused is not None:
            return refused
        self.delete(name)
        return (
            Answer(200, "<html>Deleted</html>", {"Content-Type": b"text/html"})
            if self.has(Quirk.DELETE_200)
            else Answer(204)
        )

    def _prevented(self, asked: Asked, name: str) -> Answer | None:
        """Return the refusal that a condition of the request brings about, None if it holds or is not looked at."""
        there, match = name in self.objects, asked.headers.get("if-match")
        if asked.headers.get("if-none-match") == "*":
            return Answer(412) if there and not self.has(Quirk.INM_IGNORED) else None
        if match is None:
            return Answer(409) if there and asked.method == "PUT" and self.has(Quirk.IM_REQUIRED) else None
        if self.has(Quirk.IM_IGNORED) or (asked.method == "DELETE" and self.has(Quirk.IM_IGNORED_ON_DELETE)):
            return None
        if match == "*":
            return Answer(412) if there == self.has(Quirk.IM_STAR_INVERTED) else None
        if not there:
            return None if self.has(Quirk.IM_CREATES) else Answer(412)
        return Answer(412) if self.has(Quirk.ETAG_WEAK) or match != self.etag(name) else None


def _uid(text: str) -> str:
    found = _UID.search(text)
    return "" if found is None else found[1].strip()
