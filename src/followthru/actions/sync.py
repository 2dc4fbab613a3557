"""Sync: bring calendars and store in step. One sync per account at a time, whoever starts it."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import re
import time
from collections.abc import Collection as Names
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from followthru.actions.calendar_rest import (
    TROUBLE,
    all_rest_until,
    awake,
    calendars_of,
    failures,
    note_refusal,
    rest,
    rest_until,
)
from followthru.actions.desk import Desk
from followthru.actions.ledger import StoreLedger, view_of
from followthru.actions.losses import note_loss
from followthru.actions.own_faults import OwnFaultError
from followthru.actions.probing import before_much, caps_of, keep_measured
from followthru.actions.same_machine import OtherMachineError, check_place, is_elsewhere, note_twin
from followthru.actions.sign_in import token_source
from followthru.actions.whereabouts import as_known, explained, follow, titled
from followthru.calendars.cycle import Cycle, Report
from followthru.calendars.dav.client import Account as SignIn
from followthru.calendars.dav.client import DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import LossGuardError
from followthru.calendars.steps import Place, Plan, Problem
from followthru.config.values import Account, Calendar
from followthru.errors import FollowthruError, RefusedError
from followthru.secrets import resolve
from followthru.store import calendar_books, links

PATIENCE = 10.0
"""Seconds to wait for another sync of the same account, such as the daemon's, to end."""
LOOK_AGAIN = 0.05
_OFTEN = timedelta(minutes=1)
_NAMED = 3
_PLAIN, _OTHER = re.compile("[a-z0-9-]{1,40}"), re.compile("[^a-zA-Z0-9-]")

log = logging.getLogger(__name__)


class BeingSyncedError(RefusedError):
    """Another sync of the same account is under way."""

    def __init__(self, account: str) -> None:
        super().__init__(
            f"Account {account} is being synced just now.",
            safe="Nothing was changed.",
            remedy="It will be in step in a moment.",
        )


class CalendarReport(NamedTuple):
    """How the sync of one calendar went: what it did, or the fault that stopped it. `note` says what else is new."""

    calendar: str
    report: Report | None
    fault: FollowthruError | None = None
    note: str | None = None


class Rehearsal(NamedTuple):
    """What a sync of one calendar would do, or the fault that would stop it."""

    calendar: str
    plan: Plan | None
    fault: FollowthruError | None = None


async def sync_account(
    desk: Desk, account: Account, *, asked: bool = False, only: Names[str] | None = None
) -> list[CalendarReport]:
    """Sync every calendar of an account, or `only` those of these names; a fault of one stops no other.

    Unless the user `asked`, an account that is to be left alone for a while is left alone. Raises
    BeingSyncedError while another sync is under way, and FollowthruError for what concerns the whole account,
    such as a secret that cannot be read; each of its calendars then tells of it as well.
    """
    every = [one for one in calendars_of(desk.config, account) if only is None or one.name in only]
    calendars = every if asked else awake(desk, account, every)
    if not calendars:
        return []
    with account_lock(desk, account):
        try:
            check_place(desk)
            signed = await _signed_in(desk, account)
            async with DavClient(signed, now=desk.ctx.store.clock.now) as client:
                return await _each(desk, client, account, calendars)
        except FollowthruError as error:
            for calendar in calendars:
                _went(desk, calendar, error)
            raise


async def _each(desk: Desk, client: DavClient, account: Account, calendars: Sequence[Calendar]) -> list[CalendarReport]:
    """Sync one calendar after the other; what would befall each of them alike is not tried again with the next."""
    reports: list[CalendarReport] = []
    seen = {one.name for one in calendars if _was_complete(desk, one)}
    for calendar in calendars:
        report = await _sync(desk, client, calendar)
        reports.append(report)
        if report.fault is None or rest_until(desk, report.fault, 1) is None:
            continue
        note_refusal(desk, account)
        if (until := all_rest_until(desk, client, report.fault, failures(desk, calendar))) is not None:
            waiting = calendars[len(reports) :]
            for one in waiting:
                _went(desk, one, report.fault)
            rest(desk, account, until)
            return [*reports, *(CalendarReport(one.name, None, report.fault) for one in waiting)]
    again = [(one, report) for one, report in zip(calendars, reports, strict=True) if one.name in seen]
    await _measure(desk, client, account, again)
    return reports


