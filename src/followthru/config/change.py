"""Take a table out of `config.toml`, or set one of its keys; every other line stays as its user wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from followthru.config.edit import rewritten
from followthru.config.values import Config
from followthru.domain.toml_text import loads
from followthru.errors import NotFoundError, RefusedError


def remove_calendar(path: Path, name: str) -> Config:
    """Take a calendar out and return the configuration without it. Raises NotFoundError, RefusedError, ConfigError."""
    return rewritten(path, lambda text, config: _without(text, path, "calendars", _index(config.calendars, name)))


def remove_account(path: Path, name: str) -> Config:
    """Take an account out. Returns and raises as `remove_calendar` does; UsageError while a calendar is on it."""
    return rewritten(path, lambda text, config: _without(text, path, "accounts", _index(config.accounts, name)))


def set_collection(path: Path, name: str, url: str) -> Config:
    """Name a calendar's collection by its address. Returns and raises as `remove_calendar` does."""

    def change(text: str, config: Config) -> str:
        import tomlkit

        document = cast("Any", tomlkit.parse(text))
        table = document["calendars"][_index(config.calendars, name)]
        table["collection"] = url
        if "create" in table:
            del table["create"]
        return tomlkit.dumps(document)

    return rewritten(path, change)


def set_theme(path: Path, name: str) -> Config:
    """Set the theme of the screen. Returns the configuration; raises UsageError for no theme, ConfigError."""

    def change(text: str, config: Config) -> str:
        import tomlkit

        document = cast("Any", tomlkit.parse(text))
        if "screen" not in document:
            # Behind the last table, where what was written before stays as it is.
            return f"{text.rstrip()}\n\n[screen]\ntheme = {tomlkit.item(name).as_string()}\n".lstrip()
        document["screen"]["theme"] = name
        return tomlkit.dumps(document)

    return rewritten(path, change)


def _index(tables: tuple[Any, ...], name: str) -> int:
    """Return which table of its section a name belongs to. Raises NotFoundError."""
    for index, one in enumerate(tables):
        if one.name == name:
            return index
    raise NotFoundError(f"The configuration has no {name}.", safe="Nothing was changed.")


def _without(text: str, path: Path, section: str, index: int) -> str:
    """Return a file's text without one table: from its heading to its last value.

    What stands after that, comments above the next table among it, belongs to what follows. Raises RefusedError for
    tables that are not written under headings of their own.
    """
    import tomllib

    lines = text.split("\n")
    first = last = 0
    seen: object = None
    for count in range(1, len(lines) + 1):
        try:
            tables = loads("\n".join(lines[:count]) + "\n").get(section, [])
        except tomllib.TOMLDecodeError:
            continue  # inside a value of several lines
        if len(tables) <= index or tables[index] == seen:
            continue
        first, last, seen = first or count, count, tables[index]
    if not first or lines[first - 1].partition("#")[0].strip().replace(" ", "") != f"[[{section}]]":
        raise RefusedError(
            f"This table of {path} is not under a heading [[{section}]] of its own.",
            safe="Nothing was changed.",
            remedy="Take it out by hand.",
        )
    kept = lines[: first - 1]
    while kept and not kept[-1].strip() and last < len(lines) and not lines[last].strip():
        kept.pop()  # the gap before it, where one follows as well
    return "\n".join([*kept, *lines[last:]])
