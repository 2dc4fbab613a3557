"""What an approved update must pass before it leaves: why it must not go out as it is, and until when it waits.

Who has one sent again that may have arrived is told by the same judgement: see `why_not_again`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthru.actions.asking import overtaken
from followthru.actions.came_back import held_words
from followthru.actions.context import Context
from followthru.actions.drafting import reader
from followthru.actions.readers import stated, view_of_stated
from followthru.actions.trust import distrust, silent_now
from followthru.actions.update_rows import seen
from followthru.config.values import Hours, MailAccount
from followthru.domain.changes import Actor
from followthru.domain.clock import today_in
from followthru.domain.people import Channel, Member
from followthru.domain.saying import count_words, day_words
from followthru.errors import FollowthruError
from followthru.store import outbox, practices
from followthru.store.outbox import Delivery
from followthru.store.updates import UpdateRow
from followthru.updates.aftermath import untrue
from followthru.updates.cadence import instant
from followthru.updates.message import MessageError, sha256, verify_frozen
from followthru.updates.outbox import OLD_AFTER

A_DAY = timedelta(hours=24)


class Rules(NamedTuple):
    """What holds of every mail: the readers' quiet hours, and how many mails a reader gets within 24 hours."""

    quiet: Hours | None = None
    reader_limit: int | None = None


class Wait(NamedTuple):
    """Until when a mail waits (aware, UTC), and why."""

    until: datetime
    why: str


def why_not_again(ctx: Context, delivery: Delivery, row: UpdateRow) -> str | None:
    """Return why the very words that were approved must not go to their reader by now, through whichever account."""
    if row.email != delivery.frozen.recipient:
        return "The address has changed since it was approved."
    if seen(row) != row.approved_hash or sha256(delivery.frozen.payload) != delivery.frozen.sha256:
        return "Its bytes are not those that were approved."
    try:
        member, states = reader(ctx.read, row), stated(row)
    except FollowthruError as fault:
        return fault.message
    if (returned := held_words(ctx, row.person_id)) is not None:
        return returned
    if row.approved_by == Actor.DAEMON and (distrusted := _not_by_itself(ctx, row, member)) is not None:
        return distrusted
    if member.channel != Channel.MAIL:
        return f"{member.name} wants {member.channel} by now, and no mail."
    faults = untrue(states, view_of_stated(ctx, member, states))
    return " ".join(fault.words for fault in faults) or overtaken(ctx, row)


def _not_by_itself(ctx: Context, row: UpdateRow, member: Member) -> str | None:
    """Return why what was to go by itself is left to the PM after all, None if it goes."""
    return distrust(ctx, member) or silent_now(ctx, row, member, practices.practice(ctx.read, row.practice_id))


class Gate:
    """Judges the mails of one account, each at the moment at which it would leave."""

    def __init__(self, ctx: Context, account: MailAccount, rules: Rules) -> None:
        self._ctx = ctx
        self._account = account
        self._rules = rules

    def why_not(self, delivery: Delivery, row: UpdateRow) -> str | None:
        """Return why an approved update must not go out as it is, None if it may."""
        return self._not_by_this_account(delivery, row) or why_not_again(self._ctx, delivery, row) or self._too_old(row)

    def _not_by_this_account(self, delivery: Delivery, row: UpdateRow) -> str | None:
        frozen = delivery.frozen
        if row.practice not in self._account.practices:
            return f"{row.practice} is not sent through mail account {self._account.name} any more."
        try:
            sender = verify_frozen(frozen.payload, recipient=frozen.recipient, message_id=frozen.message_id)
        except MessageError as fault:
            return fault.message
        if sender != self._account.from_.address:
            return f"Mail account {self._account.name} writes from another address by now."
        return None

    def wait(self, row: UpdateRow) -> Wait | None:
        """Return until when a mail that may go out waits, None if it may go now."""
        return self._quiet(row) or self._reader_has_enough(row) or self._account_has_enough()

    def _too_old(self, row: UpdateRow) -> str | None:
        if row.send_after is None:
            return None
        since, now = datetime.fromisoformat(row.send_after), self._ctx.store.clock.now()
        if now - since <= OLD_AFTER:
            return None
        day = day_words(today_in(self._ctx.zone, since), self._ctx.today())
        return f"It was to go out on {day} and could not. Read it again before it does."

    def _quiet(self, row: UpdateRow) -> Wait | None:
        """Wait for the end of the reader's quiet hours if these hold now."""
        member, quiet = reader(self._ctx.read, row), self._rules.quiet
        zone = member.timezone or practices.practice(self._ctx.read, row.practice_id).timezone
        local = self._ctx.store.clock.now().astimezone(ZoneInfo(zone))
        if quiet is None or not quiet.cover(local.time()):
            return None
        overnight = quiet.end <= local.time()
        until = instant(local.date() + timedelta(days=overnight), quiet.end, zone)
        return Wait(until, f"These are {member.name}'s quiet hours.")

    def _reader_has_enough(self, row: UpdateRow) -> Wait | None:
        limit = self._rules.reader_limit
        if limit is None:
            return None
        until = self._free_at(limit, person_id=row.person_id)
        words = f"{row.person} has been sent {count_words(limit, 'mail')} within a day, the most that you allow."
        return None if until is None else Wait(until, words)

    def _account_has_enough(self) -> Wait | None:
        limit = self._account.daily_limit
        until = self._free_at(limit, account=self._account.name)
        words = f"{count_words(limit, 'mail')} left through {self._account.name} within a day, the most it may send."
        return None if until is None else Wait(until, words)

    def _free_at(self, limit: int, *, account: str | None = None, person_id: int | None = None) -> datetime | None:
        """Return when less than `limit` mails have left within a day, None if that is so now."""
        since = (self._ctx.store.clock.now() - A_DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
        left = outbox.left_since(self._ctx.read, since, account=account, person_id=person_id)
        if len(left) < limit:
            return None
        return datetime.fromisoformat(left[-limit]).astimezone(UTC) + A_DAY + timedelta(seconds=1)
