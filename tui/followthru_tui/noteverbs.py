"""Notes in a file while they are written, so that no crash costs them; and what a task could need.

Every function runs on the reader thread and may raise FollowthruError.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from followthru_tui import verbs
from followthru_tui.feed import Said

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.domain.task import TaskRow

_MOST = 500
_MEANWHILE = "\n\n--- written elsewhere meanwhile ---\n"


class Laid(NamedTuple):
    """A file of notes to be edited, what was stored when it was laid out, and whether it holds an edit from before."""

    file: Path
    stored: str
    left_over: bool


def lay_out(desk: Desk, id: int) -> Laid:
    """Put a task's notes into a file that only the user can read; one that was left from before stays as it is."""
    from followthru.store import tasks

    desk.home.prepare()
    file = desk.home.run / f"notes-{id}.md"
    stored = tasks.notes(desk.ctx.read, id) or ""
    left_over = file.exists() and file.read_text(encoding="utf-8", errors="replace").strip() != stored.strip()
    if not left_over:
        file.touch(mode=0o600)
        # Whole lines: what an editor or `echo >>` puts behind the last one stands on one of its own.
        file.write_text(f"{stored}\n" if stored else "", encoding="utf-8")
    return Laid(file, stored, left_over)


def take_over(desk: Desk, id: int, laid: Laid) -> Said:
    """Store what is in the file and remove it; what was written elsewhere meanwhile is kept below it."""
    from followthru.store import tasks

    text = laid.file.read_text(encoding="utf-8", errors="replace").strip()
    now = (tasks.notes(desk.ctx.read, id) or "").strip()
    if now not in (laid.stored.strip(), text):
        text = f"{text}{_MEANWHILE}{now}"
    said = Said("The notes are as they were.", None, changed=False)
    if text != now:
        said = verbs.edit(desk, [id], {"notes": text})
    laid.file.unlink(missing_ok=True)
    return said


def others(desk: Desk, row: TaskRow) -> list[tuple[int, str, bool]]:
    """Return the open tasks of a task's practice by id and title, with whether it needs each; those it needs first."""
    from followthru.store import tasks

    read = desk.ctx.read
    needed = tasks.needs(read, row.id)
    here = tasks.Query("closed = 0 AND practice_id IS ? AND id <> ?", (row.practice_id, row.id))
    rows = [*tasks.by_ids(read, needed), *tasks.rows(read, here, limit=_MOST)]
    return [(one.id, one.title, one.id in needed) for one in {one.id: one for one in rows}.values()]
