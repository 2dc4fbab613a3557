"""Options that many commands share, and how a command's words become values."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import takewhile
from typing import Any

import click

from followthru.cli.session import Session

Decorated = Callable[..., Any]
_OPTION = re.compile(r"--[a-z][a-z-]*")


class Line(click.Command):
    """A command whose words are a line: `-insurance` or `-20` belong to it and are no options.

    Two dashes are an option all the same, so that a slip such as `--jsno` is no word of a filter that nothing fits.
    Behind a `--` all is words.
    """

    ignore_unknown_options = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read a command line. Raises click.NoSuchOption for an option that there is not."""
        if not ctx.resilient_parsing:
            for word in self._unknown(ctx, args):
                if self.refuses(ctx, word):
                    raise click.NoSuchOption(word, ctx=ctx)
        return super().parse_args(ctx, args)

    def refuses(self, ctx: click.Context, word: str) -> bool:
        """Whether a word that looks like an option and is none is refused."""
        return True

    def _unknown(self, ctx: click.Context, args: Sequence[str]) -> Iterator[str]:
        """Yield what looks like an option and is none; what stands behind an option that takes a word is its own."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        valued = {name for one in options if not one.is_flag for name in one.opts}
        known = {name for one in options for name in (*one.opts, *one.secondary_opts)}
        before = ""
        for word in takewhile(lambda word: word != "--", args):
            name = word.partition("=")[0]
            if _OPTION.fullmatch(name) and name not in known and before not in valued:
                yield name
            before = word


class Text(Line):
    """A line that is kept as it is: of words with two dashes only those are refused that resemble an option."""

    def refuses(self, ctx: click.Context, word: str) -> bool:
        """Whether an option of this command may have been meant."""
        return bool(near_option(ctx, word))


def near_option(ctx: click.Context, word: str) -> str:
    """Return the option of a command that a word most resembles; empty if it resembles none."""
    from followthru.domain.nearest import nearest

    known = [name for one in ctx.command.get_params(ctx) for name in (*one.opts, *one.secondary_opts)]
    near = nearest(word.lstrip("-"), [name[2:] for name in known if name.startswith("--")])
    return f"--{near}" if near else ""


class Number(click.IntRange):
    """A whole number within bounds. Help names the bounds no more than other rules; who passes them is told."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what stands for it in help."""
        return "N"

    def _describe_range(self) -> str:
        return ""


def _set_json(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    ctx.ensure_object(Session).json = wanted


def _set_plain(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        ctx.ensure_object(Session).plain = True


def as_json(command: Decorated) -> Decorated:
    """Give a command `--json`."""
    return click.option(
        "--json", is_flag=True, expose_value=False, callback=_set_json, help="Answer in JSON, for programs."
    )(command)


def plain(command: Decorated) -> Decorated:
    """Give a command `--plain`."""
    return click.option(
        "--plain", is_flag=True, expose_value=False, callback=_set_plain, help="One thing a line, without columns."
    )(command)


def limit(command: Decorated) -> Decorated:
    """Give a command `--limit N`; more than the store can count is all there is."""
    return click.option(
        "--limit", type=Number(1), callback=_countable, default=50, show_default=True, help="How many at most."
    )(command)


def _countable(_: click.Context, __: click.Parameter, wanted: int) -> int:
    return min(wanted, sys.maxsize)


def fields(words: tuple[str, ...]) -> dict[str, str]:
    """Read words of the form `field=value`. Raises click.UsageError for any other and for a field given twice."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise click.UsageError(f"“{word}” is not field=value.")
        if name in found:
            raise click.UsageError(f"{name} is given twice.")
        found[name] = value
    return found


def day(session: Session, text: str, today: date) -> date:
    """Read one date word. Raises UsageError."""
    from followthru.domain.dateword import read_date

    return read_date(text, today, session.ctx.order).on


def span(session: Session, words: Sequence[str], today: date) -> tuple[date, date]:
    """Read `FROM..UNTIL`, or one day, in date words. Raises UsageError."""
    first, dots, last = " ".join(words).partition("..")
    from_ = day(session, first, today)
    # `21 dec..3 jan` ends on the first third of January from then on.
    return from_, day(session, last, from_) if dots else from_


def days(session: Session, words: Sequence[str], today: date) -> list[date]:
    """Read several dates that stand one after another, each of one word or more. Raises UsageError."""
    from followthru.domain.dateword import match_date

    found: list[date] = []
    at = 0
    while at < len(words):
        here = match_date(words, at, today, session.ctx.order, clock=False)
        if here is None or here.on is None:
            found.append(day(session, words[at] if here is None else " ".join(words[at : here.stop]), today))
            break
        found.append(here.on)
        at = here.stop
    return found
