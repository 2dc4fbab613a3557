"""What was seen of a collection: names and etags first, texts only of what is ours and has changed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

NO_OBJECT = "something else came instead of it, such as the page of a portal; it is read again by the next sync"
"""The reason of an object in whose place no calendar data came: that says nothing about the object itself."""


class Head(NamedTuple):
    """What a collection says of itself. `components` is None where the server does not say."""

    sync_token: str | None
    ctag: str | None
    calendar: bool
    components: frozenset[str] | None
    title: str | None


class Delta(NamedTuple):
    """Members by name (last path segment): etag of what is there, None where the server gave none.

    `complete` means that what is not named is not there; otherwise it is unchanged, and `removed` names
    what went. `faults` names members that are there and cannot be read, with the reason.
    """

    etags: Mapping[str, str | None]
    removed: frozenset[str] = frozenset()
    faults: Mapping[str, str] = {}
    sync_token: str | None = None
    complete: bool = False

    def present(self) -> int:
        """Return how many members were named as being there."""
        return len(self.etags) + len(self.faults)

    def lacks(self, name: str) -> bool:
        """Whether the member is known not to be there."""
        if self.complete:
            return name not in self.etags and name not in self.faults
        return name in self.removed


class Body(NamedTuple):
    """One object as it is on the server."""

    text: str
    etag: str | None


class Sight(NamedTuple):
    """All that a plan may know of the server. `bodies` holds what was fetched; None means: not there, asked singly."""

    delta: Delta
    bodies: Mapping[str, Body | None] = {}
    faults: Mapping[str, str] = {}


NOTHING_NEW = Delta(etags={})


def versioned(bodies: Mapping[str, Body | None]) -> dict[str, Body | None]:
    """Return texts with a version of our own making where the server gives none.

    It tells that a text was read, so that it is not read again while token and ctag rest. It is weak: no condition is
    made of it.
    """
    return {name: _versioned(one) if one is not None and one.etag is None else one for name, one in bodies.items()}


def _versioned(body: Body) -> Body:
    digest = blake2b(body.text.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return body._replace(etag=f'W/"read-{digest}"')
