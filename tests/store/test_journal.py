"""The one writer: whole or not at all, from the value that is there, never an id twice."""

from __future__ import annotations

import pytest

from followthru.actions.context import Context
from followthru.domain.changes import WHOLE, Action, Actor, Change, create, delete
from followthru.store import derived, journal, movements, record_words, tasks
from followthru.store.journal import ClashError, StaleChangeError
from followthru.store.store import Store
from tests.store.oracles import computed, state
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx

TAG = {"task_id": 1, "name": "billing"}


@pytest.fixture
def tagged(ctx: Context) -> Context:
    """A practice with one tagged task, number 1."""
    add_practice(ctx)
    add_task(ctx, "Send numbers @oak-street #billing")
    return ctx


def refused(ctx: Context, *changes: Change) -> journal.StaleChangeError | ClashError:
    """Apply changes that must be refused; return the error once it is certain that nothing was kept."""
    everything = (state(ctx), computed(ctx.read), ctx.read.rows("SELECT * FROM action"))
    with pytest.raises((StaleChangeError, ClashError)) as caught, ctx.store.writing() as tx:
        journal.apply(tx, Action("test", "", changes))
    assert (state(ctx), computed(ctx.read), ctx.read.rows("SELECT * FROM action")) == everything
    return caught.value


@pytest.mark.parametrize(
    "change",
    [
        Change("task", 1, "title", "Another", "New"),
        Change("task", 1, "deadline_on", "2026-07-03", None),
        Change("task", 1, "reason_missing", 1, 0),
        Change("task", 9, "title", "Send numbers", "New"),
        delete("tag", 1, {**TAG, "name": "money"}),
        delete("tag", 1, {"task_id": 1}),
        delete("tag", 7, TAG),
    ],
)
def test_a_change_from_a_value_that_is_not_there_is_refused(tagged: Context, change: Change) -> None:
    good = Change("task", 1, "title", "Send numbers", "Kept?")
    error = refused(tagged, good, change) if change.field != "title" else refused(tagged, change)
    assert isinstance(error, StaleChangeError)
    assert error.change.id == change.id


def test_what_the_tables_forbid_is_refused(tagged: Context) -> None:
    clash = create("practice", 2, {"slug": "oak-street", "name": "x", "timezone": "UTC", "weekdays": "1"})
    assert isinstance(refused(tagged, clash), ClashError)
    assert isinstance(refused(tagged, Change("task", 1, "reason_missing", 0, "yes")), ClashError)
    assert isinstance(refused(tagged, create("tag", 1, {**TAG, "name": "other"})), ClashError)


def test_a_row_with_a_field_that_there_is_not_is_refused_by_its_name(tagged: Context) -> None:
    before = state(tagged)
    with pytest.raises(KeyError, match="tag has no field colour"), tagged.store.writing() as tx:
        journal.apply(tx, Action("test", "", (create("tag", 2, {**TAG, "name": "x", "colour": "red"}),)))
    assert state(tagged) == before


def test_a_reference_to_nothing_is_refused_at_the_end(tagged: Context) -> None:
    before = state(tagged)
    with pytest.raises(Exception, match="FOREIGN KEY"), tagged.store.writing() as tx:
        journal.apply(tx, Action("test", "", (create("tag", 2, {"task_id": 99, "name": "x"}),)))
    assert state(tagged) == before


def test_changes_of_one_action_may_refer_to_each_other_in_any_order(tagged: Context) -> None:
    row = {**(journal.row_of(tagged.read, "task", 1) or {}), "uid": "another"}
    with tagged.store.writing() as tx:
        journal.apply(tx, Action("test", "", (create("tag", 2, {"task_id": 2, "name": "x"}), create("task", 2, row))))
    assert tasks.by_ids(tagged.read, [2])[0].tags == ("x",)


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_whatever_is_raised_rolls_back(tagged: Context, fault: type[BaseException]) -> None:
    def fail() -> None:
        with tagged.store.writing() as tx:
            journal.apply(tx, Action("test", "", (Change("task", 1, "title", "Send numbers", "New"),)))
            raise fault

    before = (state(tagged), computed(tagged.read))
    with pytest.raises(fault):
        fail()
    assert (state(tagged), computed(tagged.read)) == before
    add_task(tagged, "and the store still works")


def test_an_undone_entity_keeps_its_id_to_itself(schema: bytes) -> None:
    ctx = memory_ctx(schema)
    first = add_task(ctx, "one")
    row = journal.row_of(ctx.read, "task", first) or {}
    with ctx.store.writing() as tx:
        journal.apply(tx, Action("test", "", (delete("task", first, row),)))
    assert add_task(ctx, "two") == first + 1


