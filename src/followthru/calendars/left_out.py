"""What a server's answer leaves out, asked for: our own writes, and what is gone although only one answer says so."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Mapping

from followthru.calendars.dav.collection import Collection
from followthru.calendars.dav.requests import BATCH
from followthru.calendars.links import LinkState, Snapshot
from followthru.calendars.sight import Body, Delta, versioned


async def told(collection: Collection, snapshot: Snapshot, delta: Delta, wrote: Names[int]) -> Delta:
    """Return the delta with what became of our own writes of which it says nothing.

    A report need not name what came and went between two tokens (RFC 6578 section 3.5), and where a token stands
    for a state, one that was put back has the token it had before. What this very cycle `wrote`, by link, waits for
    the next.
    """
    every = (*snapshot.links, *snapshot.resting)
    heard = {*delta.etags, *delta.removed, *delta.faults, *(one.name for one in every if one.id in wrote)}
    silent = () if delta.complete else sorted(snapshot.unheard - heard)
    known = {one.name: one.etag for one in every}
    found: dict[str, Body | None] = {}
    for at in range(0, len(silent), BATCH):
        bodies = versioned((await collection.bodies(silent[at : at + BATCH], BATCH))[0])
        found |= {name: body for name, body in bodies.items() if body is None or body.etag != known[name]}
    if not found:
        return delta
    gone = frozenset(name for name, body in found.items() if body is None)
    changed = {name: body.etag for name, body in found.items() if body is not None}
    return delta._replace(etags={**delta.etags, **changed}, removed=delta.removed | gone)


async def confirmed(
    collection: Collection, snapshot: Snapshot, delta: Delta, bodies: Mapping[str, Body | None]
) -> Delta:
    """Return the delta with what is not there any more although nothing but its own answer says so.

    One answer is no proof: a listing has to say it as well. Of what was gone before, nothing has to be proved.
    """
    gone = {link.name for link in snapshot.links if link.state is LinkState.GONE}
    unsure = {name for name, body in bodies.items() if body is None and name not in delta.etags}
    unsure = {name for name in unsure - gone if not delta.lacks(name)}
    if not unsure:
        return delta
    listed = await collection.listing()
    return delta._replace(removed=delta.removed | {name for name in unsure if listed.lacks(name)})
