"""What a job is: something that is done when the store changes, when its hour comes, and every so often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

from followthru.errors import FollowthruError

PLAYBOOKS = "playbooks"
"""The name of the job that a change in the folder of playbooks wakes."""
MINUTE = 60.0


class NotYetError(FollowthruError):
    """A job failed, or waits since it did, and is to be tried again at an instant of its own.

    With `lasting` the next daemon waits for that instant as well, as long as the configuration is the same.
    """

    def __init__(self, words: str, until: datetime, *, lasting: bool = False) -> None:
        super().__init__(words)
        self.until = until
        self.lasting = lasting


class Job(NamedTuple):
    """One job. `run` returns the instant at which it wants to run again, None when only its interval counts.

    `every` is seconds; `on_change` says whether a change of the store wakes it, and `settle` how many seconds it
    then waits for more of them, so that what a person waits for goes first. It may raise NotYetError.

    A run that takes longer than `limit` seconds hangs: it is cut off and tried again, or, where it `blocks` on a thread
    that nothing can cut off, the daemon is started again. One that `looks` at calendars goes, after a start and after
    the machine slept, before those that `send`. One that goes `by_date` is not done by a clock that servers contradict.
    """

    name: str
    run: Callable[[], Awaitable[datetime | None]]
    every: float
    on_change: bool = True
    settle: float = 0.0
    limit: float = 30 * MINUTE
    blocks: bool = False
    looks: bool = False
    sends: bool = False
    by_date: bool = False