def test_a_rolled_back_id_may_be_given_again_but_an_imported_one_not(tagged: Context) -> None:
    row = {**(journal.row_of(tagged.read, "task", 1) or {}), "uid": "from elsewhere"}
    with tagged.store.writing() as tx:
        journal.apply(tx, Action("import", "", (create("task", 500, row),)))
    assert add_task(tagged, "next") == 501


def test_ids_in_a_row(store: Store) -> None:
    with store.writing() as tx:
        assert [tx.new_id("task"), tx.new_id("task", 10), tx.new_id("task"), tx.new_id("tag")] == [1, 2, 12, 1]


def test_one_transaction_at_a_time(store: Store) -> None:
    with store.writing() as tx:
        tx.new_id("task")
        with pytest.raises(RuntimeError), store.writing():
            pass
        with pytest.raises(RuntimeError), store.snapshot():
            pass
        assert tx.new_id("task") == 2
    with store.snapshot() as read, pytest.raises(RuntimeError), store.writing():
        read.value("SELECT 1")
    with store.writing() as tx:
        assert tx.new_id("task") == 3


def test_between_statements_no_transaction_is_open(tagged: Context) -> None:
    other = Store.open(tagged.store.database, FixedClock())
    tagged.read.rows("SELECT * FROM task")
    tagged.read.row("SELECT * FROM task_row")
    with other.writing() as tx:
        tx.new_id("task")
    other.close()


def test_a_snapshot_is_one_state(tagged: Context) -> None:
    with tagged.store.snapshot() as read:
        assert read.value("SELECT count(*) FROM task") == 1
    assert not tagged.store._connection.in_transaction  # pyright: ignore[reportPrivateUsage]


def test_a_foreign_commit_shows_in_the_data_version(tagged: Context) -> None:
    other = Store.open(tagged.store.database, FixedClock())
    before = tagged.read.data_version()
    assert tagged.read.data_version() == before
    with other.writing() as tx:
        tx.new_id("task")
    assert tagged.read.data_version() != before
    other.close()


def test_the_history_of_a_task_is_all_that_belongs_to_it(tagged: Context) -> None:
    add_person(tagged)
    row = {"task_id": 1, "position": 0, "words": "step", "done": 0}
    with tagged.store.writing() as tx:
        journal.apply(tx, Action("checklist", "Step added", (create("checklist_item", 1, row),), Actor.DAEMON))
    add_task(tagged, "Something else")
    assert [entry.verb for entry in journal.recent(tagged.read, task_id=1)] == ["checklist", "add"]
    assert [entry.words for entry in journal.recent(tagged.read, 2)] == ["Added 2: Something else", "Step added"]


def test_the_journal_keeps_rows_and_values_as_they_are(tagged: Context) -> None:
    made = journal.changes_of(tagged.read, 2)
    assert [(one.entity, one.field, one.before) for one in made] == [("task", WHOLE, None), ("tag", WHOLE, None)]
    assert made[1].after == TAG


@pytest.mark.parametrize(
    "words", ['"', "*", "-", "a OR b", "NEAR(a b)", "title:x", "(", "\x00", "^a", "a*b", "ü", "😀", "''"]
)
def test_a_search_never_fails_on_what_is_typed(tagged: Context, words: str) -> None:
    tasks.search(tagged.read, words)


def test_search_finds_titles_and_notes_by_beginnings(tagged: Context) -> None:
    add_task(tagged, "Überweisung prüfen")
    assert tasks.search(tagged.read, "send num") == [1]
    assert tasks.search(tagged.read, "uberw") == [2]
    assert tasks.search(tagged.read, "nothing") == []


@pytest.mark.parametrize(
    ("given", "found"), [("1", [1]), ("9", []), ("9" * 30, []), ("-1", []), ("", []), ("%", []), ("²", [])]
)
def test_what_names_a_task(tagged: Context, given: str, found: list[int]) -> None:
    assert tasks.resolve(tagged.read, given) == found


def test_a_task_is_named_by_the_beginning_of_its_uid(tagged: Context) -> None:
    uid = str(tagged.read.value("SELECT uid FROM task"))
    assert tasks.resolve(tagged.read, uid) == [1]
    assert tasks.resolve(tagged.read, uid[:13].upper()) == [1]


def test_an_action_too_long_to_be_held_at_once_is_one_action(tagged: Context) -> None:
    with tagged.store.writing() as tx:
        begun = journal.apply(tx, Action("import", "Begun", (Change("task", 1, "title", "Send numbers", "One"),)))
        journal.go_on(tx, begun, Action("import", "", (Change("task", 1, "title", "One", "Two"),)))
        journal.reword(tx, begun, "Named twice")
    newest, before = journal.recent(tagged.read, 2)
    assert (newest.id, newest.words, before.words) == (begun, "Named twice", "Added 1: Send numbers")
    assert [change.after for change in journal.changes_of(tagged.read, begun)] == ["One", "Two"]


