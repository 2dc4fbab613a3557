"""What one reader at one practice may see now: the allow-list from which every update is written.

A `ReaderTask` is built here and nowhere else, from the fields in `SOURCES`. Whatever is not named there
(notes, targets, tags, priorities, private titles) cannot reach a mail, because nothing later in the road
ever holds a task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from followthru.domain.audience import AUDIENCE_ROLES
from followthru.domain.decisions import Decision
from followthru.domain.people import Member, Practice
from followthru.domain.task import Audience, Status, TaskRow, Telling
from followthru.updates.decided import ReaderDecision
from followthru.updates.decided import decided as decided_for
from followthru.updates.results import GoalFacts, ReaderGoal, goals_for
from followthru.updates.words import clean

# The field of `domain.fields` behind each field of a ReaderTask. `title` is the one that a reader is not
# meant to see: it stands in for a public title that was never given, and that holds the update (`public`).
SOURCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": (),
        "uid": (),
        "words": ("task.public_title", "task.title"),
        "public": (),
        "standing": ("task.status",),
        "promised_on": ("task.promised_on",),
        "promised_time": ("task.promised_time",),
        "last_told": ("telling.promised_on",),
        "because": ("task.because",),
        "may_slip": (),
        "overdue": (),
        "needs": ("task.waiting_for",),
        "needs_by": ("task.waiting_by",),
        "asked": (),
        "assigned": (),
        "done_on": ("task.done_on",),
    }
)
_NO_AUDIENCES: Mapping[str, Audience] = MappingProxyType({})
ANSWER = "your answer"


class Standing(StrEnum):
    """Where a task stands for a reader."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class TaskFacts(NamedTuple):
    """One task as the store hands it over.

    `about` holds handles of persons the task is about. `written_for` gives, for `because`, `waiting_for`
    and `status`, the task's audience when that value was written, where it is known to differ from today's. `asked`
    is what a mail of its own asked the reader for last, and by when. Closed tasks need to be handed over only for as
    long as their ending may be news.
    """

    row: TaskRow
    tellings: tuple[Telling, ...] = ()
    about: frozenset[str] = frozenset()
    written_for: Mapping[str, Audience] = _NO_AUDIENCES
    asked: Asked | None = None


class Asked(NamedTuple):
    """What a reader was asked for, in their words, and by when."""

    need: str
    by: date | None


class Told(NamedTuple):
    """The date a reader was last told, and the instant (UTC ISO text with `Z`)."""

    promised_on: date
    at: str


class ReaderTask(NamedTuple):
    """One task in a reader's words. `id` and `uid` identify it and are never written to a reader.

    `public` is false where the PM's own title stands in. `because` is None where no reason for the latest
    move may be given. `needs` is what the PM waits for from this very reader, `asked` whether a mail of its own has
    asked just this already; `assigned` is whether the task is theirs to do.
    """

    id: int
    uid: str
    words: str
    public: bool
    standing: Standing
    promised_on: date | None
    promised_time: str | None
    last_told: Told | None
    because: str | None
    may_slip: bool
    overdue: bool
    needs: str | None
    needs_by: date | None
    asked: bool
    assigned: bool
    done_on: date | None


class ReaderView(NamedTuple):
    """Everything that one reader at one practice may see on one day of that practice."""

    practice: str
    reader: str
    zone: str
    practice_zone: str
    today: date
    tasks: tuple[ReaderTask, ...]
    goals: tuple[ReaderGoal, ...] = ()
    decisions: tuple[ReaderDecision, ...] = ()


def may_see(task: TaskFacts, reader: Member, audience: Audience | None = None) -> bool:
    """Return whether the reader may see the task now, or would under another audience.

    Nobody sees `me`. Whoever was told sees it; whom it is about sees it only then. Whoever is assigned or
    waited on sees it; otherwise the audience and the role decide. Another practice's reader never does.
    """
    row = task.row
    audience = audience or row.audience
    if row.practice_id != reader.practice_id or audience == Audience.ME:
        return False
    if last_told(task, reader) is not None:
        return True
    if reader.handle in task.about:
        return False
    return reader.handle in {row.assignee, row.waiting_on} or reader.role in AUDIENCE_ROLES[audience]


