"""A server in trouble is left alone, a little longer each time, over restarts too; and found again soon."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from followthru.actions.calendar_rest import FIRST, LONGEST, LONGEST_OUTAGE, rest_until, rested_at
from followthru.actions.desk import Desk, open_desk
from followthru.calendars.errors import (
    BadAnswerError,
    BusyError,
    CalendarError,
    LossGuardError,
    ServerFaultError,
    UnreachableError,
)
from followthru.config.reading import load
from followthru.errors import FollowthruError
from followthru.store import links
from followthru_daemon.build import build_jobs
from followthru_daemon.jobs import NotYetError
from tests.actions.test_sync_radicale import on_collection
from tests.calendarkit import Booked, answering, busy_server, configuration

NOBODY = "http://127.0.0.1:9/"


def seconds(desk: Desk, fault: FollowthruError, failures: int) -> float:
    until = rest_until(desk, fault, failures)
    assert until is not None
    return (datetime.fromisoformat(until).astimezone(UTC) - desk.ctx.store.clock.now()).total_seconds()


def unreachable(booked: Booked, calendars: int = 1) -> None:
    tables = "".join(on_collection(f"{NOBODY}pm/{n}/", f"c{n}") for n in range(calendars))
    booked.reconfigure(configuration(NOBODY, "pm", tables))


def wait(booked: Booked) -> None:
    until = rested_at(booked.desk, booked.desk.config.accounts[0])
    assert until is not None
    booked.clock.at = until


@pytest.mark.parametrize(
    ("fault", "longest"),
    [
        (UnreachableError("x", "down"), LONGEST_OUTAGE),
        (ServerFaultError("x", 500), LONGEST),
        (BadAnswerError("x", "a web page"), LONGEST),
        (BusyError("x", None), LONGEST),
    ],
)
def test_each_failure_in_a_row_doubles_the_rest_up_to_a_limit(
    booked: Booked, fault: CalendarError, longest: float
) -> None:
    for failures in (1, 2, 3, 4, 10, 1_000_000):
        most = min(longest, FIRST * 2.0 ** min(20, failures - 1))
        found = {seconds(booked.desk, fault, failures) for _ in range(40)}
        assert all(most / 2 - 1 <= one <= most for one in found)
        assert len(found) > 1, "some of it is chance"


def test_what_a_server_asks_for_is_the_least(booked: Booked) -> None:
    assert seconds(booked.desk, BusyError("x", 3600), 1) == 3600
    assert seconds(booked.desk, BusyError("x", 1), 20) >= LONGEST / 2 - 1


def test_what_only_a_person_can_settle_is_no_reason_to_wait(booked: Booked) -> None:
    assert rest_until(booked.desk, LossGuardError("promises", 4, 4), 9) is None


def test_an_outage_is_tried_now_and_then_and_the_count_outlives_the_process(booked: Booked) -> None:
    unreachable(booked)
    for failures in range(1, 4):
        [report] = booked.reports()
        assert isinstance(report.fault, UnreachableError)
        assert booked.reports() == [], "left alone"
        standing = links.standing(booked.desk.ctx.read, "c0")
        assert standing is not None
        assert standing.failures == failures
        booked.desk.ctx.store.close()
        booked.desk = open_desk(booked.home, load(booked.home.config), booked.clock)
        assert booked.reports() == [], "after a restart too"
        wait(booked)
    [report] = booked.reports()
    assert report.fault is not None


def test_whoever_asks_is_answered_at_once(booked: Booked) -> None:
    unreachable(booked)
    booked.reports()
    assert booked.reports() == []
    assert len(booked.reports(asked=True)) == 1


def test_success_forgets_all_failures(booked: Booked) -> None:
    url, server, user = booked.url, booked.server, booked.user
    with answering(500) as broken:
        booked.reconfigure(configuration(broken, user, on_collection(f"{broken}pm/x/")))
        for _ in range(3):
            booked.reports(asked=True)
    booked.reconfigure(configuration(server, user, on_collection(url)))
    [report] = booked.reports()
    assert report.fault is None
    standing = links.standing(booked.desk.ctx.read, "promises")
    assert standing is not None
    assert (standing.failures, standing.backoff_until) == (0, None)


def test_nobody_there_is_asked_once_for_all_calendars_of_the_account(booked: Booked) -> None:
    unreachable(booked, calendars=3)
    assert len(booked.reports()) == 3
    assert booked.reports() == []


async def test_the_daemon_waits_for_as_long_and_says_what_is_wrong(booked: Booked) -> None:
    with busy_server(retry_after=90) as url:
        booked.reconfigure(configuration(url, "pm", on_collection(f"{url}pm/x/")))
        [job] = [one for one in build_jobs(booked.desk) if one.name == "sync home"]
        for _ in range(2):
            with pytest.raises(NotYetError, match="busy") as caught:
                await job.run()
            assert (caught.value.until - booked.clock.now()).total_seconds() == 90
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_a_clock_that_is_set_back_keeps_no_calendar_waiting_for_years(booked: Booked) -> None:
    unreachable(booked)
    booked.clock.advance(days=1000)
    booked.reports()
    assert rested_at(booked.desk, booked.desk.config.accounts[0]) is not None
    assert booked.reports() == [], "it rests"
    booked.clock.advance(days=-1000)
    assert rested_at(booked.desk, booked.desk.config.accounts[0]) is None
    assert len(booked.reports()) == 1
