"""Which column of a table is which field: guessed from its name, said by hand, or kept in a file of TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from followthru.domain import fields
from followthru.domain.fields import Kind
from followthru.domain.nearest import did_you_mean
from followthru.domain.toml_lines import Where, lines_of
from followthru.domain.toml_text import loads
from followthru.errors import UsageError
from followthru.exchange.csv_table import IGNORED

_AGAIN = re.compile(r" \(\d+\)$")
NOTES = "notes"
NOWHERE = ""
"""What a column is mapped to that is left out."""


class Target(NamedTuple):
    """Something a column can be: what it is called here, other names it goes by, whether it is a date."""

    name: str
    also: tuple[str, ...] = ()
    is_day: bool = False
    required: bool = False
    many: bool = False


class Shape(NamedTuple):
    """What rows of a kind are made of. `refused` names what no column can be, and why."""

    kind: str
    targets: tuple[Target, ...]
    refused: Mapping[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What a column can be mapped to."""
        return tuple(target.name for target in self.targets)

    def target(self, name: str) -> Target:
        """Return the target of a name. Raises KeyError."""
        return {one.name: one for one in self.targets}[name]


def of_field(entity: str, name: str, *also: str, required: bool = False, many: bool = False) -> Target:
    """Return a target that is a field of the table of fields, under the name it has in JSON."""
    field = fields.by_name(entity)[name]
    return Target(field.json, also, field.kind is Kind.DATE, required, many)


class Column(NamedTuple):
    """A column, where it stands (from 0), and what it is: a target, or left out.

    `named` says that its name stands before its text: it went into notes because it fits nothing else.
    """

    header: str
    at: int
    to: str
    guessed: bool
    named: bool = False


class Layout(NamedTuple):
    """What a kept mapping says: columns by header, practices by their names in the file, order of dates, kind."""

    columns: Mapping[str, str] = {}
    practices: Mapping[str, str] = {}
    dates: str | None = None
    kind: str | None = None


def columns(header: Sequence[str], shape: Shape, said: Mapping[str, str]) -> tuple[Column, ...]:
    """Return what every column is. What is said counts; the rest is guessed, and what fits nothing goes into notes.

    Raises UsageError for a column or field that is not there, and where something that is needed is missing.
    """
    by_hand = {_column(header, given): checked(shape, to) for given, to in said.items()}
    taken = {to for to in by_hand.values() if to and not shape.target(to).many}
    found: list[Column] = []
    for at, name in enumerate(header):
        to = by_hand.get(name)
        guess = _guess(name, shape, taken)
        if to is None:
            to = guess
        if to is not None and to and not shape.target(to).many:
            taken.add(to)
        if to is None:
            to = NOTES if NOTES in shape.names and not name.startswith(IGNORED) else NOWHERE
        found.append(Column(name, at, to, name not in by_hand, named=to == NOTES and guess != NOTES))
    _check(found, shape)
    return tuple(found)


def _column(header: Sequence[str], given: str) -> str:
    """Return the header that is meant, whatever its letters' case."""
    found = next((name for name in header if name == given), None)
    found = found or next((name for name in header if _key(name) == _key(given)), None)
    if found is None:
        raise UsageError(
            f"There is no column “{given}”. {did_you_mean(given, header)}".rstrip(),
            safe="Nothing was imported.",
            remedy=f"There are {', '.join(header)}.",
        )
    return found


def checked(shape: Shape, to: str) -> str:
    """Return the name of what a column is said to be, empty for nothing. Raises UsageError."""
    wanted = to.strip().casefold().replace(" ", "_")
    if wanted in ("", "-"):
        return NOWHERE
    if wanted in shape.refused:
        raise UsageError(f"No column can be {wanted}: {shape.refused[wanted]}.", safe="Nothing was imported.")
    if wanted not in shape.names:
        raise UsageError(
            f"{shape.kind.capitalize()} have no {to}. {did_you_mean(wanted, shape.names)}".rstrip(),
            safe="Nothing was imported.",
            remedy=f"A column can be {', '.join(shape.names)}, or nothing: --map 'Column='.",
        )
    return wanted


def _guess(name: str, shape: Shape, taken: Iterable[str]) -> str | None:
    """Return what a column of this name most likely is; None for nothing that is known."""
    if name.startswith(IGNORED):
        return None
    for target in shape.targets:
        known = {_key(target.name), *map(_key, target.also)}
        if _key(_AGAIN.sub("", name)) in known and target.name not in taken:
            return target.name
    return None


def _key(name: str) -> str:
    """Return a name as it is compared: letters and digits alone."""
    return "".join(char for char in name.casefold() if char.isalnum())


def _check(found: Sequence[Column], shape: Shape) -> None:
    there = [one.to for one in found if one.to]
    for target in shape.targets:
        if target.required and target.name not in there:
            raise UsageError(
                f"No column is the {target.name} of {shape.kind}.",
                safe="Nothing was imported.",
                remedy=f"Say which: --map 'Column={target.name}'. There are {', '.join(one.header for one in found)}.",
            )
        if there.count(target.name) > 1 and not target.many:
            twice = " and ".join(f"“{one.header}”" for one in found if one.to == target.name)
            raise UsageError(
                f"{twice} cannot both be {target.name}.",
                safe="Nothing was imported.",
                remedy="Map one of them to something else, or to nothing: --map 'Column='.",
            )


def read_layout(path: Path) -> Layout:
    """Read a kept mapping. Raises UsageError naming file, line and key."""
    try:
        text = path.read_text(encoding="utf-8")
        said = loads(text, "the columns of a table")
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise UsageError(f"{path} cannot be read: {words}.", safe="Nothing was imported.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no TOML: {error}.", safe="Nothing was imported.") from None
    for key, value in said.items():
        wanted = dict if key in ("columns", "practices") else str
        if key not in Layout._fields or not isinstance(value, wanted):
            words = f"there is no such key. {did_you_mean(key, Layout._fields)}".rstrip()
            raise _wrong(path, text, (key,), words if key not in Layout._fields else "it is of the wrong form")
    for table in ("columns", "practices"):
        for key, value in said.get(table, {}).items():
            if not isinstance(value, str):
                raise _wrong(path, text, (table, key), "it is no text")
    return Layout(**said)


def _wrong(path: Path, text: str, where: Where, words: str) -> UsageError:
    line = lines_of(text, [where])[where]
    return UsageError(f"{path}:{line}: {where[-1]}: {words}", safe="Nothing was imported.")


def layout_text(layout: Layout) -> str:
    """Return a mapping as it is kept."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("How the columns of this export are read: followthru import FILE --mapping THIS"))
    for name, value in (("kind", layout.kind), ("dates", layout.dates)):
        if value is not None:
            document.add(name, tomlkit.item(value))
    for name, table in (("columns", layout.columns), ("practices", layout.practices)):
        if table:
            document.add(name, tomlkit.item(dict(table)))
    return tomlkit.dumps(document)
