"""Send what is approved: claim, commit, hand over, record. The second of the two long actions.

One sender per mail account, all of one process, which the daemon's lock makes the only one. Each phase is
committed before the next step on the network, so that a kill at any instant leaves a mail unsent, known as
sent, or known as uncertain.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from followthru.actions.context import Context
from followthru.actions.gate import Gate, Rules
from followthru.actions.lookout import Lookout
from followthru.actions.mail_hold import MailHeldError, Mark
from followthru.actions.outcomes import record_arrival, send_back
from followthru.config.values import MailAccount
from followthru.domain.changes import Actor
from followthru.errors import FollowthruError
from followthru.store import leases, links, mail_state, outbox, updates
from followthru.store.outbox import Attempt, Delivery
from followthru.store.store import Writer
from followthru.updates.outbox import (
    Next,
    Outcome,
    Phase,
    State,
    UpdateStatus,
    after_restart,
    follow,
    may_repeat,
    move,
)
from followthru.updates.transports.base import Finder, Transport

log = logging.getLogger(__name__)


class FencedError(FollowthruError):
    """Another sender has taken over; this one sends nothing more."""

    def __init__(self) -> None:
        super().__init__(
            "Another process sends the mail by now.",
            safe="Nothing more is sent from here.",
            remedy="If this is the daemon that should, `followthru daemon stop` and start it again.",
        )


class AccountPausedError(FollowthruError):
    """A mail account sends nothing until the PM has mended it."""

    def __init__(self, account: str, answer: str) -> None:
        super().__init__(
            f"Mail account {account} is paused: {answer}",
            safe="Every update it has to send is kept.",
            # Signing in lets it go on by itself.
            remedy=""
            if "followthru mailbox login" in answer
            else "Correct the account, then `followthru update settle ID resend` for the update that it held up.",
        )


_INTERRUPTED = "The sender was interrupted."


class Sender:
    """Sends what is due through one mail account. `holder` names this process, anew at every start.

    `finder` is asked about what may have arrived; without it, that is the PM's to settle. In `run_folder` is kept how
    many mails this store has handed over; without it a restored store is not noticed.
    """

    def __init__(
        self,
        ctx: Context,
        account: MailAccount,
        transport: Transport,
        holder: str,
        *,
        finder: Finder | None = None,
        rules: Rules | None = None,
        run_folder: Path | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._ctx = ctx
        self._store = ctx.store
        self._account = account
        self._transport = transport
        self._finder = finder
        self._lookout = None if finder is None else Lookout(ctx, account.name, finder)
        self._holder = holder
        self._gate = Gate(ctx, account, rules or Rules())
        self._mark = Mark(ctx, run_folder) if run_folder is not None else None
        self._jitter = jitter
        self._generation = 0

    async def run(self) -> datetime | None:
        """Send everything that is due; return when to look again (aware, UTC), None when nothing waits.

        Raises MailHeldError while all mail is held, AccountPausedError while the account waits for the PM,
        FencedError when another sender took over, StoreError.
        """
        self._recover()
        tried: set[int] = set()
        look_at = None
        try:
            if self._lookout is not None:
                look_at = await self._lookout.look()
            while due := self._due(tried, limit=1):
                tried.add(due[0].frozen.update_id)
                unreachable_until = await self._send(due[0])
                if unreachable_until is not None:
                    self._put_off(self._due(tried), unreachable_until)
            if tried and self._lookout is not None:
                look_at = await self._lookout.look()
        finally:
            await self._transport.aclose()
            if self._finder is not None:
                await self._finder.aclose()
        held = mail_state.held(self._ctx.read)
        if held is not None:
            raise MailHeldError(held, self._ctx.zone)
        answer = outbox.paused_by(self._ctx.read, self._account.name)
        if answer is not None:
            raise AccountPausedError(self._account.name, answer)
        next_at = outbox.next_due(self._ctx.read, self._account.name)
        return min((at for at in (look_at, next_at and _instant(next_at)) if at), default=None)

    def _due(self, besides: set[int], limit: int = -1) -> list[Delivery]:
        return outbox.due(self._ctx.read, self._store.now(), self._account.name, besides=besides, limit=limit)

    def _recover(self) -> None:
        """Settle what an earlier run left in flight: nothing of this one's is. Writes nothing without need."""
        if self._generation and leases.is_fenced(self._ctx.read, self._account.name, self._generation):
            raise FencedError
        if self._generation and not outbox.in_flight(self._ctx.read, self._account.name):
            return
        with self._store.writing() as tx:
            if self._mark is not None and not self._generation:
                links.make_store_uid(tx)
                self._mark.hold_if_restored(tx)
            self._generation = leases.take_over(tx, self._account.name, self._holder)
            _settle_left(tx, self._account.name, repeats_safely=self._transport.repeats_safely)

    async def _send(self, delivery: Delivery) -> datetime | None:
        """Send one mail, unless it must not go or not now; return until when no other need try, None if they may."""
        row = updates.one(self._ctx.read, delivery.frozen.update_id)
        if row is None:
            return None
        reason = self._gate.why_not(delivery, row)
        if reason is not None:
            send_back(self._ctx, row, reason)
            return None
        wait = self._gate.wait(row)
        if wait is not None:
            self._put_off([delivery], wait.until)
            return None
        with self._store.writing() as tx:
            if leases.is_fenced(tx, self._account.name, self._generation):
                raise FencedError
            move(Phase(delivery.phase), Phase.CLAIMED)
            if not outbox.claim(tx, delivery, self._generation):
                return None
        frozen = delivery.frozen
        sender = self._account.from_.address
        outcome = await self._transport.send(
            frozen.payload, sender, frozen.recipient, lambda phase: self._reached(frozen.update_id, phase)
        )
        then = self._conclude(delivery, outcome)
        return then.next_at if outcome.unreachable else None

    def _put_off(self, deliveries: Sequence[Delivery], until: datetime) -> None:
        """Let mails wait until an instant, without an attempt being counted."""
        with self._store.writing() as tx:
            for delivery in deliveries:
                outbox.put_off(tx, delivery.frozen.update_id, _text(until))

    async def _reached(self, update_id: int, phase: Phase) -> None:
        """Commit that a mail's text is about to leave. Raises FencedError."""
        with self._store.writing() as tx:
            if not outbox.advance(tx, update_id, Phase.CLAIMED, phase, generation=self._generation):
                raise FencedError
            count = mail_state.count_handed_over(tx)
        if self._mark is not None:
            self._mark.keep(count)

    def _conclude(self, delivery: Delivery, outcome: Outcome) -> Next:
        """Record an outcome, and with an accepted one what its reader now knows, in one transaction."""
        now = self._store.clock.now()
        update_id = delivery.frozen.update_id
        attempts = delivery.attempts + 1
        first_at = self._first_try(update_id) or now
        then = follow(outcome, attempts, first_at, now, self._jitter())
        given_up = outcome.state == State.DEFERRED and then.phase == Phase.REFUSED
        words = f"Given up after a day of trying: {outcome.text}" if given_up else outcome.text
        with self._ctx.acting() as tx:
            ended = Attempt(attempts, then.phase, outcome.code, words, tx.now)
            next_at = None if then.next_at is None else _text(then.next_at)
            stands = outbox.conclude(tx, delivery, ended, next_at=next_at, generation=self._generation)
            row = updates.one(tx, update_id)
            if stands and then.phase == Phase.ACCEPTED and row is not None:
                record_arrival(tx, self._ctx, row, actor=Actor.DAEMON, status=UpdateStatus(row.status))
        log.info("update=%s attempt=%s phase=%s code=%s", update_id, attempts, then.phase, outcome.code)
        return then

    def _first_try(self, update_id: int) -> datetime | None:
        """Return when an update was first tried since it was last let go, by approval or by the PM's word."""
        row = updates.one(self._ctx.read, update_id)
        since = "" if row is None else row.send_after or ""
        tries = (_instant(each.at) for each in outbox.attempts(self._ctx.read, update_id) if each.at >= since)
        return min(tries, default=None)


