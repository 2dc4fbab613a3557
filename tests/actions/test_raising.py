"""What is to be raised with somebody: at one practice, ticked as one step, found by its words, seen by nobody else."""

from __future__ import annotations

import pytest

from followthru.actions import history, people, raising
from followthru.actions.context import Context
from followthru.actions.exporting import export_lines
from followthru.actions.importing import import_lines
from followthru.domain.people import RoleName
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.exchange.faults import LinesError
from followthru.store import journal
from followthru.store import raising as stored
from tests.storekit import add_person, add_practice, add_task, memory_ctx


@pytest.fixture
def office(ctx: Context) -> Context:
    """Dana at two practices, Sam at the first."""
    for slug in ("oak-street", "elm"):
        add_practice(ctx, slug)
        people.add(ctx, slug, people.NewPerson("Dana Reyes", "dana@x.example", RoleName.OWNER))
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    return ctx


def words(ctx: Context, **wanted: object) -> list[str]:
    """Return the words of the notes that a query finds."""
    return [one.words for one in stored.notes(ctx.read, **wanted)]  # pyright: ignore[reportArgumentType]


def test_somebody_at_one_practice_needs_none_named(office: Context) -> None:
    [note] = raising.add(office, "sam", "  the\nparking lot ").notes
    assert (note.practice, note.person, note.words) == ("oak-street", "sam", "the parking lot")


def test_somebody_at_two_is_raised_with_where_it_is_said(office: Context) -> None:
    with pytest.raises(UsageError, match="elm, oak-street"):
        raising.add(office, "dana", "the lease")
    task = add_task(office, "Lease @elm")
    assert raising.add(office, "dana", "the lease", task=str(task)).notes[0].practice == "elm"
    assert raising.add(office, "dana", "the lot", practice="oak").notes[0].practice == "oak-street"
    with pytest.raises(RefusedError, match="not one of oak-street"):
        raising.add(office, "dana", "no", practice="oak-street", task=str(task))
    with pytest.raises(NotFoundError, match="no sam at elm"):
        raising.add(office, "sam", "no", practice="elm")


def test_ticked_is_one_step_and_comes_back(office: Context) -> None:
    ids = [raising.add(office, "sam", text).notes[0].id for text in ("the lot", "the keys")]
    assert raising.done(office, ids).outcome.words == "Raised 2 things"
    assert words(office) == []
    history.undo(office)
    assert words(office) == ["the lot", "the keys"]
    raising.done(office, ids[:1])
    assert raising.done(office, ids[:1]).outcome.action_id is None
    raising.reopen(office, ids[0])
    assert words(office) == ["the lot", "the keys"]


def test_taken_away_and_put_back(office: Context) -> None:
    [note] = raising.add(office, "sam", "the lot").notes
    raising.edit(office, note.id, "the parking lot")
    raising.remove(office, note.id)
    assert words(office, raised=True) == []
    history.undo(office)
    assert words(office) == ["the parking lot"]
    history.undo(office)
    assert words(office) == ["the lot"]


def test_found_by_its_words(office: Context) -> None:
    raising.add(office, "sam", "the parking lot")
    [note] = raising.add(office, "sam", "the keys").notes
    assert words(office, words="park") == ["the parking lot"]
    raising.edit(office, note.id, "the park bench")
    assert words(office, words="park") == ["the parking lot", "the park bench"]
    assert words(office, words="keys") == []


def test_a_task_that_is_to_be_raised_is_not_undone_from_under_it(office: Context) -> None:
    task = add_task(office, "Lease @oak-street")
    [note] = raising.add(office, "sam", "the lease", task=str(task)).notes
    assert note.task == "Lease"
    with office.acting() as tx:
        newest = journal.newest_undoable(tx)
        assert newest is not None
        journal.mark_refused(tx, newest.id)
    with pytest.raises(RefusedError, match="a raise note recorded later belongs to it"):
        history.undo(office)


def test_an_import_holds_it_against_the_roles(office: Context, schema: bytes) -> None:
    raising.add(office, "sam", "the lot")
    lines = list(export_lines(office))
    copy = memory_ctx(schema)
    import_lines(copy, lines, "lines")
    assert list(export_lines(copy)) == lines
    wrong = [
        line.replace('"practice":"oak-street","person":"sam"', '"practice":"elm","person":"sam"') for line in lines
    ]
    note = [line for line in wrong if '"raise_note"' in line]
    others = [line for line in lines if '"raise_note"' not in line]
    with pytest.raises(LinesError, match="no role at the practice of the note"):
        import_lines(memory_ctx(schema), [*others, *note], "lines")
