"""The reference pages of commands, fields and keys, made from the tables: `make pages`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from inspect import cleandoc

import click

from followthru.actions.registry import COMMANDS, Command, by_id
from followthru.cli.commands import SECTIONS, Entry, entries
from followthru.cli.describe_fields import fields_page
from followthru.cli.root import root
from followthru.errors import Exit

HOLDS = (
    "ID is a task's number, or the beginning of its uid. Numbers are never used twice.",
    "PERSON is a handle such as `dana`, an e-mail address, or the beginning of one that fits one person at "
    "the practice.",
    "SLUG is a practice's short name; its beginning is enough if it fits one practice only.",
    "DATE is anything that [the capture line](capture.md#dates) reads: `fri`, `15 jan`, `in 2 weeks`, `2027-01-15`.",
    "What you asked for goes to standard output, words about it to standard error.",
    "`--json` answers in JSON: commands that list print one array, commands about one thing print one object. "
    "Dates are\n  ISO (`2027-01-15`), absent values `null`, lists without entries `[]`.",
    "`--plain` prints one thing a line as `name: value` pairs, without columns.",
)
"""What holds for all commands, in Markdown."""

EXIT_CODES: Mapping[Exit, str] = {
    Exit.OK: "done",
    Exit.FAILED: "it failed",
    Exit.USAGE: "the words cannot be understood",
    Exit.NOT_FOUND: "a task, person, practice or other thing of that name does not exist",
    Exit.REFUSED: "refused by a guard, and nothing was changed: a told date without a reason, for instance",
    Exit.PARTLY: "partly done",
    Exit.INTERRUPTED: "interrupted",
}
"""What each exit code means."""

COMMANDS_HEAD = """# Commands

This page is made from the program's own tables. `followthru COMMAND --help` says the same at the prompt.

Without a command, `followthru` opens the terminal screen.

## What holds for all

{holds}

| exit code | means |
|---|---|
{codes}
"""

KEYS_HEAD = """# Keys

This page is made from the program's own table of commands. `?` shows the keys that can be had where you are, `:` finds
any command by its words. A key that cannot be had says why, and changes nothing.

| key | what it does | on the command line |
|---|---|---|
"""

KEYS_FOOT = """
A `^` is the Ctrl key. Every command has a plain character or Ctrl with a letter, so that nothing depends on what a
terminal, tmux or an SSH connection lets through.
"""

_KEY_WORDS = {
    "enter": "Enter", "escape": "Esc", "space": "Space", "backspace": "Backspace", "up": "↑", "down": "↓",
    "left": "←", "right": "→", "pageup": "Page up", "pagedown": "Page down", "home": "Home", "end": "End",
}  # fmt: skip


_SORTS = {
    "first run": "an empty list in a store without practices",
    "update": "an update",
    "register": "what expires",
    "duty": "a duty",
    "goal": "a goal",
    "hours": "logged time",
    "playbook": "a playbook",
    "run": "a run",
    "mail": "what came back by mail",
    "raise": "something to raise",
    "meeting": "a meeting",
    "decision": "a decision",
    "practice": "a practice",
}
"""The sorts of lines on which keys have a meaning of their own."""


def commands_page() -> str:
    """Return the reference of commands as Markdown."""
    codes = (f"| {code.value} | {means} |" for code, means in EXIT_CODES.items())
    head = COMMANDS_HEAD.format(holds="\n".join(f"- {one}" for one in HOLDS), codes="\n".join(codes))
    parts = [head]
    for heading, group in SECTIONS:
        parts.append(f"## {heading}\n")
        parts += [_command(entry) for entry in group if entry.where]
    return "\n".join(parts)


def keys_page() -> str:
    """Return the reference of keys as Markdown."""
    rows = [_key_row(command) for command in COMMANDS if command.keys]
    return KEYS_HEAD + "\n".join(rows) + "\n" + KEYS_FOOT


def command_of(name: str) -> click.Command:
    """Return the command that these words run. Raises KeyError."""
    found: click.Command = root
    ctx = click.Context(root)
    for word in name.split():
        below = found.get_command(ctx, word) if isinstance(found, click.Group) else None
        if below is None:
            raise KeyError(name)
        found = below
    return found


def _command(entry: Entry) -> str:
    command = command_of(entry.name)
    usage = by_id(entry.name).cli
    parts = [f"### {entry.name}\n", f"    followthru {usage}\n", _help(command)]
    if options := list(_options(command)):
        parts.append("\n".join(["| option | |", "|---|---|", *options, ""]))
    return "\n".join(parts)


def _help(command: click.Command) -> str:
    """Return a command's help as paragraphs; those that are laid out by hand stay so."""
    said = cleandoc(command.help or "").split("\n\n")
    return "\n".join(_laid_out(part) if part.startswith("\b") else f"{_joined(part)}\n" for part in said)


def _laid_out(part: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in part.removeprefix("\b").strip("\n").splitlines()) + "\n"


def _joined(part: str) -> str:
    return " ".join(part.split())


def _options(command: click.Command) -> Iterator[str]:
    for name, words in shown_options(command):
        yield f"| `{_cell(name)}` | {_cell(_joined(words))} |"


def shown_options(command: click.Command) -> Iterator[tuple[str, str]]:
    """Yield the options of a command that not every command has, each with its words."""
    ctx = click.Context(command)
    for param in command.params:
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None and record[0] not in ("--json", "--plain", "--help"):
            yield record


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _key_row(command: Command) -> str:
    keys = " ".join(_key(key) for key in command.keys)
    said = command.cli or command.twin
    twin = _cell(f"`followthru {said}`") if said else ""
    where = f" (on {_SORTS[command.on]})" if command.on else ""
    return f"| {keys} | {command.words}{where} | {twin} |"


def _key(key: str) -> str:
    words = _KEY_WORDS.get(key) or (f"^{key[5:]}" if key.startswith("ctrl+") else key)
    return _cell(f"`{words}`")


PAGES: Mapping[str, Callable[[], str]] = {"commands": commands_page, "fields": fields_page, "keys": keys_page}


def known() -> set[str]:
    """Return the names of all commands that can be run, groups left out."""
    return {name for name, entry in entries().items() if entry.where}
