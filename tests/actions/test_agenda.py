"""Today and the week: every task in the first section that fits, on its own practice's day."""

from __future__ import annotations

import socket
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given

from followthru.actions import agenda, edit, history, practices, promises, tasks
from followthru.actions.context import Context
from followthru.actions.tasks import Waiting
from followthru.actions.wake import SOCKET, wake
from followthru.domain.changes import Actor
from followthru.domain.people import PracticeStatus
from followthru.domain.task import CLOSED, How, Status, TaskRow
from followthru.store import practices as read_practices
from followthru.store import tasks as read_tasks
from tests.actions.verbs import Step, perform, work
from tests.at_length import at_length
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx, task

ORDER = [
    "needs you", "late", "promised today", "at risk", "in buffer", "follow-ups", "for today", "stalled", "started"
]  # fmt: skip


@pytest.fixture
def clock() -> FixedClock:
    """Wednesday 15 July 2026, noon UTC."""
    return FixedClock(datetime(2026, 7, 15, 12, tzinfo=UTC))


@pytest.fixture
def ctx(schema: bytes, clock: FixedClock) -> Context:
    made = memory_ctx(schema, clock)
    add_practice(made)
    add_person(made)
    return made


def shown(ctx: Context, **scope: int) -> dict[str, list[str]]:
    sections = agenda.today_sections(ctx, ctx.read, **scope)
    assert all(section.total == len(section.tasks) for section in sections)
    return {section.name: [row.title for row in section.tasks] for section in sections}


def comes_back(row: TaskRow, today: date) -> bool:
    return row.starts_on is not None and row.starts_on <= today and row.status in (Status.INBOX, Status.OPEN)


def test_each_section_by_example(ctx: Context, clock: FixedClock) -> None:
    lines = {
        "late": "by 2026-07-14",
        "late by deadline": "by 2026-07-30 deadline 2026-07-13",
        "late by target": "target 2026-07-14",
        "today": "by 2026-07-15",
        "today with buffer": "by 2026-07-15 ~3d",
        "at risk": "by 2026-07-16 ~4d",
        "in buffer": "by 2026-07-20 ~4d",
        "target today": "by 2026-07-16 ~1d",
        "deadline today": "deadline 2026-07-15",
        "starts today": "from 2026-07-15",
        "target today but not begun": "by 2026-07-21 target 2026-07-15 from 2026-07-16",
        "quiet": "by 2026-07-30 ~3d",
        "undated": "",
        "starts tomorrow": "from 2026-07-16",
    }
    for title, words in lines.items():
        add_task(ctx, f'"{title}" {words} @oak-street')
    add_task(ctx, "in the inbox")
    add_task(ctx, "out of step by 2026-07-30 to dana @oak-street")
    promises.promise(ctx, 16, promises.NewPromise(date(2026, 7, 31)), because="x")
    add_task(ctx, "moved by calendar by 2026-07-14 to dana @oak-street")
    promises.promise(ctx, 17, promises.NewPromise(date(2026, 7, 28)), actor=Actor.CALENDAR)
    add_task(ctx, "waits @oak-street")
    tasks.wait(ctx, 18, Waiting("dana", follow_up=date(2026, 7, 15)))
    add_task(ctx, "waits longer @oak-street")
    tasks.wait(ctx, 19, Waiting("dana", follow_up=date(2026, 7, 16)))
    add_task(ctx, "begun @oak-street")
    tasks.start(ctx, 20)
    add_task(ctx, "done by 2026-07-01 @oak-street")
    tasks.done(ctx, 21)
    add_task(ctx, "started to count last week from 2026-07-08 @oak-street")
    clock.at -= timedelta(days=14)
    add_task(ctx, "standing still @oak-street")
    clock.at += timedelta(days=14)
    found = {name: {title.strip('"') for title in titles} for name, titles in shown(ctx).items()}
    assert list(found) == ORDER
    assert found == {
        "needs you": {"in the inbox", "out of step", "moved by calendar"},
        "late": {"late", "late by deadline", "late by target"},
        "promised today": {"today", "today with buffer"},
        "at risk": {"at risk"},
        "in buffer": {"in buffer"},
        "follow-ups": {"waits"},
        "for today": {"target today", "deadline today", "starts today", "started to count last week"},
        "stalled": {"standing still"},
        "started": {"begun"},
    }


