"""Make the jobs that a configuration asks for: one for each calendar account and mail account, and housekeeping."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from followthru.actions import practices
from followthru.actions.automatic import approve_due
from followthru.actions.deliver import Sender, hold_strays
from followthru.actions.desk import Desk, open_desk
from followthru.actions.drafting import Freshness, freshness, refresh_drafts
from followthru.actions.gate import Rules
from followthru.actions.hours import draft_due
from followthru.actions.notices import prepare
from followthru.actions.same_machine import check_place
from followthru.actions.transports import own_transport
from followthru.config.values import Account, MailAccount
from followthru.errors import FollowthruError
from followthru.log import event
from followthru.updates.transports.base import Finder
from followthru_daemon.jobs import PLAYBOOKS, Job, NotYetError
from followthru_daemon.memory import give_back

if TYPE_CHECKING:
    from followthru.actions.sync import CalendarReport

log = logging.getLogger(__name__)

HOUR = 3_600.0
DAY = 24 * HOUR
SETTLE = 1.0
BACK_UP_AGAIN = timedelta(hours=1)
"""How long a folder that took no backup is left alone: each try may copy the whole store."""
SIGN_IN_AGAIN = timedelta(hours=1)
"""How long a mailbox that let nobody in is left alone."""


class CalendarsError(FollowthruError):
    """Some calendars of an account could not be brought in step, or some files not be written."""


def build_jobs(desk: Desk) -> Sequence[Job]:
    """Return the jobs of a configuration. Names tell them apart: `sync NAME`, `mail NAME`."""
    syncs = [
        Job(f"sync {account.name}", _sync(desk, account), float(desk.config.daemon.poll), looks=True)
        for account in desk.config.accounts
        if any(calendar.account == account.name for calendar in desk.config.calendars)
    ]
    mails = [
        # Each answer is waited for ten minutes at most, and there may be many mails.
        Job(f"mail {account.name}", _mail(desk, account), HOUR, limit=4 * HOUR, sends=True, by_date=True)
        for account in desk.config.mail
    ]
    mailboxes = [
        Job(
            f"mailbox {account.name}",
            _mailbox(desk, account),
            float(desk.config.daemon.poll),
            on_change=False,
            blocks=True,
        )
        for account in desk.config.mail
        if account.incoming is not None
    ]
    files = [Job("calendar files", _files(desk), float(desk.config.daemon.poll), settle=SETTLE, blocks=True)]
    return [
        *syncs,
        *(files if desk.config.calendar_files else ()),
        Job("updates", _updates(desk), HOUR, settle=SETTLE, limit=2 * HOUR, blocks=True, sends=True, by_date=True),
        *mails,
        *mailboxes,
        *(
            []
            if desk.config.me.morning_brief is None
            else [Job("brief", _brief(desk), HOUR, settle=SETTLE, sends=True, by_date=True)]
        ),
        Job("duties", _duties(desk), HOUR, on_change=False, by_date=True),
        Job("store", _store(desk), DAY, on_change=False, limit=2 * HOUR, blocks=True),
        Job("backup", _backup(desk), HOUR, on_change=False, limit=2 * HOUR, blocks=True),
        Job(PLAYBOOKS, _playbooks(desk), DAY, on_change=False, blocks=True),
        Job("holidays", _holidays(desk), DAY, on_change=False),
    ]


def _sync(desk: Desk, account: Account) -> Callable[[], Awaitable[None]]:
    async def sync() -> None:
        # The HTTP stack is loaded by a daemon that has a calendar, and by no other.
        from followthru.actions.calendar_rest import rested_at, trouble_of
        from followthru.actions.sync import sync_account
        from followthru.actions.syncing import when_free

        # A sync that somebody asked for on the command line may be under way.
        reports = await when_free(lambda: sync_account(desk, account))
        _log(reports)
        faults = [report.fault for report in reports if report.fault is not None]
        # A server that is left alone is in trouble still, whatever woke us; and the store knows for how long.
        if (until := rested_at(desk, account)) is not None:
            raise NotYetError(trouble_of(desk, account), until)
        if faults:
            raise CalendarsError(" ".join(dict.fromkeys(fault.sentences() for fault in faults)))

    return sync


def _log(reports: Sequence[CalendarReport]) -> None:
    """Note what changed on either side, as counts."""
    for one in reports:
        done = one.report
        if done is not None and not done.quiet:
            changes = {"created": done.created, "updated": done.updated, "removed": done.removed}
            event(log, "sync.done", calendar=one.calendar, **changes, pulled=done.pulled, asked=done.asked)


def _files(desk: Desk) -> Callable[[], Awaitable[None]]:
    async def files() -> None:
        # A cloud or network folder may take its time.
        await asyncio.to_thread(_write_files, desk)

    return files


def _write_files(desk: Desk) -> None:
    """Write calendars as files, on a connection of this thread's own. Raises CalendarsError."""
    from followthru.actions.calendar_files import write_files

    own = open_desk(desk.home, desk.config, desk.ctx.store.clock)
    try:
        faults = [one.fault for one in write_files(own) if one.fault is not None]
    finally:
        own.ctx.store.close()
    if faults:
        raise CalendarsError(" ".join(dict.fromkeys(fault.sentences() for fault in faults)))


def _mail(desk: Desk, account: MailAccount) -> Callable[[], Awaitable[datetime | None]]:
    transport = own_transport(desk, account)
    sender = Sender(
        desk.ctx,
        account,
        transport,
        f"{os.getpid()}-{uuid4()}",
        finder=transport if isinstance(transport, Finder) else _sent_mail(desk, account),
        rules=Rules(desk.config.updates.quiet_hours, desk.config.updates.reader_limit),
        run_folder=desk.home.run,
    )

    async def send() -> datetime | None:
        # Two copies of a store that both send would write to every reader twice.
        check_place(desk)
        return await sender.run()

    return send


