"""What a job is: something that is done when the store changes, when its hour comes, and every so often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

from followthru.errors import FollowthruError

PLAYBOOKS = "playbooks"
"""The name of the job that a change in the folder of playbooks wakes."""


class NotYetError(FollowthruError):
    """A job failed, or waits since it did, and is to be tried again at an instant of its own."""

    def __init__(self, words: str, until: datetime) -> None:
        super().__init__(words)
        self.until = until


class Job(NamedTuple):
    """One job. `run` returns the instant at which it wants to run again, None when only its interval counts.

    `every` is seconds; `on_change` says whether a change of the store wakes it, and `settle` how many seconds it
    then waits for more of them, so that what a person waits for goes first. It may raise NotYetError.
    """

    name: str
    run: Callable[[], Awaitable[datetime | None]]
    every: float
    on_change: bool = True
    settle: float = 0.0
