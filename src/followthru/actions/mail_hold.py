"""Hold all mail: because the PM says so, or because this store may not know what was sent.

A store that was restored from an older copy has forgotten mails; a store that goes on in another place has a past
in which the copy that stayed may have sent some. In both what was unfinished may have arrived, and is for the PM to
settle.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from followthru import durable
from followthru.actions.context import Context
from followthru.domain.clock import today_in
from followthru.domain.plain import one_line
from followthru.errors import FollowthruError, RefusedError
from followthru.store import links, mail_state, outbox
from followthru.store.mail_state import Hold
from followthru.store.store import Writer

log = logging.getLogger(__name__)

RESTORED = "This store was restored from a copy that is older than the last mail it sent."
MOVED = "This store goes on in another place; the copy that stayed behind may have sent mail."
_MAYBE = "This may have been sent already, by a later state of this store or by its copy."


class MailHeldError(FollowthruError):
    """All mail is held. `zone` is where its reader lives."""

    def __init__(self, held: Hold, zone: str) -> None:
        super().__init__(
            f"All mail is held since {today_in(zone, datetime.fromisoformat(held.at))}: {held.why}",
            safe="Every update that waits is kept.",
            remedy="Look through `followthru update list`, then `followthru update resume --all`.",
        )


def hold(ctx: Context, because: str | None = None) -> Hold:
    """Hold all mail until it is let go; what a server is being told just now goes on. Return since when and why.

    What was held before stays held for its first reason.
    """
    with ctx.store.writing() as tx:
        return mail_state.held(tx) or mail_state.hold(tx, one_line(because or "") or "you held it.")


def let_go(ctx: Context) -> None:
    """Let mail go out again. Raises RefusedError where none is held."""
    with ctx.store.writing() as tx:
        if not mail_state.let_go(tx):
            raise RefusedError("No mail is held.", safe="Nothing was changed.")


class Mark:
    """How many mails a store has handed over, kept beside the store: a copy that is put back knows of fewer."""

    def __init__(self, ctx: Context, run: Path) -> None:
        self._ctx = ctx
        self._run = run

    def keep(self, count: int) -> None:
        """Keep a count. That it cannot be kept holds no mail up."""
        try:
            self._run.mkdir(mode=0o700, parents=True, exist_ok=True)
            durable.write(self._path(), f"{count}\n".encode())
        except OSError as fault:
            log.warning("mark=not kept reason=%s", fault.strerror)

    def hold_if_restored(self, tx: Writer) -> None:
        """Hold all mail, and leave what is unfinished to the PM, where the store knows of fewer mails than it sent."""
        try:
            count = int(self._path().read_text("ascii"))
        except (OSError, ValueError):
            return
        if count > mail_state.handed_over(tx):
            log.warning("store=restored")
            hold_unsure(tx, RESTORED)
            mail_state.count_handed_over(tx, count)

    def _path(self) -> Path:
        return self._run / f"handed-over-{links.store_uid(self._ctx.read) or 'none'}"


def hold_unsure(tx: Writer, why: str) -> None:
    """Hold all mail, and have the PM settle all that is approved and not known to be sent."""
    outbox.leave_unsure(tx, _MAYBE)
    mail_state.hold(tx, why)
