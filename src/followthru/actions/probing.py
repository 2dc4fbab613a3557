"""What each calendar's server was measured to do: kept, doubted, and measured again."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC

from followthru.actions.calendar_rest import rest_until
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.actions.own_faults import UnmeasuredError
from followthru.calendars.caps import BELIEVING, CAREFUL, Caps, caps_in, caps_out
from followthru.calendars.cycle import Report
from followthru.calendars.dav.client import DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import BusyError, CalendarError
from followthru.calendars.probe import CrowdedError, probe
from followthru.config.values import Calendar
from followthru.errors import FollowthruError
from followthru.store import links
from followthru.store.store import Reader

log = logging.getLogger(__name__)
CUT_OFF = "a measurement of it was cut off"
"""What puts a measurement in doubt from the first object that a new one writes until it has ended well."""
FEW = 500
"""Objects beside which a measurement takes a moment only, whatever the server does to say what its token is."""


def measured(ctx: Context, calendar: Calendar) -> Caps | None:
    """Return the measurement of a calendar, None if there is none."""
    return caps_in(links.caps(ctx.read, calendar.name))


def caps_of(ctx: Context, calendar: Calendar) -> Caps:
    """Return what a sync of a calendar may rely on."""
    known = measured(ctx, calendar)
    if known is not None:
        return known
    return BELIEVING if calendar.share_existing else CAREFUL


async def measure(desk: Desk, client: DavClient, calendar: Calendar, url: str, *, most: int | None = None) -> Caps:
    """Measure a calendar's collection and keep what was seen. Raises CalendarError, CrowdedError beyond `most`."""
    known = measured(desk.ctx, calendar)

    def begins() -> None:
        # Whoever is cut off from now on may leave a scratch object to the next measurement, which has to come then.
        if known is not None and known.stale is None:
            _keep(desk, calendar, known._replace(stale=CUT_OFF))

    found = await probe(Collection(client, url), desk.ctx.store.clock.now, begins, most=most)
    caps = found.after(None if known is None or known.stale == CUT_OFF else known)
    _keep(desk, calendar, caps)
    if why_unmeasured(desk.ctx.read, calendar.name) is not None:
        with desk.ctx.store.writing() as tx:
            links.note(tx, unmeasured(calendar.name), None)
    return caps


async def measure_asked(desk: Desk, client: DavClient, calendar: Calendar, url: str) -> Caps:
    """Measure because somebody asked for it. Raises CalendarError, UnmeasuredError for a fault of our own."""
    try:
        return await measure(desk, client, calendar, url)
    except FollowthruError:
        raise
    except Exception as error:
        log.exception("calendar.measure calendar=%s", calendar.name)
        raise UnmeasuredError(calendar.name, error) from error


def why_unmeasured(read: Reader, calendar: str) -> str | None:
    """Return the words of the fault of our own that stopped the last measurement of a calendar, if one did."""
    return links.fact(read, unmeasured(calendar))


def unmeasured(calendar: str) -> str:
    """Return the name of the fact that a fault of our own stopped a measurement; it holds the words of that."""
    return f"unmeasured {calendar}"


async def measure_new(desk: Desk, client: DavClient, calendar: Calendar, url: str) -> None:
    """Measure a calendar that is being set up, unless that would take long: then a later sync does it.

    A fault of our own in it stops no set-up; `unmeasured` notes it.
    """
    with suppress(CrowdedError), _contained(desk, calendar):
        await _measure_if_due(desk, client, calendar, url, most=FEW)


def before_much(desk: Desk, client: DavClient, calendar: Calendar, url: str) -> Callable[[], Awaitable[Caps]] | None:
    """Return what measures a calendar's server before much is sent to it; None where that is known or not allowed."""
    if calendar.share_existing or measured(desk.ctx, calendar) is not None:
        return None

    async def now() -> Caps:
        await measure_new(desk, client, calendar, url)
        return caps_of(desk.ctx, calendar)

    return now


async def keep_measured(desk: Desk, client: DavClient, calendar: Calendar, url: str, report: Report) -> str | None:
    """Note what contradicts a measurement; measure where there is none or an old one is in doubt.

    Only after a sync that found nothing to do: nobody waits then for what is new. Returns until when the server asks
    to be left alone, None if it does not.
    """
    known = measured(desk.ctx, calendar)
    if known is not None and known.stale is None and report.anomalies:
        _keep(desk, calendar, known._replace(stale=known.doubt(report.anomalies, desk.ctx.store.clock.now())))
    if not report.quiet:
        return None
    try:
        with _contained(desk, calendar):
            await _measure_if_due(desk, client, calendar, url)
    except BusyError as error:
        return rest_until(desk, error, 1)
    return None


@contextmanager
def _contained(desk: Desk, calendar: Calendar) -> Generator[None]:
    """Log and note a fault of our own in a measurement: it stops no sync. What was measured is in doubt, for now."""
    try:
        yield
    except FollowthruError:
        raise
    except Exception as error:
        log.exception("sync.measure calendar=%s", calendar.name)
        fault = UnmeasuredError(calendar.name, error)
        known = measured(desk.ctx, calendar) or CAREFUL
        _keep(desk, calendar, known._replace(at=_now(desk), stale=fault.message))
        with desk.ctx.store.writing() as tx:
            links.note(tx, unmeasured(calendar.name), fault.sentences())


async def _measure_if_due(
    desk: Desk, client: DavClient, calendar: Calendar, url: str, *, most: int | None = None
) -> None:
    """Measure, but never by itself in a calendar that is shared with other things.

    A server that cannot be measured is treated with care and tried again later. Raises BusyError for one that asks
    for patience, CrowdedError where there are more than `most` objects.
    """
    known = measured(desk.ctx, calendar)
    if calendar.share_existing or (known is not None and not known.due(desk.ctx.store.clock.now())):
        return
    try:
        await measure(desk, client, calendar, url, most=most)
    except CrowdedError:
        raise
    except CalendarError as error:
        _keep(desk, calendar, CAREFUL._replace(at=_now(desk), stale=error.message))
        if isinstance(error, BusyError):
            raise


def _now(desk: Desk) -> str:
    return desk.ctx.store.clock.now().astimezone(UTC).isoformat(timespec="seconds")


def _keep(desk: Desk, calendar: Calendar, caps: Caps) -> None:
    with desk.ctx.store.writing() as tx:
        links.put_caps(tx, calendar.name, caps_out(caps))
