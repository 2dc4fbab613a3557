"""A line cut into words, and what a single word can be: quoted, escaped, a sigil or a keyword."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from followthru.domain.dateword import PUNCTUATION, WEEKDAY_BY_NAME, number
from followthru.domain.plain import plain

DATE_KEYWORDS = frozenset({"by", "deadline", "target", "from"})
KEYWORDS = DATE_KEYWORDS | {"to", "wait", "every"}
MOST_BUFFER_DAYS = 999

SigilKind = Literal["practice", "assignee", "tag", "priority", "buffer", "audience", "work"]

_SIGILS = "@+#!~*"
_TWINS = {
    "tag": "tag: and a word that begins with a letter",
    "pri": "pri:high or pri:low",
    "buffer": "buffer:5d",
    "kind": "kind: and a word that begins with a letter",
    "audience": "audience:me, audience:owners or audience:team",
}
_NOT_IN_TAGS = frozenset('"“”#@,;()[]{}<>|\\*`')
_CLOSING = {'"': '"', "“": "”"}

_RULE_WORDS = frozenset(
    (
        "day", "days", "week", "weeks", "weekday", "month", "months", "quarter", "quarters", "year", "years",
        "first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th", "last", "other", "working", "workday",
        "morning",
    )
)  # fmt: skip


def begins_rule(word: str) -> bool:
    """Return whether the word after `every` may begin a rule."""
    key = word.casefold().rstrip(PUNCTUATION)
    first = key.split(",")[0]
    return first in WEEKDAY_BY_NAME or key in _RULE_WORDS or number(key, 3) is not None or key.startswith("rrule:")


class Cleaned(NamedTuple):
    """Text without control characters; `origin[i]` is where character `i` stood (None: where it stands)."""

    text: str
    origin: Sequence[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original characters of [start, end)."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


class Word(NamedTuple):
    """One word: `text` as a title would show it, `start` and `end` in the cleaned line.

    A `plain` word may be a marker; a `quoted` one (any part of it between double quotes) and an
    `escaped` one (its first backslash already removed from `text`) are text.
    """

    text: str
    start: int
    end: int
    how: Literal["plain", "quoted", "escaped"]


class Sigil(NamedTuple):
    """A word in a sigil's form, or in that of its shell-safe twin."""

    kind: SigilKind
    value: str


def clean(line: str) -> Cleaned:
    """Return `line` on one line: any white space a space, control and re-ordering characters gone.

    Half a surrogate pair (a byte that was no UTF-8) becomes U+FFFD.
    """
    if line.isprintable():
        return Cleaned(line, None)
    kept = [(plain(char), index) for index, char in enumerate(line)]
    kept = [(char, index) for char, index in kept if char]
    return Cleaned("".join(char for char, _ in kept), [index for _, index in kept])


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges between double quotes, straight or curly, quotes included.

    A quote that is never closed is an ordinary character.
    """
    last = {mark: text.rfind(closing) for mark, closing in _CLOSING.items()}
    i = 0
    while i < len(text):
        if i < last.get(text[i], -1):
            end = text.index(_CLOSING[text[i]], i + 1) + 1
            yield i, end
            i = end
        else:
            i += 1


def cut(text: str, quoted: Sequence[tuple[int, int]]) -> list[Word]:
    """Cut cleaned text into words at spaces outside the `quoted` ranges."""
    masked = text
    if quoted:
        parts: list[str] = []
        at = 0
        for start, end in quoted:
            # U+0000 was cleaned away, so it marks quoted characters and nothing else.
            parts += (text[at:start], "\0" * (end - start))
            at = end
        masked = "".join((*parts, text[at:]))
    words: list[Word] = []
    at = 0
    for piece in masked.split():
        start = masked.index(piece, at)
        at = start + len(piece)
        words.append(_word(text[start:at], start, at, "\0" in piece))
    return words


def _word(text: str, start: int, end: int, quoted: bool) -> Word:
    if quoted:
        return Word(text, start, end, "quoted")
    if is_escape(text):
        return Word(text[1:], start, end, "escaped")
    return Word(text, start, end, "plain")


def is_escape(word: str) -> bool:
    """Tell whether the backslash that begins `word` stands before a sigil or keyword."""
    if not word.startswith("\\"):
        return False
    core = word.lstrip("\\")
    return core[:1] in tuple(_SIGILS) or core.casefold() in KEYWORDS or read_sigil(core) is not None


def read_sigil(word: str) -> Sigil | None:
    """Return what a word in a sigil's exact form stands for; punctuation may follow it."""
    head, body = word[:1], word[1:].rstrip(PUNCTUATION)
    match head:
        case "@":
            return Sigil("practice", body) if body[:1].isalnum() else None
        case "+":
            return Sigil("assignee", body) if body[:1].isalpha() else None
        case "#":
            return _tag(body)
        case "!":
            return _priority(body)
        case "~":
            return _buffer(body)
        case "*":
            return Sigil("audience", "me") if body.casefold() == "private" else None
        case _:
            return _twin(word)


def twin_hint(word: str) -> str | None:
    """Return how a twin is written when `word` begins like one and is none."""
    name, _, value = word.partition(":")
    if not value or read_sigil(word) is not None:
        return None
    return _TWINS.get(name.casefold())


def _twin(word: str) -> Sigil | None:
    name, colon, value = word.partition(":")
    if not colon:
        return None
    value = value.rstrip(PUNCTUATION)
    match name.casefold():
        case "tag":
            return _tag(value)
        case "pri":
            return _priority(value)
        case "buffer":
            return _buffer(value)
        case "kind":
            return Sigil("work", value) if _tag(value) else None
        case "audience":
            audience = value.casefold()
            return Sigil("audience", audience) if audience in ("me", "owners", "team") else None
        case _:
            return None


def _tag(body: str) -> Sigil | None:
    return Sigil("tag", body) if body[:1].isalpha() and _NOT_IN_TAGS.isdisjoint(body) else None


def _priority(body: str) -> Sigil | None:
    return Sigil("priority", body.casefold()) if body.casefold() in ("high", "low") else None


def _buffer(body: str) -> Sigil | None:
    if body[-1:] not in ("d", "D"):
        return None
    days = number(body[:-1], len(str(MOST_BUFFER_DAYS)))
    return None if days is None else Sigil("buffer", str(days))
