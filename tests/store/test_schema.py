"""The schema is one: migrations, SQLModel, the table of fields and the light path agree on every column."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from followthru.domain import fields
from followthru.domain.changes import WHOLE, Action, Change, Scalar, create
from followthru.domain.fields import Field, Kind
from followthru.domain.people import Member
from followthru.domain.task import TaskRow, Telling
from followthru.store import journal, meeting_tables, register_tables, tables
from followthru.store.machine_tables import Meta
from followthru.store.store import Store
from followthru.store.version import APPLICATION_ID, SCHEMA_VERSION
from tests.store.oracles import sound

VIEWS = Path(tables.__file__).with_name("views.sql")
NOT_IN_LISTS = {
    "estimate_minutes", "notes", "parent_id", "buffer_set_days", "answer", "created_at", "closed_at",
    "assignee_id", "waiting_on_id", "repeats", "previous_id", "lead_days",
    "register_item_id", "needs_evidence", "occurs_on", "catch_up", "duty_paused", "goal_id", "imported_at",
    "run_id", "step", "step_on", "moved_from",
}  # fmt: skip
ONLY_FOR_QUERIES = {"closed", "next_on", "notice_from", "needs_you"}


def shown(name: str) -> bool:
    return not name.startswith(("task_words", "update_words", "record_words", "sqlite_", "alembic_"))


def compared(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or shown(str(name))


def test_migrations_make_what_the_models_say(blank_database: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    metadata = Meta.metadata
    assert tables.Task.metadata is metadata is meeting_tables.Meeting.metadata
    assert register_tables.RegisterItem.metadata is metadata
    engine = create_engine(f"sqlite:///{blank_database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata, "include_name": compared})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_table_is_strict(store: Store) -> None:
    lax = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0"
    assert [name for (name,) in store.read.rows(lax) if shown(name)] == []


@pytest.mark.parametrize("entity", fields.ENTITIES)
def test_the_columns_of_a_table_are_its_fields_in_order(store: Store, entity: str) -> None:
    columns = store.read.rows("SELECT name, type, \"notnull\" FROM pragma_table_info(?) WHERE name <> 'id'", entity)
    whole = {Kind.WHOLE, Kind.FLAG, Kind.REF}
    assert columns == [
        (field.name, "INTEGER" if field.kind in whole else "TEXT", int(field.required)) for field in fields.of(entity)
    ]


@pytest.mark.parametrize("entity", fields.ENTITIES)
def test_references_are_foreign_keys(store: Store, entity: str) -> None:
    keys = store.read.rows('SELECT "from", "table" FROM pragma_foreign_key_list(?)', entity)
    assert sorted(keys) == sorted((field.name, field.ref) for field in fields.of(entity) if field.ref)


def test_the_list_of_tasks_knows_every_field(store: Store) -> None:
    columns = {name for (name,) in store.read.rows("SELECT name FROM pragma_table_info('task_row')")}
    assert columns - ONLY_FOR_QUERIES == set(TaskRow._fields)
    assert {field.name for field in fields.of("task")} - columns == NOT_IN_LISTS


@pytest.mark.parametrize(("view", "value"), [("telling_row", Telling), ("member_row", Member)])
def test_a_view_has_the_fields_of_its_value(store: Store, view: str, value: type[Telling | Member]) -> None:
    names = [name for (name,) in store.read.rows("SELECT name FROM pragma_table_info(?)", view)]
    assert tuple(names) == value._fields


def some(field: Field, other: bool) -> Scalar:
    """A value of a field's kind."""
    match field.kind:
        case Kind.REF:
            return 2 if other else 1
        case Kind.WHOLE:
            return 7 if other else 5
        case Kind.FLAG:
            return int(other)
        case _:
            return f"{field.name} {'two' if other else 'one'}"


CALENDARS = ("2026-07-01..2026-07-09 12345h 2026-07-03", "2026-07-01..2026-07-09 12345 ~2026-07-03")


def real(field: Field, other: bool) -> Scalar:
    """The same, where something is computed from it."""
    if field.kind is Kind.DATE:
        return "2026-07-02" if other else "2026-07-01"
    return {
        ("task", "status"): "started" if other else "open",
        ("practice", "weekdays"): "135" if other else "12345",
        ("practice", "timezone"): "Europe/Paris" if other else "UTC",
        ("season", "weekdays"): "135" if other else "12345",
        ("telling", "calendar"): CALENDARS[other],
    }.get((field.entity, field.name), some(field, other))


def test_the_one_writer_writes_every_field(store: Store) -> None:
    """Two rows of every entity are created whole, then each field of the first is set to another value."""
    made = {
        (entity, id): {field.name: real(field, id == 2) for field in fields.of(entity)}
        for entity in fields.ENTITIES
        for id in (1, 2)
    }
    with store.writing() as tx:
        journal.apply(tx, Action("make", "", tuple(create(entity, id, row) for (entity, id), row in made.items())))
    assert {key: journal.row_of(store.read, *key) for key in made} == made
    for entity in fields.ENTITIES:
        changes: list[Change] = []
        for field in fields.of(entity):
            before = made[entity, 1][field.name]
            after = 2 if field.kind is Kind.REF else f"{before}!" if isinstance(before, str) else before
            if real(field, True) in ("started", "135", "Europe/Paris", "2026-07-02", CALENDARS[1]):
                after = real(field, True)
            if isinstance(before, int) and field.kind is not Kind.REF:
                after = before + 1
            changes.append(Change(entity, 1, field.name, before, after))
        with store.writing() as tx:
            for one in changes:
                tx.run("SAVEPOINT one")
                journal.apply(tx, Action("set", "", (one,), because="why"))
                assert (journal.row_of(tx, entity, 1) or {})[one.field] == one.after
                tx.run("ROLLBACK TO one")
                tx.run("RELEASE one")
    sound(store.read)


def test_nothing_but_fields_is_written(store: Store) -> None:
    for change in (
        create("task", 1, {"titel": "x"}),
        Change("task", 1, "titel", None, "x"),
        Change("task", 1, 'title" = title --', None, "x"),
        Change("sequence", 1, "last", 1, 2),
        create("sqlite_master", 1, {}),
        Change("meta", 1, WHOLE, {}, None),
    ):
        with pytest.raises(KeyError), store.writing() as tx:
            journal.apply(tx, Action("bad", "", (change,)))
    assert store.read.value("SELECT count(*) FROM action") == 0


def test_views_can_be_made_again_and_again(database: Path) -> None:
    connection = sqlite3.connect(database)
    whole = "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"
    before = connection.execute(whole).fetchall()
    for _ in range(2):
        connection.executescript(VIEWS.read_text(encoding="utf-8"))
    assert connection.execute(whole).fetchall() == before
    connection.close()


def test_each_view_is_dropped_before_it_is_made() -> None:
    script = VIEWS.read_text(encoding="utf-8")
    made = {line.split()[-2 if " AS" in line else 3] for line in script.splitlines() if line.startswith("CREATE VIEW")}
    dropped = {line.split()[-1].rstrip(";") for line in script.splitlines() if line.startswith("DROP VIEW")}
    assert made == dropped


def test_a_database_says_what_it_is(database: Path) -> None:
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    connection.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "truncate"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 10_000),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("fullfsync", 1),
    ],
)
def test_each_connection_has_its_pragmas(store: Store, pragma: str, value: object) -> None:
    assert store.read.value(f"PRAGMA {pragma}") == value
