"""What is still to be raised with somebody. Nobody but the PM reads it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class RaiseNote(NamedTuple):
    """Something to raise with a person at a practice. `raised_on` is the practice's day on which that was done.

    `task_id` is the task it belongs to, `task` its title.
    """

    id: int
    practice_id: int
    practice: str
    person_id: int
    person: str
    name: str
    words: str
    task_id: int | None
    task: str | None
    raised_on: date | None
    created_at: str
