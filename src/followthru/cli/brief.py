"""`brief`: the day on one screen, as it is brought in the morning."""

from __future__ import annotations

import click

from followthru.actions import brief as actions
from followthru.cli import options, out, terminal
from followthru.cli.session import Session


@click.command("brief")
@options.as_json
@click.pass_obj
def brief(session: Session) -> None:
    """What needs you today, on one screen: late, promised, at risk, for today, follow-ups, updates to look at.

    With [me] morning_brief in config.toml the background process brings it at that hour.
    """
    found = actions.brief(session.ctx)
    if session.json:
        out.json(actions.as_json(found))
        return
    for line in actions.lines(found):
        out.data(terminal.clean(line))
