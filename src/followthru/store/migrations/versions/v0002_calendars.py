"""What sync remembers of calendars and objects, the buffer as it stood at each telling, and when tasks moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("repeats", sa.Text(), nullable=True))
    # As text: Alembic would make the table anew for a reference, and lose STRICT.
    op.execute("ALTER TABLE task ADD COLUMN previous_id INTEGER REFERENCES task(id)")
    op.create_index("ix_task_previous_id", "task", ["previous_id"])
    op.add_column("telling", sa.Column("buffer_days", sa.Integer(), nullable=True))
    _days()
    _stall()
    _coming_back()
    _review()
    _hours()
    _registers()
    _goals()
    _meetings()
    op.add_column("task", sa.Column("imported_at", sa.Text(), nullable=True))
    _runs()
    _supervision()
    _made(
        "fault_report",
        "register_item_id!register_item",
        "task_id!task",
        "words!",
        "reported_on!",
        "vendor",
        "created_at!",
    )
    for name in ("account", "title", "caps", "in_step"):
        op.add_column("calendar_state", sa.Column(name, sa.Text(), nullable=True))
    for name in ("failures", "shared", "made"):
        op.add_column("calendar_state", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("link", sa.Column("unheard", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("link", sa.Column("returned", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("link", sa.Column("form", sa.Text(), nullable=False, server_default="event"))
    for name in ("published", "good_at"):
        op.add_column("link", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("operation", sa.Column("published", sa.Text(), nullable=True))
    op.add_column("link", sa.Column("accepted_by", sa.Integer(), nullable=True))
    op.create_table(
        "other_item",
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("calendar", "name"),
        sqlite_strict=True,
    )


def _supervision() -> None:
    """How long a job fails and when it is tried again, and the daemons that served this store."""
    op.add_column("heartbeat", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    for name in ("failing_since", "next_at", "mark"):
        op.add_column("heartbeat", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "daemon_start",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("holder", "started_at")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("ended_at", "how")),
        sa.PrimaryKeyConstraint("generation"),
        sqlite_strict=True,
    )


def _days() -> None:
    """What promises and forecasts need to know of days: leave, seasons, half days, load, a past brought in."""
    for table, name, kind in (
        ("practice", "roll", sa.Text()),
        ("practice", "capacity_minutes", sa.Integer()),
        ("closure", "half", sa.Integer()),
        ("task", "lead_days", sa.Integer()),
        ("task", "start_by_on", sa.Text()),
        ("telling", "forecast_on", sa.Text()),
        ("telling", "forecast_chance", sa.Integer()),
        ("telling", "calendar", sa.Text()),
    ):
        op.add_column(table, sa.Column(name, kind, nullable=True))
    span = ("first_on", "last_on")
    op.create_table(
        "season",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("practice_id", sa.Integer(), sa.ForeignKey("practice.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in span),
        sa.Column("weekdays", sa.Text(), nullable=True),
        sa.Column("yearly", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in span),
        sa.Column("cover_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "past_case",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("site", "kind")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("told_on", "done_on")),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    for table, name in (("season", "practice_id"), ("absence", "person_id"), ("absence", "cover_id")):
        op.create_index(f"ix_{table}_{name}", table, [name])


def _hours() -> None:
    """When a stakeholder's updates are due, and from when until when they are paused."""
    op.add_column("update", sa.Column("due_at", sa.Text(), nullable=True))
    for name in ("paused_on", "paused_until"):
        op.add_column("role", sa.Column(name, sa.Text(), nullable=True))


_NOTICE = (
    "closed", "notice_from", "next_on", "task_id", "practice_id", "needs_you", "late_from", "at_risk_from",
    "in_buffer_from", "stalled_from", "status", "promised_on", "deadline_on", "target_on", "starts_on", "follow_up_on",
)  # fmt: skip


_BY_DATE = (
    "closed", "next_on", "task_id", "practice_id", "late_from", "at_risk_from", "in_buffer_from", "stalled_from",
    "status", "promised_on",
)  # fmt: skip


def _stall() -> None:
    op.create_index("tasks_by_kind", "task", ["kind", "status", "done_on"])
    op.add_column("task_dates", sa.Column("stalled_from", sa.Text(), nullable=True))
    op.drop_index("tasks_by_notice", "task_dates")
    op.create_index("tasks_by_notice", "task_dates", list(_NOTICE))
    op.drop_index("tasks_by_date", "task_dates")
    op.create_index("tasks_by_date", "task_dates", list(_BY_DATE))
    op.create_table(
        "movement",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "action_id"),
        sqlite_strict=True,
    )
    op.create_index("movements_of_an_action", "movement", ["action_id"])
    op.create_table(
        "pace",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
        sqlite_strict=True,
    )


def _coming_back() -> None:
    """What came back by mail, how far mailboxes were looked at, which mails became tasks."""
    texts = ("account", "message_id", "kind")
    maybe = ("address", "code", "detail", "asks", "seen_at")
    op.create_table(
        "incoming",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("update_id", "practice_id")),
        sa.Column("person_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("about", "sender", "subject", "at")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in maybe),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
        sqlite_strict=True,
    )
    for name in ("update_id", "person_id"):
        op.create_index(f"ix_incoming_{name}", "incoming", [name])
    op.create_table(
        "mailbox_state",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("account", "use", "name")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("validity", "next_uid")),
        sa.Column("since", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "use"),
        sqlite_strict=True,
    )
    op.create_table(
        "mail_task",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
        sqlite_strict=True,
    )


