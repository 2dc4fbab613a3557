"""How a task stands, in a sign and a few words."""

from __future__ import annotations

import pytest

from followthru.domain.health import Health
from followthru.domain.standing import standing
from followthru.domain.task import Status, TaskRow
from tests.taskrows import NO_TASK

WAITING = NO_TASK._replace(status=Status.WAITING, waiting_on="dana")
BLOCKED = NO_TASK._replace(blocked=True)


@pytest.mark.parametrize(
    ("row", "health", "said"),
    [
        (NO_TASK, Health.ON_TRACK, (".", "open")),
        (NO_TASK._replace(status=Status.INBOX), Health.ON_TRACK, ("*", "inbox")),
        (NO_TASK._replace(status=Status.STARTED), Health.ON_TRACK, ("+", "started")),
        (NO_TASK, Health.IN_BUFFER, ("~", "in buffer")),
        (NO_TASK, Health.AT_RISK, ("!", "at risk")),
        (NO_TASK, Health.LATE, ("!", "late")),
        (WAITING, Health.ON_TRACK, ("?", "waits on dana")),
        (WAITING, Health.LATE, ("!", "late, waits on dana")),
        (WAITING._replace(waiting_on=None), Health.ON_TRACK, ("?", "waiting")),
        (WAITING._replace(waiting_on=None), Health.IN_BUFFER, ("~", "in buffer, waiting")),
        (WAITING._replace(blocked=True), Health.ON_TRACK, ("?", "waits on dana")),
        (BLOCKED, Health.ON_TRACK, (".", "open, blocked")),
        (BLOCKED, Health.LATE, ("!", "late, blocked")),
        (BLOCKED._replace(status=Status.DONE), Health.DONE, ("x", "done")),
        (BLOCKED._replace(status=Status.DROPPED), Health.DROPPED, ("-", "dropped")),
    ],
)
def test_health_is_said_first_and_then_what_holds_it_up(row: TaskRow, health: Health, said: tuple[str, str]) -> None:
    assert standing(row, health) == said


@pytest.mark.parametrize(
    ("row", "health", "words"),
    [
        (NO_TASK, Health.ON_TRACK, "open, stalled"),
        (BLOCKED, Health.ON_TRACK, "open, blocked, stalled"),
        (NO_TASK, Health.LATE, "late"),
        (NO_TASK, Health.IN_BUFFER, "in buffer"),
    ],
)
def test_that_it_is_stalled_is_said_where_nothing_worse_is(row: TaskRow, health: Health, words: str) -> None:
    assert standing(row, health, stalled=True).words == words
