"""`start`, `done`, `reopen`, `drop` and `edit`: a task's life."""

from __future__ import annotations

from collections.abc import Callable

import click

from followthru.actions import lookup, tasks
from followthru.actions.context import Outcome
from followthru.cli import answer, options
from followthru.cli.session import Session
from followthru.errors import UsageError

_ids = click.argument("ids", nargs=-1, required=True, metavar="ID…")


def _all(session: Session, given: tuple[str, ...], verb: Callable[..., Outcome]) -> None:
    """Do one thing to all tasks named, as one step. Every name is looked up before anything is changed."""
    found = dict.fromkeys(lookup.task(session.ctx.read, one).id for one in given)
    answer.outcome(session, verb(session.ctx, *found), many=len(given) > 1)


@click.command("start")
@_ids
@options.as_json
@options.plain
@click.pass_obj
def start(session: Session, ids: tuple[str, ...]) -> None:
    """Begin work on tasks."""
    _all(session, ids, tasks.start)


@click.command("done")
@_ids
@click.option("--evidence", multiple=True, metavar="TEXT", help="What shows it: a note, an address or a file.")
@click.option("--dated", metavar="DATE", help="Of which day the evidence is; today if it is left out.")
@options.as_json
@options.plain
@click.pass_obj
def done(session: Session, ids: tuple[str, ...], evidence: tuple[str, ...], dated: str | None) -> None:
    """Close tasks as done today, in their practice's zone. Some close only with something to show."""
    if not evidence and dated is None:
        _all(session, ids, tasks.done)
        return
    from functools import partial

    from followthru.cli.evidence import shown

    _all(session, ids, partial(tasks.done, shown=shown(session, evidence, dated)))


@click.command("reopen")
@_ids
@options.as_json
@options.plain
@click.pass_obj
def reopen(session: Session, ids: tuple[str, ...]) -> None:
    """Open closed tasks again."""
    _all(session, ids, tasks.reopen)


@click.command("drop")
@_ids
@options.as_json
@options.plain
@click.pass_obj
def drop(session: Session, ids: tuple[str, ...]) -> None:
    """Close tasks as not to be done."""
    _all(session, ids, tasks.drop)


@click.command("edit", cls=options.Line)
@click.argument("given", nargs=-1, required=True, metavar="ID… field=value…")
@click.option("--because", metavar="TEXT", help="Why a promise moves. Those who were told the old date will read it.")
@options.as_json
@options.plain
@click.pass_obj
def edit(session: Session, given: tuple[str, ...], because: str | None) -> None:
    """Change fields of one task, or of several as one step. An empty value clears a field.

    \b
    followthru edit 12 13 14 tags=+insurance priority=high
    followthru edit 12 title="Renew cover" practice=oak-street area=operations
    followthru edit 12 tags=+insurance,-billing needs=+7 checklist="call; sign; file"
    """
    from followthru.actions.edit import edit_all

    first = next((at for at, word in enumerate(given) if "=" in word), len(given))
    ids, values = given[:first], given[first:]
    if not ids or not values:
        raise UsageError(
            "A task and what is to change are needed.",
            safe="Nothing was changed.",
            remedy="followthru edit 12 title=Renew",
        )
    rows = [lookup.task(session.ctx.read, one) for one in ids]
    done = edit_all(session.ctx, [row.id for row in rows], options.fields(values), because=because)
    answer.outcome(session, done, many=len(rows) > 1)


@click.command("split", cls=options.Text)
@click.argument("task", metavar="ID")
@click.argument("titles", nargs=-1, required=True, metavar="TITLE…")
@options.as_json
@options.plain
@click.pass_obj
def split(session: Session, task: str, titles: tuple[str, ...]) -> None:
    """Cut a task into parts: a subtask for each title, in its practice and seen by whoever sees it.

    \b
    followthru split 12 "Get the quote" "Sign it" "Send the copy"
    """
    from followthru.actions.splitting import split as cut

    answer.outcome(session, cut(session.ctx, lookup.task(session.ctx.read, task).id, titles), many=True)