def test_telling_another_date_needs_you_until_it_is_taken_back(ctx: Context) -> None:
    add_task(ctx, "x by 2026-07-30 @oak-street")
    promises.tell(ctx, 1, "dana", date(2026, 7, 29), how=How.CALL)
    assert shown(ctx) == {"needs you": ["x"]}
    history.undo(ctx)
    assert shown(ctx) == {}
    history.redo(ctx)
    promises.tell(ctx, 1, "dana", how=How.CALL)
    assert shown(ctx) == {}


def test_sections_can_be_of_one_practice(ctx: Context) -> None:
    other = add_practice(ctx, "harbor-view")
    for line in ("here by 2026-07-01 @oak-street", "there by 2026-07-01 @harbor-view", "nowhere by 2026-07-01"):
        add_task(ctx, line)
    assert shown(ctx, practice_id=other.id) == {"late": ["there"]}
    assert shown(ctx) == {"needs you": ["nowhere"], "late": ["here", "there"]}


def test_each_practice_has_its_own_day(ctx: Context, clock: FixedClock) -> None:
    """At 08:30 UTC on the 15th it is the 15th in Auckland and in UTC, and the 14th still, 22:30, in Honolulu."""
    clock.at = datetime(2026, 7, 15, 8, 30, tzinfo=UTC)
    add_practice(ctx, "auckland", timezone="Pacific/Auckland")
    add_practice(ctx, "honolulu", timezone="Pacific/Honolulu")
    slugs = ("oak-street", "auckland", "honolulu")
    for slug in slugs:
        for day in (13, 14, 15, 16):
            add_task(ctx, f"{slug} {day} by 2026-07-{day} @{slug}")
    assert shown(ctx) == {
        "late": ["oak-street 13", "auckland 13", "honolulu 13", "oak-street 14", "auckland 14"],
        "promised today": ["honolulu 14", "oak-street 15", "auckland 15"],
    }
    clock.at = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
    assert shown(ctx) == {
        "late": ["oak-street 13", "auckland 13", "honolulu 13", *(f"{slug} 14" for slug in slugs), "auckland 15"],
        "promised today": ["oak-street 15", "honolulu 15", "auckland 16"],
    }


def test_days_fill_every_mark_of_a_condition(ctx: Context, clock: FixedClock) -> None:
    clock.at = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
    one = agenda.Days(ctx, ctx.read).where("late_from <= ? OR promised_on = ?", 2)
    assert one[:2] == ("(late_from <= ? OR promised_on = ?)", ("2026-07-17", "2026-07-17"))
    add_practice(ctx, "auckland", timezone="Pacific/Auckland")
    days = agenda.Days(ctx, ctx.read)
    assert (days.today(None), days.today("auckland"), days.today("oak-street")) == (
        date(2026, 7, 15), date(2026, 7, 16), date(2026, 7, 15),
    )  # fmt: skip
    assert (days.earliest, days.latest) == (date(2026, 7, 15), date(2026, 7, 16))
    many = days.where("next_on = ?")
    add_task(ctx, "a by 2026-07-16 @auckland")
    add_task(ctx, "b by 2026-07-16 @oak-street")
    add_task(ctx, "c by 2026-07-15")
    assert [row.title for row in read_tasks.rows(ctx.read, many)] == ["c", "a"]


def test_a_long_section_hides_nothing_of_the_next(ctx: Context) -> None:
    for number in range(agenda.SECTION_LIMIT + 5):
        add_task(ctx, f"inbox {number} by 2026-07-01")
    add_task(ctx, "late by 2026-07-14 @oak-street")
    first, second = agenda.today_sections(ctx, ctx.read)
    assert (first.name, len(first.tasks), first.total) == ("needs you", 200, 205)
    assert [row.title for row in second.tasks] == ["late"]


