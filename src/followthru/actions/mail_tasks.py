"""A mail that was moved into the folder of tasks: an inbox task with its subject, and a link back to it."""

from __future__ import annotations

from urllib.parse import quote

from followthru.actions import edits
from followthru.actions.context import Context
from followthru.domain.changes import Action, Actor, create
from followthru.domain.saying import day_words
from followthru.domain.task import Status
from followthru.store import incoming, journal
from followthru.updates.incoming.headers import Said
from followthru.updates.incoming.sorts import subject_words

UNTITLED = "A mail without a subject"


def take(ctx: Context, message_id: str, said: Said, *, linked: str | None) -> int | None:
    """Make a mail an inbox task, once for ever; return the task, None where it was made one before.

    The step is the daemon's, so undo passes over it: it is about what the PM does here, and taking back the newest
    of that must not take away a task that came in meanwhile and would never come again. `drop` is the way.
    """
    with ctx.acting() as tx:
        if incoming.task_of(tx, message_id) is not None:
            return None
        task_id = tx.new_id("task")
        title = subject_words(said.subject) or UNTITLED
        values = edits.new_task(tx, {"title": title, "status": str(Status.INBOX), "notes": _note(said, linked)})
        words = f"Took {task_id} from a mail: {title}"
        journal.apply(tx, Action("add", words, (create("task", task_id, values),), Actor.DAEMON))
        incoming.note_task(tx, message_id, task_id)
    return task_id


def _note(said: Said, linked: str | None) -> str:
    """Return who wrote when and where the mail is (RFC 2392 says mid, mail programs message)."""
    name, address = said.sender
    who = f"{name} <{address}>" if name and address else address or "an unreadable sender"
    when = f", {day_words(said.at.date())}" if said.at else ""
    link = f"\nmessage:{quote(linked, safe='')}" if linked else ""
    return f"Mail from {who}{when}{link}"
