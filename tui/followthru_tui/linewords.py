"""Lines as people type them into a question, read into values, and said back. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import NamedTuple

from followthru.domain.dateword import DateWord, match_date, read_date, shift_days
from followthru.domain.task import TaskRow
from followthru.errors import UsageError
from followthru_tui.feed import Aids

NOTHING = frozenset(("none", "-"))
_FIELD = re.compile(r"(?:^|(?<=\s))([a-z][a-z_]*)=")
_ITEM = re.compile(r"\s*(?:[-*•–‣]\s+)?(?:\[[ xX]?\]\s+)?")
_NUMBERED = re.compile(r"\s*\d+[.)]\s+")
_QUOTED = re.compile(r"""(?<!\S)(["'])(.*?)\1(?!\S)""")
_KEYWORDS = ("by", "follow-up", "followup", "follow_up")


class When(NamedTuple):
    """A date that was typed; both None takes what is there away."""

    on: date | None
    at: time | None = None
    notes: tuple[str, ...] = ()


class Wait(NamedTuple):
    """What is waited for, by when it is needed, and when to ask again."""

    what: str | None
    by: date | None
    follow_up: date | None


def today(row: TaskRow, aids: Aids) -> date:
    """Return the day at a task's practice."""
    return aids.known.today(row.practice if row.practice in aids.known.practices else None)


def day(text: str, row: TaskRow, aids: Aids) -> DateWord:
    """Read a date as the task's practice would. Raises UsageError."""
    practice = row.practice if row.practice in aids.known.practices else None
    return read_date(text, aids.known.today(practice), aids.known.order, aids.known.weekdays(practice))


def when(text: str, row: TaskRow, aids: Aids, nothing: frozenset[str] = NOTHING) -> When:
    """Read a date, or one of the words for none. Raises UsageError."""
    if text.strip().casefold() in nothing:
        return When(None)
    found = day(text, row, aids)
    return When(found.on, found.at, found.notes)


def promised(text: str, row: TaskRow, aids: Aids) -> When:
    """Read a date to promise, moved off a closed day if the practice has a rule for that. Raises UsageError."""
    found = when(text, row, aids)
    if found.on is None:
        return found
    there = aids.outlook.rolled(row.practice, found.on)
    return When(there.on, found.at, found.notes if there.note is None else (*found.notes, there.note))


def deferral(text: str, row: TaskRow, aids: Aids) -> tuple[date | None, int | None]:
    """Read `+7d` as a number of days, anything else as a date. Raises UsageError."""
    shift = shift_days(text.strip())
    return (None, shift) if shift is not None else (day(text, row, aids).on, None)


def wait(text: str, row: TaskRow, aids: Aids) -> Wait:
    """Read `the signed form by fri follow-up thu`; a keyword counts only before a date that ends there."""
    words = text.replace("follow up ", "follow-up ").split()
    what: list[str] = []
    dates: dict[str, date] = {}
    at = 0
    while at < len(words):
        keyword = words[at].casefold()
        found = match_date(words, at + 1, today(row, aids), aids.known.order) if keyword in _KEYWORDS else None
        if found is None or found.on is None:
            what.append(words[at])
            at += 1
        else:
            dates["by" if keyword == "by" else "follow-up"] = found.on
            at = found.stop
    return Wait(" ".join(what) or None, dates.get("by"), dates.get("follow-up"))


def unlisted(lines: Sequence[str]) -> list[str]:
    """Return lines of a list without what marks its items: dashes, bullets, boxes; numbers where every line has one."""
    numbered = all(_NUMBERED.match(line) for line in lines)
    return [_without(_ITEM, _without(_NUMBERED, line) if numbered else line) for line in lines]


def _without(mark: re.Pattern[str], line: str) -> str:
    """Return a line without the mark that it begins with, unless nothing else is in it."""
    found = mark.match(line)
    return line if found is None else line[found.end() :].strip() or line


def fields(text: str) -> dict[str, str]:
    """Read `title=Renew the cover priority=high`; a value runs to the next `name=`. Raises UsageError."""
    starts = list(_FIELD.finditer(text))
    if not starts or text[: starts[0].start()].strip():
        raise UsageError("Write field=value, such as title=Renew the cover, tags=+billing or priority=high.")
    ends = [found.start() for found in starts[1:]] + [len(text)]
    given: dict[str, str] = {}
    for found, end in zip(starts, ends, strict=True):
        if found[1] in given:
            raise UsageError(f"{found[1]} is given twice.")
        given[found[1]] = text[found.end() : end].strip()
    return given


def options(text: str, places: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Read the words of a command: values by place, then `--option VALUE`.

    `known` gives each option's placeholder. Raises UsageError naming what is missing or not known.
    """
    try:
        words = shlex.split(text)
    except ValueError:
        raise UsageError("A quotation mark is left open.") from None
    given: dict[str, str] = {}
    free = list(places)
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name not in known:
                raise UsageError(f"There is no --{name}.", remedy=f"There is {listed(known)}.")
            if not equals:
                value, at = (words[at] if at < len(words) else ""), at + 1
            if value:
                given[name] = value
        elif free:
            given[free.pop(0)] = word
        else:
            raise UsageError(f"“{word}” is one word too many.", remedy="Names of several words go between quotes.")
    return given


def practice(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """Read `oak-street --holidays US-CA`, or a name as people write it: `Oak Street` is called oak-street.

    Raises UsageError.
    """
    name, rest = _plain(text)
    short = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))
    if not name or name == short:
        return options(text, ("slug",), known)
    return {"name": name, "slug": short, **options(rest, (), known)}


def person(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """Read `Dana Reyes dana@example.com --role owner`; quotes around the name are not needed. Raises UsageError."""
    plain, rest = _plain(text)
    words = plain.split()
    mails = [word for word in words if "@" in word]
    name = " ".join(word for word in words if word not in mails)
    if len(mails) > 1 or not name:
        return options(text, ("name", "email"), known)
    return {"name": name} | ({"email": mails[0]} if mails else {}) | options(rest, (), known)


def _plain(text: str) -> tuple[str, str]:
    """Return what stands before the first option, without quotation marks around names, and the options."""
    plain, mark, rest = (" " + text).partition(" --")
    return " ".join(_QUOTED.sub(r"\2", plain).split()), mark.strip() + rest


def listed(known: Mapping[str, str]) -> str:
    """Return options as they are typed."""
    return " ".join(f"--{name} {value}" for name, value in known.items())
