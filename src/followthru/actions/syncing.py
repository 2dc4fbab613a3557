"""A sync that its user asked for: all accounts side by side, each under its lock, none stopping another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

from followthru.actions.calendar_rest import calendars_of
from followthru.actions.calendar_standing import pending_slots
from followthru.actions.desk import Desk
from followthru.actions.lookup_config import account_named
from followthru.actions.own_faults import OwnFaultError
from followthru.actions.sync import (
    LOOK_AGAIN,
    PATIENCE,
    BeingSyncedError,
    rehearse_account,
    sync_account,
)
from followthru.calendars.cycle import Report
from followthru.calendars.newcomers import Verdict
from followthru.calendars.steps import Problem, Step
from followthru.config.values import Account
from followthru.errors import FollowthruError

SETTLING = 3
"""How often, at most, calendars are synced again for what came in meanwhile from others: somebody may go on moving."""

T = TypeVar("T")
log = logging.getLogger(__name__)


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

    What came in from one is shown on the others when this returns. Blocking: for commands only.
    """
    return asyncio.run(_in_step(desk, _accounts(desk, account)))


def rehearse(desk: Desk, account: str | None = None) -> list[Synced]:
    """Return what `sync_now` would do, and change nothing on either side. Raises NotFoundError."""
    return asyncio.run(_side_by_side([_rehearse(desk, one) for one in _accounts(desk, account)]))


def _accounts(desk: Desk, account: str | None) -> list[Account]:
    accounts = desk.config.accounts if account is None else (account_named(desk.config, account),)
    used = {calendar.account for calendar in desk.config.calendars}
    return [one for one in accounts if one.name in used]


async def _side_by_side(works: Sequence[Awaitable[list[Synced]]]) -> list[Synced]:
    return [one for found in await asyncio.gather(*works) for one in found]


async def _in_step(desk: Desk, accounts: Sequence[Account]) -> list[Synced]:
    """Sync accounts, and once more those calendars that have to show by now what came in from others."""
    found = await _side_by_side([sync_patiently(desk, one) for one in accounts])
    latest = found
    for _ in range(SETTLING):
        behind = _behind(desk, found) if any(_took_in(one.report) for one in latest) else set[str]()
        owners = [one for one in accounts if any(each.calendar in behind for each in found if each.account == one.name)]
        if not owners:
            break
        latest = await _side_by_side([sync_patiently(desk, one, behind) for one in owners])
        again = {one.calendar: one for one in latest}
        found = [_both(one, again[one.calendar]) if one.calendar in again else one for one in found]
    return found


def _took_in(report: Report | None) -> bool:
    return report is not None and bool(report.pulled or report.taken)


def _behind(desk: Desk, synced: Sequence[Synced]) -> set[str]:
    """Return those of the calendars just synced well that have something to be sent to."""
    good = [one.calendar for one in synced if one.fault is None]
    return {name for name in good if pending_slots(desk, desk.config.calendar(name))[0]}


def _both(first: Synced, then: Synced) -> Synced:
    """Return two syncs of one calendar as one: what both did, and how the later one ended."""
    report = then.report or first.report
    if first.report is not None and then.report is not None:
        summed = {name: getattr(first.report, name) + getattr(then.report, name) for name in _SUMMED}
        report = then.report._replace(**summed)
    note = " ".join(filter(None, (first.note, then.note))) or None
    return then._replace(report=report, problems=report.problems if report else (), note=note)


_SUMMED = ("created", "updated", "removed", "pulled", "asked", "requests", "taken")


async def sync_patiently(desk: Desk, account: Account, only: set[str] | None = None) -> list[Synced]:
    """Sync an account once it is free, or `only` some of its calendars; what goes wrong is in what is returned."""
    try:
        reports = await when_free(lambda: sync_account(desk, account, asked=True, only=only))
    except FollowthruError as error:
        return _stopped(desk, account, error, only)
    except Exception as error:
        log.exception("sync.fault account=%s", account.name)
        return _stopped(desk, account, OwnFaultError(f"account {account.name}", error), only)
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


def _stopped(desk: Desk, account: Account, error: FollowthruError, only: set[str] | None = None) -> list[Synced]:
    """Return the account's calendars, or `only` some of them, each with the fault that stopped them all."""
    names = [one.name for one in calendars_of(desk.config, account)]
    return [Synced(name, account.name, fault=error) for name in names if only is None or name in only]


async def when_free(work: Callable[[], Awaitable[T]]) -> T:
    """Do the work of one account's sync once no other is under way. Raises BeingSyncedError if that takes too long."""
    until = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            return await work()
        except BeingSyncedError:
            if asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(LOOK_AGAIN)
