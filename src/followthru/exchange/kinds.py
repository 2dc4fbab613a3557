"""The kinds of register items, one TOML file each: what is asked for, lead time, how it is renewed.

Those that are shipped, and the user's own in the folder `registers` beside config.toml. One of the user's own stands in
for a shipped one of its name.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, cast

from followthru.domain.nearest import did_you_mean
from followthru.domain.plain import one_line
from followthru.domain.registers import RegisterKind, interval
from followthru.domain.task import Area
from followthru.domain.toml_lines import Problem
from followthru.errors import FollowthruError, UsageError
from followthru.exchange import own_files
from followthru.exchange.own_files import Told

FOLDER = "registers"
ASKABLE = ("holder", "identifier", "issued", "expires", "every", "vendor", "contact", "cost", "documents")
_TYPES: Mapping[str, type] = {
    "words": str, "asks": list, "lead_days": int, "every": str, "task": str, "public": str, "task_kind": str,
    "area": str, "evidence": bool, "source": str, "playbook": str,
}  # fmt: skip
_CALLED: Mapping[type, str] = {str: "text", list: "list", int: "whole number", bool: "true or false"}
_MAY_MISS = frozenset(("every", "playbook"))
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MOST_LEAD = 999


class KindFile(NamedTuple):
    """One file: the kind in it, or None and its problems."""

    file: str
    name: str
    kind: RegisterKind | None
    problems: tuple[Told, ...] = ()
    own: bool = False

    def lines(self) -> list[str]:
        """Return each problem as `file:line: words`."""
        return own_files.said(self.file, self.problems)


class Kinds:
    """The kinds that a user has: those that are shipped and those in a folder (None: only the shipped ones)."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def every(self) -> list[KindFile]:
        """Return every kind by name, with those whose file has errors."""
        own = sorted(self._folder.glob("*.toml")) if self._folder is not None and self._folder.is_dir() else []
        found = {**shipped(), **{file.stem: from_file(file) for file in own}}
        return [found[name] for name in sorted(found)]

    def named(self, name: str) -> RegisterKind:
        """Return a kind by name. Raises UsageError naming the nearest, or what is wrong with its file."""
        wanted = name.casefold()
        found = self._own(wanted) or shipped().get(wanted)
        if found is None:
            raise UsageError(
                f"There is no kind {name}. {did_you_mean(name, [one.name for one in self.every()])}".rstrip(),
                safe="Nothing was changed.",
                remedy="`followthru register kinds` lists them.",
            )
        if found.kind is None:
            raise UsageError(
                "\n".join(found.lines()),
                safe="Nothing was changed.",
                remedy="Correct the file; `followthru register check` reads it again.",
            )
        return found.kind

    def _own(self, name: str) -> KindFile | None:
        if self._folder is None or not _NAME.fullmatch(name):
            return None
        file = self._folder / f"{name}.toml"
        return from_file(file) if file.exists() else None


@cache
def shipped() -> Mapping[str, KindFile]:
    """Return the shipped kinds by name."""
    where = files("followthru.exchange") / "register_kinds"
    found = (understood(one.read_bytes(), one.name) for one in where.iterdir() if one.name.endswith(".toml"))
    return {one.name: one for one in sorted(found)}


def from_file(file: Path) -> KindFile:
    """Return what one of the user's own files says. A file that cannot be read is a problem too."""
    content = own_files.content_of(file)
    if isinstance(content, str):
        return KindFile(str(file), file.stem, None, ((None, content),), own=True)
    return understood(content, str(file), own=True)


def understood(content: bytes, file: str, *, own: bool = False) -> KindFile:
    """Return what the content of a file says; the kind's name is the file's."""
    name = Path(file).name.removesuffix(".toml")
    found = own_files.parsed(content, "a kind of register items")
    if found.told is not None:
        return KindFile(file, name, None, (found.told,), own)
    problems = own_files.told_by_line(found.text, _problems(found.said, name))
    return KindFile(file, name, None if problems else _kind(found.said, name), problems, own)


def _kind(said: Mapping[str, object], name: str) -> RegisterKind:
    texts = {key: one_line(str(said[key])) for key, type_ in _TYPES.items() if type_ is str and key in said}
    return RegisterKind(
        name=name,
        words=texts["words"],
        asks=tuple(str(ask) for ask in cast("list[object]", said["asks"])),
        lead_days=int(str(said["lead_days"])),
        every=texts.get("every"),
        task=texts["task"],
        public=texts["public"],
        task_kind=texts["task_kind"],
        area=texts["area"],
        evidence=said["evidence"] is True,
        source=texts["source"],
        playbook=texts.get("playbook"),
    )


def _problems(said: Mapping[str, object], name: str) -> Iterator[Problem]:
    """Yield everything that is wrong with what a file says, each with its key."""
    if not _NAME.fullmatch(name):
        made_of = "small letters, digits and hyphens, 40 at most, a letter first"
        yield Problem((), f"its name is no kind's: {made_of}, before .toml")
    for key in said.keys() - _TYPES.keys():
        yield _wrong(key, f"there is no such key. {did_you_mean(key, _TYPES)}".rstrip())
    for key, type_ in _TYPES.items():
        if key not in said:
            if key not in _MAY_MISS:
                yield Problem((key,), f"{key} is missing")
        elif type(said[key]) is not type_:
            yield _wrong(key, f"it is no {_CALLED[type_]}")
        elif type_ is str and not one_line(str(said[key])):
            yield _wrong(key, "it is empty")
        else:
            yield from (_wrong(key, words) for words in _CHECKS.get(key, _nothing)(said[key]))


def _wrong(key: str, words: str) -> Problem:
    return Problem((key,), f"{key}: {words}")


def _nothing(value: object) -> Iterator[str]:
    yield from ()


def _asks(value: object) -> Iterator[str]:
    for ask in cast("list[object]", value):
        if ask not in ASKABLE:
            yield f"{ask} is none of {', '.join(ASKABLE)}"


def _area(value: object) -> Iterator[str]:
    if value not in set(Area):
        yield f"it is none of {', '.join(Area)}"


def _lead_days(value: object) -> Iterator[str]:
    if not 0 <= cast("int", value) <= _MOST_LEAD:
        yield f"it is no number of working days from 0 to {_MOST_LEAD}"


def _task(value: object) -> Iterator[str]:
    """Only these two names are filled in: a field of a field would show what is inside the program."""
    try:
        for _, name, spec, conversion in string.Formatter().parse(str(value)):
            if name is not None and (name not in ("title", "holder") or spec or conversion):
                raise ValueError
    except ValueError:
        yield "it may name {title} and {holder}, nothing else"


def _task_kind(value: object) -> Iterator[str]:
    if not _NAME.fullmatch(str(value)):
        yield "it is no kind of work: small letters, digits and hyphens"


def _every(value: object) -> Iterator[str]:
    try:
        interval(str(value))
    except FollowthruError as error:
        yield error.message


_CHECKS = {
    "asks": _asks, "area": _area, "lead_days": _lead_days, "task": _task, "task_kind": _task_kind, "every": _every,
}  # fmt: skip
