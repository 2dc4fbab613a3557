"""Reading a capture line: its markers chosen, its title put together, its spans and notes placed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import cast

from followthru.domain.capture.markers import Finder, Marker, WordNote
from followthru.domain.capture.model import Audience, Capture, Known, Note, Priority, Span, SpanKind
from followthru.domain.capture.words import Cleaned, Word, clean, cut, quotations

_NARROWEST_FIRST = ("me", "owners", "team")
_NAMED: dict[SpanKind, str] = {"work": "kind"}


def parse(line: str, known: Known) -> Capture:
    """Read one capture line. What is not understood stays in the title; nothing is guessed without a note.

    Never raises, whatever the text. The title is empty when the line holds markers only.
    """
    cleaned = clean(line)
    quoted = list(quotations(cleaned.text))
    words = cut(cleaned.text, quoted)
    finder = Finder(words, known)
    finder.find()
    chosen = _choose(finder)
    finder.find_apart(chosen)
    spans = [_span(marker, words, cleaned) for marker in chosen]
    spans += [Span(*cleaned.span(start, end), "quoted", cleaned.text[start:end]) for start, end in quoted]
    spans += [
        Span(*cleaned.span(word.start, word.start + 1), "escape", "\\") for word in words if word.how == "escaped"
    ]
    return _capture(
        _title(words, chosen),
        finder.practice,
        chosen,
        tuple(sorted(spans)),
        tuple(sorted((_note(note, words, cleaned) for note in finder.notes), key=lambda note: note[2:])),
        line,
    )


def _choose(finder: Finder) -> list[Marker]:
    """Return the markers that count.

    Of two different values for one thing the first counts, for the audience the narrower one;
    the other stays in the title with a note.
    """
    first: dict[SpanKind, str] = {}
    for marker in finder.markers:
        first.setdefault(marker.kind, marker.value)
    audiences = [marker.value for marker in finder.markers if marker.kind == "audience"]
    if audiences:
        first["audience"] = min(audiences, key=_NARROWEST_FIRST.index)
    chosen: list[Marker] = []
    promises: set[int] = set()
    for marker in finder.markers:
        if marker.needs is not None and marker.needs not in promises:
            continue
        if marker.kind != "tag" and marker.value != first[marker.kind]:
            said = finder.typed(marker.first, marker.stop)
            words = f"“{said}” stays in the title: another {_NAMED.get(marker.kind, marker.kind)} counts"
            finder.note("ambiguous", words, marker.first, marker.stop)
            continue
        chosen.append(marker)
        if marker.kind == "promise":
            promises.add(marker.first)
    return chosen


def _title(words: Sequence[Word], chosen: Sequence[Marker]) -> str:
    taken = {i for marker in chosen for i in range(marker.first, marker.stop)}
    return " ".join(word.text for i, word in enumerate(words) if i not in taken)


def _span(marker: Marker, words: Sequence[Word], cleaned: Cleaned) -> Span:
    start, end = cleaned.span(words[marker.first].start, words[marker.stop - 1].end)
    return Span(start, end, marker.kind, marker.value)


def _note(note: WordNote, words: Sequence[Word], cleaned: Cleaned) -> Note:
    start, end = cleaned.span(words[note.first].start, words[note.stop - 1].end)
    return Note(note.kind, note.words, start, end)


def _capture(
    title: str,
    practice: str | None,
    chosen: Sequence[Marker],
    spans: tuple[Span, ...],
    notes: tuple[Note, ...],
    line: str,
) -> Capture:
    one = {marker.kind: marker.value for marker in chosen}
    tags = {marker.value.casefold(): marker.value for marker in reversed(chosen) if marker.kind == "tag"}
    promise = one.get("promise")
    return Capture(
        title=title,
        practice=practice,
        assignee=one.get("assignee"),
        tags=tuple(reversed(tags.values())),
        priority=cast("Priority | None", one.get("priority")),
        buffer_days=int(one["buffer"]) if "buffer" in one else None,
        audience=cast("Audience | None", one.get("audience")),
        promised_on=_day(promise),
        promised_time=time.fromisoformat(promise[11:]) if promise and len(promise) > 10 else None,
        told=one.get("told"),
        deadline_on=_day(one.get("deadline")),
        target_on=_day(one.get("target")),
        starts_on=_day(one.get("start")),
        waiting_on=one.get("waiting"),
        repeats=one.get("repeat"),
        kind=one.get("work"),
        spans=spans,
        notes=notes,
        raw=line,
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value[:10])
