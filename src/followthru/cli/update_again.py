"""`update redraft` and `update correct`: what was written before, and is no longer so."""

from __future__ import annotations

import click

from followthru.actions.update_rows import find
from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.cli.updates import shown

_id = click.argument("update", metavar="ID")


@click.command("redraft")
@_id
@click.option("--fresh", is_flag=True, help="Leave none of your words in it.")
@click.option("--print", "print_", is_flag=True, help="Only print your words from before it was written anew.")
@options.as_json
@click.pass_obj
def redraft(session: Session, update: str, fresh: bool, print_: bool) -> None:
    """Write an update anew from what is so now, around your words.

    What has to give way is named, and your whole text is kept: --print prints it, `update edit` shows it to copy from.
    """
    from followthru.actions.redraft import former
    from followthru.actions.redraft import redraft as write_anew

    row = find(session.ctx.read, update)
    if print_:
        out.data(former(row).rstrip())
        return
    done = write_anew(session.ctx, row.id, fresh=fresh)
    out.words(f"{done.words}.", *(f"Look at: {note}" for note in done.notes))
    shown(session, find(session.ctx.read, row.id))


@click.command("correct")
@_id
@click.option("--because", metavar="TEXT", help="How it came about; the client reads this.")
@options.as_json
@click.pass_obj
def correct(session: Session, update: str, because: str | None) -> None:
    """Draft a correction of an update that has left, to the same person and in the same thread.

    It says what you wrote and what holds instead, from facts. It waits for you like any draft.
    """
    from followthru.actions.correct import correct as draft_correction

    done = draft_correction(session.ctx, find(session.ctx.read, update).id, because)
    out.words(f"{done.words}.", *(f"Look at: {note}" for note in done.notes))
    shown(session, find(session.ctx.read, done.update_id))
