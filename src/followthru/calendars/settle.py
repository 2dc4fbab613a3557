"""What became of an operation whose answer is not known: decided by what is there now. Pure."""

from __future__ import annotations

from typing import NamedTuple

from followthru.calendars.ical.mark import REVISION
from followthru.calendars.ical.read import Remote, read, semantic
from followthru.calendars.ical.scan import Bad, scan
from followthru.calendars.links import Link, LinkState, Operation, Verb
from followthru.calendars.sight import Body


class Settled(NamedTuple):
    """Whether the operation reached the server, and the link as it now stands."""

    landed: bool
    link: Link


def settle(operation: Operation, there: Body | None) -> Settled:
    """Compare what is there with what was sent and with what was agreed before.

    Where it landed and was edited since, the sent text becomes the base and the etag is forgotten, so that
    the next listing reads the edit and merges it.
    """
    if operation.verb is Verb.REMOVE:
        return _removed(operation, there)
    body, agreed, link = operation.body, operation.agreed, operation.link
    if body is None or agreed is None:
        return Settled(landed=False, link=link)
    if there is None:
        return Settled(landed=False, link=sent(operation) if operation.verb is Verb.CREATE else link)
    if semantic(there.text) == semantic(body):
        return Settled(landed=True, link=link.settled(body, there.etag, agreed, operation.published))
    if operation.verb is Verb.CREATE or _carries(there.text, body, link.base):
        return Settled(landed=True, link=link.settled(body, None, agreed))
    return Settled(landed=False, link=link)


def sent(operation: Operation) -> Link:
    """Return the link of a creation that may show up late: then it grew from what was sent, and nobody is asked."""
    return operation.link._replace(base=operation.body, agreed=operation.agreed)


def _removed(operation: Operation, there: Body | None) -> Settled:
    if there is not None:
        # What was seen of it was not merged: it is read again.
        link = operation.link._replace(etag=None, theirs=None, theirs_etag=None)
        return Settled(landed=False, link=link)
    return Settled(landed=True, link=gone(operation.link))


def gone(link: Link) -> Link:
    """Return the link of an object that we deleted. Its name is all that is kept: it is not used again."""
    return link._replace(
        state=LinkState.GONE,
        etag=None,
        base=None,
        theirs=None,
        theirs_etag=None,
        reason=None,
        published=None,
    )


def _carries(text: str, sent: str, base: str | None) -> bool:
    """Whether a text grew from what was sent, whatever was edited besides.

    Our mark in it says so; where a server or a program dropped the mark, every value that was sent
    differing from the base has to be there.
    """
    mark = _mark(text)
    if mark is not None:
        return mark == _mark(sent)
    there, ours, before = read(text), read(sent), None if base is None else read(base)
    if not isinstance(there, Remote) or not isinstance(ours, Remote) or not isinstance(before, Remote):
        return False
    changed = [name for name in ("summary", "start", "begins", "ticks") if getattr(ours, name) != getattr(before, name)]
    return bool(changed) and all(getattr(there, name) == getattr(ours, name) for name in changed)


def _mark(text: str) -> str | None:
    found = scan(text)
    line = None if isinstance(found, Bad) else found.first(REVISION)
    return None if line is None else line.value.strip()