def last_told(task: TaskFacts, reader: Member) -> Told | None:
    """Return the newest telling to the reader that was not retracted."""
    heard = told_to(task, reader)
    return Told(heard[-1].promised_on, heard[-1].told_at) if heard else None


def told_to(task: TaskFacts, reader: Member) -> list[Telling]:
    """Return the tellings to the reader that were not retracted, the newest last."""
    heard = [
        telling
        for telling in task.tellings
        if telling.person_id == reader.person_id and telling.task_id == task.row.id and not telling.retracted
    ]
    return sorted(heard, key=lambda telling: (telling.told_at, telling.id))


def read(
    tasks: Iterable[TaskFacts],
    reader: Member,
    practice: Practice,
    today: date,
    goals: Iterable[GoalFacts] = (),
    decisions: Iterable[Decision] = (),
) -> ReaderView:
    """Return what the reader may see at the practice. `today` is the practice's civil date."""
    shown = (_shown(task, reader, today) for task in tasks if may_see(task, reader))
    return ReaderView(
        practice=clean(practice.name),
        reader=clean(reader.address or reader.name),
        zone=reader.timezone or practice.timezone,
        practice_zone=practice.timezone,
        today=today,
        tasks=tuple(sorted((task for task in shown if task is not None), key=lambda task: task.id)),
        goals=goals_for(goals, reader),
        decisions=decided_for(decisions, reader),
    )


def _shown(task: TaskFacts, reader: Member, today: date) -> ReaderTask | None:
    row = task.row
    told = last_told(task, reader)
    # What was never sorted was never decided on; and an ending that was private stays so.
    if (row.status == Status.INBOX and told is None) or (row.closed and not _was_for(task, reader, "status")):
        return None
    needs, needs_by = _asked(task, reader)
    public = clean(row.public_title or "")
    return ReaderTask(
        id=row.id,
        uid=row.uid,
        words=named(public or row.title),
        public=bool(public),
        standing=_standing(row),
        promised_on=row.promised_on,
        promised_time=row.promised_time,
        last_told=told,
        because=_reason(task, reader),
        may_slip=not row.closed and row.at_risk_from is not None and row.at_risk_from <= today,
        overdue=not row.closed and row.promised_on is not None and row.promised_on < today,
        needs=needs,
        needs_by=needs_by,
        asked=task.asked is not None and (task.asked.need, task.asked.by) == (needs, needs_by),
        assigned=row.assignee == reader.handle,
        done_on=row.done_on if row.status == Status.DONE else None,
    )


def named(title: str) -> str:
    """Return a title as it may begin a line: one line, and no full stop or colon at its end."""
    return clean(title).rstrip(" .;,:") or clean(title)


def _standing(row: TaskRow) -> Standing:
    if row.status == Status.DONE:
        return Standing.DONE
    return Standing.DROPPED if row.status == Status.DROPPED else Standing.OPEN


def _was_for(task: TaskFacts, reader: Member, field: str) -> bool:
    return may_see(task, reader, task.written_for.get(field))


def _reason(task: TaskFacts, reader: Member) -> str | None:
    reason = clean(task.row.because or "")
    if not reason or task.row.reason_missing or not _was_for(task, reader, "because"):
        return None
    return reason


def _asked(task: TaskFacts, reader: Member) -> tuple[str | None, date | None]:
    row = task.row
    if row.status != Status.WAITING or row.waiting_on != reader.handle:
        return None, None
    words = clean(row.waiting_for or "") if _was_for(task, reader, "waiting_for") else ""
    return words or ANSWER, row.waiting_by
