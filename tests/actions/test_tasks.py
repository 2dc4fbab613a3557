"""The verbs of a task's life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from unittest.mock import Mock

import pytest

from followthru.actions import edit, history, promises, tasks
from followthru.actions.context import Context
from followthru.actions.known import known_in_full
from followthru.actions.tasks import Waiting
from followthru.domain.capture import Capture
from followthru.domain.changes import Scalar
from followthru.domain.task import Audience, Status
from followthru.errors import Exit, NotFoundError, RefusedError, UsageError
from followthru.store import journal, practices
from tests.store.oracles import state
from tests.storekit import FixedClock, add_person, add_practice, add_task, capture, memory_ctx, task

DAY = {day: date(2026, 7, day) for day in range(1, 32)}


@pytest.fixture
def ctx(schema: bytes) -> Context:
    """A practice with Dana and nothing to do."""
    made = memory_ctx(schema, FixedClock())
    add_practice(made)
    add_person(made)
    return made


def field(ctx: Context, name: str, task_id: int = 1) -> Scalar:
    return (journal.row_of(ctx.read, "task", task_id) or {})[name]


def unchanged(ctx: Context, kind: type[Exception], act: Callable[[], object]) -> Exception:
    """Do what must fail; return the error once it is certain that nothing was changed."""
    before = (state(ctx), ctx.read.value("SELECT count(*) FROM action"))
    with pytest.raises(kind) as caught:
        act()
    assert (state(ctx), ctx.read.value("SELECT count(*) FROM action")) == before
    return caught.value


def test_a_line_becomes_a_task(ctx: Context) -> None:
    line = "Renew cover by 15 Jul 3pm to dana deadline 20 Jul from 2 Jul @oak-street +dana #insurance !high ~5d"
    outcome = tasks.add(ctx, capture(ctx, line))
    row = task(ctx, 1)
    assert (row.title, row.practice, row.status, row.audience) == ("Renew cover", "oak-street", "open", "owners")
    assert (row.promised_on, row.promised_time, row.deadline_on, row.starts_on) == (DAY[15], "15:00", DAY[20], DAY[2])
    assert (row.target_on, row.target_source, row.buffer_days) == (DAY[8], "policy", 5)
    assert (row.assignee, row.tags, row.priority, row.told) == ("dana", ("insurance",), "high", 1)
    assert (outcome.task_ids, outcome.words) == ((1,), "Added 1: Renew cover")
    assert str(field(ctx, "uid")).count("-") == 4


def test_a_line_without_a_title_is_given_back(ctx: Context) -> None:
    error = unchanged(ctx, UsageError, lambda: tasks.add(ctx, capture(ctx, "@oak-street !high")))
    assert "@oak-street !high" in str(error)
    assert getattr(error, "exit_code", None) is Exit.USAGE


def test_without_a_practice_a_task_is_mine_in_the_inbox(ctx: Context) -> None:
    add_task(ctx, "Think by 20 Jul ~2d")
    row = task(ctx, 1)
    assert (row.status, row.practice, row.audience, row.target_on) == ("inbox", None, "me", DAY[16])


@pytest.mark.parametrize(("given", "filed"), [("Think", Audience.OWNERS), ("Think audience:team", Audience.TEAM)])
def test_an_inbox_task_is_mine_until_it_is_filed(ctx: Context, given: str, filed: Audience) -> None:
    add_task(ctx, given)
    assert task(ctx, 1).audience is Audience.ME
    edit.edit(ctx, 1, {"practice": "oak-street"})
    assert (task(ctx, 1).audience, task(ctx, 1).status) == (filed, Status.OPEN)
    edit.edit(ctx, 1, {"practice": None})
    assert (task(ctx, 1).audience, task(ctx, 1).status) == (Audience.ME, Status.INBOX)


def test_a_private_task_is_not_told_at_its_birth(ctx: Context) -> None:
    error = unchanged(ctx, RefusedError, lambda: add_task(ctx, "x by 15 Jul to dana @oak-street *private"))
    assert "private" in str(error)


def test_unknown_names_are_not_found(ctx: Context) -> None:
    for line in (Capture("x", practice="nowhere"), Capture("x", practice="oak-street", assignee="kim")):
        error = unchanged(ctx, NotFoundError, lambda line=line: tasks.add(ctx, line))
        assert getattr(error, "exit_code", None) is Exit.NOT_FOUND


def test_done_is_the_civil_date_at_the_practice(ctx: Context) -> None:
    add_practice(ctx, "harbor-view", timezone="Pacific/Auckland")
    clock = ctx.store.clock
    assert isinstance(clock, FixedClock)
    clock.at = datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
    for line in ("a @oak-street", "b @harbor-view"):
        tasks.done(ctx, add_task(ctx, line))
    assert (task(ctx, 1).done_on, task(ctx, 2).done_on) == (DAY[1], DAY[2])
    assert field(ctx, "closed_at") == "2026-07-01T13:30:00Z"


def test_the_road_of_a_status(ctx: Context) -> None:
    add_task(ctx, "x @oak-street")
    seen: list[str] = []
    tasks.start(ctx, 1)
    seen.append(task(ctx, 1).status)
    tasks.wait(ctx, 1, Waiting("dana", "the form", DAY[9], DAY[3]))
    row = task(ctx, 1)
    seen.append(row.status)
    assert (row.waiting_on, row.waiting_for, row.waiting_by, row.follow_up_on) == ("dana", "the form", DAY[9], DAY[3])
    tasks.answered(ctx, 1, "here it is")
    seen.append(task(ctx, 1).status)
    assert (task(ctx, 1).waiting_on, field(ctx, "answer")) == (None, "here it is")
    tasks.done(ctx, 1)
    seen.append(task(ctx, 1).status)
    tasks.reopen(ctx, 1)
    seen.append(task(ctx, 1).status)
    assert (field(ctx, "done_on"), field(ctx, "closed_at")) == (None, None)
    tasks.drop(ctx, 1)
    seen.append(task(ctx, 1).status)
    assert seen == ["started", "waiting", "open", "done", "open", "dropped"]


@pytest.mark.parametrize("verb", [tasks.start, tasks.done, tasks.drop])
def test_what_was_waiting_waits_no_more(ctx: Context, verb: Callable[[Context, int], object]) -> None:
    add_task(ctx, "x @oak-street wait dana")
    tasks.wait(ctx, 1, Waiting("dana", "the form", DAY[9], DAY[3]))
    verb(ctx, 1)
    row = task(ctx, 1)
    assert (row.waiting_on, row.waiting_for, row.waiting_by, row.follow_up_on) == (None, None, None, None)


def test_what_does_not_fit_the_status_is_refused(ctx: Context) -> None:
    add_task(ctx, "x @oak-street")
    unchanged(ctx, RefusedError, lambda: tasks.reopen(ctx, 1))
    unchanged(ctx, RefusedError, lambda: tasks.answered(ctx, 1, "?"))
    tasks.done(ctx, 1)
    for act in (
        lambda: tasks.start(ctx, 1),
        lambda: tasks.drop(ctx, 1),
        lambda: tasks.wait(ctx, 1, Waiting("dana")),
        lambda: tasks.defer(ctx, [1], by_days=1),
    ):
        assert "reopen" in str(getattr(unchanged(ctx, RefusedError, act), "remedy", ""))
    assert tasks.done(ctx, 1).action_id is None


def test_an_unknown_task_is_not_found(ctx: Context) -> None:
    for act in (lambda: tasks.start(ctx, 9), lambda: edit.edit(ctx, 9, {}), lambda: promises.target(ctx, 9, None)):
        unchanged(ctx, NotFoundError, act)


def test_open_parts_are_mentioned_when_the_whole_is_closed(ctx: Context) -> None:
    for line in ("whole @oak-street", "part @oak-street"):
        add_task(ctx, line)
    edit.edit(ctx, 2, {"parent": "1"})
    assert tasks.done(ctx, 1).notes == ("1 subtask of 1 still open.",)


def test_the_same_task_named_twice_is_one(ctx: Context) -> None:
    add_task(ctx, "x by 20 Jul @oak-street")
    tasks.defer(ctx, [1, 1], by_days=3)
    assert task(ctx, 1).starts_on == DAY[4]
    tasks.done(ctx, 1, 1)
    tasks.reopen(ctx, 1, 1)
    assert task(ctx, 1).status == "open"


def test_defer_counts_from_the_later_of_today_and_the_start(ctx: Context) -> None:
    for line in ("a @oak-street", "b from 10 Jul @oak-street", "c from 20 Jun @oak-street"):
        add_task(ctx, line)
    with ctx.acting() as tx:
        tx.run("UPDATE task SET starts_on = '2026-06-20' WHERE id = 3")
    tasks.defer(ctx, [1, 2, 3], by_days=7)
    assert [task(ctx, id).starts_on for id in (1, 2, 3)] == [DAY[8], DAY[17], DAY[8]]
    history.undo(ctx)
    assert [task(ctx, id).starts_on for id in (1, 2, 3)] == [None, DAY[10], date(2026, 6, 20)]


def test_defer_takes_an_earlier_target_along_by_hand(ctx: Context) -> None:
    add_task(ctx, "x by 20 Jul ~5d @oak-street")
    tasks.defer(ctx, [1], to=DAY[10])
    assert (task(ctx, 1).target_on, task(ctx, 1).target_source) == (DAY[13], "policy")
    tasks.defer(ctx, [1], to=DAY[16])
    assert (task(ctx, 1).target_on, task(ctx, 1).target_source) == (DAY[16], "hand")
    tasks.defer(ctx, [1], to=DAY[20])
    assert (task(ctx, 1).starts_on, task(ctx, 1).target_on) == (DAY[20], DAY[20])


def test_defer_past_a_promise_moves_none_of_them(ctx: Context) -> None:
    for line in ("a @oak-street", "b by 5 Jul @oak-street"):
        add_task(ctx, line)
    error = unchanged(ctx, RefusedError, lambda: tasks.defer(ctx, [1, 2], by_days=7))
    assert "Task 2 would start Wed 8 Jul 2026, after its promise Sun 5 Jul 2026" in str(error)


def test_defer_past_the_end_of_time_is_told_in_words(ctx: Context) -> None:
    add_task(ctx, "a @oak-street")
    unchanged(ctx, UsageError, lambda: tasks.defer(ctx, [1], by_days=10**9))


def test_a_part_that_is_done_moves_the_risk_of_the_whole(ctx: Context) -> None:
    add_task(ctx, "whole by 16 Jul ~6d @oak-street")
    assert task(ctx, 1).at_risk_from == DAY[15]
    for number in (2, 3):
        add_task(ctx, f"part {number} @oak-street")
        edit.edit(ctx, number, {"parent": "1"})
    tasks.done(ctx, 2)
    assert task(ctx, 1).at_risk_from is None
    history.undo(ctx)
    assert task(ctx, 1).at_risk_from == DAY[15]
    tasks.drop(ctx, 3)
    tasks.done(ctx, 2)
    edit.edit(ctx, 2, {"parent": None})
    assert task(ctx, 1).at_risk_from == DAY[15]


def test_a_tick_moves_the_risk_too(ctx: Context) -> None:
    add_task(ctx, "x by 16 Jul ~9d @oak-street")
    plain = task(ctx, 1).at_risk_from
    edit.edit(ctx, 1, {"checklist": "[x] one; two; three; four; five"})
    ticked = task(ctx, 1).at_risk_from
    assert plain is not None
    assert ticked is not None
    assert ticked > plain
    history.undo(ctx)
    assert task(ctx, 1).at_risk_from == plain


def test_each_commit_wakes_once_and_a_refusal_never(schema: bytes) -> None:
    woken: list[int] = []
    ctx = Context(memory_ctx(schema).store, zone="UTC", wake=lambda: woken.append(1))
    add_practice(ctx)
    add_task(ctx, "x by 5 Jul @oak-street")
    assert len(woken) == 2
    with pytest.raises(RefusedError):
        tasks.defer(ctx, [1], by_days=30)
    assert len(woken) == 2


def test_the_last_days_of_the_calendar_are_dates_like_others(ctx: Context) -> None:
    add_task(ctx, "x by 9999-12-31 @oak-street")
    assert task(ctx, 1).late_from is None
    assert tasks.defer(ctx, [1], to=date.max - timedelta(days=1)).action_id is not None


def test_who_is_added_while_names_are_read_is_known_next_time(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program adds a practice and somebody at it between the two looks."""
    before = practices.all_practices(ctx.read)
    add_practice(ctx, "elm")
    add_person(ctx, "Kim Vale", practice="elm")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(practices, "all_practices", Mock(return_value=before))
        assert list(known_in_full(ctx, ctx.read).practices) == ["oak-street"]
    assert list(known_in_full(ctx, ctx.read).practices) == ["elm", "oak-street"]