async def _measure(
    desk: Desk, client: DavClient, account: Account, synced: Iterable[tuple[Calendar, CalendarReport]]
) -> None:
    """Measure what is to be measured once everything is in step, until the server asks for patience.

    Never with a calendar's first sync, for which somebody waits.
    """
    for calendar, report in synced:
        if report.report is None:
            continue
        until = await keep_measured(desk, client, calendar, url_of(desk, calendar), report.report)
        if until is not None:
            rest(desk, account, until)
            return


async def _sync(desk: Desk, client: DavClient, calendar: Calendar) -> CalendarReport:
    url = ""
    try:
        url = url_of(desk, calendar)
        follow(desk, calendar, url)
        cycle = cycle_of(desk, client, calendar)
        report = await cycle.run()
        _went(desk, calendar, report)
        return CalendarReport(calendar.name, report, note=_news(desk, calendar, cycle))
    except FollowthruError as error:
        fault = explained(calendar.name, url, error)
    except Exception as error:
        log.exception("sync.fault calendar=%s", calendar.name)
        fault = OwnFaultError(calendar.name, error)
    _went(desk, calendar, fault)
    return CalendarReport(calendar.name, None, fault)


def _was_complete(desk: Desk, calendar: Calendar) -> bool:
    """Whether a calendar was seen whole before."""
    known = links.calendar(desk.ctx.read, calendar.name)
    return known is not None and known.complete_at is not None


def _news(desk: Desk, calendar: Calendar, cycle: Cycle) -> str | None:
    """Return what is to be said once: a new name on the server, another copy of this store that writes there too."""
    said = (titled(desk, calendar.name, cycle.title), note_twin(desk, calendar.name, cycle.twins))
    return " ".join(filter(None, said)) or None


async def rehearse_account(desk: Desk, account: Account) -> list[Rehearsal]:
    """Return what a sync would do, and do nothing. Raises FollowthruError like `sync_account`."""
    found: list[Rehearsal] = []
    if is_elsewhere(desk):
        raise OtherMachineError
    with account_lock(desk, account):
        async with DavClient(await _signed_in(desk, account), now=desk.ctx.store.clock.now) as client:
            for calendar in calendars_of(desk.config, account):
                try:
                    known = as_known(desk, calendar, url_of(desk, calendar))
                    found.append(Rehearsal(calendar.name, await cycle_of(desk, client, known).rehearse()))
                except FollowthruError as error:
                    found.append(Rehearsal(calendar.name, None, explained(calendar.name, "", error)))
                except Exception as error:
                    log.exception("rehearsal.fault calendar=%s", calendar.name)
                    found.append(Rehearsal(calendar.name, None, OwnFaultError(calendar.name, error)))
    return found


def cycle_of(desk: Desk, client: DavClient, calendar: Calendar) -> Cycle:
    """Return one sync of a calendar, ready to run. Raises RefusedError for one that was not set up yet."""
    url = url_of(desk, calendar)
    view = view_of(calendar)
    uid = links.store_uid(desk.ctx.read)
    if uid is None:
        with desk.ctx.store.writing() as tx:
            uid = links.make_store_uid(tx)
    ledger, now = StoreLedger(desk.ctx, view), desk.ctx.store.clock.now
    place = Place(uid, view, url, before=calendar_books.names_before(desk.ctx.read, calendar.name))
    measure = before_much(desk, client, calendar, url)
    return Cycle(place, Collection(client, url), ledger, now, caps_of(desk.ctx, calendar), measure)


