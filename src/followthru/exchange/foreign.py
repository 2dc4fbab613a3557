"""A task as another program says it, whichever program that is: the one form that every format is read into.

What a format says and a task here has no place for goes into `notes`, a line each, so that nothing is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.plain import one_line, several_lines
from followthru.domain.task import Status
from followthru.exchange.faults import Fault

LONGEST_TITLE = 500
LONGEST_NOTES = 100_000


class Foreign(NamedTuple):
    """One task. `key` is what its own program knows it by, the same in each of its exports.

    `project` is a practice to be, `section` a part of it, `assignee` words that may name a person here. `parent` and
    `needs` are keys. `asked` are words for when, where the format has them: a rule or a date to be read on the day.
    """

    line: int
    key: str
    title: str
    project: str | None = None
    section: str | None = None
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    priority: str | None = None
    target_on: date | None = None
    deadline_on: date | None = None
    starts_on: date | None = None
    when: str | None = None
    repeats: str | None = None
    status: Status | None = None
    done_on: date | None = None
    assignee: str | None = None
    parent: str | None = None
    needs: tuple[str, ...] = ()
    estimate_minutes: int | None = None
    more: Mapping[str, str | int] = {}


class Found(NamedTuple):
    """What a file holds. `left_out` says what was passed over on purpose, `rejects` makes a file of bad lines again."""

    format: str
    name: str
    tasks: Sequence[Foreign]
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    rejects: Callable[[Mapping[int, str]], str] | None = None


class Keys:
    """Makes keys that are made from words unique: the second of the same words is `…#2`, at each reading alike."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, key: str) -> str:
        """Return the key of one more task of these words."""
        self._seen[key] += 1
        times = self._seen[key]
        return key if times == 1 else f"{key}#{times}"


def once_each(tasks: Iterable[Foreign]) -> tuple[list[Foreign], list[Fault]]:
    """Return the first task of each key, and what is wrong with the others."""
    first: dict[str, int] = {}
    found: list[Foreign] = []
    faults: list[Fault] = []
    for task in tasks:
        line = first.setdefault(task.key, task.line)
        if line == task.line:
            found.append(task)
        else:
            faults.append(Fault(task.line, "", f"is the same task as in line {line}"))
    return found, faults


def tied(tasks: Sequence[Foreign]) -> list[Foreign]:
    """Return tasks whose ties are keys, where their program names others by key or by words.

    A list of names may hold commas, and so may a name: the whole is tried first. What leads nowhere stays as it is.
    """
    keys = {task.key for task in tasks}
    titles: dict[str, str] = {}
    for task in tasks:
        titles.setdefault(task.title, task.key)

    def key_of(words: str) -> str | None:
        return words if words in keys else titles.get(clean_title(words))

    def keys_of(words: str) -> list[str]:
        whole = key_of(words)
        parts = [words] if whole else [part.strip() for part in words.split(",") if part.strip()]
        return [key_of(part) or part for part in parts]

    found: list[Foreign] = []
    for task in tasks:
        parent = None if task.parent is None else key_of(task.parent) or task.parent
        needs = dict.fromkeys(key for words in task.needs for key in keys_of(words) if key != task.key)
        found.append(task._replace(parent=None if parent == task.key else parent, needs=tuple(needs)))
    return found


def clean_title(text: str) -> str:
    """Return a title on one line of plain characters, cut where it is longer than any title."""
    title = one_line(text)
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def clean_notes(notes: Iterable[str]) -> str | None:
    """Return notes as one text of plain characters; None where there is nothing."""
    text = "\n".join(said for note in notes if (said := several_lines(note).strip()))
    return text[:LONGEST_NOTES] or None


def clean_tag(text: str) -> str:
    """Return a word that can be a tag: `Client Work` becomes `client-work`; empty where nothing is left."""
    return "-".join(one_line(text).removeprefix("#").split())[:60]


def in_order(tasks: Sequence[Foreign]) -> tuple[list[Foreign], list[Fault]]:
    """Return tasks with what they belong to and what they need before them, and what had to be let go for that.

    Where tasks would each have to come before the other, one tie is let go and kept as a note.
    """
    by_key = {task.key: task for task in tasks}
    placed: dict[str, bool] = {}
    ordered: list[Foreign] = []
    faults: list[Fault] = []
    for task in tasks:
        _place(task, by_key, placed, ordered, faults)
    return ordered, faults


def _place(
    task: Foreign, by_key: Mapping[str, Foreign], placed: dict[str, bool], ordered: list[Foreign], faults: list[Fault]
) -> None:
    """Place a task after what it follows; `placed` is False for a key that is being placed. No recursion: trees of
    other programs may be as deep as they like.
    """
    stack: list[tuple[Foreign, list[str]]] = [(task, _follows(task))]
    if task.key in placed:
        return
    placed[task.key] = False
    while stack:
        here, rest = stack.pop()
        if not rest:
            placed[here.key] = True
            ordered.append(here)
            continue
        key, rest = rest[0], rest[1:]
        other = by_key.get(key)
        if placed.get(key) is False:
            here = _without(here, key, by_key[key].title)
            faults.append(Fault(here.line, "", f"“{here.title}” and “{by_key[key].title}” each need the other first"))
        stack.append((here, rest))
        if other is not None and key not in placed:
            placed[key] = False
            stack.append((other, _follows(other)))


def _follows(task: Foreign) -> list[str]:
    return [*([] if task.parent is None else [task.parent]), *task.needs]


def _without(task: Foreign, key: str, title: str) -> Foreign:
    parent = None if task.parent == key else task.parent
    needs = tuple(one for one in task.needs if one != key)
    return task._replace(parent=parent, needs=needs, notes=(*task.notes, f"Tied to: {title}"))
