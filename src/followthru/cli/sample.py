"""`sample`: made-up practices to try things out with, put in and taken out again."""

from __future__ import annotations

import click

from followthru.actions import sample as actions
from followthru.actions.context import Outcome
from followthru.cli import options, out
from followthru.cli.session import Session


@click.command("add")
@options.as_json
@click.pass_obj
def add(session: Session) -> None:
    """Put two made-up practices with a quarter's work into a store without practices, as one step.

    There is no patient and no real person in it. Nothing of it is ever sent, drafted by itself or shown on a calendar.
    """
    _answer(session, actions.add(session.ctx))


@click.command("remove")
@options.as_json
@click.pass_obj
def remove(session: Session) -> None:
    """Take the sample data out again, as one step that `undo` takes back. What you made yourself stays."""
    _answer(session, actions.remove(session.ctx))


def _answer(session: Session, outcome: Outcome) -> None:
    if session.json:
        found = actions.found(session.ctx.read)
        out.json(
            {
                "practices": [] if found is None else list(found.practices),
                "tasks": 0 if found is None else found.tasks,
                "people": 0 if found is None else found.people,
                "words": outcome.words,
            }
        )
        return
    out.words(f"{outcome.words}.", *outcome.notes)
