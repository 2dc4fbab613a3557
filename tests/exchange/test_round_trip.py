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
from followthru.actions.notice_keys import Key
from followthru.domain import fields
from followthru.domain.changes import Action, create
from followthru.domain.fields import Kind
from followthru.domain.people import Channel, RoleName
from followthru.domain.task import How
from followthru.errors import FollowthruError
from followthru.store import journal
from followthru.updates import checks, facts
from followthru.updates.outbox import UpdateKind
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


def kept(ctx: Context) -> dict[str, list[dict[str, Any]]]:
    """Return every entity with every field, as stored; of tags, which have no line of their own, not the ids."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entity in fields.ENTITIES:
        ids = [row[0] for row in ctx.read.rows(f'SELECT id FROM "{entity}"')]  # noqa: S608 -- our own table
        rows = [{"id": entity == "tag" or id, **(journal.row_of(ctx.read, entity, id) or {})} for id in ids]
        found[entity] = sorted(rows, key=str)
    return found


def computed(ctx: Context) -> list[Any]:
    """Return everything that is computed for tasks, but for stall: an import is what moved them last.

    The day from which Today looks at a task depends on it as well.
    """
    found: list[Any] = []
    for table in ("task_dates", "task_row"):
        columns = [name for (name,) in ctx.read.rows("SELECT name FROM pragma_table_info(?)", table)]
        kept = ", ".join(name for name in columns if name not in ("stalled_from", "notice_from"))
        found.append(ctx.read.rows(f"SELECT {kept} FROM {table} ORDER BY 1"))  # noqa: S608 -- our own table
    return found


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
    assert kept(copy) == kept(ctx)
    assert computed(copy) == computed(ctx)


BOOK = (
    '{"playbook": 1, "version": 3, "title": "T", "source": "S", "check_your_state": "C", "anchor": "A", "steps": '
    '[{"key": "a", "title": "T", "public": "P", "before": 1}]}'
)
VALUES: dict[str, dict[str, str | int]] = {
    "practice": {
        "timezone": "UTC", "weekdays": "1234", "holidays": "US-NY", "buffer_policy": "fixed:2", "status": "paused",
        "roll": "before",
    },
    "person": {"email": "ana@x.example", "channel": "call only", "timezone": "Europe/Paris"},
    "role": {"role": "lead", "cadence": "weekly:fri@16:00"},
    "task": {
        "status": "waiting", "area": "people", "priority": "low", "audience": "team", "target_source": "hand",
        "practice_id": 1, "assignee_id": 1, "waiting_on_id": 1, "uid": "00000000-0000-4000-8000-000000000002",
        "target_on": "2026-07-01", "catch_up": "one", "repeats": "2 weeks after done",
    },
    "season": {"weekdays": "12h"},
    "evidence": {"form": "file"},
    "register_item": {"service_every": "120 days", "audience": "team", "documents": '["cert.pdf"]'},
    "goal": {
        "uid": "00000000-0000-4000-8000-000000000004", "direction": "within", "aim": "85.5", "aim_to": "95",
        "audience": "team",
    },
    "reading": {"value": "97.5", "audience": "me"},
    "run": {"book": BOOK, "answers": '{"walls": "no"}', "roles": '{"owner": "ana"}', "people": '["ana"]'},
    "telling": {"how": "meeting", "update_id": 1, "calendar": "2026-07-01..2026-07-09 12345h 2026-07-03"},
    "decision": {"uid": "00000000-0000-4000-8000-000000000004", "audience": "team"},
    "decision_task": {"link": "moved"},
    "update": {
        "uid": "00000000-0000-4000-8000-000000000001", "kind": "nudge", "status": "held",
        "period": str(Key(UpdateKind.NUDGE, "00000000-0000-4000-8000-000000000002", date(2026, 7, 1), 3)),
        "facts": facts.dump(facts.Facts("2026-07-01T12:00:00Z", date(2026, 7, 1), {})),
        "flags": checks.dump([checks.Flag(checks.FlagName.LATE, "It is late.", 2)]),
    },
}  # fmt: skip
BY_KIND: dict[Kind, str | int] = {
    Kind.TEXT: "word", Kind.WHOLE: 3, Kind.FLAG: 1, Kind.DATE: "2026-07-02", Kind.TIME: "14:30",
    Kind.INSTANT: "2026-07-01T12:00:00Z", Kind.REF: 1, Kind.JSON: "[]",
}  # fmt: skip


def test_every_field_of_every_entity_goes_out_and_comes_back(schema: bytes) -> None:
    ctx = memory_ctx(schema)
    ids = dict.fromkeys(fields.ENTITIES, 1) | {"task": 2}
    first = {"uid": "00000000-0000-4000-8000-000000000003", "title": "First", "practice_id": 1, "status": "open"}
    changes = [create("task", 1, {**first, "reason_missing": 0, "created_at": "2026-07-01T12:00:00Z"})]
    for entity, id in ids.items():
        row = {field.name: BY_KIND[field.kind] for field in fields.of(entity)} | VALUES.get(entity, {})
        changes.append(create(entity, id, {**row, "task_id": 2} if "task_id" in row else row))
    with ctx.acting() as tx:
        journal.apply(tx, Action("test", "everything", tuple(changes)))
    copy = copied(schema, list(export_lines(ctx)))
    assert kept(copy) == kept(ctx)
    assert all(None not in row.values() for entity in ids for row in kept(copy)[entity] if row["id"] == ids[entity])


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
    monkeypatch.setattr(entities, "AT_ONCE", 2)
    assert list(export_lines(ctx)) == whole
