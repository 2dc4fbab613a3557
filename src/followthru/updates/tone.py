"""Point at words of an update that its reader may find unkind or unclear. Never rewrites, never holds anything.

What is pointed at is data: `tone.toml` beside this module. Whoever reads only the standing words of an update finds
nothing in it; what is found was written by the PM, in titles, reasons, questions, a phrase book or an edited text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from followthru.updates.render_text import parse_text
from followthru.updates.tree import Block, Heading
from followthru.updates.words import clean, crop

LISTS = Path(__file__).with_name("tone.toml")
SHOWN = 60
"""How many characters of a sentence are shown where the whole of it is meant."""


class Kind(StrEnum):
    """What may be wrong with a phrase."""

    BLAME = "blame"
    JARGON = "jargon"
    SHOUTING = "shouting"
    VAGUE_TIME = "vague time"
    NO_BY_WHEN = "no by-when"
    NO_NEXT_STEP = "no next step"


class Point(NamedTuple):
    """One phrase as it stands in the text, why it may be taken amiss, and what could be said instead."""

    kind: Kind
    phrase: str
    why: str
    suggestion: str

    @property
    def words(self) -> str:
        """Return it as the user reads it."""
        return f"“{self.phrase}”: {self.why} {self.suggestion}"


class _List(NamedTuple):
    """One kind's table: its words, and what finds and what excuses a phrase (None finds nothing)."""

    kind: Kind
    why: str
    suggestion: str
    instead: tuple[tuple[re.Pattern[str], str], ...]
    finds: re.Pattern[str] | None
    excuses: re.Pattern[str] | None
    loud: frozenset[str]

    def point(self, phrase: str) -> Point:
        """Return the point at a phrase of the text."""
        own = next((said for pattern, said in self.instead if pattern.fullmatch(phrase)), self.suggestion)
        return Point(self.kind, crop(phrase, SHOWN), self.why, own)


def points(subject: str, body: str, names: Iterable[str] = ()) -> tuple[Point, ...]:
    """Return what to look at in an update's subject and text, in the order of the text, no phrase twice.

    `names` are those of practice and people: nothing inside them is pointed at. The headings are not looked at.
    """
    known = _any_of([re.escape(name) for name in map(clean, names) if name])
    found: dict[tuple[Kind, str], Point] = {}
    for line in (clean(subject), *_lines(body)):
        for point in _in_line(line, known):
            found.setdefault((point.kind, point.phrase.casefold()), point)
    return tuple(found.values())


def _lines(body: str) -> Iterator[str]:
    """Yield an update's paragraphs and list items, each unwrapped."""
    for block in parse_text(body).blocks:
        yield from _words(block)


def _words(block: Block) -> tuple[str, ...]:
    return () if isinstance(block, Heading) else block[0]


def _in_line(line: str, known: re.Pattern[str] | None) -> Iterator[Point]:
    named = _spans(known, line)
    for kind in (Kind.BLAME, Kind.JARGON, Kind.VAGUE_TIME):
        its = lists()[kind]
        yield from (its.point(line[start:end]) for start, end in _found(its, line, named))
    yield from _shouted(line, named)
    yield from _undated_asks(line, named)
    yield from _undated_moves(line, named)


Span = tuple[int, int]


def _spans(pattern: re.Pattern[str] | None, line: str) -> list[Span]:
    return [] if pattern is None else [match.span() for match in pattern.finditer(line)]


def _found(its: _List, line: str, named: list[Span]) -> list[Span]:
    """Return where a list finds something that nothing excuses."""
    excused = [*named, *_spans(its.excuses, line)]
    return [span for span in _spans(its.finds, line) if not _inside(span, excused)]


