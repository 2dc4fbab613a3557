"""A sync that its user asked for: all accounts side by side, each under its lock, none stopping another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from followthru.actions.desk import Desk
from followthru.actions.lookup_config import account_named
from followthru.actions.sync import BeingSyncedError, rehearse_account, sync_account
from followthru.calendars.cycle import Report
from followthru.calendars.newcomers import Verdict
from followthru.calendars.steps import Problem, Step
from followthru.config.values import Account
from followthru.errors import FollowthruError

PATIENCE = 10.0
"""Seconds to wait for another sync of the same account, such as the daemon's, to end."""
_LOOK_AGAIN = 0.05

T = TypeVar("T")


class Synced(NamedTuple):
    """How one calendar came out: its report or, of a rehearsal, its steps; or the fault that stopped it."""

    calendar: str
    account: str
    report: Report | None = None
    steps: tuple[Step | Verdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    fault: FollowthruError | None = None
    note: str | None = None


def sync_now(desk: Desk, account: str | None = None) -> list[Synced]:
    """Sync the calendars of an account, or of all, even those that are being left alone. Raises NotFoundError.

    Blocking: for commands only.
    """
    return _each(desk, account, sync_patiently)


def rehearse(desk: Desk, account: str | None = None) -> list[Synced]:
    """Return what `sync_now` would do, and change nothing on either side. Raises NotFoundError."""
    return _each(desk, account, _rehearse)


def _each(desk: Desk, account: str | None, work: Callable[[Desk, Account], Awaitable[list[Synced]]]) -> list[Synced]:
    accounts = desk.config.accounts if account is None else (account_named(desk.config, account),)
    used = {calendar.account for calendar in desk.config.calendars}

    async def every() -> list[list[Synced]]:
        return await asyncio.gather(*(work(desk, one) for one in accounts if one.name in used))

    return [one for found in asyncio.run(every()) for one in found]


async def sync_patiently(desk: Desk, account: Account) -> list[Synced]:
    """Sync an account once it is free; whatever goes wrong is in what is returned."""
    try:
        reports = await when_free(lambda: sync_account(desk, account, asked=True))
    except FollowthruError as error:
        return _stopped(desk, account, error)
    return [
        Synced(
            one.calendar, account.name, one.report, (), one.report.problems if one.report else (), one.fault, one.note
        )
        for one in reports
    ]


async def _rehearse(desk: Desk, account: Account) -> list[Synced]:
    try:
        found = await when_free(lambda: rehearse_account(desk, account))
    except FollowthruError as error:
        return _stopped(desk, account, error)
    return [
        Synced(
            one.calendar,
            account.name,
            None,
            (*one.plan.arrivals, *one.plan.steps) if one.plan else (),
            one.plan.problems if one.plan else (),
            one.fault,
        )
        for one in found
    ]


def _stopped(desk: Desk, account: Account, error: FollowthruError) -> list[Synced]:
    """Return the account's calendars, each with the fault that stopped them all."""
    names = [one.name for one in desk.config.calendars if one.account == account.name]
    return [Synced(name, account.name, fault=error) for name in names]


async def when_free(work: Callable[[], Awaitable[T]]) -> T:
    """Do the work of one account's sync once no other is under way. Raises BeingSyncedError if that takes too long."""
    until = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            return await work()
        except BeingSyncedError:
            if asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(_LOOK_AGAIN)
