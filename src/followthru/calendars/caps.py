"""What a server was measured to do with one collection: kept as JSON, followed by the sync.

Never by a server's name: two installations of one server differ as much as two servers do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from followthru.calendars.links import Link, Memory
from followthru.calendars.sight import Body, Head

_FORM = 1
_AGAIN = timedelta(hours=1)
"""How long a measurement is kept although something contradicted it: a server that changes its mind is asked rarely."""


_OLD = timedelta(days=30)
"""How long a contradiction that was measured to mean nothing is not measured again."""
_COARSE = timedelta(seconds=2)
"""Marks of whole seconds, read by two clocks: what is further apart than this has different ones."""


class Caps(NamedTuple):
    """What was measured. Every default is the careful one: what is not known is not relied on.

    `components`: what the collection takes, empty where it does not say. `create_held`, `replace_held`,
    `delete_held`: whether If-None-Match: * and a stale If-Match refuse; `missing_held`: whether If-Match on what is
    not there creates nothing. `put_etag`: strong, weak or none; `text_kept`: whether the stored text is what was
    sent, byte for byte; `etag_fine`: whether two writes within a second have two etags. `report`: whether
    sync-collection is answered; `unknown_refused`: whether an unknown token is refused; `removals_told`: whether the
    report names what was deleted. `marks`: which of sync-token and ctag rest
    while nothing changes and move with every change; `marks_fine`: whether they move within the same second.
    `lost`: names of properties that do not survive being stored. `same_uid`: whether a second object of one UID is
    refused or accepted. `zero_length`: whether an event that ends when it begins is taken. `renames`: whether
    objects appear under another address than they were put to. `plain`: whether X- lines or CLASS are refused, so that
    ours go without. `at`: UTC ISO text. `stale`: what contradicted it;
    `excused`: what did, and was measured again to no other result.
    """

    components: tuple[str, ...] = ()
    create_held: bool = False
    replace_held: bool = False
    delete_held: bool = False
    missing_held: bool = False
    put_etag: str = "none"
    text_kept: bool = False
    etag_fine: bool = False
    report: bool = False
    unknown_refused: bool = False
    removals_told: bool = False
    marks: tuple[str, ...] = ()
    marks_fine: bool = False
    lost: tuple[str, ...] = ()
    same_uid: str = "unknown"
    zero_length: bool = False
    renames: bool = False
    plain: bool = False
    at: str = ""
    stale: str | None = None
    excused: tuple[str, ...] = ()

    @property
    def tokens_hold(self) -> bool:
        """Whether what changed may be asked for by token: an unknown one is refused and deletions are told."""
        return self.report and self.unknown_refused and self.removals_told

    @property
    def check(self) -> str:
        """The cheapest way to see that nothing changed: sync-token, ctag or listing."""
        return next((one for one in ("sync-token", "ctag") if one in self.marks), "listing")

    def due(self, now: datetime) -> bool:
        """Whether it should be measured again."""
        return self.stale is not None and (not self.at or now - datetime.fromisoformat(self.at) >= _AGAIN)

    def doubt(self, anomalies: Sequence[str], now: datetime) -> str | None:
        """Return the first of these that casts a doubt on it.

        One that has been measured to change nothing does so again only when the measurement is old: the scratch
        objects of a measurement may be what brings it about.
        """
        old = not self.at or now - datetime.fromisoformat(self.at) >= _OLD
        return next((one for one in anomalies if old or one not in self.excused), None)

    def after(self, before: Caps | None) -> Caps:
        """Return this measurement, made because the one `before` was in doubt: where nothing else was found, the doubt
        is excused."""
        if before is None or before.stale is None or self != before._replace(at=self.at, stale=None, excused=()):
            return self
        return self._replace(excused=(*before.excused, before.stale))


CAREFUL = Caps()
"""Before anything was measured: read before each write, read again after it, and believe no token."""
BELIEVING = CAREFUL._replace(
    etag_fine=True,
    report=True,
    unknown_refused=True,
    removals_told=True,
    marks=("sync-token", "ctag"),
    marks_fine=True,
)
"""Where nothing may be measured: no condition is relied on, marks are, for as long as a complete listing is recent."""
STANDARD = Caps(
    create_held=True,
    replace_held=True,
    delete_held=True,
    missing_held=True,
    put_etag="strong",
    etag_fine=True,
    report=True,
    unknown_refused=True,
    removals_told=True,
    marks=("sync-token", "ctag"),
    marks_fine=True,
)
"""What RFC 4791 and RFC 6578 promise."""


def caps_out(caps: Caps) -> str:
    """Return a measurement as JSON text."""
    return json.dumps({"form": _FORM, **caps._asdict()}, sort_keys=True)


def caps_in(text: str | None) -> Caps | None:
    """Read a measurement; None for none, and for one of a form that is not known."""
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    values = cast("dict[str, object]", found)
    if values.pop("form", None) != _FORM or set(values) != set(Caps._fields):
        return None
    for name in ("components", "marks", "lost", "excused"):
        values[name] = tuple(cast("list[str]", values[name]))
    return Caps()._replace(**values)


class Signals:
    """What a server did otherwise than it was measured to do, noted on the way, each once."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def note(self, what: str) -> None:
        """Note one."""
        if what not in self.seen:
            self.seen.append(what)


def same_marks(caps: Caps, memory: Memory, head: Head) -> bool:
    """Whether the marks that can be believed say that nothing changed; no if there is none."""
    marks = {"sync-token": (memory.sync_token, head.sync_token), "ctag": (memory.ctag, head.ctag)}
    told = [marks[name] for name in caps.marks if marks[name][1] is not None]
    return bool(told) and all(before == now for before, now in told)


def settled_marks(caps: Caps, before: Memory, memory: Memory, now: datetime, *, busy: bool) -> Memory:
    """Return what to remember where a second change within a second leaves the marks as they are.

    Marks are believed once a look that found nothing came well after the last that found something; until then
    everything is listed.
    """
    if caps.marks_fine or memory == before:
        return memory
    young = before.complete_at is not None and now - before.complete_at < _COARSE
    if not (busy or young):
        return memory
    return memory._replace(sync_token=None, ctag=None, complete_at=memory.complete_at and now)


def doubtful(
    caps: Caps, links: Iterable[Link], bodies: Mapping[str, Body | None], signals: Signals
) -> dict[str, Body | None]:
    """Return texts without the etags that another write in the same second would share: they are read once more.

    Notes identical texts whose etag changed.
    """
    known = {link.name: link for link in links}
    found = dict(bodies)
    for name, body in bodies.items():
        link = known.get(name)
        if link is None or body is None:
            continue
        if link.base == body.text and link.etag is not None and body.etag != link.etag:
            signals.note("an etag changed although the text did not")
        if not caps.etag_fine and body.text not in (link.base, link.theirs):
            found[name] = body._replace(etag=None)
    return found
