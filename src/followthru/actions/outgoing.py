"""What would go out, as a rehearsal: when each approved update leaves, or why it does not. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from followthru import durable
from followthru.actions.context import Context
from followthru.actions.gate import Gate, Rules
from followthru.config.values import Config
from followthru.domain.people import PracticeStatus
from followthru.errors import FollowthruError
from followthru.store import mail_state, outbox, practices, updates
from followthru.store.outbox import Delivery
from followthru.store.updates import UpdateRow
from followthru.updates.outbox import Phase, UpdateStatus


class Outgoing(NamedTuple):
    """An approved update that is not sent: when it leaves (aware, UTC; None: not by itself), and why not before."""

    row: UpdateRow
    at: datetime | None
    why: str | None


def outgoing(ctx: Context, config: Config) -> list[Outgoing]:
    """Return what is approved and not sent, oldest first, judged as it would be now."""
    found = updates.listed(ctx.read, limit=-1)
    waiting = [row for row in found if row.status == UpdateStatus.APPROVED and row.phase in _ON_ITS_WAY]
    return [_judged(ctx, config, row) for row in reversed(waiting)]


_ON_ITS_WAY = frozenset({Phase.APPROVED, Phase.DEFERRED})


def write_out(ctx: Context, rows: list[Outgoing], folder: Path) -> list[Path]:
    """Write the very bytes that each would leave with into a folder; return the files. Raises FollowthruError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return list(_written(ctx, rows, folder))
    except OSError as fault:
        raise FollowthruError(f"{folder} cannot be written: {fault.strerror}.", safe="Nothing was sent.") from None


def _written(ctx: Context, rows: list[Outgoing], folder: Path) -> Iterator[Path]:
    for one in rows:
        delivery = outbox.one(ctx.read, one.row.id)
        if delivery is not None:
            path = folder / f"update-{one.row.id}.eml"
            durable.write(path, delivery.frozen.payload)
            yield path


def _judged(ctx: Context, config: Config, row: UpdateRow) -> Outgoing:
    delivery = outbox.one(ctx.read, row.id)
    account = config.mail_for(row.practice)
    if account is None or delivery is None or delivery.frozen.account != account.name:
        return Outgoing(row, None, "Its mail account is no longer configured, so it comes back to review.")
    gate = Gate(ctx, account, Rules(config.updates.quiet_hours, config.updates.reader_limit))
    reason = gate.why_not(delivery, row)
    if reason is not None:
        return Outgoing(row, None, f"It comes back to review: {reason}")
    stopped = _stopped(ctx, row, delivery)
    if stopped is not None:
        return Outgoing(row, None, stopped)
    wait = gate.wait(row)
    if wait is not None:
        return Outgoing(row, wait.until.astimezone(UTC), wait.why)
    hours = [datetime.fromisoformat(text) for text in (row.send_after, delivery.next_at) if text]
    tried = "It is tried again." if delivery.phase == Phase.DEFERRED else None
    return Outgoing(row, max([*hours, ctx.store.clock.now()]).astimezone(UTC), tried)


def _stopped(ctx: Context, row: UpdateRow, delivery: Delivery) -> str | None:
    """Return why a mail waits for the PM, None if it does not."""
    held = mail_state.held(ctx.read)
    if held is not None:
        return f"All mail is held: {held.why}"
    if practices.practice(ctx.read, row.practice_id).status != PracticeStatus.ACTIVE:
        return f"{row.practice} is paused."
    answer = outbox.paused_by(ctx.read, delivery.frozen.account)
    return None if answer is None else f"Mail account {delivery.frozen.account} is paused: {answer}"