def _settle_left(tx: Writer, account: str, *, repeats_safely: bool) -> None:
    """Settle what an interrupted sender of an account left in flight."""
    for left in outbox.in_flight(tx, account):
        phase = after_restart(Phase(left.phase))
        if may_repeat(phase, repeats_safely=repeats_safely):
            phase = Phase.APPROVED
        outbox.settle_left(tx, left, phase, Attempt(left.attempts, phase, None, _INTERRUPTED, tx.now))


def hold_strays(ctx: Context, accounts: set[str]) -> None:
    """Bring back to review what was approved for a mail account that is no longer configured.

    What such an account left in flight has no other sender that could settle it.
    """
    for name in outbox.waiting_accounts(ctx.read) - accounts:
        if outbox.in_flight(ctx.read, name):
            with ctx.store.writing() as tx:
                _settle_left(tx, name, repeats_safely=False)
        for delivery in (*outbox.due(ctx.read, ctx.store.now(), name), *outbox.holding_up(ctx.read, name)):
            row = updates.one(ctx.read, delivery.frozen.update_id)
            if row is not None:
                send_back(ctx, row, f"Its mail account {name} is no longer configured.")


def resume_mended(ctx: Context, before: Sequence[MailAccount], now: Sequence[MailAccount]) -> None:
    """Let paused mail accounts that were changed in the configuration try again: that is how they are mended."""
    for account in now:
        if account not in before and outbox.paused_by(ctx.read, account.name) is not None:
            with ctx.acting() as tx:
                outbox.resume(tx, account.name)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
