"""`person pause`, `person resume`: updates to one person, for a while."""

from __future__ import annotations

import click

from followthru.cli import options
from followthru.cli.named import only_practice
from followthru.cli.people import answer
from followthru.cli.session import Session

_person = click.argument("person", metavar="PERSON")
_practice = click.option(
    "--practice", metavar="SLUG", help="At which of their practices; needed when they have several."
)


@click.command("pause")
@_person
@_practice
@click.option("--until", metavar="DATE", help="The day from which they hear again; without it, until `person resume`.")
@options.as_json
@click.pass_obj
def pause(session: Session, person: str, practice: str | None, until: str | None) -> None:
    """Send somebody no updates for a while; the first one after it says what they missed.

    \b
    followthru person pause dana --until 2027-01-04

    Heads-ups before a date breaks are drafted for you all the same. Somebody who is away is noted with `person away`.
    """
    from followthru.actions import lookup, pausing

    ctx = session.ctx
    at = lookup.practice(ctx.read, practice or only_practice(session, person))
    day = None if until is None else options.day(session, until, ctx.today(at))
    answer(session, *pausing.pause(ctx, at.slug, person, day))


@click.command("resume")
@_person
@_practice
@options.as_json
@click.pass_obj
def resume(session: Session, person: str, practice: str | None) -> None:
    """Let updates to somebody go on; the next one says what they missed."""
    from followthru.actions import pausing

    answer(session, *pausing.resume(session.ctx, practice or only_practice(session, person), person))
