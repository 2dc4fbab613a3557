"""`add`: one line becomes a task."""

from __future__ import annotations

import sys

import click

from followthru.actions import tasks
from followthru.actions.context import Context, Outcome
from followthru.actions.known import known
from followthru.cli import answer, options
from followthru.cli.remarks import with_remarks
from followthru.cli.session import Session
from followthru.domain.asked import Asked
from followthru.domain.capture.model import Capture
from followthru.domain.capture.parser import parse
from followthru.errors import UsageError
from followthru.store import tasks as stored

EXAMPLE = "Renew malpractice cover by 15 jan to dana @oak-street #insurance ~5d"


@click.command("add", cls=options.Text)
@click.argument("words", nargs=-1, metavar="[LINE…]")
@click.option("--goal", metavar="GOAL", help="The goal of its practice that it serves.")
@options.as_json
@options.plain
@click.pass_obj
def add(session: Session, words: tuple[str, ...], goal: str | None) -> None:
    """Capture a task from one line, such as

    \b
    followthru add Renew malpractice cover by 15 jan to dana @oak-street ~5d

    Without words it asks for the line; from a pipe it reads one.
    """
    line = " ".join(words) if words else _asked()
    ctx = session.ctx
    found = parse(line, known(ctx, ctx.read))
    done = tasks.add(ctx, found, goal=goal)
    answer.outcome(session, with_remarks(session, done, _about(ctx, found, done)))


def _about(ctx: Context, found: Capture, done: Outcome) -> Asked:
    """Return what is asked about the date as it was stored: a rule for closed days may have moved it."""
    row = stored.one(ctx.read, done.task_ids[0]) if done.task_ids and found.promised_on else None
    on = None if row is None else row.promised_on
    named = (found.told, found.assignee, found.waiting_on)
    people = tuple(handle for handle in named if handle)
    asked = Asked(found.practice, found.kind, found.audience, on, found.buffer_days, found.starts_on)
    return asked._replace(people=people, counted_on=on)


def _asked() -> str:
    """Return a line typed on the terminal or read from standard input."""
    if sys.stdin.isatty():
        sys.stderr.write(f"What is to be done? For instance: {EXAMPLE}\n> ")
        sys.stderr.flush()
    line = sys.stdin.readline()
    if not line.strip():
        raise UsageError("No line was given.", safe="Nothing was stored.", remedy=f"For instance: add {EXAMPLE}")
    return line.rstrip("\n")
