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
from tests.at_length import at_length
from tests.store.oracles import computed, facts, replayed, sound, state
from tests.storekit import memory_ctx, task

AROUND = [ANCHOR + timedelta(days=shift) for shift in range(-30, 60)]


@cache
def holidays() -> dict[str, frozenset[date]]:
    return {code: frozenset(holiday_dates(code, (2025, 2026, 2027))) for code in ("US", "NZ")}


@at_length(200)
@given(work())
def test_any_work_is_explained_by_its_journal_and_keeps_the_rules(schema: bytes, steps: list[Step]) -> None:
    """Asked of one walk, because the walk is what costs: each question alone would live the same steps."""
    ctx = memory_ctx(schema)
    for step in steps:
        before = state(ctx), journal(ctx)
        error = perform(ctx, step)
        note(f"{step}: {outcome_words(error)}")
        if error is not None:
            assert error.exit_code in (Exit.USAGE, Exit.NOT_FOUND, Exit.REFUSED), error.message
            assert (state(ctx), journal(ctx)) == before, "a refused verb changes nothing"
        assert ctx.read.rows("SELECT id FROM task WHERE target_on > promised_on") == [], "no target after its promise"
    assert state(ctx) == replayed(ctx.read), "the journal explains every row"
    sound(ctx.read)
    check_health(ctx)
    check_ids(ctx)
    check_computed_anew(ctx)


def journal(ctx: Context) -> list[tuple[object, ...]]:
    return ctx.read.rows("SELECT * FROM change")


def check_health(ctx: Context) -> None:
    """Fail unless every task's health follows the rule on every day."""
    rows = state(ctx)
    for entity, id in rows:
        if entity == "task":
            row, by = task(ctx, id), facts(rows, id, holidays())
            stored = Thresholds(row.in_buffer_from, row.at_risk_from, row.late_from)
            for day in AROUND:
                wanted = health_by_rule(by.health, by.share, by.calendar, day)
                assert health_on(row.status, stored, day) is wanted, (id, day)


def check_ids(ctx: Context) -> None:
    """Fail if an id was given twice."""
    made: set[tuple[str, int]] = set()
    sql = (
        "SELECT entity, entity_id FROM (SELECT c.entity, c.entity_id, a.reverses_id AS back "
        "FROM change c JOIN action a ON a.id = c.action_id "
        "WHERE c.field = '*' AND c.before IS NULL) WHERE back IS NULL"
    )
    for entity, id in ctx.read.rows(sql):
        assert (entity, id) not in made, "ids are never reused"
        made.add((entity, id))


def check_computed_anew(ctx: Context) -> None:
    """Fail unless what is computed from the rows is found again when it is computed anew."""
    before = computed(ctx.read)
    with ctx.store.writing() as tx:
        derived.rebuild(tx)
    assert computed(ctx.read) == before
