"""A daemon's jobs without a daemon."""

from __future__ import annotations

from followthru.domain.clock import Clock
from followthru_daemon.supervise import Report, Supervision
from followthru_daemon.timekeeping import Timekeeper
from followthru_daemon.turns import Turns


def supervision(clock: Clock, report: Report, time: Timekeeper | None = None) -> Supervision:
    """Return what a runner needs where nobody looks for gaps and nothing waits for calendars."""
    turns = Turns(())
    turns.begin(0.0)
    return Supervision(clock, report, time or Timekeeper(), turns, lambda: None, _believed, _untold)


async def _believed() -> None:
    return None


def _untold(_: str | None) -> None:
    return None
