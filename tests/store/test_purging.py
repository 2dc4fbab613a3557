"""A practice that was purged is nowhere in the file: canaries in every field of every entity; all else is as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from followthru.actions import history
from followthru.actions.context import Context
from followthru.domain import fields
from followthru.domain.changes import Action, Change, Scalar, create, delete
from followthru.domain.fields import Field, Kind
from followthru.errors import RefusedError
from followthru.store import derived, journal, links, practices, purging
from followthru.store.purging import Scope
from followthru.store.store import Store, Writer
from tests.store.oracles import State, computed, replayed, sound, state
from tests.storekit import add_person, add_practice, add_task

MARKS = {"oak": "zqoakwx", "river": "zqriverwx"}
FIXED: dict[tuple[str, str], Scalar] = {
    ("practice", "timezone"): "UTC",
    ("practice", "weekdays"): "12345",
    ("practice", "holidays"): None,
    ("practice", "buffer_policy"): "fixed:0",
    ("practice", "status"): "active",
    ("practice", "roll"): None,
    ("season", "weekdays"): "124",
    ("person", "channel"): "mail",
    ("person", "timezone"): "UTC",
    ("task", "status"): "open",
    ("task", "target_source"): "hand",
    ("task", "audience"): "owners",
    ("task", "target_on"): "2026-07-10",
    ("task", "repeats"): None,
    ("telling", "calendar"): None,
    ("update", "status"): "approved",
}
"""Fields whose text is read for what it means; every other one holds a canary."""


BARE = ["season", "telling"] + [
    entity for entity in fields.ENTITIES if all(one.kind not in (Kind.TEXT, Kind.JSON) for one in fields.of(entity))
]
"""Entities without a text of their own: their first row is the first practice's."""


class Filled:
    """Fills a store with one row of every entity for a practice, each of its texts a canary."""

    def __init__(self, tx: Writer, mark: str) -> None:
        self._tx = tx
        self._mark = mark
        self.ids: dict[str, int] = {}
        self.texts = 0

    def rows(self) -> Iterator[Change]:
        """Yield what makes the rows."""
        for entity in fields.ENTITIES:
            self.ids[entity] = self._tx.new_id(entity)
        for entity in fields.ENTITIES:
            yield create(entity, self.ids[entity], {one.name: self._value(one) for one in fields.of(entity)})

    def _value(self, field: Field) -> Scalar:
        if (field.entity, field.name) in FIXED:
            return FIXED[field.entity, field.name]
        if field.name in ("parent_id", "previous_id", "follows_id"):
            return None
        if field.ref:
            return self.ids[field.ref]
        if field.entity == "past_case" and field.name == "site":
            return self._text("practice", "slug")
        return {
            Kind.TEXT: self._text(field.entity, field.name),
            Kind.JSON: f'["{self._text(field.entity, field.name)}"]',
            Kind.DATE: "2026-07-15",
            Kind.TIME: "10:30",
            Kind.INSTANT: "2026-07-01T12:00:00Z",
            Kind.FLAG: 0,
            Kind.WHOLE: 3,
            Kind.REF: None,
        }[field.kind]

    def _text(self, entity: str, name: str) -> str:
        self.texts += 1
        return f"{self._mark}{entity}{name}".replace("_", "")


@pytest.fixture
def both(ctx: Context) -> Context:
    """A store with two practices of which every field of every entity is filled, and machine state of both."""
    for number, mark in enumerate(MARKS.values(), 1):
        with ctx.store.writing() as tx:
            filled = Filled(tx, mark)
            journal.apply(tx, Action("fill", f"Filled {mark}words", tuple(filled.rows()), because=f"{mark}because"))
            assert filled.texts > 60
            after = f"{mark}titleagain"
            before = f"{mark}tasktitle"
            edit = Change("task", filled.ids["task"], "title", before, after)
            journal.apply(tx, Action("edit", f"Changed {mark}tasktitle", (edit,)))
            passed = tx.new_id("task")
            row = {"uid": f"{mark}gone", "title": f"{mark}gonetitle", "practice_id": filled.ids["practice"],
                   "status": "open", "reason_missing": 0, "created_at": tx.now}  # fmt: skip
            journal.apply(tx, Action("add", f"Added {mark}gonetitle", (create("task", passed, row),)))
            full = journal.row_of(tx, "task", passed) or {}
            journal.apply(tx, Action("undo", f"Undone {mark}gonetitle", (delete("task", passed, full),)))
            machine(tx, mark, number, filled.ids)
            derived.rebuild(tx)
    return ctx


