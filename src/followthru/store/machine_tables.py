"""Tables of machine state: not journalled, each with one writer module, rebuilt or fenced after a loss.

Foreign keys stop at user state: when an undo removes a task, its links stay until the objects they
stand for are gone from their server.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Column, Index, Integer, LargeBinary, Text
from sqlmodel import Field, SQLModel

from followthru.store.columns import STRICT
from followthru.store.columns import maybe_text as _maybe_text
from followthru.store.columns import text as _text


def _key() -> str:
    return Field(sa_column=Column(Text, primary_key=True))


def _whole_key() -> int:
    return Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


def _text_of(default: str) -> str:
    return Field(default=default, sa_column=Column(Text, nullable=False, server_default=default))


def _counter() -> int:
    return Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))


class Meta(SQLModel, table=True):
    """Facts about this store, such as its own uid."""

    __table_args__ = STRICT
    name: str = _key()
    value: str = _text()


class Sequence(SQLModel, table=True):
    """The last id given out for each entity; ids are never reused."""

    __table_args__ = STRICT
    entity: str = _key()
    last: int


class TaskDates(SQLModel, table=True):
    """What is computed for a task whenever it changes, so that no list has to.

    Status and dates are copied, so that Today finds its sections in one index alone.
    """

    __tablename__: ClassVar[str] = "task_dates"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = (
        # What filters ask of a task stands in the index that keeps lists in order: no list reads a row to judge it.
        Index(
            "tasks_by_date",
            "closed",
            "next_on",
            "task_id",
            "practice_id",
            "late_from",
            "at_risk_from",
            "in_buffer_from",
            "stalled_from",
            "status",
            "promised_on",
        ),
        Index("practice_tasks_by_date", "practice_id", "closed", "next_on", "task_id"),
        Index(
            "tasks_by_notice",
            "closed",
            "notice_from",
            "next_on",
            "task_id",
            "practice_id",
            "needs_you",
            "late_from",
            "at_risk_from",
            "in_buffer_from",
            "stalled_from",
            "status",
            "promised_on",
            "deadline_on",
            "target_on",
            "starts_on",
            "follow_up_on",
        ),
        STRICT,
    )
    task_id: int = _whole_key()
    practice_id: int | None = None
    closed: int
    next_on: str = _text()
    notice_from: str = _text()
    needs_you: int
    buffer_days: int
    in_buffer_from: str | None = _maybe_text()
    at_risk_from: str | None = _maybe_text()
    late_from: str | None = _maybe_text()
    status: str = _text()
    promised_on: str | None = _maybe_text()
    deadline_on: str | None = _maybe_text()
    target_on: str | None = _maybe_text()
    starts_on: str | None = _maybe_text()
    follow_up_on: str | None = _maybe_text()
    stalled_from: str | None = _maybe_text()


class Movement(SQLModel, table=True):
    """A task was moved by an action: what stall is counted from. Made anew from the journal when needed."""

    __table_args__ = (Index("movements_of_an_action", "action_id"), STRICT)
    task_id: int = _whole_key()
    action_id: int = _whole_key()


class Pace(SQLModel, table=True):
    """How many working days without a movement are usual for a kind; kinds of the usual five have no row."""

    __table_args__ = STRICT
    kind: str = _key()
    days: int


class HolidayDays(SQLModel, table=True):
    """The public holidays behind one code such as `US-CA` for a span of years, as space-separated ISO dates.

    They belong to the code and not to a practice, so that undoing a change of code finds the old ones.
    """

    __tablename__: ClassVar[str] = "holiday_days"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    code: str = _key()
    first_year: int
    last_year: int
    days: str = _text()


class CalendarState(SQLModel, table=True):
    """What is known of one configured calendar's collection."""

    __tablename__: ClassVar[str] = "calendar_state"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    calendar: str = _key()
    url: str = _text()
    sync_token: str | None = _maybe_text()
    ctag: str | None = _maybe_text()
    complete_at: str | None = _maybe_text()
    last_good_at: str | None = _maybe_text()
    last_error: str | None = _maybe_text()
    backoff_until: str | None = _maybe_text()
    known: int
    foreign_items: int
    confirmed: int
    account: str | None = _maybe_text()
    title: str | None = _maybe_text()
    caps: str | None = _maybe_text()
    in_step: str | None = _maybe_text()
    failures: int = _counter()
    shared: int = _counter()
    made: int = _counter()


class Link(SQLModel, table=True):
    """One object of ours on one calendar, with the text last agreed on."""

    __table_args__ = (
        Index("one_link", "calendar", "task_uid", "role", "generation", unique=True),
        Index("link_uids", "calendar", "uid", unique=True),
        STRICT,
    )
    id: int = Field(sa_column=Column(Integer, primary_key=True))
    calendar: str = _text()
    task_id: int = Field(index=True)
    task_uid: str = _text()
    role: str = _text()
    generation: int
    uid: str = _text()
    href: str = _text()
    etag: str | None = _maybe_text()
    base: str | None = _maybe_text()
    agreed: str | None = _maybe_text()
    theirs: str | None = _maybe_text()
    theirs_etag: str | None = _maybe_text()
    state: str = _text()
    reason: str | None = _maybe_text()
    questions: str | None = _maybe_text()
    updated_at: str = _text()
    form: str = _text_of("event")
    published: str | None = _maybe_text()
    good_at: str | None = _maybe_text()
    returned: int = _counter()
    unheard: int = _counter()
    accepted_by: int | None = None