def url_of(desk: Desk, calendar: Calendar) -> str:
    """Return the address of a calendar's collection. Raises RefusedError before it has been set up."""
    if calendar.collection is not None and "://" in calendar.collection:
        return f"{calendar.collection.rstrip('/')}/"
    known = links.calendar(desk.ctx.read, calendar.name)
    if known is not None and known.url:
        return known.url
    raise RefusedError(
        f"Calendar {calendar.name} has not been looked up on its server yet.",
        safe="Nothing was published.",
        remedy="Run `followthru calendar setup` once.",
    )


def sign_in(desk: Desk, account: Account) -> SignIn:
    """Return how to sign in to an account, its password resolved. Raises SecretError, NotSignedInError."""
    password = "" if account.password is None else resolve(account.password, desk.home.config).reveal()
    ca_file = None if account.ca_file is None else str(account.ca_file)
    tokens = None if account.oauth is None else token_source(desk, account)
    return SignIn(account.name, account.url, account.username or "", password, account.sign_in, ca_file, tokens)


async def _signed_in(desk: Desk, account: Account) -> SignIn:
    """Return how to sign in; a command or keyring that takes its time holds nobody else up. Raises SecretError."""
    return await asyncio.to_thread(sign_in, desk, account)


@contextmanager
def held_patiently(desk: Desk, account: Account) -> Generator[None]:
    """Hold the one sync of an account, waiting for another to end. Raises BeingSyncedError. Blocking."""
    until = time.monotonic() + PATIENCE
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(account_lock(desk, account))
                break
            except BeingSyncedError:
                if time.monotonic() > until:
                    raise
            time.sleep(LOOK_AGAIN)
        yield


@contextmanager
def account_lock(desk: Desk, account: Account) -> Generator[None]:
    """Hold the one sync of an account; the lock dies with its holder. Raises BeingSyncedError while another has it."""
    desk.home.prepare()
    with lock_path(desk, account).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BeingSyncedError(account.name) from None
        yield


def lock_path(desk: Desk, account: Account) -> Path:
    """Return the file beside the database that is locked while an account is synced.

    No two accounts share one, also where a file system tells `Home` and `home` not apart.
    """
    name = account.name
    if not _PLAIN.fullmatch(name):
        name = f"{_OTHER.sub('-', name)[:40]}-{sha256(name.encode()).hexdigest()[:16]}"
    database = desk.home.database.resolve()
    return database.with_name(f"{database.name}.sync-{name}")


def _went(desk: Desk, calendar: Calendar, ended: Report | FollowthruError) -> None:
    """Note how a sync ended. One that ended well may still have left single events alone."""
    now = desk.ctx.store.clock.now()
    good = isinstance(ended, Report)
    fault = _left_alone(ended.problems) if isinstance(ended, Report) else ended.sentences()
    failed = 0 if good else failures(desk, calendar) + isinstance(ended, TROUBLE)
    until = None if good else rest_until(desk, ended, failed)
    known = links.standing(desk.ctx.read, calendar.name)
    same = known is not None and (known.last_error, known.backoff_until, known.failures) == (fault, until, failed)
    if known is not None and same and (not good or (known.last_good_at or "") > _text(now - _OFTEN)):
        return  # each note is a commit that wakes every screen
    with desk.ctx.store.writing() as tx:
        links.went(tx, calendar.name, good=good, fault=fault, until=until, failures=failed)
        if good or isinstance(ended, LossGuardError):
            note_loss(tx, calendar.name, ended if isinstance(ended, LossGuardError) else None)


def _left_alone(problems: Sequence[Problem]) -> str | None:
    """Return which events could not be brought in step, and why; None if all were."""
    if not problems:
        return None
    said = [f"Task {one.task_id}, {one.role}: {one.reason}." for one in problems[:_NAMED]]
    more = [f"And {len(problems) - _NAMED} more."] if len(problems) > _NAMED else []
    return " ".join([*said, *more])


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
