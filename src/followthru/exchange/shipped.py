"""Small tables that are shipped as TOML, one file each: every key known, none missing, each of its type."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, TypeVar

from followthru.domain.nearest import did_you_mean
from followthru.errors import UsageError

One = TypeVar("One")
Types = Mapping[str, type]


def folder(name: str, read: Callable[[str, str], One]) -> Mapping[str, One]:
    """Return what each file of a shipped folder holds, by the file's name. `read` takes a text and its file's name."""
    where = files("followthru.exchange") / name
    found = sorted(file.name for file in where.iterdir() if file.name.endswith(".toml"))
    return {one.removesuffix(".toml"): read((where / one).read_text(encoding="utf-8"), one) for one in found}


def table(text: str, file: str, types: Types, may_miss: frozenset[str]) -> dict[str, Any]:
    """Read one table. Raises UsageError naming file and key."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not TOML: {error}.", safe="Nothing was changed.") from None
    for key in said.keys() - types.keys():
        raise wrong(file, key, f"there is no such key. {did_you_mean(key, types)}".rstrip())
    for key, type_ in types.items():
        if key not in said and key not in may_miss:
            raise wrong(file, key, "it is missing")
        if key in said and type(said[key]) is not type_:
            raise wrong(file, key, f"it is no {type_.__name__}")
    return said


def wrong(file: str, key: str, words: str) -> UsageError:
    """Return what is wrong with a key of a file."""
    return UsageError(f"{file}: {key}: {words}", safe="Nothing was changed.")