class OtherItem(SQLModel, table=True):
    """An item in a collection of our own that is not ours, and why it is left alone. Its text is not kept.

    `uid` is known only where it is the UID of an object of ours.
    """

    __tablename__: ClassVar[str] = "other_item"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    calendar: str = _key()
    name: str = _key()
    etag: str | None = _maybe_text()
    kind: str = _text()
    reason: str = _text()
    uid: str | None = _maybe_text()
    seen_at: str = _text()


class Operation(SQLModel, table=True):
    """One request that changes a calendar, written down before it is sent."""

    __table_args__ = STRICT
    id: int = Field(sa_column=Column(Integer, primary_key=True))
    link_id: int = Field(index=True)
    verb: str = _text()
    if_match: str | None = _maybe_text()
    body: str | None = _maybe_text()
    agreed: str | None = _maybe_text()
    begun_at: str = _text()
    published: str | None = _maybe_text()


class Delivery(SQLModel, table=True):
    """An approved update on its way: frozen bytes and the phase it has reached."""

    __table_args__ = (Index("deliveries_by_phase", "phase", "next_at"), STRICT)
    update_id: int = _whole_key()
    phase: str = _text()
    message_id: str = _text(unique=True)
    recipient: str = _text()
    account: str = _text()
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = _text()
    attempts: int = 0
    next_at: str | None = _maybe_text()
    code: int | None = None
    answer: str | None = _maybe_text()
    generation: int = 0
    updated_at: str = _text()


class DeliveryAttempt(SQLModel, table=True):
    """One try at handing an update over, kept for ever."""

    __tablename__: ClassVar[str] = "delivery_attempt"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    id: int = Field(sa_column=Column(Integer, primary_key=True))
    update_id: int = Field(index=True)
    attempt: int
    phase: str = _text()
    code: int | None = None
    answer: str | None = _maybe_text()
    at: str = _text()


class Incoming(SQLModel, table=True):
    """A mail that came back to an update: who, when, what sort, its subject. `about` is JSON, ids of updates."""

    __table_args__ = STRICT
    id: int = Field(sa_column=Column(Integer, primary_key=True))
    account: str = _text()
    message_id: str = _text(unique=True)
    kind: str = _text()
    update_id: int = Field(index=True)
    practice_id: int
    person_id: int | None = Field(default=None, index=True)
    about: str = _text()
    sender: str = _text()
    subject: str = _text()
    at: str = _text()
    address: str | None = _maybe_text()
    code: str | None = _maybe_text()
    detail: str | None = _maybe_text()
    asks: str | None = _maybe_text()
    seen_at: str | None = _maybe_text()


class MailboxState(SQLModel, table=True):
    """How far one folder of a mailbox was looked at, and since when; another validity is another folder."""

    __tablename__: ClassVar[str] = "mailbox_state"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    account: str = _key()
    use: str = _key()
    name: str = _text()
    validity: int
    next_uid: int
    since: str = _text()


class MailTask(SQLModel, table=True):
    """A mail that was made into a task once, and never is again."""

    __tablename__: ClassVar[str] = "mail_task"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    message_id: str = _key()
    task_id: int
    at: str = _text()


class Brief(SQLModel, table=True):
    """A day's brief to the PM: when it was shown, and how far its mail came."""

    __table_args__ = STRICT
    on: str = _key()
    shown_at: str | None = _maybe_text()
    phase: str | None = _maybe_text()
    attempts: int = _counter()
    next_at: str | None = _maybe_text()
    answer: str | None = _maybe_text()


class Lease(SQLModel, table=True):
    """Who may send or sync just now; a higher generation fences the one before."""

    __table_args__ = STRICT
    name: str = _key()
    holder: str = _text()
    generation: int
    expires_at: str = _text()


class Heartbeat(SQLModel, table=True):
    """When a job last ran, last ended well, and the words of its last fault; how long it fails, and its next try."""

    __table_args__ = STRICT
    name: str = _key()
    beat_at: str = _text()
    good_at: str | None = _maybe_text()
    fault: str | None = _maybe_text()
    failures: int = _counter()
    failing_since: str | None = _maybe_text()
    next_at: str | None = _maybe_text()
    mark: str | None = _maybe_text()


class DaemonStart(SQLModel, table=True):
    """A daemon that served this store: its generation, its process, when it began and how it ended."""

    __tablename__: ClassVar[str] = "daemon_start"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__ = STRICT
    generation: int = _whole_key()
    holder: str = _text()
    started_at: str = _text()
    ended_at: str | None = _maybe_text()
    how: str | None = _maybe_text()
