"""Minutes as text: which lines are action items and decisions, and which of them were taken over already. Pure.

An action item is a list item with an empty box, a decision a line that begins with `decision:`. What was taken over is
marked at its end (`→ task 12`), so that a line is never taken twice, whatever else is changed in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from followthru.domain.plain import one_line

_ITEM = re.compile(r"(?P<indent>[ \t]*)[-*+] +\[ ?\] *(?P<text>.*)")
_DECISION = re.compile(r"(?P<indent>[ \t]*)(?:[-*+] +)?(?:\*\*)?decision(?:\*\*)?:(?:\*\*)?(?P<text>.*)", re.IGNORECASE)
_TAKEN = re.compile(r"[ \t]*(?:→|->) ?(?P<what>task|decision) (?P<id>\d{1,15})[ \t]*$")
_PRIVATE = re.compile(r"(?:^|\s)\*private(?=\s|$)")
_FENCE = re.compile(r"[ ]{0,3}(?:```|~~~)")


class Item(NamedTuple):
    """A line that is an action item. `number` counts from 1; `taken` is the task that it became.

    `under` is the number of the line of the decision that it follows from.
    """

    number: int
    text: str
    taken: int | None
    under: int | None


class Decided(NamedTuple):
    """A line that says what was decided. `taken` is the decision it became; nobody else reads a `private` one."""

    number: int
    text: str
    taken: int | None
    private: bool


class Minutes(NamedTuple):
    """What is to be taken from minutes, in the order of their lines."""

    items: tuple[Item, ...]
    decisions: tuple[Decided, ...]


def read(text: str) -> Minutes:
    """Return the action items and decisions of minutes. Comments and fenced blocks are passed over."""
    items: list[Item] = []
    decisions: list[Decided] = []
    under: tuple[int, int] | None = None
    for number, line in _lines(text):
        if found := _DECISION.fullmatch(line):
            words, taken = _untaken(found["text"], "decision")
            said = one_line(_PRIVATE.sub(" ", words))
            if said:
                decisions.append(Decided(number, said, taken, said != one_line(words)))
                under = number, _depth(found["indent"])
            continue
        if found := _ITEM.fullmatch(line):
            words, taken = _untaken(found["text"], "task")
            depth = _depth(found["indent"])
            under = under if under is not None and depth > under[1] else None
            if one_line(words):
                items.append(Item(number, one_line(words), taken, None if under is None else under[0]))
        elif not line.strip() or (under is not None and _depth(line) <= under[1]):
            under = None
    return Minutes(tuple(items), tuple(decisions))


def marked(text: str, tasks: Mapping[int, int], decisions: Mapping[int, int]) -> str:
    """Return minutes with the lines of these numbers marked as taken, as a task or a decision."""
    lines = text.split("\n")
    for what, taken in (("task", tasks), ("decision", decisions)):
        for number, id in taken.items():
            lines[number - 1] = f"{_TAKEN.sub('', lines[number - 1]).rstrip()} → {what} {id}"
    return "\n".join(lines)


def same(first: str, second: str) -> bool:
    """Whether two lines say the same, however they are spaced and written."""
    return one_line(first).casefold() == one_line(second).casefold()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that count, by their numbers."""
    fenced = commented = False
    for number, line in enumerate(text.split("\n"), 1):
        if commented:
            commented = "-->" not in line
        elif _FENCE.match(line):
            fenced = not fenced
        elif not fenced and "<!--" in line:
            commented = "-->" not in line.partition("<!--")[2]
        elif not fenced:
            yield number, line.rstrip("\r")


def _untaken(text: str, what: str) -> tuple[str, int | None]:
    found = _TAKEN.search(text)
    if found is None or found["what"] != what:
        return text, None
    return text[: found.start()], int(found["id"])


def _depth(line: str) -> int:
    """Return by how many columns a line is indented."""
    spaced = line.expandtabs(4)
    return len(spaced) - len(spaced.lstrip(" "))