def _inside(span: Span, others: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


_MARKS = re.compile(r"(?<!\S)\S*(?:!!|\?!|!\?|\?\?)[!?]*")  # from a word's start: one of any length is read once
_CAPITALS = re.compile(r"(?<![\w-])[A-Z]{2,}(?:['’][A-Z]+)?(?: (?:[A-Z]{2,}(?:['’][A-Z]+)?|[AI](?![\w])))*(?![\w-])")
_MANY_CAPITALS = 4


def _shouted(line: str, named: list[Span]) -> Iterator[Point]:
    its = lists()[Kind.SHOUTING]
    for match in (*_MARKS.finditer(line), *_CAPITALS.finditer(line)):
        words = match[0].split()
        meant = match.re is _MARKS or its.loud.intersection(words) or len(words) >= _MANY_CAPITALS
        if meant and not _inside(match.span(), named):
            yield its.point(match[0])


_DAY = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?"
    r"|(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may(?= \d)|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    r"|today|tonight|tomorrow|noon|midnight|(?:this|next) (?:week|month|quarter|year)"
    r"|(?:the )?end of (?:the |this |next )?(?:day|week|month|quarter|year)"
    r"|\d{1,2}(?:st|nd|rd|th)|\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}(?::\d{2})? ?[ap]m"
)
_WHEN = re.compile(rf"(?i)(?<!\w)(?:{_DAY})(?!\w)")
_BY_WHEN = re.compile(rf"(?i)(?<!\w)(?:by|before|until|till|no later than)\s+(?:the )?(?:{_DAY})(?!\w)")
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?]+(?!\s)[^.!?]+)*[.!?]*")
_QUESTION = re.compile(r"(?i)(?<!\w)(?:you|your|we|us)(?!\w).*\?\W*$")


def _undated_asks(line: str, named: list[Span]) -> Iterator[Point]:
    """Yield each sentence that asks for something, where neither it nor the line says by when."""
    if _BY_WHEN.search(line):
        return
    its = lists()[Kind.NO_BY_WHEN]
    asks = _found(its, line, named)
    excused = _spans(its.excuses, line)
    for match in _SENTENCE.finditer(line):
        start, end = match.span()
        asked = any(start <= ask[0] < end for ask in asks)
        question = _QUESTION.search(match[0]) and not any(start <= span[0] < end for span in excused)
        if (asked or question) and not _WHEN.search(match[0]):
            yield its.point(match[0].strip())


def _undated_moves(line: str, named: list[Span]) -> Iterator[Point]:
    """Yield the words with which a date moves, where no date comes after them."""
    its = lists()[Kind.NO_NEXT_STEP]
    moves = _found(its, line, named)
    if moves and not _WHEN.search(line, moves[0][1]):
        yield its.point(line[slice(*moves[0])])


@cache
def lists() -> dict[Kind, _List]:
    """Return the phrase lists by kind, read once."""
    content = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    return {kind: _read(kind, content[str(kind).replace(" ", "_").replace("-", "_")]) for kind in Kind}


def _read(kind: Kind, table: dict[str, object]) -> _List:
    instead = {_pattern(str(phrase)): str(said) for phrase, said in _table(table.get("instead")).items()}
    phrases = [*instead, *map(_pattern, _texts(table.get("phrases")))]
    return _List(
        kind,
        str(table["why"]),
        str(table["suggestion"]),
        tuple((re.compile(pattern, re.IGNORECASE), said) for pattern, said in instead.items()),
        _any_of(phrases),
        _any_of([_pattern(phrase) for phrase in _texts(table.get("clean"))]),
        frozenset(_texts(table.get("loud"))),
    )


def _table(value: object) -> dict[object, object]:
    return cast("dict[object, object]", value) if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [str(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def _pattern(phrase: str) -> str:
    """Return a phrase of the lists as a pattern: `*` any rest of a word, `_` one or two words."""
    words = [r"\S+(?: \S+)?" if word == "_" else re.escape(word).replace(r"\*", r"[\w-]*") for word in phrase.split()]
    return r"[ -]+".join(words).replace("'", "['’]")


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    """Return what finds any of these as whole words, the longest first; None for none."""
    if not patterns:
        return None
    longest = "|".join(sorted(patterns, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{longest})(?!\w)", re.IGNORECASE)