def machine(tx: Writer, mark: str, number: int, ids: dict[str, int]) -> None:
    """Write what the daemon would have: a link with a request, a delivery, an answer, a mail that became a task."""
    task, update, practice = ids["task"], ids["update"], ids["practice"]
    tx.run(
        "INSERT INTO link(id, calendar, task_id, task_uid, role, generation, uid, href, base, state, updated_at, form) "
        "VALUES (?,'shared',?,?,'promise',1,?,?,?,'linked','2026-07-01','event')",
        number, task, f"{mark}linkuid", f"{mark}uid", f"{mark}href", f"{mark}base",
    )  # fmt: skip
    tx.run("INSERT INTO operation(link_id, verb, body, begun_at) VALUES (?, 'put', ?, '')", number, f"{mark}body")
    tx.run(
        "INSERT INTO delivery(update_id, phase, message_id, recipient, account, payload, sha256, updated_at, attempts, "
        "generation) VALUES (?, 'accepted', ?, ?, 'mail', ?, '', '', 1, 1)",
        update, f"{mark}message", f"{mark}recipient", f"{mark}payload".encode(),
    )  # fmt: skip
    tx.run(
        "INSERT INTO delivery_attempt(update_id, attempt, phase, answer, at) VALUES (?, 1, 'accepted', ?, '')",
        update, f"{mark}answer",
    )  # fmt: skip
    tx.run(
        "INSERT INTO incoming(account, message_id, kind, update_id, practice_id, about, sender, subject, at) "
        "VALUES ('mail', ?, 'reply', ?, ?, '[]', ?, ?, '')",
        f"{mark}incoming", update, practice, f"{mark}sender", f"{mark}subject",
    )  # fmt: skip
    tx.run("INSERT INTO mail_task(message_id, task_id, at) VALUES (?, ?, '')", f"{mark}mailtask", task)
    tx.run("INSERT INTO heartbeat(name, beat_at, fault) VALUES (?, '', ?)", f"job {number}", f"{mark}fault")
    tx.run(
        "INSERT INTO update_words(rowid, subject, body) VALUES (?, ?, ?)", update, f"{mark}subject", f"{mark}updatebody"
    )


def purge(store: Store, slug: str, *, keep_links: bool = False) -> Scope:
    found = next(one for one in practices.all_practices(store.read) if one.slug == slug)
    done = purging.purge(store, found.id, lambda scope: f"Purged {scope.count('task')} task", keep_links=keep_links)
    purging.sweep(store)
    return done


def found_in(database: Path, mark: str) -> list[str]:
    """Return where a canary is: in the bytes of the file or its journal, or among the words that search knows."""
    found = [
        path.name for path in database.parent.glob(f"{database.name}*") if mark.encode() in path.read_bytes().lower()
    ]
    with closing(sqlite3.connect(database)) as connection:
        for name in ("task_words", "update_words", "record_words"):
            connection.execute(f"CREATE VIRTUAL TABLE temp.v_{name} USING fts5vocab(main, {name}, row)")
            terms = [str(row[0]) for row in connection.execute(f"SELECT term FROM temp.v_{name}")]  # noqa: S608
            found += [f"{name}: {term}" for term in terms if mark in term]
    return found


def of_practice(everything: State, mark: str) -> State:
    return {key: row for key, row in everything.items() if any(mark in str(value) for value in row.values())}


def test_no_canary_of_any_field_is_left_and_the_other_practice_is_as_it_was(both: Context, database: Path) -> None:
    assert found_in(database, MARKS["oak"])
    before, machine_before = state(both), rest(both)
    search = both.read.rows("SELECT rowid FROM task_words WHERE task_words MATCH ?", f"{MARKS['river']}titleagain")
    assert len(search) == 1
    purge(both.store, f"{MARKS['oak']}practiceslug")
    assert found_in(database, MARKS["oak"]) == []
    assert found_in(database, MARKS["river"])
    after = state(both)
    other = {key for key, row in before.items() if MARKS["oak"] in str(row) or (key[1] == 1 and key[0] in BARE)}
    assert after == {key: row for key, row in before.items() if key not in other}
    assert {entity for entity, _ in after} == set(fields.ENTITIES), "every entity was filled"
    assert rest(both) == [row for row in machine_before if MARKS["river"] in str(row)]
    assert (
        both.read.rows("SELECT rowid FROM task_words WHERE task_words MATCH ?", f"{MARKS['river']}titleagain") == search
    )
    sound(both.read)
    assert replayed(both.read) == after
    now = computed(both.read)
    with both.store.writing() as tx:
        derived.rebuild(tx)
    assert computed(both.read) == now


