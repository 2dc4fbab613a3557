"""The last guard of told dates: whatever moves one writes down why, or that nobody said why.

The verbs ask for a reason long before; this holds for whoever forgets to ask.
"""

from __future__ import annotations

from followthru.domain.changes import Action
from followthru.errors import FollowthruError
from followthru.store.store import Reader

_HOLDERS = (
    "SELECT p.handle FROM telling g JOIN person p ON p.id = g.person_id "
    "WHERE g.task_id = ? AND g.promised_on = ? AND g.retracted = 0 AND NOT EXISTS (SELECT 1 FROM telling n "
    "WHERE n.task_id = g.task_id AND n.person_id = g.person_id AND n.retracted = 0 AND n.id > g.id) ORDER BY p.handle"
)


class UnguardedMoveError(FollowthruError):
    """A date that somebody was told was about to move without a reason, and without a note that one is missing."""

    def __init__(self, task_id: int, holders: list[str]) -> None:
        super().__init__(
            f"The promise of task {task_id} was about to move past {', '.join(holders)} without a word.",
            safe="Nothing was saved.",
            remedy="This is a fault of followthru's own: please report it.",
        )


def check_told_dates(read: Reader, action: Action) -> None:
    """Raise UnguardedMoveError if an action, already applied, moved a told date and says nothing about why."""
    given = {change.id for change in action.changes if change.field == "because" and change.after}
    for change in action.changes:
        if change.entity != "task" or change.field != "promised_on" or change.before is None:
            continue
        if action.because or change.id in given:
            continue
        holders = [str(handle) for (handle,) in read.rows(_HOLDERS, change.id, change.before)]
        if holders and not read.value("SELECT reason_missing FROM task WHERE id = ?", change.id):
            raise UnguardedMoveError(change.id, holders)
