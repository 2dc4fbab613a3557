"""Make the jobs that a configuration asks for."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.actions import practices
from followthru.actions.desk import Desk
from followthru_daemon.jobs import Job

DAY = 86_400.0


def build_jobs(desk: Desk) -> Sequence[Job]:
    """Return one job for each account and mailbox, and those that every store needs."""

    async def holidays() -> None:
        practices.extend_holidays(desk.ctx)

    return [Job("holidays", holidays, DAY, on_change=False)]
