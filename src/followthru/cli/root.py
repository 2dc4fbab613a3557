"""The command `followthru`: finds a command by the table and loads it when it is run, not before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from followthru.cli.commands import SECTIONS, Entry, entries
from followthru.cli.session import Session

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class TableGroup(click.Group):
    """A group whose commands stand in the table of commands, under its own name."""

    def __init__(self, prefix: str = "", otherwise: str = "", bare: str = "", **attributes: object) -> None:
        super().__init__(**attributes)  # type: ignore[arg-type]
        self._prefix = prefix
        self._otherwise = otherwise
        self._bare = bare

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take a group without a word, or with options alone, for the command that is meant then.

        Behind Tab nothing is meant yet.
        """
        if (
            self._bare
            and not ctx.resilient_parsing
            and (not args or (args[0].startswith("-") and args[0] not in self.get_help_option_names(ctx)))
        ):
            args = [self._bare, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the group's commands in the order of the table."""
        return [name for name in self._names() if " " not in name]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading its module; None if there is none of this name."""
        entry = self._names().get(cmd_name)
        found = None if entry is None else load(entry)
        if found is not None and ctx.resilient_parsing:
            from followthru.cli.completing import teach

            teach(found)
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what may stand next, from the table alone."""
        from click.shell_completion import CompletionItem

        known = [(name, entry.words) for name, entry in self._names().items() if " " not in name]
        mine = [CompletionItem(name, help=words) for name, words in known if name.startswith(incomplete)]
        return [*mine, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names. Raises click.UsageError naming the nearest."""
        if ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        if self._otherwise and args[0] not in self._names():
            args = [self._otherwise, *args]
        if self.get_command(ctx, args[0]) is None:
            from followthru.domain.nearest import did_you_mean

            near = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"There is no command “{args[0]}”. {near}".rstrip(), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section, from the table alone."""
        known = self._names()
        for heading, group in SECTIONS:
            rows = [(name, entry.words) for name, entry in known.items() if entry in group and " " not in name]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def _names(self) -> dict[str, Entry]:
        """Return the entries below this group by what is left of their names."""
        start = f"{self._prefix} " if self._prefix else ""
        return {name[len(start) :]: entry for name, entry in entries().items() if name.startswith(start)}


def load(entry: Entry) -> click.Command:
    """Return the command of an entry; one without a place is a group of other entries."""
    if not entry.where:
        attributes = {"name": entry.name, "help": entry.words, "no_args_is_help": True}
        return TableGroup(entry.name, entry.otherwise, entry.bare, **attributes)
    module, _, attribute = entry.where.partition(":")
    command: click.Command = getattr(import_module(f"followthru.cli.{module}"), attribute)
    return command


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from followthru import __version__
        from followthru.cli import out

        out.data(f"followthru {__version__}")
        ctx.exit()


HELP = """Promises, wiggle room and follow-through for practice managers. Without a command: the terminal screen.

To begin: practice add, person add, then add. To try things out on made-up practices first: sample add."""


@click.group("followthru", cls=TableGroup, help=HELP, invoke_without_command=True)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Say the version.")
@click.pass_context
def root(ctx: click.Context) -> int | None:
    """Open the terminal screen when no command is named."""
    if ctx.invoked_subcommand is not None:
        return None
    session: Session = ctx.obj
    return session.fronts.tui(session.home)