def rest(ctx: Context) -> list[tuple[object, ...]]:
    """Return the journal and the machine state that names something of a practice."""
    tables = ("action", "change", "link", "operation", "delivery", "delivery_attempt", "incoming", "mail_task")
    return [
        (table, *row)
        for table in tables
        for row in ctx.read.rows(f"SELECT * FROM {table} WHERE ? <> ''", table)  # noqa: S608 -- our own names
        if any(mark in str(row) for mark in MARKS.values())
    ]


def test_the_journal_keeps_the_fact_and_takes_nothing_back(both: Context) -> None:
    purge(both.store, f"{MARKS['oak']}practiceslug")
    newest = journal.recent(both.read, 1)[0]
    assert (newest.verb, newest.words) == ("purge", "Purged 1 task")
    words = [one.words for one in journal.recent(both.read, 50)]
    assert words.count(purging.GONE_WORDS) == 4
    with pytest.raises(RefusedError, match="nowhere any more"):
        history.undo(both)
    assert state(both)


def test_links_are_kept_for_the_sync_that_deletes_them(both: Context, database: Path) -> None:
    found = purge(both.store, f"{MARKS['oak']}practiceslug", keep_links=True)
    assert purging.links_left(both.read, found.ever["task"]) == 1
    with both.store.writing() as tx:
        purging.forget_links_that_are_gone(tx, found.ever["task"])
        assert purging.links_left(tx, found.ever["task"]) == 1
        links.settle(tx, 1, "gone")
        purging.forget_links_that_are_gone(tx, found.ever["task"])
    purging.sweep(both.store)
    assert found_in(database, MARKS["oak"]) == []


def test_who_is_at_another_practice_stays_with_what_is_theirs_there(ctx: Context) -> None:
    for slug in ("oak-street", "river"):
        add_practice(ctx, slug)
    add_person(ctx, "Only Oak", practice="oak-street")
    both = add_person(ctx, "At Both", practice="river")
    with ctx.store.writing() as tx:
        oak = practices.all_practices(tx)[0].id
        role = {"person_id": both.person_id, "practice_id": oak, "role": "owner", "review": 0}
        journal.apply(tx, Action("person add", "Added", (create("role", tx.new_id("role"), role),)))
    add_task(ctx, "In oak by 20 Jul to only @oak-street")
    mine = add_task(ctx, "My own")
    river = add_task(ctx, "In river by 20 Jul to at @river")
    with ctx.store.writing() as tx:
        person = tx.value("SELECT id FROM person WHERE handle = 'only'")
        named = Change("task", mine, "waiting_on_id", None, person)
        needs = create("dependency", tx.new_id("dependency"), {"task_id": river, "needs_id": 1})
        child = Change("task", river, "parent_id", None, 1)
        journal.apply(tx, Action("edit", "Mixed", (named, needs, child)))
    found = purge(ctx.store, "oak-street")
    assert found.stays == {person, both.person_id}
    handles = {row[0] for row in ctx.read.rows("SELECT handle FROM person")}
    assert handles == {"only", "at"}
    rows = {id: row for (entity, id), row in state(ctx).items() if entity == "task"}
    assert set(rows) == {mine, river}
    assert rows[river]["parent_id"] is None
    assert rows[mine]["waiting_on_id"] == person
    sound(ctx.read)


def test_a_purge_that_is_cut_off_has_changed_nothing(both: Context, database: Path) -> None:
    before = state(both)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        impatient = Store(sqlite3.connect(database, isolation_level=None), database, both.store.clock, patience=0.02)
        with pytest.raises(Exception, match="cannot be written"):
            purge(impatient, f"{MARKS['oak']}practiceslug")
        other.execute("ROLLBACK")
        impatient.close()
    assert state(both) == before
