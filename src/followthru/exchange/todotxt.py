"""A todo.txt: one task a line, `x (A) 2027-01-16 2027-01-10 words +project @context key:value` (todo.txt format).

`due:` is the target, `t:` the start, `pri:` the priority that a done task had, `rec:1w` counts from the day it is done
and `rec:+1w` from its date. Any other `key:value` stays in the title, where the format has it.
"""

from __future__ import annotations

import re
from datetime import date

from followthru.domain.task import Status
from followthru.exchange.faults import Fault
from followthru.exchange.foreign import Foreign, Found, Keys, clean_tag, clean_title
from followthru.exchange.rejects import rejected_lines
from followthru.exchange.sources import Source, UnreadableError
from followthru.exchange.when_words import read_span

NAME = "todotxt"
LONGEST_LINE = 10_000
MOST_LINES = 200_000
_DATE = r"(\d{4}-\d{2}-\d{2})"
_HEAD = re.compile(rf"(x )?(?:\(([A-Z])\) )?(?:{_DATE} )?(?:{_DATE} )?(.*)", re.ASCII)
_MARK = re.compile(r"(?:^|(?<=\s))([+@])(\S+)")
_KEY = re.compile(r"(?:^|(?<=\s))(due|t|pri|rec):(\S+)", re.ASCII)


def fits(text: str) -> bool:
    """Whether a text looks like one: of its first lines most have a mark that only this format has."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:50]
    marked = [line for line in lines if re.match(rf"x |\([A-Z]\) |{_DATE} ", line) or _MARK.search(line)]
    return bool(lines) and len(marked) * 2 >= len(lines)


def read(source: Source) -> Found:
    """Read a file. Raises UnreadableError."""
    found: list[Foreign] = []
    faults: list[Fault] = []
    keys = Keys()
    for number, line in enumerate(source.lines(), 1):
        if not line.strip():
            continue
        if number > MOST_LINES:
            raise UnreadableError(source.name, f"there are more than {MOST_LINES:,} lines.", line=number)
        if len(line) > LONGEST_LINE:
            faults.append(Fault(number, "", f"is longer than {LONGEST_LINE:,} characters"))
            continue
        try:
            found.append(_task(number, line.strip(), keys))
        except ValueError as error:
            faults.append(Fault(number, "", str(error)))
    return Found(NAME, source.name, found, tuple(faults), rejects=rejected_lines(source))


def _task(number: int, line: str, keys: Keys) -> Foreign:
    """Return one task. Raises ValueError with what is wrong with it."""
    head = _HEAD.fullmatch(line)
    done, letter, first, second, words = head.groups() if head else (None, None, None, None, line)
    said = dict(_KEY.findall(words))
    marks: list[tuple[str, str]] = _MARK.findall(words)
    title = clean_title(_KEY.sub("", _MARK.sub("", words)))
    letter = letter or str(said.get("pri", "")).upper()
    projects = [name for mark, name in marks if mark == "+"]
    created = second if done and second else None if done else first
    rule, kept = _rule(said.get("rec"))
    if not title:
        raise ValueError("holds no words: a task needs a title")
    notes = (
        f"Priority: {letter}" if letter > "A" else "",
        f"Repeats: {kept}" if kept else "",
        f"Also in: {', '.join(projects[1:])}" if projects[1:] else "",
        f"Created: {created}" if created else "",
    )
    return Foreign(
        line=number,
        key=keys("\n".join((*projects[:1], title, *([str(said.get("due", ""))] if rule else ())))),
        title=title,
        project=projects[0] if projects else None,
        notes=tuple(note for note in notes if note),
        tags=tuple(dict.fromkeys(tag for mark, name in marks if mark == "@" and (tag := clean_tag(name)))),
        priority="high" if letter == "A" else None,
        target_on=_day("due", said.get("due")),
        starts_on=_day("t", said.get("t")),
        repeats=rule,
        status=Status.DONE if done else None,
        done_on=_day("the day it was done", first) if done else None,
    )


def _rule(text: str | None) -> tuple[str | None, str | None]:
    """Return the rule of `rec:`, and its words where they make none."""
    if text is None:
        return None, None
    span = read_span(text.removeprefix("+"))
    if span is None:
        return None, text
    return (span if text.startswith("+") else f"{span} after done"), None


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name}: “{text[:40]}” is no date such as 2027-01-15") from None
