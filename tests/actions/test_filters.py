"""Filters find exactly the tasks that they describe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthru.actions import agenda, edit, history, promises, tasks
from followthru.actions.agenda import Days
from followthru.actions.context import Context
from followthru.actions.filters import query_for
from followthru.domain.health import Health
from followthru.domain.task import How, TaskRow
from followthru.errors import NotFoundError, UsageError
from followthru.store import tasks as read_tasks
from followthru.store.lists import Lists
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx

LINES = (
    "Renew malpractice cover by 15 Jul to dana @oak-street +dana #insurance !high ~5d",
    "File billing numbers by 3 Jul @oak-street #Billing ~1d",
    "Order paper for the Café by 1 Jul @oak-street",
    "Late thing by 30 Jun @oak-street *private",
    "Call landlord deadline 20 Jul @elm",
    "Ask about roster @elm wait kim",
    "Paint the wall target 1 Jul @elm !low",
    "A thought about insurance",
    "Finished by 2 Jul @oak-street",
    "Given up @elm",
)
Test = Callable[[TaskRow], bool]


@pytest.fixture
def work(schema: bytes, clock: FixedClock) -> Context:
    """Ten tasks at two practices, on Wednesday 1 July 2026."""
    ctx = memory_ctx(schema, clock)
    add_practice(ctx)
    add_practice(ctx, "elm", timezone="Asia/Tokyo")
    add_person(ctx)
    add_person(ctx, "Kim Roe", practice="elm")
    for line in LINES:
        add_task(ctx, line)
    tasks.done(ctx, 9)
    tasks.drop(ctx, 10)
    edit.edit(ctx, 2, {"area": "operations", "kind": "billing", "needs": "1"})
    promises.promise(ctx, 1, promises.NewPromise(date(2026, 7, 16)), because="A form")
    promises.tell(ctx, 3, "dana", how=How.CALL)
    promises.tell(ctx, 2, "dana", how=How.CALL)
    history.undo(ctx)
    return ctx


def found(ctx: Context, *words: str) -> set[int]:
    query = query_for(ctx, ctx.read, words)
    read = read_tasks.ids(ctx.read, query)
    assert list(Lists().ids(ctx.read, query)) == read, "sieved from a list at hand they are the same, in the same order"
    return set(read)


def expected(ctx: Context, test: Test, *, closed: bool = False) -> set[int]:
    rows = read_tasks.rows(ctx.read, read_tasks.Query())
    return {row.id for row in rows if (closed or not row.closed) and test(row)}


FILTERS: dict[str, Test] = {
    "@oak-street": lambda row: row.practice == "oak-street",
    "@oak": lambda row: row.practice == "oak-street",
    "practice:none": lambda row: row.practice is None,
    "-@oak-street": lambda row: row.practice != "oak-street",
    "#insurance": lambda row: "insurance" in row.tags,
    "#billing": lambda row: "Billing" in row.tags,
    "-#insurance": lambda row: "insurance" not in row.tags,
    "tag:none": lambda row: not row.tags,
    "tag:any": lambda row: bool(row.tags),
    "+dana": lambda row: row.assignee == "dana",
    "-+dana": lambda row: row.assignee != "dana",
    "assignee:none": lambda row: row.assignee is None,
    "status:waiting": lambda row: row.status == "waiting",
    "status:inbox": lambda row: row.status == "inbox",
    "area:operations": lambda row: row.area == "operations",
    "area:any": lambda row: row.area is not None,
    "kind:billing": lambda row: row.kind == "billing",
    "pri:high": lambda row: row.priority == "high",
    "-pri:high": lambda row: row.priority != "high",
    "waiting:kim": lambda row: row.waiting_on == "kim",
    "audience:owners": lambda row: row.audience == "owners",
    "told:any": lambda row: row.told > 0,
    "told:none": lambda row: row.told == 0,
    "deadline:any": lambda row: row.deadline_on is not None,
    "deadline:2026-07-20": lambda row: str(row.deadline_on) == "2026-07-20",
    "promised:none": lambda row: row.promised_on is None,
    "is:blocked": lambda row: row.blocked,
    "is:private": lambda row: row.audience == "me",
    "is:untold": lambda row: row.promised_on is not None and not row.told,
    "is:out-of-step": lambda row: row.out_of_step > 0,
    "is:waiting": lambda row: row.status == "waiting",
    "malp": lambda row: "malp" in row.title,
    "MALPRACTICE": lambda row: "malp" in row.title,
    "cafe": lambda row: "Café" in row.title,
    "insurance": lambda row: "insurance" in row.title,
    "-the": lambda row: "the" not in row.title.split(),
    "title:paper": lambda row: "paper" in row.title,
}


@pytest.mark.parametrize("words", FILTERS)
def test_a_filter_finds_what_it_says_and_nothing_else(work: Context, words: str) -> None:
    wanted = expected(work, FILTERS[words])
    assert found(work, words) == wanted
    assert wanted, "an example that finds nothing proves nothing"


@pytest.mark.parametrize("words", FILTERS)
def test_a_dash_turns_it_round(work: Context, words: str) -> None:
    opposite = words[1:] if words.startswith("-") else f"-{words}"
    assert found(work, opposite) == expected(work, lambda row: not FILTERS[words](row))


@pytest.mark.parametrize("health", [Health.LATE, Health.AT_RISK, Health.IN_BUFFER, Health.ON_TRACK])
@pytest.mark.parametrize("hour", [0, 20])
def test_health_is_judged_on_each_practices_own_day(
    work: Context, clock: FixedClock, health: Health, hour: int
) -> None:
    clock.at = clock.at.replace(day=2, hour=hour)
    days = Days(work, work.read)
    wanted = expected(work, lambda row: agenda.health(row, days.today(row.practice)) is health)
    assert found(work, f"health:{health}") == wanted
    assert found(work, f"-health:{health}") == expected(work, lambda row: True) - wanted


EDGES: dict[str, Callable[[str], bool]] = {
    "by:3 jul": lambda on: on <= "2026-07-03",
    "before:2026-07-03": lambda on: on < "2026-07-03",
    "after:tomorrow": lambda on: on > "2026-07-02",
}


@pytest.mark.parametrize("words", EDGES)
def test_by_before_and_after_look_at_the_next_date(work: Context, words: str) -> None:
    def fits(row: TaskRow) -> bool:
        dates = [str(day) for day in (row.promised_on, row.deadline_on) if day] or [str(row.target_on or "")]
        return bool(min(dates)) and EDGES[words](min(dates))

    assert found(work, words) == expected(work, fits)


CLOSED: dict[str, Test] = {
    "all": lambda row: True,
    "done": lambda row: row.status == "done",
    "dropped": lambda row: row.status == "dropped",
    "status:done": lambda row: row.status == "done",
    "health:dropped": lambda row: row.status == "dropped",
    "done_on:any": lambda row: row.done_on is not None,
}


@pytest.mark.parametrize("words", CLOSED)
def test_closed_tasks_come_when_asked_for(work: Context, words: str) -> None:
    assert found(work, words) == expected(work, CLOSED[words], closed=True)


def test_all_terms_must_hold(work: Context) -> None:
    assert found(work, "@oak-street", "#insurance", "told:dana", "malp", "-is:blocked") == {1}
    assert found(work, "told:dana") == {1, 3}
    assert found(work) == expected(work, lambda row: True)


@pytest.mark.parametrize("words", ['"', "*", "NOT", "AND", "(", "^x", "{title}", "%", "_", "''"])
def test_words_are_never_a_language_of_their_own(work: Context, words: str) -> None:
    assert found(work, words) == set()


@pytest.mark.parametrize("words", ["@nope", "+nobody", "told:nobody", "waiting:nobody"])
def test_a_name_that_is_not_known_is_not_found(work: Context, words: str) -> None:
    with pytest.raises(NotFoundError):
        found(work, words)


def test_a_day_that_cannot_be_read_is_usage(work: Context) -> None:
    with pytest.raises(UsageError):
        found(work, "by:someday")
