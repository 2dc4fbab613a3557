"""What a refused write says: who was faster, and whether anything stands against sending it once more. Pure."""

from __future__ import annotations

from followthru.calendars.errors import CalendarError, MissingError, PreconditionError, ServerFaultError
from followthru.calendars.ical.read import semantic
from followthru.calendars.links import Link, LinkState, Operation, Verb
from followthru.calendars.sight import Body

ANY = "*"
"""The condition that something is there (RFC 9110 section 13.1.1)."""


def read_again(link: Link) -> Link:
    """Return the link to be read again: what is there is not what was written over."""
    return link._replace(state=LinkState.LINKED, etag=None, theirs=None, theirs_etag=None)


def unread(operation: Operation, error: CalendarError) -> Link:
    """Return the link after an operation of which nobody can tell whether it landed.

    What was sent as a new object is kept as its base: if it is found there later, it is no stranger's.
    """
    link = read_again(operation.link)._replace(reason=error.message, published=None)
    if operation.verb is Verb.CREATE:
        return link._replace(state=LinkState.WAITING, base=operation.body, agreed=operation.agreed)
    return link._replace(state=LinkState.QUARANTINED)


def is_locked(error: CalendarError) -> bool:
    """Whether a write was refused because another one, or somebody, holds a lock (RFC 4918 section 11.3)."""
    return isinstance(error, PreconditionError) and error.kind == "locked"


def is_crowding(error: CalendarError) -> bool:
    """Whether a refusal may come of nothing but other writes at the same moment."""
    if isinstance(error, PreconditionError):
        return error.status in (409, 423) and error.kind in ("unknown", "locked")
    return isinstance(error, ServerFaultError)


def overtaken(operation: Operation, there: Body | None) -> bool:
    """Whether something else is there than what an update or a removal was merged against."""
    return operation.verb is not Verb.CREATE and there is not None and not clear(operation, there)


def race(operation: Operation, error: CalendarError, there: Body | None) -> bool:
    """Whether somebody else was faster, as far as can be told; a creation finds the place taken or is not wanted."""
    kind = error.kind if isinstance(error, PreconditionError) else ""
    if isinstance(error, MissingError) or is_locked(error):
        return True
    return operation.verb is not Verb.CREATE and (
        kind == "unknown" or there is None or there.etag != operation.if_match
    )


def unmoved(operation: Operation, error: CalendarError, there: Body | None) -> bool:
    """Whether a condition failed although nothing stands against it."""
    return isinstance(error, PreconditionError) and error.kind == "unknown" and clear(operation, there)


def clear(operation: Operation, there: Body | None) -> bool:
    """Whether nothing stands against an operation: what was merged against, or for a creation nothing, is there."""
    if there is None or operation.verb is Verb.CREATE:
        return there is None and operation.verb is Verb.CREATE
    expected = operation.link.theirs or operation.link.base
    return expected is not None and semantic(there.text) == semantic(expected)


def condition_of(operation: Operation) -> str | None:
    """Return the etag that an operation goes out under, None for none."""
    return operation.if_match if strong(operation.if_match) else None


def others(operation: Operation, there: Body | None, *, held: bool) -> tuple[str | None, ...]:
    """Return the conditions to try where the one of an operation failed although nothing stands against it.

    There are servers that spell an etag differently in each place, and such as refuse to go without one. Where
    conditions are `held`, none goes without: what was read may come of a copy that lags behind, and the refusal be
    right.
    """
    etag, tried = None if there is None else there.etag, condition_of(operation)
    if operation.verb is Verb.CREATE:
        return (None,)
    if tried is None:
        # It was looked at just before; what is refused without a condition may be taken under one that says little.
        return (etag, ANY) if etag is not None and etag.isascii() and etag.isprintable() else (ANY,)
    spelt = (etag,) if strong(etag) and etag != tried else ()
    return (spelt or (tried,)) if held else (*spelt, None)


def strong(etag: str | None) -> bool:
    """Whether a condition can be made of an etag. One that no header can hold as it is, is as good as none."""
    return etag is not None and not etag.startswith("W/") and etag.isascii() and etag.isprintable()
