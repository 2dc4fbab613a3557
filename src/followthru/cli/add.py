"""`add`: one line becomes a task."""

from __future__ import annotations

import sys

import click

from followthru.actions import tasks
from followthru.actions.known import known
from followthru.cli import answer, options
from followthru.cli.remarks import with_remarks
from followthru.cli.session import Session
from followthru.domain.asked import Asked
from followthru.domain.capture.parser import parse
from followthru.errors import UsageError

EXAMPLE = "Renew malpractice cover by 15 jan to dana @oak-street #insurance ~5d"


@click.command("add", context_settings=options.LINE)
@click.argument("words", nargs=-1, metavar="[LINE…]")
@options.as_json
@options.plain
@click.pass_obj
def add(session: Session, words: tuple[str, ...]) -> None:
    """Capture a task from one line, such as

    \b
    followthru add Renew malpractice cover by 15 jan to dana @oak-street ~5d

    Without words it asks for the line; from a pipe it reads one.
    """
    line = " ".join(words) if words else _asked()
    ctx = session.ctx
    found = parse(line, known(ctx, ctx.read))
    done = tasks.add(ctx, found)
    asked = Asked(found.practice, found.kind, found.audience, found.promised_on, found.buffer_days)
    named = (found.told, found.assignee, found.waiting_on)
    asked = asked._replace(
        people=tuple(handle for handle in named if handle),
        since=found.starts_on,
        task_id=next(iter(done.task_ids), None),
    )
    answer.outcome(session, with_remarks(session, done, asked))


def _asked() -> str:
    """Return a line typed on the terminal or read from standard input."""
    if sys.stdin.isatty():
        sys.stderr.write(f"What is to be done? For instance: {EXAMPLE}\n> ")
        sys.stderr.flush()
    line = sys.stdin.readline()
    if not line.strip():
        raise UsageError("No line was given.", safe="Nothing was stored.", remedy=f"For instance: add {EXAMPLE}")
    return line.rstrip("\n")
