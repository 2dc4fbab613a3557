"""The small made-up world that capture lines are read in: Wednesday 2 December 2026, two practices."""

from __future__ import annotations

from datetime import date

from followthru.domain.capture import Capture, Known, KnownPerson, parse
from followthru.domain.dateword import DateOrder

TODAY = date(2026, 12, 2)
TOMORROW_IN_ELM = date(2026, 12, 3)
OAK = (
    KnownPerson("dana", "Dana Diaz", "dana@oak.example"),
    KnownPerson("marisol", "Marisol Vega", "mvega@oak.example"),
    KnownPerson("mara", "Mara Lind", None),
    KnownPerson("ana", "Ana Ortiz", "ortiz@oak.example"),
    KnownPerson("dana2", "Dana Wu", "wu@oak.example"),
)
ELM = (KnownPerson("kim", "Kim Roe", "kim@elm.example"),)


def known(order: DateOrder = DateOrder.DMY) -> Known:
    """Return what lines are recognised against; in elm, which works Tuesday to Saturday, it is already Thursday."""
    return Known(practices={"oak-street": OAK, "elm": ELM}, today=_today, order=order, weekdays=_weekdays)


def _today(slug: str | None) -> date:
    return TOMORROW_IN_ELM if slug == "elm" else TODAY


def _weekdays(slug: str | None) -> frozenset[int]:
    return frozenset({2, 3, 4, 5, 6}) if slug == "elm" else frozenset({1, 2, 3, 4, 5})


def read(line: str, order: DateOrder = DateOrder.DMY) -> Capture:
    """Read a line in this world."""
    return parse(line, known(order))


def meaning(capture: Capture) -> Capture:
    """Return a capture without how it was typed, to compare two by what they mean."""
    return capture._replace(spans=(), notes=(), raw="")


def found(line: str) -> dict[str, object]:
    """Return the fields that a line fills, by name, with dates and times as text."""
    meant = meaning(read(line))._asdict()
    return {
        name: str(value) if name.endswith(("_on", "_time")) else value
        for name, value in meant.items()
        if value not in (None, (), "")
    }


def said(line: str) -> list[tuple[str, str, str]]:
    """Return the notes of a line: kind, the characters it is about, its words."""
    return [(note.kind, line[note.start : note.end], note.words) for note in read(line).notes]
