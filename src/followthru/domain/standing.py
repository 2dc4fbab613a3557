"""How a task stands, in one sign and one word or two: what a person reads first in every list."""

from __future__ import annotations

from typing import NamedTuple

from followthru.domain.health import Health
from followthru.domain.task import Status, TaskRow


class Standing(NamedTuple):
    """A sign and its words; the words alone say it all."""

    sign: str
    words: str


_BY_HEALTH = {
    Health.LATE: "!",
    Health.AT_RISK: "!",
    Health.IN_BUFFER: "~",
    Health.DONE: "x",
    Health.DROPPED: "-",
}
_BY_STATUS = {Status.INBOX: "*", Status.OPEN: ".", Status.STARTED: "+", Status.WAITING: "?"}


def standing(row: TaskRow, health: Health, *, stalled: bool = False) -> Standing:
    """Return the standing: health where it says something, otherwise the status; whom it waits on or what blocks it.

    That a task is stalled is said where its health says nothing worse.
    """
    if health in _BY_HEALTH:
        sign, words = _BY_HEALTH[health], str(health)
    else:
        sign, words = _BY_STATUS[row.status], str(row.status)
    if row.status is Status.WAITING:
        words = words.removesuffix("waiting") + (", " if words != "waiting" else "") + _waiting(row)
    elif row.blocked and not row.closed:
        words = f"{words}, blocked"
    if stalled and health is Health.ON_TRACK:
        words = f"{words}, stalled"
    return Standing(sign, words)


def _waiting(row: TaskRow) -> str:
    return f"waits on {row.waiting_on}" if row.waiting_on else "waiting"
