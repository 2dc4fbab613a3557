"""Answers in XML (RFC 4918 section 13, RFC 6578 section 6): every member with its own status.

One member that is refused or broken never spoils the others.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from followthru.calendars.dav.xml import BadXmlError, Element, document, local
from followthru.calendars.dav.xml import text as _text

_DAV = "{DAV:}"
_CALDAV = "{urn:ietf:params:xml:ns:caldav}"
MOST_MEMBERS = 100_000
"""Of one answer. A calendar that people keep has a few thousand objects."""
_SERVER = "{http://calendarserver.org/ns/}"


class Member(NamedTuple):
    """One response: an href as received, its status, and the properties that came with 200."""

    href: str
    status: int
    etag: str | None = None
    text: str | None = None
    types: frozenset[str] = frozenset()
    components: frozenset[str] | None = None
    title: str | None = None
    sync_token: str | None = None
    ctag: str | None = None
    principal: str | None = None
    owner: str | None = None
    homes: tuple[str, ...] = ()
    privileges: frozenset[str] | None = None
    errors: frozenset[str] = frozenset()

    @property
    def collection(self) -> bool:
        """Whether the member is itself a collection."""
        return "collection" in self.types


class Multistatus(NamedTuple):
    """A whole answer. `sync_token` is the new one of a sync-collection report."""

    members: tuple[Member, ...]
    sync_token: str | None


def parse(body: bytes) -> Multistatus:
    """Read a multistatus. Raises BadXmlError for anything else, a DOCTYPE and cut XML and a list without
    end included."""
    root = document(body)
    if root.tag != f"{_DAV}multistatus":
        raise BadXmlError(f"the document is a {local(root)}, not a multistatus")
    responses = list(islice(root.iterchildren(f"{_DAV}response"), MOST_MEMBERS + 1))
    if len(responses) > MOST_MEMBERS:
        raise BadXmlError(f"it lists more than {MOST_MEMBERS:,} objects")
    members = tuple(map(_member, responses))
    return Multistatus(members, _text(root.find(f"{_DAV}sync-token")))


def preconditions(body: bytes) -> frozenset[str]:
    """Return the names below DAV:error (RFC 4918 section 16), empty for any other body."""
    try:
        root = document(body)
    except BadXmlError:
        return frozenset()
    return _names(root) if root.tag == f"{_DAV}error" else frozenset()


def _member(response: Element) -> Member:
    href = _text(response.find(f"{_DAV}href")) or ""
    error = response.find(f"{_DAV}error")
    errors = frozenset[str]() if error is None else _names(error)
    own = response.find(f"{_DAV}status")
    if own is not None:
        return Member(href, _status(own), errors=errors)
    found = [stat for stat in response.iterchildren(f"{_DAV}propstat") if _good(stat)]
    if not found:
        return Member(href, _worst(response), errors=errors)
    props = {
        child.tag: child
        for stat in found
        for prop in stat.iterchildren(f"{_DAV}prop")
        for child in prop.iterchildren("*")
    }
    return _properties(Member(href, 200, errors=errors), props)


def _good(propstat: Element) -> bool:
    status = propstat.find(f"{_DAV}status")
    return status is None or 200 <= _status(status) < 300


def _worst(response: Element) -> int:
    """Return the status of a response none of whose properties came: 404 for a property is not one for the object."""
    statuses = [_status(stat) for stat in response.iter(f"{_DAV}status")]
    return 200 if all(status == 404 for status in statuses) else max(statuses)


def _properties(member: Member, props: dict[str, Element]) -> Member:
    components = props.get(f"{_CALDAV}supported-calendar-component-set")
    types = props.get(f"{_DAV}resourcetype")
    homes = props.get(f"{_CALDAV}calendar-home-set")
    principal = props.get(f"{_DAV}current-user-principal")
    owner = props.get(f"{_DAV}owner")
    data = props.get(f"{_CALDAV}calendar-data")
    rights = props.get(f"{_DAV}current-user-privilege-set")
    return member._replace(
        etag=_text(props.get(f"{_DAV}getetag")),
        text=None if data is None else (data.text or ""),
        types=frozenset() if types is None else _names(types),
        components=None if components is None else frozenset(_component_names(components)),
        title=_text(props.get(f"{_DAV}displayname")),
        sync_token=_text(props.get(f"{_DAV}sync-token")),
        ctag=_text(props.get(f"{_SERVER}getctag")),
        principal=None if principal is None else _text(principal.find(f"{_DAV}href")),
        owner=None if owner is None else _text(owner.find(f"{_DAV}href")),
        homes=() if homes is None else tuple(filter(None, map(_text, homes.iterchildren(f"{_DAV}href")))),
        privileges=None if rights is None else _privileges(rights),
    )


def _component_names(element: Element) -> list[str]:
    return [comp.get("name", "").upper() for comp in element.iterchildren(f"{_CALDAV}comp")]


def _privileges(element: Element) -> frozenset[str]:
    """Return what whoever asked may do (RFC 3744 section 5.4)."""
    return frozenset(local(one) for each in element.iterchildren(f"{_DAV}privilege") for one in each.iterchildren("*"))


def _names(element: Element) -> frozenset[str]:
    return frozenset(local(child) for child in element.iterchildren("*"))


def _status(element: Element) -> int:
    """Read `HTTP/1.1 404 Not Found`; a line that cannot be read counts as a server's failure."""
    parts = (element.text or "").split()
    code = parts[1] if len(parts) > 1 else ""
    return int(code) if len(code) == 3 and code.isascii() and code.isdigit() else 500