def test_the_week_has_a_section_a_day(ctx: Context) -> None:
    for line in (
        "before by 2026-07-14",
        "today by 2026-07-15",
        "last by 2026-07-21",
        "next week by 2026-07-22",
        "aimed at target 2026-07-17",
        "undated",
        "deadline first by 2026-07-20 deadline 2026-07-18",
    ):
        add_task(ctx, f"{line} @oak-street")
    found = {section.name: [row.title for row in section.tasks] for section in agenda.week(ctx, ctx.read)}
    assert list(found) == ["before", "2026-07-15", "2026-07-17", "2026-07-18", "2026-07-21"]
    assert found["before"] == ["before"]
    assert found["2026-07-18"] == ["deadline first"]


def test_the_week_ends_a_week_from_the_practices_day(ctx: Context, clock: FixedClock) -> None:
    clock.at = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
    add_practice(ctx, "auckland", timezone="Pacific/Auckland")
    for slug in ("oak-street", "auckland"):
        for day in (15, 22, 23):
            add_task(ctx, f"{slug} {day} by 2026-07-{day} @{slug}")
    found = {section.name: [row.title for row in section.tasks] for section in agenda.week(ctx, ctx.read)}
    assert found == {"before": ["auckland 15"], "2026-07-15": ["oak-street 15"], "2026-07-22": ["auckland 22"]}


def section_by_rule(row: TaskRow, today: date) -> str | None:
    """The first section that fits a task, from the row alone."""
    begun = row.starts_on is None or row.starts_on <= today
    fits = {
        "needs you": row.reason_missing or row.status is Status.INBOX or row.out_of_step > 0,
        "late": row.late_from is not None and row.late_from <= today,
        "promised today": row.promised_on == today,
        "at risk": row.at_risk_from is not None and row.at_risk_from <= today,
        "in buffer": row.in_buffer_from is not None and row.in_buffer_from <= today,
        "follow-ups": row.follow_up_on is not None and row.follow_up_on <= today,
        "for today": begun
        and (
            (row.target_on is not None and row.target_on <= today) or row.deadline_on == today or comes_back(row, today)
        ),
        "stalled": row.stalled(today),
        "started": begun and row.status is Status.STARTED,
    }
    return next((name for name in ORDER if fits[name]), None)


@at_length()
@given(work())
def test_any_work_stands_where_the_rule_puts_it(schema: bytes, steps: list[Step]) -> None:
    clock = FixedClock()
    ctx = memory_ctx(schema, clock)
    for step in steps:
        perform(ctx, step)
    for _ in range(4):
        clock.advance(days=5, hours=7)
        today = {one.slug: ctx.today(one) for one in read_practices.all_practices(ctx.read)}
        wanted: dict[str, list[int]] = {}
        for (id,) in ctx.read.rows("SELECT task_id FROM task_dates ORDER BY next_on, task_id"):
            row = task(ctx, id)
            name = section_by_rule(row, today.get(row.practice or "", ctx.today()))
            if name is not None and row.status not in CLOSED:
                wanted.setdefault(name, []).append(id)
        found = agenda.today_sections(ctx, ctx.read)
        shown = {section.name: [row.id for row in section.tasks] for section in found}
        assert shown == {name: ids[: agenda.most_of(name)] for name, ids in wanted.items()}
        assert {section.name: section.total for section in found} == {name: len(ids) for name, ids in wanted.items()}


def test_a_paused_practice_still_has_its_work(ctx: Context) -> None:
    add_task(ctx, "x by 2026-07-01 @oak-street")
    practices.set_status(ctx, "oak-street", PracticeStatus.PAUSED)
    assert shown(ctx) == {"late": ["x"]}


def test_health_in_words(ctx: Context) -> None:
    add_task(ctx, "x by 2026-07-20 ~4d @oak-street")
    edit.edit(ctx, 1, {"deadline": "2026-07-19"})
    words = [str(agenda.health(task(ctx, 1), date(2026, 7, 14) + timedelta(days=shift))) for shift in range(8)]
    assert words == ["on track", "in buffer", "in buffer", "at risk", "at risk", "at risk", "late", "late"]


def test_waking_reaches_a_daemon_that_listens() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as daemon:
        daemon.bind(f"{folder}/{SOCKET}")
        assert wake(Path(folder))
        assert daemon.recv(10) == b""


def test_waking_nobody_is_no_fault(tmp_path: Path) -> None:
    assert not wake(tmp_path)
    assert not wake(tmp_path / ("long" * 60))
    (tmp_path / SOCKET).write_text("no socket")
    assert not wake(tmp_path)
