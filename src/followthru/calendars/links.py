"""What is remembered of each object of ours: machine state, as values."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from followthru.calendars.ical.form import Form
from followthru.calendars.identity import name_of
from followthru.calendars.shown import Role, Shown


class LinkState(StrEnum):
    """Where an object of ours stands.

    `waiting`: not known to be on the server. `linked`: there, and agreed on. `asked`: the user has to
    decide about `theirs`. `ours`: the user decided that our values are published over theirs. `unlinked`:
    deleted there, asked about, and not made again. `quarantined`: left alone for a reason. `gone`:
    deleted by us; its UID is not used again. `left`: somebody's own item whose task was undone; it stays
    where it is, for them.
    """

    WAITING = "waiting"
    LINKED = "linked"
    ASKED = "asked"
    OURS = "ours"
    UNLINKED = "unlinked"
    QUARANTINED = "quarantined"
    GONE = "gone"
    LEFT = "left"


EXPECTED = frozenset({LinkState.LINKED, LinkState.ASKED, LinkState.OURS, LinkState.QUARANTINED})
"""States in which the object is believed to be on the server."""


NOTHING = ""
"""The print of what is not shown: of an object whose removal the server refused."""
WAS_BUSY = "the server was busy when it was to be written"
"""The reason of an object that comes last next time, so that a server that is busy with it alone is not for others."""
RETURNS = 2
"""How often an object that we deleted is deleted again when some program brings it back."""


class Agreed(NamedTuple):
    """The values last agreed on by both sides; `started` and `begins` are what we last published of a todo.

    `published` says whether the text was made for others to read, None where that was not noted.
    """

    on: date
    time: str | None
    title: str
    done: bool
    started: bool = False
    begins: date | None = None
    published: bool | None = None


class Link(NamedTuple):
    """One object of ours on one calendar.

    `base` is the text last agreed on and `etag` its version, both exactly as sent or received; `agreed`
    says what it means. `theirs` is a newer text that is not agreed on yet. `reason` explains `asked`,
    `unlinked` and `quarantined` to the user. `published` is the print of what we showed when `base` was found
    to say it (None: that has to be found out from the text), or of what the server refused to take.
    `returned` counts how often it came back after we deleted it. An id of 0 stands for a link not stored yet.
    """

    id: int
    task_id: int
    task_uid: str
    role: Role
    generation: int
    uid: str
    href: str
    state: LinkState = LinkState.WAITING
    etag: str | None = None
    base: str | None = None
    agreed: Agreed | None = None
    theirs: str | None = None
    theirs_etag: str | None = None
    reason: str | None = None
    form: Form = Form.EVENT
    published: str | None = None
    returned: int = 0

    @property
    def name(self) -> str:
        """The object's last path segment."""
        return name_of(self.href)

    @property
    def seen_etag(self) -> str | None:
        """The version last read or written, agreed on or not."""
        return self.etag if self.theirs is None else self.theirs_etag

    def settled(self, text: str, etag: str | None, agreed: Agreed, published: str | None = None) -> Link:
        """Return the link with `text` agreed on; `published` is the print of what we show if the text says it."""
        return self._replace(
            state=LinkState.LINKED,
            etag=etag,
            base=text,
            agreed=agreed,
            theirs=None,
            theirs_etag=None,
            reason=None,
            published=published,
        )


class Resting(NamedTuple):
    """As much of a link as tells that nothing is to be done about it while nothing is heard of it.

    Its state is then `linked`, its text saying what we show, or `gone` and not shown any more.
    """

    id: int
    task_uid: str
    role: Role
    generation: int
    name: str
    state: LinkState
    etag: str | None
    published: str | None
    returned: int = 0


class Verb(StrEnum):
    """What an operation does on the server."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


class Operation(NamedTuple):
    """One request that changes a calendar, written down before it is sent.

    `agreed` holds the values that are agreed on once `body` is on the server, and `published` the print of what
    it then shows (None for a removal).
    """

    id: int
    link: Link
    verb: Verb
    if_match: str | None
    body: str | None
    agreed: Agreed | None
    published: str | None = None


class Memory(NamedTuple):
    """What is remembered of a collection. `known` counts all its objects at the last complete listing, `foreign`
    those that are not ours; `shared` says that items of others were allowed in it."""

    url: str
    sync_token: str | None = None
    ctag: str | None = None
    complete_at: datetime | None = None
    known: int = 0
    foreign: int = 0
    confirmed: bool = False
    shared: bool = False


class Snapshot(NamedTuple):
    """Our side at one instant, read in one transaction.

    Every object is either in `links`, whole, or `resting`. `edition` names what we want to show: while it is the
    same, so is `wanted`. `unheard` names what we wrote since the remembered token was read.
    """

    memory: Memory
    links: tuple[Link, ...]
    wanted: tuple[Shown, ...]
    unfinished: tuple[Operation, ...]
    resting: tuple[Resting, ...] = ()
    edition: str = ""
    unheard: frozenset[str] = frozenset()
