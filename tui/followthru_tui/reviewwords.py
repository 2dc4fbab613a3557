"""An update under review, line by line: to whom, why it waits, and the text exactly as it goes. Pure."""

from __future__ import annotations

import re

from followthru.actions.selection import TO_CALL
from followthru.domain.saying import left_words
from followthru.updates.difference import Turn, new_lines
from followthru_tui.cells import safe, wrap
from followthru_tui.feed import UpdateShown
from followthru_tui.palette import Tone
from followthru_tui.parts import Lines, Part

_LABEL = 9
_NEW = "+ "
_SAME = "  "


def review_lines(shown: UpdateShown, cells: int) -> Lines:
    """Return the lines of at most `cells` cells."""
    through = shown.through or f"no mail account: nothing is sent for {shown.practice}"
    lines = [
        *_labelled("To", shown.recipient, cells, Tone.STRONG),
        *_labelled("At", shown.practice, cells, Tone.PLAIN),
        *_labelled("Through", through, cells, Tone.PLAIN if shown.through else Tone.RISK),
        *_labelled("Subject", shown.subject, cells, Tone.STRONG),
    ]
    if shown.standing in (TO_CALL, "told"):
        lines = [
            *_labelled("Call", shown.recipient, cells, Tone.STRONG),
            *_labelled("At", shown.practice, cells, Tone.PLAIN),
        ]
    if shown.answer:
        lines += _labelled("Answer", shown.answer, cells, Tone.RISK)
    reasons = shown.reasons if shown.standing in ("drafted", "in review") else ()
    lines += [line for reason in (*reasons, *shown.waits) for line in _labelled("! Waits", reason, cells, Tone.RISK)]
    lines += [line for point in shown.tone for line in _labelled("~ Tone", point.words, cells, Tone.BUFFER)]
    lines += [line for remark in shown.book for line in _labelled("~ Words", remark, cells, Tone.BUFFER)]
    return [*lines, [("-" * cells, Tone.DIM)], *_body(shown, cells), *_gone(shown, cells)]


def _labelled(name: str, value: str, cells: int, tone: Tone) -> Lines:
    first, *rest = wrap(value, max(8, cells - _LABEL)) or [""]
    return [[(f"{name:<{_LABEL}}", Tone.DIM), (first, tone)], *([(" " * _LABEL + line, tone)] for line in rest)]


def _body(shown: UpdateShown, cells: int) -> Lines:
    """Return the text; what the last update to this reader did not say is marked."""
    text = shown.body.rstrip().splitlines()
    new = frozenset[int]() if shown.before is None else new_lines(shown.before, shown.body)
    lines: Lines = []
    pointed = _pointed_spans(shown, text)
    for number, line in enumerate(text):
        fresh = number in new
        pieces = _kept(line, max(8, cells - len(_NEW)))
        for piece in pieces:
            parts = _set_apart(piece, pointed[number]) if len(pieces) == 1 else [(piece, Tone.PLAIN)]
            lines.append([(_NEW if fresh else _SAME, Tone.DONE), *parts])
    return lines


def _pointed_spans(shown: UpdateShown, text: list[str]) -> list[list[tuple[int, int]]]:
    """Return where in each line a phrase stands that the tone check points at; one may go on over a line's end."""
    spans: list[list[tuple[int, int]]] = [[] for _ in text]
    patterns = [r"\s+".join(map(re.escape, safe(point.phrase).rstrip("…").split())) for point in shown.tone]
    if not patterns:
        return spans
    lines = [safe(line) for line in text]
    found = [match.span() for match in re.finditer("|".join(patterns), "\n".join(lines), re.IGNORECASE)]
    at = 0
    for number, line in enumerate(lines):
        inside = [(max(start - at, 0), min(end - at, len(line))) for start, end in found]
        spans[number] = [(start, end) for start, end in inside if start < end]
        at += len(line) + 1
    return spans


