"""Bring the day's brief to the PM at their hour: once on the desktop, and once by mail where that is wanted.

It is no update: it goes to nobody but the PM, by a mail account that they name for it, and has machine state of its
own.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from followthru.actions.brief import Brief, brief, mail_text
from followthru.actions.desk import Desk
from followthru.actions.same_machine import check_place
from followthru.config.values import MailAccount
from followthru.domain.saying import day_words
from followthru.errors import FollowthruError
from followthru.store import briefs, links, mail_state
from followthru.updates.cadence import instant
from followthru.updates.outbox import Outcome, Phase, State, follow
from followthru.updates.transports.base import Transport

log = logging.getLogger(__name__)

Show = Callable[[str, str], Awaitable[str | None]]
"""Shows a title and words on the desktop; returns why it could not, None if it did."""


class BriefError(FollowthruError):
    """The mail of a day's brief was not sent, and is not tried again that day. `until` is when the next one is due."""

    def __init__(self, words: str, until: datetime) -> None:
        super().__init__(words, safe="Nothing else is held up.", remedy="`followthru brief` prints it.")
        self.until = until


async def morning(desk: Desk, show: Show, transport_of: Callable[[MailAccount], Transport]) -> datetime | None:
    """Bring the brief of today if its hour has come; return when to look again (aware), None where none is wanted.

    A day that was missed is missed: only the brief of today is ever brought. Raises BriefError, StoreError.
    """
    due = _due(desk)
    if due is None:
        return None
    if desk.ctx.store.clock.now() < due:
        return due
    tomorrow = due + timedelta(days=1)
    found = brief(desk.ctx, leaves=True)
    on = found.on.isoformat()
    with desk.ctx.store.writing() as tx:
        first = briefs.note_shown(tx, on)
    if first and found.parts:
        why_not = await show(f"{day_words(found.on, found.on)}: your brief", found.summary)
        log.info("brief=%s", "shown" if why_not is None else f"not shown, {why_not}")
    account = _account(desk)
    if account is None or not found.parts:
        return tomorrow
    return await _mail(desk, found, account, transport_of(account), tomorrow)


def _due(desk: Desk) -> datetime | None:
    """Return the hour of today's brief (aware, UTC)."""
    at = desk.config.me.morning_brief
    zone = desk.ctx.zone
    return None if at is None else instant(desk.ctx.store.clock.now().astimezone(ZoneInfo(zone)).date(), at, zone)


def _account(desk: Desk) -> MailAccount | None:
    name = desk.config.me.brief_mail
    return next((one for one in desk.config.mail if one.name == name), None) if name else None


async def _mail(
    desk: Desk, found: Brief, account: MailAccount, transport: Transport, tomorrow: datetime
) -> datetime | None:
    """Send the brief once. What may have left is never sent again."""
    store, on = desk.ctx.store, found.on.isoformat()
    check_place(desk)
    if mail_state.held(desk.ctx.read) is not None:
        return None  # Looked at again when mail is let go, which changes the store.
    with store.writing() as tx:
        briefs.move(tx, on, Phase.DATA_STARTED, Phase.UNCERTAIN)
        claimed = briefs.claim(tx, on)
    if not claimed:
        return _rest(desk, on, tomorrow)

    async def reached(phase: Phase) -> None:
        with store.writing() as tx:
            if not briefs.move(tx, on, Phase.CLAIMED, phase):
                raise BriefError("The brief is being sent elsewhere.", tomorrow)

    try:
        to = desk.config.me.email or account.from_.address
        payload = _payload(desk, found, account, to)
        outcome = await transport.send(payload, account.from_.address, to, reached)
    finally:
        await transport.aclose()
    _conclude(desk, on, outcome)
    return _rest(desk, on, tomorrow)


def _conclude(desk: Desk, on: str, outcome: Outcome) -> None:
    kept, now = briefs.of(desk.ctx.read, on), desk.ctx.store.clock.now()
    attempts = 1 if kept is None else kept.attempts
    # Trouble with the account is the PM's to mend; by then the day's brief is old.
    paused = outcome.state is State.ACCOUNT_PAUSED
    then = follow(outcome, attempts, now, now, random.random())  # noqa: S311 -- jitter, not a secret
    phase = Phase.REFUSED if paused else then.phase
    next_at = None if then.next_at is None else then.next_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with desk.ctx.store.writing() as tx:
        briefs.conclude(tx, on, phase, outcome.text, next_at)
    log.info("brief=mail phase=%s code=%s", phase, outcome.code)


def _rest(desk: Desk, on: str, tomorrow: datetime) -> datetime:
    """Return when to look again. Raises BriefError for a mail that was refused or may have arrived."""
    kept = briefs.of(desk.ctx.read, on)
    if kept is not None and kept.phase in (Phase.REFUSED, Phase.UNCERTAIN):
        what = "was not sent" if kept.phase == Phase.REFUSED else "may or may not have arrived"
        raise BriefError(f"Today's brief by mail {what}: {kept.answer or 'the sender was interrupted'}.", tomorrow)
    again = None if kept is None or kept.next_at is None else datetime.fromisoformat(kept.next_at).astimezone(UTC)
    return tomorrow if again is None else min(again, tomorrow)


def _payload(desk: Desk, found: Brief, account: MailAccount, to: str) -> bytes:
    from followthru.updates.finish import Envelope, finished
    from followthru.updates.message import Mailbox, message_id

    uid = f"brief-{found.on.isoformat()}-{links.store_uid(desk.ctx.read) or 'none'}"
    sender, name = account.from_.address, desk.ctx.my_name
    envelope = Envelope(
        message_id(uid, to, sender),
        Mailbox(account.from_.name or name, sender),
        Mailbox(name, to),
        None,
        desk.ctx.store.clock.now(),
    )
    return finished(envelope, f"Your brief for {day_words(found.on, found.on)}", mail_text(found))
