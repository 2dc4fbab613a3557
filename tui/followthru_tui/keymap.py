"""The user's own keys in the table of commands; what clashes is named by file and line. Pure but for `own`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from followthru.actions.registry import Command

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

Given = Sequence[tuple[str, tuple[str, ...]]]


class Own(NamedTuple):
    """What the user set for the screen: the theme, keys by command, and the line of the file for each."""

    theme: str
    keys: Given
    places: Mapping[str, str]


class Mapped(NamedTuple):
    """The commands with the user's keys, and what could not be used, a sentence each."""

    commands: tuple[Command, ...]
    problems: tuple[str, ...]


def own(desk: Desk) -> Own:
    """Return what the user set for the screen. Runs on the reader thread."""
    config = desk.config
    if not config.keys:
        return Own(config.screen.theme, (), {})
    from followthru.config.problems import lines_of

    file = desk.home.config
    where = {("keys", id) for id, _ in config.keys}
    lines = lines_of(file.read_text(encoding="utf-8"), where)
    return Own(config.screen.theme, config.keys, {str(at[1]): f"{file.name}:{line}" for at, line in lines.items()})


def mapped(commands: Sequence[Command], given: Given, places: Mapping[str, str]) -> Mapped:
    """Return the commands with the user's keys; an entry that is unknown or clashes is left out and named."""
    known = {command.id: command for command in commands}
    problems: list[str] = []
    wanted: dict[str, tuple[str, ...]] = {}
    for id, keys in given:
        if id in known:
            wanted[id] = tuple(_named(key) for key in keys)
        else:
            from followthru.domain.nearest import did_you_mean

            near = did_you_mean(id, [command.id for command in commands])
            problems.append(f"{places.get(id, 'config.toml')}: there is no command “{id}”. {near}".rstrip())
    while (clash := _clash(commands, wanted)) is not None:
        id, key, other = clash
        del wanted[id]
        words = f"{key} is the key of “{known[other].words}” already, so {id} keeps its own."
        problems.append(f"{places.get(id, 'config.toml')}: {words} Give {other} another one too.")
    found = tuple(c._replace(keys=wanted[c.id]) if c.id in wanted else c for c in commands)
    return Mapped(found, tuple(problems))


def _named(key: str) -> str:
    """Return a key by the name that commands know it by: a character, or Textual's name."""
    return key if len(key) == 1 else key.casefold().replace("^", "ctrl+").replace(" ", "")


def _clash(commands: Sequence[Command], wanted: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
    """Return an own entry, its key and the command that has it too on the same sort of line; None without one."""
    taken: dict[tuple[str, str], str] = {}
    # Defaults go first, so that the one that is named is the one that the user wrote.
    for command in sorted(commands, key=lambda one: one.id in wanted):
        for key in dict.fromkeys(wanted.get(command.id, command.keys)):
            other = taken.setdefault((command.on, key), command.id)
            if other != command.id:
                return (command.id, key, other)
    return None
