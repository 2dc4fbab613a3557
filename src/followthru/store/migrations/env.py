"""Alembic's way in: one SQLite file, all pending migrations in one transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import SQLModel

from followthru.store import machine_tables, meeting_tables, register_tables, tables

assert tables.Task.metadata is machine_tables.Link.metadata is SQLModel.metadata is meeting_tables.Meeting.metadata  # noqa: S101
assert register_tables.RegisterItem.metadata is SQLModel.metadata  # noqa: S101


def _take_control(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def migrate() -> None:
    """Run pending migrations on the database whose path is the configuration's attribute `database`."""
    engine = create_engine(URL.create("sqlite", database=context.config.attributes["database"]))
    event.listen(engine, "connect", _take_control)
    event.listen(engine, "begin", _begin)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


migrate()
