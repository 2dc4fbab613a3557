"""One collection's verbs: each a request, its answer read, and its refusal told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote, unquote, urljoin, urlsplit

from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Answer, DavClient
from followthru.calendars.dav.multistatus import BadXmlError, Member, Multistatus, parse, preconditions
from followthru.calendars.dav.origin import resolve
from followthru.calendars.dav.requests import BATCH
from followthru.calendars.errors import (
    BadAnswerError,
    CollectionMovedError,
    ForbiddenError,
    MissingError,
    PreconditionError,
    ServerFaultError,
)
from followthru.calendars.identity import name_of
from followthru.calendars.scratch import is_scratch
from followthru.calendars.sight import NO_OBJECT, Body, Delta, Head

_GONE = frozenset({404, 410})
_REFUSED = frozenset({403, 409, 412})
_MAX_PAGES = 1000
_PLAIN = re.compile(r"[\w%@:+=~-][\w%@:+=~.-]*", re.ASCII)
"""A last segment that stands for itself: no further path, no query, no dots that lead elsewhere."""
_MAX_FAILED = 3
"""Objects at which a server may fail before it counts as failing at everything."""
_SLASHES = re.compile("/{2,}")
_CALENDAR = re.compile("BEGIN:VCALENDAR", re.IGNORECASE)


class Collection:
    """The calendar collection at `url`, through one client."""

    def __init__(self, client: DavClient, url: str, *, scratch: bool = False) -> None:
        self._client = client
        self.url = url if url.endswith("/") else url + "/"
        self._path = urlsplit(self.url).path
        self._host = urlsplit(self.url).hostname
        self._scratch = scratch

    def with_scratch(self) -> Collection:
        """Return the collection as a probe sees it: with scratch objects, which are nobody's items."""
        return Collection(self._client, self.url, scratch=True)

    @property
    def requests(self) -> int:
        """How many requests the client has sent so far."""
        return self._client.requests

    async def head(self) -> Head:
        """Return token, ctag and kind in one request.

        Raises MissingError if the collection is gone, CollectionMovedError if it answers at another address.
        """
        came = await self._client.send(requests.check(self.url))
        answer = self._multistatus(came, "such collection")
        if _plain(urlsplit(came.url).path).rstrip("/") != _plain(self._path).rstrip("/"):
            raise CollectionMovedError(f"{came.url.rstrip('/')}/")
        member = next((one for one in answer.members if one.status == 200), None)
        if member is None:
            if answer.members and all(one.status in _GONE for one in answer.members):
                raise MissingError("such collection")
            raise BadAnswerError(self._client.place, "no properties for the collection")
        return Head(member.sync_token, member.ctag, "calendar" in member.types, member.components, member.title)

    async def listing(self) -> Delta:
        """Return every member's etag. Raises rather than return a listing that may not be complete."""
        answer = self._multistatus(await self._client.send(requests.listing(self.url)), "such collection")
        # What is refused for the collection itself, or cut (507), is refused for all that is not named either.
        refused = next((one.status for one in answer.members if one.status != 200 and self._is_self(one)), None)
        if refused in _GONE:
            raise MissingError("such collection")
        if refused is not None:
            raise BadAnswerError(self._client.place, f"a listing that is not complete: status {refused}")
        return self._delta(answer.members, None, complete=True)

    async def changes_since(self, token: str) -> Delta | None:
        """Return what changed since `token`; None if the server does not take the token or the report.

        Servers say that with 400, 403, 404, 409, 410, 412 or 501; if the collection is gone, the listing that
        follows says so. A failing or a busy server raises: that is never a reason to list anew.
        """
        members: list[Member] = []
        for _ in range(_MAX_PAGES):
            answer = await self._client.send(requests.changes_since(self.url, token))
            if answer.status != 207:
                return None
            page = self._multistatus(answer, "such collection")
            members += page.members
            if page.sync_token is None:
                return None
            cut = any(one.status == 507 for one in page.members)
            if not cut:
                return self._delta(members, page.sync_token, complete=False)
            if page.sync_token == token:
                return None
            token = page.sync_token
        return None

    async def bodies(self, names: Sequence[str], at_once: int = BATCH) -> tuple[dict[str, Body | None], dict[str, str]]:
        """Return the named objects' texts (None: not there) and the reasons of those that could not be had.

        An object that the report leaves out or refuses is asked for on its own, so a server that fails at
        whole reports still answers, and one object at which it fails is alone; one that fails at everything raises.
        The reason is NO_OBJECT where something came that says nothing about the object.
        """
        found: dict[str, Body | None] = {}
        paths = [self._path_of(name) for name in names]
        for request in requests.multiget(self.url, paths, at_once):
            with suppress(ServerFaultError):
                answer = await self._client.send(request)
                # A text with a character that no XML can hold spoils the whole report, and is read well alone.
                with suppress(BadXmlError):
                    found |= self._texts(parse(answer.body)) if answer.status == 207 else {}
        faults: dict[str, str] = {}
        failed = 0
        for name in names:
            if name in found:
                continue
            try:
                found[name] = await self.get(name)
            except ForbiddenError as error:
                faults[name] = error.message
            except BadAnswerError:
                faults[name] = NO_OBJECT
            except ServerFaultError as error:
                faults[name] = error.message
                failed += 1
                if failed >= _MAX_FAILED and not found:
                    raise
        return {name: found[name] for name in names if name in found}, faults

    async def get(self, name: str) -> Body | None:
        """Return one object, None if it is not there. Raises BadAnswerError for what is no calendar data at all."""
        answer = await self._client.send(requests.get(self._path_of(name)))
        if answer.status in _GONE:
            return None
        if answer.status != 200:
            raise ForbiddenError("reading an object")
        text = _decoded(answer.body)
        if answer.content_type == "text/html" or _CALENDAR.search(text) is None:
            raise BadAnswerError(self._client.place, "something else instead of an object, such as a web page")
        return Body(_crlf(text), answer.etag)

    async def create(self, name: str, text: str) -> str | None:
        """Put an object where none is; return its etag, None if the server gives none.

        Raises PreconditionError when something is there or the UID is taken.
        """
        return self._written(await self._client.send(requests.create(self._path_of(name), text)))

    async def replace(self, name: str, text: str, etag: str | None) -> str | None:
        """Put an object over version `etag`; return the new etag. Raises PreconditionError, MissingError."""
        return self._written(await self._client.send(requests.replace(self._path_of(name), text, etag)))

    async def delete(self, name: str, etag: str | None) -> None:
        """Delete version `etag` of an object. Raises PreconditionError, MissingError."""
        self._written(await self._client.send(requests.delete(self._path_of(name), etag)))

    def _path_of(self, name: str) -> str:
        return self._path + quote(name)

    def _written(self, answer: Answer) -> str | None:
        if answer.status in _GONE:
            raise MissingError("such object")
        if answer.status in _REFUSED:
            kinds = preconditions(answer.body)
            if answer.status == 403 and not kinds:
                raise ForbiddenError("the change")
            raise PreconditionError(min(kinds, default="unknown"), answer.status)
        if answer.status == 423:
            raise PreconditionError("locked", answer.status)
        if not 200 <= answer.status < 300:
            raise PreconditionError(min(preconditions(answer.body), default="refused"), answer.status)
        if answer.content_type == "text/html" and answer.status == 200 and answer.body:
            raise BadAnswerError(self._client.place, "a web page instead of a confirmation")
        return answer.etag

    def _multistatus(self, answer: Answer, what: str) -> Multistatus:
        if answer.status in _GONE:
            raise MissingError(what)
        if answer.status in (403, 405):
            raise ForbiddenError("reading the collection")
        if answer.status != 207:
            raise BadAnswerError(self._client.place, f"status {answer.status} instead of 207")
        try:
            return parse(answer.body)
        except BadXmlError as error:
            raise BadAnswerError(self._client.place, str(error)) from error

    def _name(self, member: Member) -> str | None:
        """Return a member's name, None for the collection itself and for what is not directly inside it."""
        last = member.href[len(self._path) :]
        if member.href.startswith(self._path) and not self._path.startswith("//") and _PLAIN.fullmatch(last):
            name, inside = unquote(last), True  # as nearly every server spells it
        else:
            path = self._path_in(member.href)
            name = name_of(path)
            inside = _plain(path) == _plain(self._path) + name
        if not inside or member.collection or (is_scratch(name) and not self._scratch):
            return None
        return name

    def _is_self(self, member: Member) -> bool:
        return _plain(self._path_in(member.href)).rstrip("/") == _plain(self._path).rstrip("/")

    def _path_in(self, href: str) -> str:
        """Return the path in an href as servers spell it. Raises BadAnswerError for what names another host.

        Only the path counts, since what is asked for afterwards is made from our own address. So two slashes in a
        row, and another scheme or port on the same host, as behind a proxy that ends TLS, do no harm.
        """
        if href.startswith("//") and _plain(href).startswith(_plain(self._path)):
            return href
        try:
            parts = urlsplit(urljoin(self.url, href))
            known = parts.scheme in ("http", "https") and parts.hostname == self._host and parts.username is None
            return parts.path if known and parts.port != 0 else urlsplit(resolve(self.url, href)).path
        except ValueError:
            return urlsplit(resolve(self.url, href)).path

    def _delta(self, members: Sequence[Member], token: str | None, *, complete: bool) -> Delta:
        etags: dict[str, str | None] = {}
        removed: set[str] = set()
        faults: dict[str, str] = {}
        for member in members:
            name = self._name(member)
            if name is None or member.status == 507:
                continue
            # Named as changed and as removed, in whatever order, it counts as both: only itself can tell.
            if member.status in _GONE or member.status == 418:
                removed.add(name)
            elif member.status == 200:
                etags[name] = member.etag
            else:
                faults[name] = f"the server answers {member.status} for it"
        return Delta(etags, frozenset(removed), faults, token, complete)

    def _texts(self, answer: Multistatus) -> dict[str, Body | None]:
        found: dict[str, Body | None] = {}
        for member in answer.members:
            name = self._name(member)
            if name is not None and member.status == 200 and member.text:
                found[name] = Body(_crlf(member.text), member.etag)
        return found


def _plain(path: str) -> str:
    return _SLASHES.sub("/", unquote(path))


def _decoded(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")


def _crlf(text: str) -> str:
    """Give back the line endings that XML and some servers take away (XML 1.0 2.11; RFC 5545 3.1)."""
    return text if "\r" in text else text.replace("\n", "\r\n")
