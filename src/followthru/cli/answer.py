"""How commands about tasks answer: the sentence of what was done, then the tasks as they are now."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.actions.context import Outcome
from followthru.cli import out
from followthru.cli.drafted import say_drafted
from followthru.cli.seen import Seen, look_up
from followthru.cli.session import Session


def outcome(session: Session, done: Outcome, *, many: bool = False) -> None:
    """Say what was done and show its tasks. In JSON one task is an object, and with `many` all are an array."""
    say(done)
    say_drafted(session, done)
    seen = look_up(session.ctx, done.task_ids)
    if not session.json:
        lines(session, seen)
    elif many:
        out.json_array(one.json() for one in seen)
    else:
        out.json(seen[0].json() if seen else None)


def say(done: Outcome) -> None:
    """Say what was done, and what its user should know about it."""
    out.words(done.words, *(f"Note: {note.removesuffix('.')}." for note in done.notes))


def step(session: Session, done: Outcome) -> None:
    """Answer for a step that may concern anything: undo, redo, import."""
    say(done)
    say_drafted(session, done)
    seen = look_up(session.ctx, done.task_ids[:50])
    if session.json:
        tasks = [one.json() for one in seen]
        out.json({"action": done.action_id, "words": done.words, "notes": list(done.notes), "tasks": tasks})
    else:
        lines(session, seen)


def lines(session: Session, seen: Sequence[Seen]) -> None:
    """Write one line for each task."""
    from followthru.cli.table import task_lines

    for line in task_lines(seen, plain=session.plain):
        out.data(line)
