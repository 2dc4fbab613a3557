"""`wait` and `answered`: what others owe."""

from __future__ import annotations

from datetime import date, timedelta

import click

from followthru.actions import lookup, tasks
from followthru.actions.context import Outcome
from followthru.cli import answer, options
from followthru.cli.session import Session


@click.command("wait")
@click.argument("task", metavar="ID")
@click.option("--on", "person", metavar="PERSON", required=True, help="Whom it waits on.")
@click.option("--for", "what", metavar="TEXT", help="For what.")
@click.option("--by", metavar="DATE", help="When it is needed.")
@click.option("--follow-up", metavar="DATE", help="When to ask again.")
@options.as_json
@options.plain
@click.pass_obj
def wait(session: Session, task: str, person: str, what: str | None, by: str | None, follow_up: str | None) -> None:
    """Note that a task waits on somebody at its practice."""
    ctx = session.ctx
    row = lookup.task(ctx.read, task)
    today = ctx.today_for(ctx.read, row.practice_id)
    needed, again = (None if text is None else options.day(session, text, today) for text in (by, follow_up))
    done = tasks.wait(ctx, row.id, tasks.Waiting(person, what, needed, again))
    answer.outcome(session, _away(session, done, needed or again or today))


def _away(session: Session, done: Outcome, on: date) -> Outcome:
    """Return an outcome with a note where the person is away when it is needed."""
    from followthru.domain.absences import away_words
    from followthru.store import tasks as stored
    from followthru.store.absences import absences

    ctx = session.ctx
    row = stored.one(ctx.read, done.task_ids[0])
    if row is None or row.waiting_on is None:
        return done
    found = absences(ctx.read, on - timedelta(days=7))
    today = ctx.today_for(ctx.read, row.practice_id)
    return done._replace(notes=(*done.notes, *away_words(found, [row.waiting_on], on, today)))


@click.command("answered")
@click.argument("task", metavar="ID")
@click.argument("text", nargs=-1, required=True, metavar="TEXT")
@options.as_json
@options.plain
@click.pass_obj
def answered(session: Session, task: str, text: tuple[str, ...]) -> None:
    """Note what came back, and take the task up again."""
    row = lookup.task(session.ctx.read, task)
    answer.outcome(session, tasks.answered(session.ctx, row.id, " ".join(text)))
