"""`undo`, `redo` and `history`."""

from __future__ import annotations

import click

from followthru.actions import history as actions
from followthru.actions import lookup
from followthru.cli import answer, options, out, terminal
from followthru.cli.session import Session
from followthru.store import journal
from followthru.store.journal import Entry


@click.command("undo")
@options.as_json
@options.plain
@click.pass_obj
def undo(session: Session) -> None:
    """Take back the last step, by you or by a calendar."""
    answer.step(session, actions.undo(session.ctx))


@click.command("redo")
@options.as_json
@options.plain
@click.pass_obj
def redo(session: Session) -> None:
    """Do again what was undone last, as long as nothing else was done since."""
    answer.step(session, actions.redo(session.ctx))


@click.command("history")
@click.argument("task", metavar="[ID]", required=False)
@options.limit
@options.as_json
@click.pass_obj
def history(session: Session, task: str | None, limit: int) -> None:
    """What was done, newest first: everything, or what concerns one task."""
    read = session.ctx.read
    task_id = None if task is None else lookup.task(read, task).id
    found = journal.recent(read, limit, task_id=task_id)
    if session.json:
        out.json_array(_json(entry) for entry in found)
        return
    rows = [(str(one.id), _when(one.at, session.ctx.zone), one.actor, _words(one)) for one in found]
    out.table(rows, stretch=3)


def _json(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": entry.at,
        "actor": entry.actor,
        "verb": entry.verb,
        "words": entry.words,
        "because": entry.because,
        "undone": entry.undone,
        "reverses": entry.reverses_id,
    }


def _words(entry: Entry) -> str:
    because = f" (because: {entry.because})" if entry.because else ""
    return terminal.clean(f"{entry.words}{because}{' (undone)' if entry.undone else ''}")


def _when(at: str, zone_name: str) -> str:
    """Return an instant as the PM's own wall clock shows it."""
    from datetime import datetime

    from followthru.domain.clock import zone

    return datetime.fromisoformat(at).astimezone(zone(zone_name)).strftime("%Y-%m-%d %H:%M")
