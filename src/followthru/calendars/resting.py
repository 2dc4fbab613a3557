"""Objects at rest: told from a few short columns, so that thousands of texts are not read for nothing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from followthru.calendars.links import Link, LinkState, Resting, Snapshot
from followthru.calendars.shown import Shown
from followthru.calendars.sight import Sight
from followthru.calendars.steps import Slot


class SortedOut(NamedTuple):
    """The objects at rest, and the ids of those that have to be read whole."""

    resting: tuple[Resting, ...]
    busy: tuple[int, ...]


def sort_out(every: Sequence[Resting], prints: Mapping[Slot, str], begun: Collection[int]) -> SortedOut:
    """Tell which objects rest. `prints` holds the print of all that is to be shown, `begun` ids with a request."""
    newest = {(one.task_uid, one.role): one.id for one in sorted(every, key=_generation)}
    resting: list[Resting] = []
    busy: list[int] = []
    for one in every:
        slot = (one.task_uid, one.role)
        wanted = prints.get(slot) if newest[slot] == one.id else None
        if one.id not in begun and _rests(one, wanted):
            resting.append(one)
        else:
            busy.append(one.id)
    return SortedOut(tuple(resting), tuple(busy))


def _generation(one: Resting) -> int:
    return one.generation


def _rests(one: Resting, wanted: str | None) -> bool:
    """Whether an object needs nothing for as long as the server says nothing about it."""
    if one.state is LinkState.GONE:
        return wanted is None
    return one.state is LinkState.LINKED and one.etag is not None and wanted is not None and one.published == wanted


def prints_of(wanted: Iterable[Shown]) -> dict[Slot, str]:
    """Return the print of each event that is to be shown."""
    return {(one.task_uid, one.role): one.print for one in wanted}


def disturbed(snapshot: Snapshot, sight: Sight) -> tuple[Resting, ...]:
    """Return the objects at rest about which the server says something new."""
    return tuple(one for one in snapshot.resting if _heard_of(one, sight))


def _heard_of(one: Resting, sight: Sight) -> bool:
    delta = sight.delta
    if one.name in sight.bodies or one.name in sight.faults:
        return True
    if one.name in delta.etags:
        return one.state is LinkState.GONE or delta.etags[one.name] != one.etag
    return one.state is not LinkState.GONE and (one.name in delta.faults or delta.lacks(one.name))


def woken(snapshot: Snapshot, links: Iterable[Link]) -> Snapshot:
    """Return the snapshot with these objects, read whole, not at rest any more."""
    found = {link.id: link for link in links}
    if not found:
        return snapshot
    resting = tuple(one for one in snapshot.resting if one.id not in found)
    return snapshot._replace(links=(*snapshot.links, *found.values()), resting=resting)
