"""Sample data: in as one step, out as one step, with nothing of the user's, and nothing of it ever leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthru.actions import (
    agenda,
    calibration,
    drafting,
    edit,
    hours,
    lookup,
    notices,
    people,
    practices,
    promise_log,
    publishing,
    sample,
    tasks,
    updates,
)
from followthru.actions import promises as promise_verbs
from followthru.actions.brief import brief
from followthru.actions.brief import lines as brief_lines
from followthru.actions.context import Context
from followthru.actions.history import undo
from followthru.actions.practices import NewPractice
from followthru.calendars.shown import View, shown
from followthru.domain import fields
from followthru.domain.kept import Record
from followthru.domain.people import RoleName
from followthru.domain.sample import SAMPLE_SLUGS
from followthru.domain.task import Audience, How
from followthru.errors import NotFoundError, RefusedError
from followthru.store import entities, journal, kept
from followthru.store import practices as read_practices
from followthru.store import tasks as read_tasks
from followthru.store import updates as read_updates
from tests.actions.mailkit import ACCOUNT, config
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx


def _everything(ctx: Context) -> dict[str, list[object]]:
    return {
        entity: [row for page in entities.pages(ctx.read, entity) for row in page]
        for entity in fields.ENTITIES
        if entity not in ("action", "change")
    }


def _told_sample_task(ctx: Context) -> int:
    rows = read_tasks.rows(ctx.read)
    return next(row.id for row in rows if row.told and row.practice == "sample-oak" and not row.closed)


def test_it_looks_like_practices_at_work_and_says_that_it_is_none(ctx: Context) -> None:
    sample.add(ctx)
    found = sample.found(ctx.read)
    assert found is not None
    assert set(found.practices) == SAMPLE_SLUGS
    there = _everything(ctx)
    for entity in (
        "task",
        "telling",
        "goal",
        "reading",
        "register_item",
        "hours_entry",
        "meeting",
        "raise_note",
        "tag",
    ):
        assert there[entity], entity
    assert all("(sample)" in one.name for one in read_practices.all_practices(ctx.read))
    assert all(one.email is None or one.email.endswith(".example") for one in read_practices.everybody(ctx.read))
    sections = agenda.today_sections(ctx, ctx.read)
    assert {"late", "promised today", "in buffer", "started"} <= {one.name for one in sections}
    assert len(journal.recent(ctx.read)) == 1, "one step"


@settings(max_examples=4)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2031, 12, 31)))  # noqa: DTZ001 -- given its zone below
def test_it_is_put_in_on_any_day_and_undo_takes_all_of_it_out(schema: bytes, at: datetime) -> None:
    ctx = memory_ctx(schema, FixedClock(at.replace(tzinfo=UTC)))
    sample.add(ctx)
    undo(ctx)
    assert entities.is_empty(ctx.read)


def test_it_is_taken_out_whole_and_what_came_to_belong_to_it_with_it_and_undo_brings_it_back(ctx: Context) -> None:
    mine = add_task(ctx, "Thank-you cards")
    sample.add(ctx)
    id = _told_sample_task(ctx)
    promise_verbs.tell(ctx, id, "odette", how=How.MEETING)
    drafting.draft(ctx, "sample-oak", "odette")
    practices.close(ctx, "sample-oak", [date(2026, 12, 24)])
    before = _everything(ctx)
    outcome = sample.remove(ctx)
    assert outcome.notes == ()
    assert [row.id for row in read_tasks.rows(ctx.read)] == [mine]
    left = {entity for entity, rows in _everything(ctx).items() if rows}
    assert left == {"task"}
    assert sample.found(ctx.read) is None
    undo(ctx)
    assert _everything(ctx) == before
    sample.remove(ctx)
    with pytest.raises(NotFoundError, match="There is no sample data"):
        sample.remove(ctx)


def test_what_the_user_made_stays_with_what_it_needs_and_the_rest_goes_once_it_is_filed_elsewhere(
    ctx: Context,
) -> None:
    sample.add(ctx)
    mine = add_task(ctx, "Order paper by 2026-07-10 to odette @sample-oak +prisca")
    outcome = sample.remove(ctx)
    assert "Something of yours is at sample-oak" in outcome.notes[0]
    assert [row.id for row in read_tasks.rows(ctx.read)] == [mine]
    assert read_tasks.rows(ctx.read)[0].told
    assert [one.slug for one in read_practices.all_practices(ctx.read)] == ["sample-oak"]
    assert {one.handle for one in read_practices.everybody(ctx.read)} == {"jules", "maribel", "odette", "prisca"}
    with pytest.raises(NotFoundError, match="in use"):
        sample.remove(ctx)
    undo(ctx)
    undo(ctx)
    assert read_tasks.count(ctx.read, read_tasks.Query()) > 30
    sample.remove(ctx)
    assert entities.is_empty(ctx.read)


def test_somebody_of_it_who_was_given_a_role_at_a_real_practice_stays(ctx: Context) -> None:
    sample.add(ctx)
    add_practice(ctx, "birch-lane")
    people.add(ctx, "birch-lane", people.NewPerson("Odette Reyes", "odette@oakstreet.example", RoleName.OWNER))
    sample.remove(ctx)
    assert [(one.practice, one.handle) for one in read_practices.everybody(ctx.read)] == [("birch-lane", "odette")]


def test_it_never_stands_among_practices_of_the_user(ctx: Context) -> None:
    add_practice(ctx)
    with pytest.raises(RefusedError, match="without practices"):
        sample.add(ctx)


def test_nobody_takes_its_slugs(ctx: Context) -> None:
    with pytest.raises(RefusedError, match="kept for the sample data"):
        practices.add(ctx, NewPractice("sample-oak", "UTC"))


# Nothing of it leaves


def test_no_calendar_ever_shows_it(ctx: Context) -> None:
    sample.add(ctx)
    mine = add_task(ctx, "Call the payer by 2026-07-10")
    rows = read_tasks.rows(ctx.read)
    events = shown(rows, View("mine", Audience.ME), today=ctx.today(), zones={}, home_zone="UTC")
    assert {event.task_id for event in events} == {mine}
    for slug in SAMPLE_SLUGS:
        view = View("theirs", Audience.OWNERS, practices=(slug,))
        assert publishing.published_to(ctx, ctx.read, view) == ((), ())


def test_no_mail_is_drafted_by_itself_and_none_can_be_approved(ctx: Context, clock: FixedClock) -> None:
    sample.add(ctx)
    for _ in range(10):
        notices.prepare(ctx)
        hours.draft_due(ctx)
        clock.advance(days=1)
    assert read_updates.listed(ctx.read, limit=-1) == []
    wide = config(0, ACCOUNT._replace(practices=("sample-oak", "oak-street")))
    drafted = drafting.draft(ctx, "sample-oak", "odette").update_id
    with pytest.raises(RefusedError, match="nothing of it is ever sent"):
        updates.approve(ctx, wide, drafted)
    assert wide.mail_for("sample-oak") is None
    assert wide.mail_for("oak-street") is not None


def test_the_morning_brief_has_no_word_of_it(ctx: Context) -> None:
    sample.add(ctx)
    add_task(ctx, "Call the payer by 2026-07-01")
    drafting.draft(ctx, "sample-oak", "odette")
    assert "sample" in "\n".join(brief_lines(brief(ctx)))
    assert "sample" not in "\n".join(brief_lines(brief(ctx, leaves=True)))
    assert "Call the payer" in "\n".join(brief_lines(brief(ctx, leaves=True)))


def test_it_teaches_no_forecast_of_a_real_practice_and_counts_in_no_rate(ctx: Context, clock: FixedClock) -> None:
    sample.add(ctx)
    kind, place, id = "licence-renewal", "sample-oak", _told_sample_task(ctx)
    edit.edit(ctx, id, {"kind": kind})
    tasks.done(ctx, id)
    clock.advance(days=1)
    add_practice(ctx)
    add_person(ctx)
    real, made_up = (lookup.practice(ctx.read, slug) for slug in ("oak-street", place))
    assert calibration.foretell(ctx, kind, real).cases == ()
    assert calibration.foretell(ctx, kind, None).cases == ()
    assert len(calibration.foretell(ctx, kind, made_up).cases) >= 1, "it shows what it would be like"
    assert calibration.own_history(ctx, Fraction(9, 10)).promised == ()
    assert calibration.told_or_model(ctx)[1] == {}
    assert promise_log.of_all(ctx).record == Record()
    assert promise_log.of_all(ctx, practice=place).record != Record()
    add_task(ctx, "Lease by 2026-07-03 to dana @oak-street")
    tasks.done(ctx, max(row.id for row in read_tasks.rows(ctx.read)))
    assert promise_log.of_all(ctx).record.kept.of == 1, "what is real counts"


def test_it_does_not_count_in_what_was_kept_once_it_is_out(ctx: Context) -> None:
    sample.add(ctx)
    assert kept.promised(ctx.read)
    sample.remove(ctx)
    add_practice(ctx)
    add_person(ctx)
    assert not kept.promised(ctx.read)
