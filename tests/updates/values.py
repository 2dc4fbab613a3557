"""Made-up practices, people and tasks in the shapes in which the store hands them over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypedDict, Unpack

from followthru.domain.people import Channel, Member, Practice, PracticeStatus, RoleName
from followthru.domain.task import Audience, Status, TaskRow, Telling
from followthru.updates.compose import Occasion
from followthru.updates.message import Mail, Mailbox
from followthru.updates.view import TaskFacts
from tests.taskrows import NO_TASK

TODAY = date(2027, 1, 8)  # a Friday
PRACTICE = Practice(
    1, "oak-street", "Oak Street Therapy", "America/New_York", "12345", "US-NY", "fixed: 0", PracticeStatus.ACTIVE
)
DANA = Member(
    person_id=7,
    role_id=70,
    practice_id=1,
    practice="oak-street",
    handle="dana",
    name="Dana Reyes",
    address="Dana",
    email="dana@example.com",
    channel=Channel.MAIL,
    timezone=None,
    role=RoleName.OWNER,
    cadence="weekly:fri@16:00",
    review=False,
)
OCCASION = Occasion("Ana Ruiz", "the week to Fri 8 Jan", "2027-01-08T21:00:00Z", date(2027, 1, 1), trusted=True)


class TaskWords(TypedDict, total=False):
    """The fields of a task that tests set."""

    uid: str
    title: str
    public_title: str | None
    practice_id: int | None
    status: Status
    audience: Audience
    assignee: str | None
    waiting_on: str | None
    waiting_for: str | None
    waiting_by: date | None
    promised_on: date | None
    promised_time: str | None
    because: str | None
    reason_missing: bool
    done_on: date | None
    at_risk_from: date | None


def row(id: int = 1, **words: Unpack[TaskWords]) -> TaskRow:
    """Return an open task for owners, with a public title and nothing else a reader could see."""
    titles = {"title": f"Private title {id}", "public_title": f"Public title {id}"}
    return NO_TASK._replace(id=id, uid=f"uid-{id}", **titles)._replace(**words)


def task(
    id: int = 1, *, told: date | None = None, told_at: str = "2027-01-02T10:00:00Z", **words: Unpack[TaskWords]
) -> TaskFacts:
    """Return a task, told to Dana on the given date if there is one."""
    tellings = () if told is None else (telling(id, told, told_at),)
    return TaskFacts(row(id, **words), tellings)


def telling(task_id: int, on: date, at: str = "2027-01-02T10:00:00Z", *, retracted: bool = False) -> Telling:
    """Return the fact that Dana was told a date by call."""
    return Telling(1, task_id, DANA.person_id, DANA.handle, on, date(2027, 1, 2), at, "call", retracted)


def mail(**words: str) -> Mail:
    """Return a small mail to Dana."""
    return Mail(
        message_id="<0190.abc@example.org>",
        sender=Mailbox(words.get("me", "Ana Ruiz"), "ana@example.org"),
        recipient=Mailbox(words.get("name", "Dana Reyes"), "dana@example.com"),
        reply_to="replies@example.org",
        subject=words.get("subject", "Oak Street Therapy: update"),
        date=datetime(2027, 1, 8, 21, 0, tzinfo=UTC),
        text=words.get("text", "Hello Dana,\n\nnothing new.\n"),
        html=words.get("html", "<p>Hello Dana,</p>\n"),
    )
