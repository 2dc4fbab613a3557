"""What is said of a command line that cannot be read: the word that is wrong, and what would be right."""

from __future__ import annotations

from typing import Any, cast

import click
from click.exceptions import MissingParameter, NoSuchOption

from followthru.cli.options import near_option

EXTRA = "Got unexpected extra argument"
"""How click begins to say that there are words too many; they stand behind it in brackets."""


def words(error: click.ClickException) -> list[str]:
    """Return the words for a command line that click cannot read."""
    told = [_said(error)]
    if isinstance(error, click.UsageError) and error.ctx is not None:
        # click puts a group's own argument into the path: `sync [ACCOUNT] status`.
        path = " ".join(word for word in error.ctx.command_path.split() if not word.startswith("["))
        told.append(f"`{path} --help` shows how it is used.")
    return told


def _said(error: click.ClickException) -> str:
    match error:
        case NoSuchOption():
            near = "" if error.ctx is None else near_option(error.ctx, error.option_name)
            return f"There is no option {error.option_name}.{f' Did you mean {near}?' if near else ''}"
        case MissingParameter(param=click.Parameter() as param):
            takes = _takes(param.type)
            return f"{_name(param, error.ctx)} is missing{f': {takes}' if takes else ''}."
        case click.BadOptionUsage(message=said):
            return f"{error.option_name} {'needs a word behind it' if 'requires' in said else 'stands alone'}."
        case click.BadParameter(param=click.Parameter() as param) if takes := _takes(param.type):
            return f"{_name(param, error.ctx)} takes {takes}." if isinstance(param, click.Option) else f"Say {takes}."
        case click.UsageError(message=said) if said.startswith(EXTRA):
            more = said.partition("(")[2].rstrip(")")
            return f"“{more}” is more than is read here. Words that belong together stand in quotes."
        case _:
            return error.format_message()


def _name(param: click.Parameter, ctx: click.Context | None) -> str:
    """Return an option as it is typed, or what stands for an argument in the help."""
    if isinstance(param, click.Option) or ctx is None:
        return param.opts[-1]
    return param.make_metavar(ctx)


def _takes(kind: click.ParamType[Any, Any]) -> str:
    """Return which words a kind of option takes; empty where that has no short words."""
    match kind:
        case click.Choice():
            *others, last = map(str, cast("click.Choice[object]", kind).choices)
            return f"{', '.join(others)} or {last}" if others else last
        case click.IntRange(min=int() as least, max=None):
            return f"a whole number, {least} or more"
        case click.IntRange(min=least, max=most):
            return f"a whole number from {least} to {most}"
        case click.types.IntParamType():
            return "a whole number"
        case _:
            return ""
