"""Filters as people type them: `@oak-street health:late -#insurance by:fri malpractice`, read into terms.

All terms must hold. Nothing here knows the store: names and dates stay as typed and are resolved later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from followthru.domain import fields
from followthru.domain.fields import Kind
from followthru.domain.health import Health
from followthru.domain.plain import one_line
from followthru.domain.task import CLOSED, Area, Audience, Priority, Status
from followthru.errors import UsageError

FLAGS = ("blocked", "private", "untold", "out-of-step", "waiting", "stalled", "reason-missing")
NONE, ANY = "none", "any"
BEFORE_AND_AFTER = ("by", "before", "after")

_SIGILS = {"@": "practice", "#": "tag", "+": "assignee"}
_SHORT = {
    "pri": "priority",
    "waiting": "waiting_on",
    "deadline": "deadline_on",
    "promised": "promised_on",
    "target": "target_on",
    "starts": "starts_on",
    "follow_up": "follow_up_on",
}
_CHOICES: Mapping[str, Sequence[str]] = {
    "status": tuple(Status),
    "health": tuple(Health),
    "area": tuple(Area),
    "priority": tuple(Priority),
    "audience": tuple(Audience),
    "is": FLAGS,
}
_DONE_WORDS = {"done": Status.DONE, "dropped": Status.DROPPED}


class Term(NamedTuple):
    """One condition. `key` is a field's name, `tag`, `told`, `health`, `is`, `by`, `before`, `after` or `word`."""

    key: str
    value: str
    negated: bool = False


class Filter(NamedTuple):
    """Terms that must all hold; without `closed` only open tasks are meant."""

    terms: tuple[Term, ...] = ()
    closed: bool = False


def parse_filter(words: Iterable[str]) -> Filter:
    """Read the words of a filter. Raises UsageError for an unknown key or value, naming the nearest."""
    terms: list[Term] = []
    closed = False
    for word in words:
        if word.casefold() == "all":
            closed = True
        elif said := one_line(word):
            found = _terms(said)
            terms += found
            closed = closed or any(_asks_for_closed(term) for term in found)
    return Filter(tuple(terms), closed)


def split(line: str) -> list[str]:
    """Cut a typed line into the words of a filter; what stands between double quotes stays together."""
    words: list[str] = [""]
    quoted = False
    for char in line:
        if char == '"':
            quoted = not quoted
        elif char.isspace() and not quoted:
            words.append("")
        else:
            words[-1] += char
    return [word for word in words if word]


def joined(words: Iterable[str]) -> str:
    """Return words of a filter as one line, as `split` reads it."""
    return " ".join(f'"{word}"' if any(char.isspace() for char in word) else word for word in words)


def typed_so_far(words: Sequence[str]) -> Sequence[str]:
    """Return the words of a filter that is still being typed, without a last one of which only the sign is there."""
    return words[:-1] if words and words[-1].lstrip("-") in ("", *_SIGILS) else words


@cache
def date_keys() -> frozenset[str]:
    """Return the keys whose value is a date."""
    dates = {field.json for field in fields.of("task") if field.filterable and field.kind is Kind.DATE}
    return frozenset((*dates, *BEFORE_AND_AFTER))


@cache
def keys() -> frozenset[str]:
    """Return every key, in its full form: the filterable fields of a task, and what is computed for it."""
    stored = {field.json for field in fields.of("task") if field.filterable}
    return frozenset((*stored, *BEFORE_AND_AFTER, "tag", "told", "health", "is"))


def _terms(word: str) -> list[Term]:
    negated = len(word) > 1 and word.startswith("-")
    body = word[1:] if negated else word
    if body.casefold() in _DONE_WORDS:
        return [Term("status", str(_DONE_WORDS[body.casefold()]), negated)]
    if body[0] in _SIGILS and len(body) > 1:
        return [Term(_SIGILS[body[0]], body[1:], negated)]
    name, colon, value = body.partition(":")
    if colon and value and name.replace("_", "").isalpha():
        return [_keyed(name.casefold(), value, negated)]
    return [Term("word", part, negated) for part in body.split()]


def _keyed(name: str, value: str, negated: bool) -> Term:
    key = _SHORT.get(name, name)
    if key not in keys():
        raise UsageError(
            f"There is nothing called “{name}” to filter by. {_near(name, (*keys(), *_SHORT))}".rstrip(),
            remedy=f"For these words in a title, leave out the colon: {name} {value}.",
        )
    if key not in _CHOICES:
        return Term(key, value.lstrip("@#+") if key not in date_keys() else value, negated)
    return Term(key, _chosen(key, value), negated)


def _chosen(key: str, value: str) -> str:
    """Return the one of a key's words that is meant. Raises UsageError naming the nearest."""
    known = _CHOICES[key]
    said = value.casefold()
    optional = key in ("area", "priority")
    if optional and said in (NONE, ANY):
        return said
    by_spelling: dict[str, str] = {_spelled(one): str(one) for one in known}
    if _spelled(said) in by_spelling:
        return by_spelling[_spelled(said)]
    listed = ", ".join((*known, *((NONE, ANY) if optional else ())))
    wrong = f"There is no “is:{value}”." if key == "is" else f"“{value}” is no {key}."
    raise UsageError(f"{wrong} {_near(said, known)}".rstrip(), remedy=f"One of: {listed}.")


def _spelled(word: str) -> str:
    return word.replace("-", " ").replace("_", " ")


def _near(word: str, known: Iterable[str]) -> str:
    from followthru.domain.nearest import did_you_mean

    return did_you_mean(word, known)


def _asks_for_closed(term: Term) -> bool:
    if term.negated:
        return False
    if term.key in ("status", "health"):
        return term.value in CLOSED
    return term.key == "done_on" and term.value != NONE
