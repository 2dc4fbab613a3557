"""Our event or todo: built once, afterwards edited in the text that the server holds.

Only lines we own are ever touched: the summary, the dates, whether it is done, the stamps. Everything else,
the order, the line endings and a line of ours that already says what it should included, survives byte for
byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from followthru.calendars.ical.dates import KEPT, Kept, begun_pieces, fits, moved_pieces, new_pieces
from followthru.calendars.ical.form import RULES, Form
from followthru.calendars.ical.lines import Line, escape, write
from followthru.calendars.ical.mark import REVISION, follow_up
from followthru.calendars.ical.read import Remote, read
from followthru.calendars.ical.scan import Bad, Scan, scan
from followthru.calendars.ical.ticks import NO_TICKS, TICKS, Progress, tick_pieces
from followthru.calendars.ical.when import Piece, When, stamp
from followthru.calendars.ical.zone import vtimezone

PRODUCT = "-//followthru//followthru//EN"


class Entry(NamedTuple):
    """What an object of ours says. `mark` and `role` let it be recognised by its own text.

    `progress`, `begins` and `done_at` are for todos: how far it is, the day before its own on which it begins, and when
    it was done (None: now). A `private` one asks servers to hide it from those with whom the calendar is shared.
    """

    uid: str
    summary: str
    when: When
    category: str
    mark: str
    role: str
    form: Form = Form.EVENT
    progress: Progress = Progress.OPEN
    begins: date | None = None
    private: bool = True
    done_at: datetime | None = None


def build(entry: Entry, now: datetime, *, plain: bool = False) -> str:
    """Return a whole calendar object; the same values give the same text.

    A `plain` one has no X- lines and no CLASS.
    """
    rules = RULES[entry.form]
    zone = "" if entry.when.time is None else vtimezone(entry.when.zone, entry.when.on)
    dates = new_pieces(entry.form, entry.when, entry.begins)
    ticks = tick_pieces(NO_TICKS, entry.progress, entry.done_at or now) if entry.form is Form.TODO else {}
    lines = (
        write("BEGIN", rules.component),
        write("UID", escape(entry.uid)),
        write("DTSTAMP", stamp(now)),
        write("CREATED", stamp(now)),
        write("LAST-MODIFIED", stamp(now)),
        write("SEQUENCE", "0"),
        write("SUMMARY", escape(entry.summary)),
        *_written({**dates, **ticks}, "\r\n").values(),
        *(write(name, value) for name, value in rules.lines),
        write("CATEGORIES", escape(entry.category)),
        *(() if plain else _marks(entry)),
        write("END", rules.component),
    )
    head = (write("BEGIN", "VCALENDAR"), write("VERSION", "2.0"), write("PRODID", PRODUCT))
    return "".join((*head, zone, *(line or "" for line in lines), write("END", "VCALENDAR")))


def _marks(entry: Entry) -> tuple[str, ...]:
    return (
        write("CLASS", "PRIVATE" if entry.private else "PUBLIC"),
        write("X-FOLLOWTHRU-ID", escape(entry.mark)),
        write("X-FOLLOWTHRU-ROLE", escape(entry.role)),
        write(REVISION, _revision(entry.uid, *entry[1:3], *entry[6:])),
    )


def patch(
    text: str,
    now: datetime,
    *,
    summary: str | None = None,
    when: When | None = None,
    progress: Progress | None = None,
    done_at: datetime | None = None,
    begins: date | Kept | None = KEPT,
    marked: bool = True,
) -> str:
    """Return `text` saying what is given, where it does not say so already; not `marked` as a write of ours if not.

    An event that lasts longer than ours keeps its length. A todo that would begin on its day or later loses
    its beginning, whoever wrote it. Raises ValueError for a text that `read` calls Bad.
    """
    found = scan(text)
    remote = read(text)
    if isinstance(found, Bad) or isinstance(remote, Bad):
        raise ValueError("an object that cannot be read cannot be edited")  # noqa: TRY004
    pieces = _moved(remote, when) | _ticked(remote, progress, done_at or now)
    if summary is not None and remote.summary != summary:
        pieces["SUMMARY"] = (_kept(found, "SUMMARY"), escape(summary))
    if remote.form is Form.TODO and (pieces or begins is not KEPT):
        pieces = _begun(found, remote, when, begins) | pieces
    if not pieces:
        return text
    if pieces.keys() - {"SUMMARY"}:
        pieces["SEQUENCE"] = ("", str(remote.sequence + 1))
    pieces |= {name: ("", stamp(now)) for name in ("DTSTAMP", "LAST-MODIFIED")}
    if marked:
        own = _revision(text, summary, when, progress, begins)
        pieces[REVISION] = ("", follow_up(text, own, pieces))
    return _apply(found, _written(pieces, found.ending), _needed_zone(found, when, pieces))


def ticked_as(text: str, theirs: str) -> str:
    """Return `text` ticked in just the way in which `theirs` is, or left as it is where either cannot be read."""
    found, other = scan(text), scan(theirs)
    if isinstance(found, Bad) or isinstance(other, Bad):
        return text
    lines = {name: other.first(name) for name in TICKS}
    return _apply(
        found, {name: None if line is None else theirs[line.start : line.end] for name, line in lines.items()}, ""
    )


def _moved(remote: Remote, when: When | None) -> dict[str, Piece]:
    if when is None or remote.when(when.zone) == when:
        return {}
    return moved_pieces(remote.form, remote.dates, when)


def _ticked(remote: Remote, progress: Progress | None, at: datetime) -> dict[str, Piece]:
    """Return the lines that say how far a todo is; an event is only ever taken out of being cancelled."""
    if progress is None:
        return {}
    if remote.form is Form.EVENT:
        return {"STATUS": None} if remote.cancelled else {}
    return tick_pieces(remote.ticks, progress, at)


def _begun(found: Scan, remote: Remote, when: When | None, begins: date | Kept | None) -> dict[str, Piece]:
    """Return the lines that say when a todo begins. One whose day follows from its beginning is given a day."""
    due = when or _day(remote)
    if due is not None:
        pieces = begun_pieces(remote.dates, due, begins)
        given = found.first("DUE") is not None or remote.start is None
        return pieces if given or not pieces else pieces | moved_pieces(remote.form, remote.dates, due)
    # Due at a clock time of their own making, which is left alone: so is its beginning, for as long as it may be.
    there, at = remote.begins, remote.when("UTC")
    return {} if there is None or at is None or fits(there, at) else {"DTSTART": None}


def _day(remote: Remote) -> When | None:
    """Return the day on which a todo is due by its own word, None where that is a moment or nothing."""
    return None if remote.start is None or isinstance(remote.start, datetime) else When(remote.start)


def _written(pieces: Mapping[str, Piece], ending: str) -> dict[str, str | None]:
    return {
        name: None if piece is None else write(name, piece[1], piece[0], ending=ending)
        for name, piece in pieces.items()
    }


def _revision(before: str, *said: object) -> str:
    """Return a mark that no earlier text of ours had: it tells later whether a write arrived.

    Whoever edits the object afterwards keeps the mark, so an edit made over ours is told from one made
    beside it.
    """
    words = "\0".join([*(str(one) for one in said), before])
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _kept(found: Scan, name: str) -> str:
    """Return the parameters that somebody put on a line of ours, so that they stay."""
    line = found.first(name)
    return "" if line is None else line.params


def _needed_zone(found: Scan, when: When | None, pieces: Mapping[str, Piece]) -> str:
    if when is None or when.time is None or when.zone in found.zones:
        return ""
    if not any(piece is not None and piece[0] == f";TZID={when.zone}" for piece in pieces.values()):
        return ""
    return vtimezone(when.zone, when.on).replace("\r\n", found.ending)


def _apply(found: Scan, edits: Mapping[str, str | None], zone: str) -> str:
    """Replace each edited line where it stands; what has no line yet goes after its other lines."""
    done: set[str] = set()
    places = _places(found, edits, done)
    new = "".join(piece for name, piece in edits.items() if piece is not None and name not in done)
    places += [(found.begins_at, found.begins_at, zone), (found.insert_at, found.insert_at, new)]
    pieces: list[str] = []
    at = 0
    for start, end, piece in sorted(places):
        pieces += [found.text[at:start], piece]
        at = end
    return "".join([*pieces, found.text[at:]])


def _places(found: Scan, edits: Mapping[str, str | None], done: set[str]) -> list[tuple[int, int, str]]:
    places: list[tuple[int, int, str]] = []
    for line in found.own:
        if line.name in edits:
            places.append((line.start, line.end, _once(line, edits, done)))
            done.add(line.name)
    return places


def _once(line: Line, edits: Mapping[str, str | None], done: set[str]) -> str:
    return "" if line.name in done else edits[line.name] or ""
