"""Kept rates after any work: read from the rows alone, another way; what was taken back never counts."""

from __future__ import annotations

from datetime import date

from hypothesis import given, note

from followthru.actions import history, promises
from followthru.actions.context import Context
from followthru.actions.keeping import kept_by_practice
from followthru.domain.kept import Promised, Record, Told, Verdict, record, verdict
from followthru.domain.task import How
from followthru.store import practices
from tests.actions.verbs import Step, outcome_words, perform, work
from tests.at_length import at_length
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx


def day(text: str) -> date:
    return date.fromisoformat(text)


def by_rows(ctx: Context) -> dict[str | None, Record]:
    """Count every task that has a telling in force, on its first one, with the buffer written at that telling."""
    found: dict[str | None, list[Verdict]] = {}
    every = {one.id: one for one in practices.all_practices(ctx.read)}
    for id, practice_id, status, done_on in ctx.read.rows("SELECT id, practice_id, status, done_on FROM task"):
        told = [
            (Told(handle, day(on), day(told_on), place), buffer, days)
            for handle, on, told_on, place, buffer, days, retracted in ctx.read.rows(
                "SELECT (SELECT handle FROM person WHERE id = person_id), promised_on, told_on, id, buffer_days, "
                "calendar, retracted FROM telling WHERE task_id = ? ORDER BY told_on, id",
                id,
            )
            if not retracted
        ]
        if not told:
            continue
        practice = every.get(practice_id or 0)
        case = Promised(
            id,
            practice.slug if practice else None,
            tuple(one for one, *_ in told),
            told[0][1],
            day(done_on) if status == "done" else None,
            status == "dropped",
            days=told[0][2],
        )
        became = verdict(case, ctx.today(practice), practices.work_calendar(ctx.read, practice_id))
        found.setdefault(case.practice, []).append(became)
    return {slug: record(verdicts) for slug, verdicts in found.items()}


@at_length()
@given(work())
def test_the_record_is_what_the_rows_say(schema: bytes, steps: list[Step]) -> None:
    clock = FixedClock()
    ctx = memory_ctx(schema, clock)
    for step in steps:
        note(f"{step}: {outcome_words(perform(ctx, step))}")
        clock.advance(days=step.b % 4)
    clock.advance(days=9)
    assert {slug: kept.practice for slug, kept in kept_by_practice(ctx).items()} == by_rows(ctx)


@at_length()
@given(work())
def test_a_telling_taken_back_leaves_every_record_as_it_was(schema: bytes, steps: list[Step]) -> None:
    clock = FixedClock()
    ctx = memory_ctx(schema, clock)
    add_practice(ctx, buffer_policy="fixed:2")
    add_person(ctx)
    add_task(ctx, "Renew licence by 15 Jul @oak-street")
    for step in steps:
        perform(ctx, step)
    if ctx.read.value("SELECT audience FROM task_row WHERE id = 1 AND practice = 'oak-street'") in (None, "me"):
        return
    before = kept_by_practice(ctx)
    promises.tell(ctx, 1, "dana", date(2026, 7, 3), how=How.CALL)
    clock.advance(days=1)
    history.undo(ctx)
    clock.advance(days=-1)
    assert kept_by_practice(ctx) == before
