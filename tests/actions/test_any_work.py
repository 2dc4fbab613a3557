"""After any work by anybody: the journal explains every row, dates follow their rules, guards have held."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from hypothesis import given, note

from followthru.actions.context import Context
from followthru.domain.health import Thresholds, health_by_rule, health_on
from followthru.domain.public_holidays import holiday_dates
from followthru.errors import Exit
from followthru.store import derived
from tests.actions.verbs import ANCHOR, Step, outcome_words, perform, work
from tests.store.oracles import computed, facts, replayed, sound, state
from tests.storekit import memory_ctx, task

AROUND = [ANCHOR + timedelta(days=shift) for shift in range(-30, 60)]


@cache
def holidays() -> dict[str, frozenset[date]]:
    return {code: frozenset(holiday_dates(code, (2025, 2026, 2027))) for code in ("US", "NZ")}


def worked(schema: bytes, steps: list[Step]) -> Context:
    ctx = memory_ctx(schema)
    for step in steps:
        error = perform(ctx, step)
        note(f"{step}: {outcome_words(error)}")
        assert error is None or error.exit_code in (Exit.USAGE, Exit.NOT_FOUND, Exit.REFUSED), error.message
    return ctx


@given(work())
def test_the_journal_explains_every_row(schema: bytes, steps: list[Step]) -> None:
    ctx = worked(schema, steps)
    assert state(ctx) == replayed(ctx.read)
    sound(ctx.read)


@given(work())
def test_a_refused_verb_changes_nothing(schema: bytes, steps: list[Step]) -> None:
    ctx = memory_ctx(schema)
    for step in steps:
        before, journal_before = state(ctx), ctx.read.rows("SELECT * FROM change")
        if perform(ctx, step) is not None:
            assert (state(ctx), ctx.read.rows("SELECT * FROM change")) == (before, journal_before)


@given(work())
def test_health_follows_the_rule_on_every_day(schema: bytes, steps: list[Step]) -> None:
    ctx = worked(schema, steps)
    rows = state(ctx)
    for entity, id in rows:
        if entity == "task":
            row, by = task(ctx, id), facts(rows, id, holidays())
            stored = Thresholds(row.in_buffer_from, row.at_risk_from, row.late_from)
            for day in AROUND:
                wanted = health_by_rule(by.health, by.share, by.calendar, day)
                assert health_on(row.status, stored, day) is wanted, (id, day)


@given(work())
def test_computing_anew_finds_the_same(schema: bytes, steps: list[Step]) -> None:
    ctx = worked(schema, steps)
    before = computed(ctx.read)
    with ctx.store.writing() as tx:
        derived.rebuild(tx)
    assert computed(ctx.read) == before


@given(work())
def test_a_target_never_comes_after_its_promise(schema: bytes, steps: list[Step]) -> None:
    ctx = memory_ctx(schema)
    for step in steps:
        perform(ctx, step)
        late = "SELECT id FROM task WHERE target_on > promised_on"
        assert ctx.read.rows(late) == [], step


@given(work())
def test_ids_are_never_reused(schema: bytes, steps: list[Step]) -> None:
    ctx = worked(schema, steps)
    made: set[tuple[str, int]] = set()
    sql = (
        "SELECT entity, entity_id, uid FROM (SELECT c.entity, c.entity_id, a.reverses_id AS back, "
        "json_extract(c.after, '$.uid') AS uid FROM change c JOIN action a ON a.id = c.action_id "
        "WHERE c.field = '*' AND c.before IS NULL) WHERE back IS NULL"
    )
    for entity, id, _ in ctx.read.rows(sql):
        assert (entity, id) not in made
        made.add((entity, id))
