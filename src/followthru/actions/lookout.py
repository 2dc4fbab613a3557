"""Settle mails that may have arrived by asking where sent mail is kept, so that the PM need not.

What was found was sent, and its reader knows what it said. What was certainly not sent goes again by itself, the same
bytes, unless it was recalled or held back since: that its last try left nothing says neither that it is wanted nor that
an earlier one left nothing. All else stays with the PM, who may settle it at any time meanwhile.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from followthru.actions.context import Context
from followthru.actions.outcomes import record_arrival
from followthru.domain.changes import Actor
from followthru.store import outbox, updates
from followthru.store.outbox import Attempt, Delivery
from followthru.updates.outbox import SURE_AFTER, Phase, UpdateStatus, move, next_look
from followthru.updates.transports.base import Absent, Finder, Found

log = logging.getLogger(__name__)


class Lookout:
    """Looks for the uncertain mails of one account. When each was looked for is kept in memory alone."""

    def __init__(self, ctx: Context, account: str, finder: Finder) -> None:
        self._ctx = ctx
        self._account = account
        self._finder = finder
        self._later: dict[int, datetime] = {}

    async def look(self) -> datetime | None:
        """Look for every mail whose hour to be looked for has come; return when the next one's comes (aware, UTC)."""
        found = outbox.uncertain(self._ctx.read, self._account)
        self._later = {one.frozen.update_id: self._later.get(one.frozen.update_id, _NOW) for one in found}
        for one in found:
            await self._look_for(one)
        return min((at for at in self._later.values() if at != _NEVER), default=None)

    async def _look_for(self, delivery: Delivery) -> None:
        update_id, now = delivery.frozen.update_id, self._ctx.store.clock.now()
        if self._later[update_id] > now:
            return
        attempted = self._attempted(update_id) or now
        if now < attempted:
            attempted = now  # the clock was set back
        sight = await self._finder.find(delivery.frozen.message_id)
        log.info("update=%s sight=%s", update_id, type(sight).__name__)
        if (isinstance(sight, Found) and self._settle(delivery, Phase.ACCEPTED, f"It was sent: {sight.where}")) or (
            isinstance(sight, Absent)
            and now - attempted >= SURE_AFTER
            and self._settle(delivery, Phase.APPROVED, f"It was not sent: {sight.where}")
        ):
            del self._later[update_id]
        else:
            self._later[update_id] = next_look(attempted, now) or _NEVER

    def _attempted(self, update_id: int) -> datetime | None:
        """Return when the attempt ended whose outcome is unknown."""
        unsure = [each.at for each in outbox.attempts(self._ctx.read, update_id) if each.phase == Phase.UNCERTAIN]
        return datetime.fromisoformat(unsure[-1]).astimezone(UTC) if unsure else None

    def _settle(self, delivery: Delivery, phase: Phase, words: str) -> bool:
        """Record what became of a mail, and what the reader of a sent one now knows.

        Return False if it is settled by now, or the PM's alone to have sent again.
        """
        move(Phase.UNCERTAIN, phase)
        update_id = delivery.frozen.update_id
        with self._ctx.acting() as tx:
            ended = Attempt(delivery.attempts, phase, None, words, tx.now)
            row = updates.one(tx, update_id)
            stands = row is not None and outbox.settle_uncertain(tx, update_id, ended)
            if stands and row is not None and phase == Phase.ACCEPTED:
                record_arrival(tx, self._ctx, row, actor=Actor.DAEMON, status=UpdateStatus(row.status))
        return stands


_NOW = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)
