"""`register fault`: what does not work, and the task that sees to it."""

from __future__ import annotations

import click

from followthru.actions import registers, repairs
from followthru.cli import answer, options
from followthru.cli.session import Session


@click.command("fault", cls=options.Text)
@click.argument("item", metavar="ID")
@click.argument("words", nargs=-1, required=True, metavar="TEXT…")
@click.option("--vendor", metavar="NAME", help="Who was told of it; the task waits on a person of the practice.")
@options.as_json
@options.plain
@click.pass_obj
def fault(session: Session, item: str, words: tuple[str, ...], vendor: str | None) -> None:
    """Note that something in a register does not work, and add the task that has it repaired.

    \b
    followthru register fault 4 Door does not lock --vendor "Acme Sterile"

    The task closes only with something to show, such as the invoice. `followthru register show 4` has the history.
    """
    found = registers.one(session.ctx.read, item)
    answer.outcome(session, repairs.report(session.ctx, found.id, " ".join(words), vendor).outcome)
