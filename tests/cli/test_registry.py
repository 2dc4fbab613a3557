"""The registry of commands and the command line say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from followthru.actions.registry import COMMANDS
from followthru.cli.commands import entries
from followthru.cli.root import root


def commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield f"{prefix}{name}", command
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


TWINS = {command.id: command.cli for command in COMMANDS if command.cli}
KNOWN = dict(commands(root))


def test_every_command_stands_in_the_registry() -> None:
    assert set(KNOWN) == set(TWINS)


def test_every_entry_has_the_name_of_its_command() -> None:
    assert {name for name, entry in entries().items() if entry.where} <= set(KNOWN) | {n.split()[0] for n in KNOWN}


@pytest.mark.parametrize("id", sorted(KNOWN))
def test_the_twin_is_how_the_command_is_used(id: str) -> None:
    usage = TWINS[id]
    assert usage is not None
    command = KNOWN[id]
    arguments = [
        param.make_metavar(click.Context(command)) for param in command.params if param.param_type_name == "argument"
    ]
    options = {name for param in command.params if param.param_type_name == "option" for name in param.opts}
    words = re.sub(r" \[?--.*", "", usage)
    assert words == " ".join((id, *arguments))
    assert set(re.findall(r"--[a-z-]+", usage)) <= options
    required = {param.opts[0] for param in command.params if param.param_type_name == "option" and param.required}
    assert required <= set(re.findall(r"(?<!\[)--[a-z-]+", usage))


def test_every_option_says_what_it_is() -> None:
    every = [
        (id, param) for id, command in KNOWN.items() for param in command.params if isinstance(param, click.Option)
    ]
    assert [(id, param.opts) for id, param in every if not (param.help and param.help[0].isupper())] == []


def test_every_command_answers_in_json_except_those_that_run() -> None:
    without = {id for id, command in KNOWN.items() if "--json" not in {o for p in command.params for o in p.opts}}
    assert without <= {"daemon run", "daemon stop", "daemon install", "daemon uninstall", "daemon logs", "demo"}