def _review() -> None:
    """What an edited update was composed as, the words it took the place of, and the one in whose thread it goes."""
    for name in ("composed", "former"):
        op.add_column("update", sa.Column(name, sa.Text(), nullable=True))
    op.execute('ALTER TABLE "update" ADD COLUMN follows_id INTEGER REFERENCES "update"(id)')
    op.create_index("ix_update_follows_id", "update", ["follows_id"])
    op.create_table(
        "brief",
        sa.Column("on", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("shown_at", "phase")),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("next_at", "answer")),
        sa.PrimaryKeyConstraint("on"),
        sqlite_strict=True,
    )


def _registers() -> None:
    """What expires or needs service, and the tasks that renew it."""
    maybe = ("identifier", "issued_on", "expires_on", "service_every")
    rest = ("vendor", "contact", "cost", "documents", "notes", "audience", "retired_on")
    op.create_table(
        "register_item",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("practice_id", sa.Integer(), sa.ForeignKey("practice.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "title")),
        sa.Column("holder_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("holder_name", *maybe)),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in rest),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    for name in ("practice_id", "holder_id"):
        op.create_index(f"ix_register_item_{name}", "register_item", [name])
    op.execute("ALTER TABLE task ADD COLUMN register_item_id INTEGER REFERENCES register_item(id)")
    op.create_index("ix_task_register_item_id", "task", ["register_item_id"])
    for name, kind in (
        ("needs_evidence", sa.Integer()),
        ("occurs_on", sa.Text()),
        ("catch_up", sa.Text()),
        ("duty_paused", sa.Integer()),
    ):
        op.add_column("task", sa.Column(name, kind, nullable=True))
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=True),
        sa.Column("register_item_id", sa.Integer(), sa.ForeignKey("register_item.id"), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("dated_on", "form", "words")),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    for name in ("task_id", "register_item_id"):
        op.create_index(f"ix_evidence_{name}", "evidence", [name])


def _goals() -> None:
    """What practices want to reach, the readings of it, which tasks serve it, and the time that work took."""
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Integer(), sa.ForeignKey("practice.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("aim", "aim_to", "by_on")),
        sa.Column("audience", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("notes", "retired_on")),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
        sqlite_strict=True,
    )
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("goal_id", sa.Integer(), sa.ForeignKey("goal.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("read_on", "value", "audience")),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("one_reading_a_day", "reading", ["goal_id", "read_on"], unique=True)
    op.execute("ALTER TABLE task ADD COLUMN goal_id INTEGER REFERENCES goal(id)")
    op.create_table(
        "hours_entry",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("practice_id", sa.Integer(), sa.ForeignKey("practice.id"), nullable=False),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=True),
        sa.Column("worked_on", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("hours_by_day", "hours_entry", ["worked_on", "practice_id"])
    places = (("goal", "practice_id"), ("reading", "goal_id"), ("task", "goal_id"))
    for table, name in (*places, ("hours_entry", "practice_id"), ("hours_entry", "task_id")):
        op.create_index(f"ix_{table}_{name}", table, [name])
    for name in ("retainer_minutes", "report_hours"):
        op.add_column("practice", sa.Column(name, sa.Integer(), nullable=True))


def _meetings() -> None:
    """Meetings and what was decided, and what is to be raised with whom."""
    _made("meeting", "practice_id!practice", "held_on!", "held_time", "title", "agenda", "minutes", "created_at!")
    _made("attendee", "meeting_id!meeting", "person_id!person")
    _made("action_item", "meeting_id!meeting", "task_id!task", "line!")
    _made(
        "raise_note", "practice_id!practice", "person_id!person", "words!", "task_id?task", "raised_on", "created_at!"
    )
    _made(
        "decision", "uid!", "practice_id!practice", "meeting_id?meeting", "decided_on!", "words!", "notes", "audience",
        "retracted_on", "created_at!",
    )  # fmt: skip
    _made("decider", "decision_id!decision", "person_id!person")
    _made("decision_task", "decision_id!decision", "task_id!task", "link!", "was_on", "now_on")
    for name, table, columns in (
        ("one_attendee", "attendee", ["meeting_id", "person_id"]),
        ("one_decider", "decider", ["decision_id", "person_id"]),
        ("one_decision_task", "decision_task", ["decision_id", "task_id", "link"]),
    ):
        op.create_index(name, table, columns, unique=True)


def _made(table: str, *columns: str) -> None:
    """Make a table of texts and references: `name!` may not be absent, `name!table` and `name?table` refer to one."""
    made: list[sa.Column[int] | sa.Column[str]] = []
    references: list[str] = []
    for column in columns:
        name, mark, other = column.partition("!") if "!" in column else column.partition("?")
        if other:
            references.append(name)
            made.append(sa.Column(name, sa.Integer(), sa.ForeignKey(f"{other}.id"), nullable=mark == "?"))
        else:
            made.append(sa.Column(name, sa.Text(), nullable=mark != "!"))
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *made,
        sa.PrimaryKeyConstraint("id"),
        *(sa.UniqueConstraint("uid") for column in columns if column == "uid!"),
        sqlite_strict=True,
    )
    for name in references:
        op.create_index(f"ix_{table}_{name}", table, [name])


def _runs() -> None:
    """Each use of a playbook, and which of its steps a task is."""
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("playbook", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Integer(), sa.ForeignKey("practice.id"), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("anchor_on", "book", "answers", "roles", "people", "created_at")
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_run_practice_id", "run", ["practice_id"])
    op.execute("ALTER TABLE task ADD COLUMN run_id INTEGER REFERENCES run(id)")
    op.create_index("ix_task_run_id", "task", ["run_id"])
    for name in ("step", "step_on", "moved_from"):
        op.add_column("task", sa.Column(name, sa.Text(), nullable=True))
