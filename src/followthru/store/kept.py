"""Read every promise that was told: its tellings in order, and how its task ended."""

from __future__ import annotations

from datetime import date

from followthru.domain.kept import Promised, Told
from followthru.domain.task import Status
from followthru.store.store import Reader

_TOLD = (
    "SELECT g.task_id, p.handle, g.promised_on, g.told_on, g.id, g.buffer_days, g.calendar "
    "FROM telling g JOIN person p ON p.id = g.person_id WHERE g.retracted = 0 AND (?1 IS NULL OR g.task_id = ?1) "
    "AND (?2 IS NULL OR g.task_id IN (SELECT id FROM task WHERE practice_id = ?2)) ORDER BY g.task_id, g.told_on, g.id"
)
_TASKS = (
    "SELECT t.id, p.slug, t.status, t.done_on FROM task t LEFT JOIN practice p ON p.id = t.practice_id "
    "WHERE t.id IN (SELECT task_id FROM telling WHERE retracted = 0) AND (?1 IS NULL OR t.id = ?1) "
    "AND (?2 IS NULL OR t.practice_id = ?2)"
)
# What an update that arrived says of a task that was dropped.
_DROPS = (
    "SELECT json_extract(k.value, '$.id'), min(json_extract(u.facts, '$.on')) "
    "FROM \"update\" u JOIN delivery d ON d.update_id = u.id AND d.phase = 'accepted', "
    "json_each(u.facts, '$.known') k WHERE json_extract(k.value, '$.state') = 'dropped' GROUP BY 1"
)


def promised(read: Reader, task_id: int | None = None, *, practice_id: int | None = None) -> list[Promised]:
    """Return a case for every task that was told to somebody and not taken back, by task id.

    With an id only for that task, or for those of that practice.
    """
    tellings: dict[int, list[Told]] = {}
    buffers: dict[int, int] = {}
    days: dict[int, str | None] = {}
    for about, person, on, told_on, id, buffer, calendar in read.rows(_TOLD, task_id, practice_id):
        tellings.setdefault(about, []).append(Told(person, date.fromisoformat(on), date.fromisoformat(told_on), id))
        buffers.setdefault(about, buffer or 0)
        days.setdefault(about, calendar)
    drops = {int(id): date.fromisoformat(on) for id, on in read.rows(_DROPS)}
    return [
        Promised(
            id,
            practice,
            tuple(tellings[id]),
            buffers[id],
            None if status != Status.DONE or done is None else date.fromisoformat(done),
            status == Status.DROPPED,
            drops.get(id),
            days[id],
        )
        for id, practice, status, done in read.rows(_TASKS, task_id, practice_id)
    ]