def _set_apart(line: str, spans: list[tuple[int, int]]) -> list[Part]:
    """Return a line in parts, with the phrases that are pointed at set apart."""
    parts: list[Part] = []
    at = 0
    for start, end in spans:
        start = max(start, len(line) - len(line.lstrip()))
        parts += [(line[at:start], Tone.PLAIN), (line[start:end], Tone.BUFFER)]
        at = end
    return [part for part in (*parts, (line[at:], Tone.PLAIN)) if part[0]] or [("", Tone.PLAIN)]


def _kept(line: str, cells: int) -> list[str]:
    """Return a line of the mail as it is, its indentation kept; one that is too wide goes on below."""
    line = safe(line)
    indent = line[: len(line) - len(line.lstrip())][: cells // 2]
    return [indent + piece for piece in wrap(line, cells - len(indent))] or [""]


def _gone(shown: UpdateShown, cells: int) -> Lines:
    """Return what the last update said and this one does not."""
    if shown.before is None:
        return [[], [(shown.against, Tone.DIM)]]
    gone = [line for turn, piece in shown.turned if turn is Turn.GONE for line in piece.lines]
    if not gone:
        return []
    lines: Lines = [[], [("No longer said, against the last one:", Tone.DIM)]]
    return lines + [[(f"- {piece}", Tone.DIM)] for line in gone for piece in _kept(line, max(8, cells - 2))]


def difference_lines(shown: UpdateShown, cells: int) -> Lines:
    """Return what is new and what fell away, each under its heading."""
    if not shown.turned:
        return [[(piece, Tone.PLAIN)] for piece in wrap(shown.against, cells)]
    lines: Lines = [[("Against the last one: + is new, - is no longer said. = shows all of it again.", Tone.DIM)]]
    for turn, piece in shown.turned:
        if piece.is_heading:
            lines.append([])
        sign, tone = _SIGNS[turn]
        for number, line in enumerate(piece.lines[:1] if piece.is_heading else piece.lines):
            for part, words in enumerate(_kept(line, max(8, cells - 2))):
                lines.append([(sign if number == part == 0 or turn is Turn.SAME else "  ", tone), (words, tone)])
    return lines


_SIGNS = {Turn.NEW: ("+ ", Tone.DONE), Turn.GONE: ("- ", Tone.DIM), Turn.SAME: ("  ", Tone.STRONG)}


def standing_words(shown: UpdateShown) -> str:
    """Return where an update is on its way, with the time that is left for recalling it."""
    if shown.standing == "approved" and shown.goes_at is not None:
        left = shown.left
        return f"approved: goes out in {left_words(left)}, R recalls it" if left > 0 else "approved: goes out now"
    if shown.standing == "approved":
        return "approved, and imported without its mail: nothing of it leaves from here"
    if shown.status == "held":
        return "held until you approve it"
    if shown.standing == TO_CALL:
        return "to call: c once they were told"
    if shown.hour and shown.standing in ("drafted", "in review"):
        return (
            f"{shown.hour}, K holds it"
            if not (shown.waits or shown.reasons or shown.tone)
            else f"to review, {shown.hour}"
        )
    if shown.standing == "uncertain":
        return "uncertain: it may have arrived. Y settles it"
    if shown.standing == "deferred" and shown.goes_at is None:
        return "waits: its mail account is paused. Y sends it again"
    return {"drafted": "to review", "in review": "to review", "cancelled": "discarded"}.get(
        shown.standing, shown.standing
    )


_NEWS = {
    "accepted": "Sent: the server has taken it, and what it states counts as told.",
    "refused": "It was refused: see the answer above. Draft a new one once that is mended.",
    "uncertain": "The connection broke while it was sent: it may have arrived. Y settles it.",
    "deferred": "The server asks to try later; it is tried again by itself.",
}


def news(before: UpdateShown, now: UpdateShown) -> str:
    """Return what to say when an update has moved on by itself; empty for nothing."""
    moved = before.standing != now.standing and before.standing in ("approved", "claimed", "data started", "deferred")
    return _NEWS.get(now.standing, "") if moved else ""