def test_what_moves_a_task_is_noted_with_the_action(tagged: Context) -> None:
    add_task(tagged, "Other @oak-street")
    step = {"task_id": 1, "position": 0, "words": "step", "done": 0}
    moving = [
        (create("checklist_item", 1, step), {1}),
        (Change("checklist_item", 1, "done", 0, 1), {1}),
        (Change("checklist_item", 1, "task_id", 1, 2), {1, 2}),
        (Change("checklist_item", 1, "task_id", 2, 1), {1, 2}),
        (delete("checklist_item", 1, {**step, "done": 1}), {1}),
        (Change("task", 1, "title", "Send numbers", "Another"), set[int]()),
    ]
    for change, moved in moving:
        with tagged.store.writing() as tx:
            action_id = journal.apply(tx, Action("test", "", (change,)))
        assert set(movements.of_action(tagged.read, action_id)) == moved, change


@pytest.mark.parametrize(
    ("changes", "hanging"),
    [
        ((create("tag", 2, {"task_id": 99, "name": "x"}),), "tag"),
        ((create("tag", 2, {"task_id": 1, "name": "x"}),), None),
        ((Change("tag", 1, "task_id", 1, 99),), "tag"),
        ((delete("tag", 1, TAG),), None),
    ],
)
def test_what_is_left_without_what_it_refers_to_is_named(
    tagged: Context, changes: tuple[Change, ...], hanging: str | None
) -> None:
    with tagged.store.writing() as tx, journal.rehearsal(tx, "test", changes):
        assert journal.left_hanging(tx, changes) == hanging


def test_what_i_did_since_is_mine_and_in_force(tagged: Context) -> None:
    def act(words: str, actor: Actor = Actor.ME, reverses: int | None = None) -> int:
        with tagged.store.writing() as tx:
            return journal.apply(tx, Action("test", words, (), actor), reverses=reverses)

    first = act("first")
    act("second")
    act("the daemon's", Actor.DAEMON)
    undone = act("undone")
    act("the undo", reverses=undone)
    act("last")
    with tagged.store.writing() as tx:
        journal.mark_undone(tx, undone, True)
    assert [entry.words for entry in journal.own_since(tagged.read, first)] == ["second", "last"]


def test_the_last_change_is_of_that_field_of_that_entity(tagged: Context) -> None:
    add_task(tagged, "Other @oak-street")
    made = journal.recent(tagged.read, 1)[0].id
    for change in (
        Change("task", 1, "title", "Send numbers", "One"),
        Change("task", 1, "public_title", None, "Numbers"),
        Change("task", 2, "title", "Other", "Another"),
    ):
        with tagged.store.writing() as tx:
            journal.apply(tx, Action("test", change.field, (change,)))
    found = journal.last_change(tagged.read, "task", 1, "title")
    assert found is not None
    assert found.id == made + 1
    assert journal.last_change(tagged.read, "task", 1, "deadline_on") is None


def test_what_an_undone_action_moved_is_computed_anew_wherever_it_belongs_by_then(
    tagged: Context, clock: FixedClock
) -> None:
    for line in ("Another whole @oak-street", "Part @oak-street"):
        add_task(tagged, line)

    def act(change: Change, reverses: int | None = None) -> int:
        clock.advance(days=7)
        with tagged.store.writing() as tx:
            if reverses is not None:
                journal.mark_undone(tx, reverses, True)
            return journal.apply(tx, Action("test", "", (change,)), reverses=reverses)

    act(Change("task", 3, "parent_id", None, 2))
    joined = act(Change("task", 3, "parent_id", 2, 1))
    started = act(Change("task", 3, "status", "open", "started"))
    act(Change("task", 3, "parent_id", 1, 2), joined)
    act(Change("task", 3, "status", "started", "open"), started)
    found = computed(tagged.read)
    with tagged.store.writing() as tx:
        derived.rebuild(tx)
    assert found == computed(tagged.read), "its former whole stands still since before it was moved"


def test_what_a_record_is_found_by_follows_its_words(tagged: Context) -> None:
    row = {
        "uid": "one",
        "practice_id": 1,
        "created_at": "2026-07-01T12:00:00Z",
        "decided_on": "2026-07-01",
        "words": "Faxes stay",
    }

    def found(words: str) -> bool:
        return record_words.found(tagged.read, "decision", words) == [1]

    with tagged.store.writing() as tx:
        journal.apply(tx, Action("test", "", (create("decision", 1, row),)))
    assert found("faxes")
    with tagged.store.writing() as tx:
        journal.apply(tx, Action("test", "", (Change("decision", 1, "words", "Faxes stay", "Letters go"),)))
    assert (found("faxes"), found("letters")) == (False, True)
