"""An export put into an empty store and exported again is the same, byte for byte, whatever was in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthru.actions import edit, history, people, practices, promises, tasks
from followthru.actions.context import Context
from followthru.actions.exporting import export_lines
from followthru.actions.importing import import_lines
from followthru.domain import fields
from followthru.domain.changes import Action, create
from followthru.domain.people import Channel, RoleName
from followthru.domain.task import How
from followthru.errors import FollowthruError
from followthru.store import journal
from tests.storekit import NOON, FixedClock, add_task, memory_ctx

TODAY = NOON.date()
SLUGS = ("oak-street", "elm")
HANDLES = ("dana", "kim", "ana")
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(str.strip)
DAYS = st.integers(-30, 60).map(lambda days: TODAY + timedelta(days=days))
IDS = st.integers(1, 6)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "area": st.sampled_from(["operations", "people"]),
        "public_title": TEXT,
        "kind": TEXT,
        "notes": st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t")),
        "estimate": st.integers(0, 999).map(str),
        "audience": st.sampled_from(["me", "owners", "team"]),
        "tags": st.lists(st.sampled_from(["a", "b", "ä"])).map(" ".join),
        "checklist": st.lists(TEXT.map(lambda words: words.replace(";", ","))).map(";".join),
        "needs": IDS.map(str),
        "parent": IDS.map(str),
        "deadline": DAYS.map(str),
        "starts": DAYS.map(str),
    },
)
STEPS: st.SearchStrategy[tuple[Any, ...]] = st.one_of(
    st.tuples(st.just("add"), TEXT, st.sampled_from((*SLUGS, None)), st.none() | DAYS, st.none() | st.integers(0, 9)),
    st.tuples(st.just("edit"), IDS, FIELDS),
    st.tuples(st.just("promise"), IDS, DAYS, TEXT),
    st.tuples(st.just("tell"), IDS, st.sampled_from(HANDLES), st.none() | DAYS, st.sampled_from(How)),
    st.tuples(st.just("target"), IDS, st.none() | DAYS),
    st.tuples(st.just("wait"), IDS, st.sampled_from(HANDLES), st.none() | TEXT),
    st.tuples(st.sampled_from(("start", "done", "drop", "reopen", "undo")), IDS),
    st.tuples(st.just("close"), st.sampled_from(SLUGS), DAYS),
)


def prepared(schema: bytes) -> Context:
    """Return a desk with two practices and three people, one of them at both."""
    ctx = memory_ctx(schema, FixedClock())
    practices.add(ctx, practices.NewPractice("oak-street", "America/New_York", "Oak Street", None, "1234", "fixed:2"))
    practices.add(ctx, practices.NewPractice("elm", "UTC"))
    new = people.NewPerson("Dana Reyes", "dana@x.example", RoleName.OWNER, "Dr. Reyes", "weekly:fri@16:00")
    people.add(ctx, "oak-street", new)
    people.add(ctx, "elm", people.NewPerson("Dana Reyes", "dana@x.example", RoleName.LEAD))
    people.add(ctx, "elm", people.NewPerson("Kim Roe", None, RoleName.VENDOR, channel=Channel.NONE))
    people.add(ctx, "oak-street", people.NewPerson("Ana Sol", "ana@x.example", RoleName.STAFF))
    return ctx


def take(ctx: Context, step: tuple[Any, ...]) -> None:
    """Take one step; what a guard refuses is not taken."""
    match step:
        case ("add", title, slug, on, buffer):
            words = [f'"{title.replace(chr(34), "")}"', f"@{slug}" if slug else "", f"by {on}" if on else ""]
            add_task(ctx, " ".join((*words, "" if buffer is None else f"~{buffer}d")))
        case ("edit", id, given):
            edit.edit(ctx, id, given)
        case ("promise", id, on, because):
            promises.promise(ctx, id, promises.NewPromise(on), because=because)
        case ("tell", id, handle, on, how):
            promises.tell(ctx, id, handle, on, how=how)
        case ("target", id, on):
            promises.target(ctx, id, on)
        case ("wait", id, handle, what):
            tasks.wait(ctx, id, tasks.Waiting(handle, what))
        case ("close", slug, on):
            practices.close(ctx, slug, [on])
        case ("undo", _):
            history.undo(ctx)
        case (verb, id):
            {"start": tasks.start, "done": tasks.done, "drop": tasks.drop, "reopen": tasks.reopen}[verb](ctx, id)
        case _:
            raise AssertionError(step)


def copied(schema: bytes, lines: list[str]) -> Context:
    """Return an empty desk that took in these lines."""
    ctx = memory_ctx(schema, FixedClock(NOON + timedelta(days=400)))
    import_lines(ctx, lines, "lines")
    return ctx


def derived_and_stored(ctx: Context) -> list[Any]:
    """Return everything that is computed or stored for tasks, machine state aside."""
    tables = ("task_row", "task_dates", "telling_row", "member_row", "checklist_item", "dependency", "closure")
    # Names of our own tables, not anybody's words.
    return [ctx.read.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]  # noqa: S608


@given(steps=st.lists(STEPS, max_size=25))
@settings(max_examples=40)
def test_an_export_comes_back_as_it_was(schema: bytes, steps: list[tuple[Any, ...]]) -> None:
    ctx = prepared(schema)
    for step in steps:
        try:
            take(ctx, step)
        except FollowthruError:
            continue
    lines = list(export_lines(ctx))
    copy = copied(schema, lines)
    assert list(export_lines(copy)) == lines
    assert derived_and_stored(copy) == derived_and_stored(ctx)


def test_every_entity_and_field_goes_out_and_comes_back(schema: bytes) -> None:
    ctx = prepared(schema)
    practices.close(ctx, "elm", [date(2026, 7, 3)])
    add_task(ctx, "Renew cover by 15 Jul to dana @oak-street #a")
    add_task(ctx, "Other @oak-street")
    edit.edit(ctx, 2, {"needs": "1", "checklist": "call; [x] sign"})
    update = {
        "uid": "00000000-0000-4000-8000-000000000001", "practice_id": 1, "person_id": 1, "kind": "digest",
        "period": "2026-W27", "status": "approved", "subject": "News", "body": "one\ntwo", "facts": '{"a": [1]}',
        "flags": "[]", "edited": 1, "drafted_at": "2026-07-01T12:00:00Z", "approved_at": "2026-07-01T13:00:00Z",
        "approved_by": "me", "approved_hash": "x", "send_after": None,
    }  # fmt: skip
    with ctx.acting() as tx:
        about = create("about", tx.new_id("about"), {"task_id": 2, "person_id": 1})
        sent = create("update", tx.new_id("update"), update)
        told = tx.row("SELECT id FROM telling")
        assert told is not None
        changes = (about, sent)
        journal.apply(tx, Action("test", "made by hand", changes))
    lines = list(export_lines(ctx))
    assert {f'"type":"{entity}"' for entity in fields.ENTITIES if entity != "tag"} <= {
        part for line in lines for part in [line.partition(",")[0].removeprefix("{")]
    }
    assert list(export_lines(copied(schema, lines))) == lines


def test_ids_go_on_after_the_last_one_that_came_in(schema: bytes) -> None:
    ctx = prepared(schema)
    for _ in range(3):
        add_task(ctx, "One @elm")
    history.undo(ctx)
    copy = copied(schema, list(export_lines(ctx)))
    assert add_task(copy, "Next @elm #x") == 3
    assert add_task(ctx, "Next @elm #x") == 4


def test_an_import_is_one_step(schema: bytes) -> None:
    lines = list(export_lines(prepared(schema)))
    copy = copied(schema, lines)
    history.undo(copy)
    assert len(list(export_lines(copy))) == 1
    history.redo(copy)
    assert list(export_lines(copy)) == lines
    history.undo(copy)
    import_lines(copy, lines, "again")
    assert list(export_lines(copy)) == lines


def test_lines_are_given_out_page_by_page(schema: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from followthru.store import entities

    ctx = prepared(schema)
    for number in range(7):
        add_task(ctx, f"Task {number} @elm #a")
    whole = list(export_lines(ctx))
    monkeypatch.setattr(entities, "PAGE", 2)
    assert list(export_lines(ctx)) == whole