def _sent_mail(desk: Desk, account: MailAccount) -> Finder | None:
    """Return what can be asked whether a mail was sent, where the account has a mailbox."""
    if account.incoming is None:
        return None
    from followthru.actions.mailboxes import sent_mail

    return sent_mail(desk, account)


def _mailbox(desk: Desk, account: MailAccount) -> Callable[[], Awaitable[None]]:
    async def look() -> None:
        # IMAP blocks, and a large mailbox takes its time.
        await asyncio.to_thread(_look, desk, account)

    return look


def _look(desk: Desk, account: MailAccount) -> None:
    """Look through a mailbox, on a connection of this thread's own. Raises FollowthruError, NotYetError."""
    from followthru.actions.mailboxes import look_through, settings_of
    from followthru.updates.incoming.mailbox import SignInRefusedError

    if account.incoming is None:
        return
    own = open_desk(desk.home, desk.config, desk.ctx.store.clock)
    try:
        # Tokens are held by the daemon's own desk, for as long as they are good.
        look_through(own.ctx, settings_of(desk, account, account.incoming), account, account.incoming)
    except SignInRefusedError as error:
        # Knocking again and again can lock an account; a changed configuration is tried at once.
        raise NotYetError(error.sentences(), own.ctx.store.clock.now() + SIGN_IN_AGAIN, lasting=True) from error
    finally:
        own.ctx.store.close()


def _brief(desk: Desk) -> Callable[[], Awaitable[datetime | None]]:
    async def bring() -> datetime | None:
        from followthru.actions.morning import BriefError, morning
        from followthru_daemon.desktop import show

        try:
            return await morning(desk, show, lambda account: own_transport(desk, account))
        except BriefError as fault:
            raise NotYetError(fault.sentences(), fault.until) from fault

    return bring


def _updates(desk: Desk) -> Callable[[], Awaitable[datetime | None]]:
    fresh: Freshness | None = None

    async def updates() -> datetime | None:
        nonlocal fresh
        # Writing to many readers of large practices takes minutes, in which mail and calendars must go on.
        due, fresh = await asyncio.to_thread(_write_updates, desk, fresh)
        return None if due is None else due.astimezone(UTC)

    return updates


def _write_updates(desk: Desk, fresh: Freshness | None) -> tuple[datetime | None, Freshness]:
    """Do what there is to do about updates, on a connection of this thread's own.

    Return the next hour, and as of when the drafts are fresh.
    """
    own = open_desk(desk.home, desk.config, desk.ctx.store.clock)
    try:
        hold_strays(own.ctx, {account.name for account in desk.config.mail})
        hours: list[datetime | None] = []
        now = freshness(own.ctx)

        def write_anew() -> None:
            nonlocal now
            now = freshness(own.ctx)
            refresh_drafts(own.ctx, fresh)

        # What cannot be written keeps nothing else from being written. The last step stands first.
        with ExitStack() as steps:
            steps.callback(lambda: hours.append(approve_due(own)))
            steps.callback(lambda: hours.append(draft_due(own.ctx)))
            steps.callback(write_anew)
            steps.callback(prepare, own.ctx)
        return min(filter(None, hours), default=None), now
    finally:
        own.ctx.store.close()


def _duties(desk: Desk) -> Callable[[], Awaitable[None]]:
    async def come() -> None:
        from followthru.actions.duty_runs import bring

        for one in bring(desk.ctx):
            event(log, "duty.next", tasks=len(one.task_ids))

    return come


def _store(desk: Desk) -> Callable[[], Awaitable[None]]:
    async def look() -> None:
        from followthru.store.fitness import look_through

        # At the start, which may come after an end in the middle of anything, and once a day.
        await asyncio.to_thread(look_through, desk.home.database)

    return look


def _backup(desk: Desk) -> Callable[[], Awaitable[datetime | None]]:
    async def back_up() -> datetime | None:
        # A large store takes seconds, in which mail and calendars must go on.
        return await asyncio.to_thread(_back_up, desk)

    return back_up


def _back_up(desk: Desk) -> datetime | None:
    """Back up if it is time, on a connection of this thread's own; return when it is time again.

    Raises NotYetError where a folder takes none.
    """
    from followthru.actions.backing_up import back_up_when_due
    from followthru.store.faults import StoreError

    own = open_desk(desk.home, desk.config, desk.ctx.store.clock)
    try:
        return back_up_when_due(own)
    except StoreError as fault:
        raise NotYetError(fault.sentences(), own.ctx.store.clock.now() + BACK_UP_AGAIN) from fault
    finally:
        own.ctx.store.close()
        give_back()


def _playbooks(desk: Desk) -> Callable[[], Awaitable[None]]:
    async def look() -> None:
        from followthru.actions.playbook_watch import PlaybooksError, check

        try:
            # The folder may be on a disk that takes its time.
            await asyncio.to_thread(check, desk.home.playbooks)
        except PlaybooksError as error:
            # Nothing changes until a file does, which wakes the job.
            raise NotYetError(error.sentences(), desk.ctx.store.clock.now() + timedelta(days=1)) from error

    return look


def _holidays(desk: Desk) -> Callable[[], Awaitable[None]]:
    async def extend() -> None:
        practices.extend_holidays(desk.ctx)

    return extend
