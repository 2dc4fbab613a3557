"""What a capture line would store, in words, before it is stored. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru.domain.asked import Asked
from followthru.domain.capture import Capture, parse
from followthru_tui import rowstate
from followthru_tui.cells import safe
from followthru_tui.feed import Aids
from followthru_tui.palette import Tone
from followthru_tui.parts import Part

if TYPE_CHECKING:
    from followthru.actions.outlook import Outlook

_TONES: dict[str, Tone] = {
    "promise": Tone.HEADING,
    "told": Tone.HEADING,
    "deadline": Tone.RISK,
    "quoted": Tone.DIM,
    "escape": Tone.DIM,
}


class Preview(NamedTuple):
    """Spans to colour as (start, end, tone), and the lines to show: what it means, dates, notes."""

    spans: tuple[tuple[int, int, Tone], ...]
    lines: tuple[list[Part], ...]


def preview(line: str, aids: Aids) -> Preview:
    """Read a line as far as it is typed."""
    if not line.strip():
        hint = "by DATE to PERSON · @practice +assignee #tag !high ~5d · deadline DATE · *private"
        return Preview((), ([(f" {hint}", Tone.DIM)],))
    capture = parse(line, aids.known)
    spans = tuple((span.start, span.end, _TONES.get(span.kind, Tone.WAITING)) for span in capture.spans)
    return Preview(spans, preview_of(capture, aids).lines)


def preview_of(capture: Capture, aids: Aids) -> Preview:
    """Say what a capture would store, without colouring the line that it was read from."""
    today = aids.known.today(capture.practice)
    asked = Asked(capture.practice, capture.kind, capture.audience, capture.promised_on, capture.buffer_days)
    named = (capture.told, capture.assignee, capture.waiting_on)
    asked = asked._replace(since=capture.starts_on, people=tuple(handle for handle in named if handle))
    moved = None
    if capture.promised_on is not None:
        there = aids.outlook.rolled(capture.practice, capture.promised_on)
        capture, moved = capture._replace(promised_on=there.on), there.note
        asked = asked._replace(promised_on=there.on)
    lines = (
        _what(capture),
        _dates(capture, today, asked, aids.outlook),
        _notes(capture),
        *_remarks(asked, moved, aids.outlook),
    )
    return Preview((), tuple(parts for parts in lines if parts))


def _what(capture: Capture) -> list[Part]:
    title = safe(capture.title)
    parts: list[Part] = [(f" {title}" if title else " no title yet", Tone.STRONG if title else Tone.RISK)]
    about = [
        f"@{capture.practice}" if capture.practice else "inbox",
        f"for {capture.assignee}" if capture.assignee else "",
        " ".join(f"#{tag}" for tag in capture.tags),
        capture.kind or "",
        f"{capture.priority} priority" if capture.priority else "",
        f"seen by {capture.audience}" if capture.audience else "",
        f"waiting on {capture.waiting_on}" if capture.waiting_on else "",
        f"every {capture.repeats}" if capture.repeats else "",
    ]
    return [*parts, ("  " + " · ".join(word for word in about if word), Tone.DIM)]


def _dates(capture: Capture, today: date, asked: Asked, outlook: Outlook) -> list[Part]:
    words: list[str] = []
    if capture.promised_on is not None:
        clock = f" {capture.promised_time:%H:%M}" if capture.promised_time else ""
        words.append(f"promised {rowstate.day(capture.promised_on, today)}{clock}")
        words.append(f"told {capture.told} today" if capture.told else "untold")
        if capture.target_on is None:
            on, days = outlook.target(asked, capture.promised_on)
            words.append(f"target {rowstate.day(on, today)}, {rowstate.room(days)}")
    for name, on in (("deadline", capture.deadline_on), ("target", capture.target_on), ("from", capture.starts_on)):
        if on is not None:
            words.append(f"{name} {rowstate.day(on, today)}")
    return [(" " + " · ".join(words), Tone.PLAIN)] if words else []


def _notes(capture: Capture) -> list[Part]:
    return [(" " + " · ".join(safe(note.words) for note in capture.notes), Tone.RISK)] if capture.notes else []


def _remarks(asked: Asked, moved: str | None, outlook: Outlook) -> list[list[Part]]:
    """Return whether history supports the date, and what else speaks for or against it, a line each."""
    said = (*(() if moved is None else (moved,)), *outlook.remarks(asked))
    return [[(f" {safe(remark)}", Tone.DIM)] for remark in said]


def completed(line: str, aids: Aids) -> str | None:
    """Return the line with the name at its end completed from all data; None without one that fits.

    A name is a `@practice`, `+person`, `#tag` or `kind:of-work`, and a person after `to` or `wait`. People of the
    practice that the line names come first.
    """
    words = line.split(" ")
    word, before = words[-1], words[-2].casefold() if len(words) > 1 else ""
    practices = tuple(aids.known.practices)
    for sigil, names in (("@", practices), ("#", aids.tags), ("tag:", aids.tags), ("kind:", aids.kinds)):
        if word.startswith(sigil):
            return completed_word(line, names, len(sigil))
    if word.startswith("+") or before in ("to", "wait"):
        return completed_word(line, _people(line, aids), int(word.startswith("+")))
    return None


def completed_word(line: str, names: Sequence[str], sigil: int | None = None) -> str | None:
    """Return the line with its last word completed to the first name that begins so; None without one.

    `sigil` is how many characters stand before the name in the word; without it a sign is passed over.
    """
    word = line.rpartition(" ")[2]
    lead = sigil if sigil is not None else len(word) - len(word.lstrip("#+-"))
    begun = word[lead:].casefold()
    found = next((name for name in names if begun and name.casefold().startswith(begun)), None)
    return None if found is None else f"{line[: len(line) - len(begun)]}{found}"


def _people(line: str, aids: Aids) -> list[str]:
    named = next((word[1:] for word in line.split() if word[:1] == "@" and word[1:] in aids.known.practices), None)
    here = [one.handle for one in aids.known.practices.get(named or "", ())]
    return [*here, *sorted({one.handle for members in aids.known.practices.values() for one in members} - {*here})]
