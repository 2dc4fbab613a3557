"""Read duties: the tasks that come back, each by its newest occurrence."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from followthru.domain.repeats import CatchUp
from followthru.domain.task import Status
from followthru.store.days import day_of
from followthru.store.store import Reader


class DutyRow(NamedTuple):
    """One duty: its newest occurrence. `on` is the date that its rule means, `leads_on` the date that it has.

    Where its work is a playbook, `run_id` is the run of this occurrence, and `leads_on` its anchor.
    """

    id: int
    title: str
    practice_id: int | None
    practice: str | None
    kind: str | None
    rule: str
    on: date | None
    leads_on: date | None
    starts_on: date | None
    catch_up: CatchUp
    paused: bool
    status: Status
    run_id: int | None = None
    playbook: str | None = None


_LEADS = "coalesce(r.anchor_on, t.promised_on, t.deadline_on, t.target_on)"
_SQL = (
    f"SELECT t.id, t.title, t.practice_id, p.slug, t.kind, t.repeats, coalesce(t.occurs_on, {_LEADS}), {_LEADS}, "
    "t.starts_on, t.catch_up, t.duty_paused, t.status, r.id, r.playbook "
    "FROM task t LEFT JOIN practice p ON p.id = t.practice_id LEFT JOIN run r ON r.id = t.run_id AND t.step IS NULL "
    "WHERE t.repeats IS NOT NULL AND t.status <> 'dropped' AND (t.status <> 'done' OR t.duty_paused = 1) "
    "AND NOT EXISTS (SELECT 1 FROM task n WHERE n.previous_id = t.id) AND (?1 IS NULL OR t.practice_id = ?1) "
    f"ORDER BY {_LEADS} IS NULL, {_LEADS}, t.id"
)


def duties(read: Reader, practice_id: int | None = None) -> list[DutyRow]:
    """Return all that comes back and is not ended, by date; paused ones too, even when their last one is done."""
    return [
        DutyRow(
            id, title, practice_id, slug, kind, rule, day_of(on), day_of(leads), day_of(starts),
            CatchUp(catch_up or CatchUp.SKIP), bool(paused), Status(status), *run,
        )
        for id, title, practice_id, slug, kind, rule, on, leads, starts, catch_up, paused, status, *run in read.rows(
            _SQL, practice_id
        )
    ]  # fmt: skip
