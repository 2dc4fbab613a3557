"""What sync remembers of calendars and objects, and the buffer as it stood at each telling."""

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
