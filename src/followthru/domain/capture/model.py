"""What a capture line is read into, and all that its reader may know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Literal, NamedTuple

from followthru.domain.dateword import DateOrder

SpanKind = Literal[
    "promise",
    "told",
    "deadline",
    "target",
    "start",
    "waiting",
    "repeat",
    "practice",
    "assignee",
    "tag",
    "priority",
    "buffer",
    "audience",
    "work",
    "quoted",
    "escape",
]
NoteKind = Literal["warning", "ambiguous", "unknown", "info"]
Audience = Literal["me", "owners", "team"]
Priority = Literal["high", "low"]


class KnownPerson(NamedTuple):
    """A person of one practice, as far as recognising needs it."""

    handle: str
    name: str
    email: str | None


class Known(NamedTuple):
    """All that a capture line may be recognised against.

    `practices` maps each slug to its people. `today` gives the practice's today, for None the
    user's own. `weekdays` gives the ISO weekdays worked, for None Monday to Friday.
    """

    practices: Mapping[str, Sequence[KnownPerson]]
    today: Callable[[str | None], date]
    order: DateOrder
    weekdays: Callable[[str | None], frozenset[int]]


class Span(NamedTuple):
    """A recognised part: characters [start, end) of the line as typed, and what it was read as.

    `value` is a slug, handle, tag, kind of work, ISO date (with `T` and the clock time), `high`, `low`, a number of
    days, a rule or an audience; for quoted text and for an escaping backslash it is those characters.
    """

    start: int
    end: int
    kind: SpanKind
    value: str


class Note(NamedTuple):
    """Something the user should see about characters [start, end) of the line as typed."""

    kind: NoteKind
    words: str
    start: int
    end: int


class Capture(NamedTuple):
    """A capture line, understood: what it means, and in `spans`, `notes` and `raw` how it was typed."""

    title: str
    practice: str | None = None
    assignee: str | None = None
    tags: tuple[str, ...] = ()
    priority: Priority | None = None
    buffer_days: int | None = None
    audience: Audience | None = None
    promised_on: date | None = None
    promised_time: time | None = None
    told: str | None = None
    deadline_on: date | None = None
    target_on: date | None = None
    starts_on: date | None = None
    waiting_on: str | None = None
    repeats: str | None = None
    kind: str | None = None
    spans: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()
    raw: str = ""
