"""What is said of a task by its row alone."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.task import Status
from tests.taskrows import NO_TASK

TODAY = date(2027, 1, 15)


@pytest.mark.parametrize(
    ("status", "closed"),
    [
        *((Status.INBOX, False), (Status.OPEN, False), (Status.STARTED, False), (Status.WAITING, False)),
        *((Status.DONE, True), (Status.DROPPED, True)),
    ],
)
def test_what_is_done_or_dropped_is_closed(status: Status, closed: bool) -> None:
    assert NO_TASK._replace(status=status).closed is closed


@pytest.mark.parametrize(
    ("first", "stalled"),
    [(None, False), (date(2027, 1, 16), False), (TODAY, True), (date(2027, 1, 14), True)],
)
def test_it_is_stalled_from_its_day_on(first: date | None, stalled: bool) -> None:
    assert NO_TASK._replace(stalled_from=first).stalled(TODAY) is stalled
