"""Several captured lines at once, such as a list that was pasted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from followthru.actions import edits
from followthru.actions.context import Context, Outcome
from followthru.actions.tasks import made_of, untitled
from followthru.domain.saying import count_words

if TYPE_CHECKING:
    from followthru.domain.capture import Capture


def add_all(ctx: Context, lines: Sequence[Capture]) -> Outcome:
    """Store captured tasks as one step, in their order. Raises as `tasks.add` does, and then stores none."""
    for line in lines:
        if not line.title.strip():
            raise untitled(line)
    with ctx.acting() as tx:
        made = [made_of(ctx, tx, line) for line in lines]
        # A list of two hundred would fill the history with its titles.
        rest = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        words = f"Added {count_words(len(made), 'task')}: {lines[0].title}{rest}"
        action_id = edits.record(tx, "add", words, [change for one in made for change in one.changes])
    notes = dict.fromkeys(note for one in made for note in one.notes)
    return Outcome(action_id, tuple(one.task_id for one in made), words, tuple(notes))
