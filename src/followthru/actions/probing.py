"""What each calendar's server was measured to do: kept, doubted, and measured again."""

from __future__ import annotations

from datetime import UTC

from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.calendars.caps import BELIEVING, CAREFUL, Caps, caps_in, caps_out
from followthru.calendars.cycle import Report
from followthru.calendars.dav.client import DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import CalendarError
from followthru.calendars.probe import probe
from followthru.config.values import Calendar
from followthru.store import links


def measured(ctx: Context, calendar: Calendar) -> Caps | None:
    """Return the measurement of a calendar, None if there is none."""
    return caps_in(links.caps(ctx.read, calendar.name))


def caps_of(ctx: Context, calendar: Calendar) -> Caps:
    """Return what a sync of a calendar may rely on."""
    known = measured(ctx, calendar)
    if known is not None:
        return known
    return BELIEVING if calendar.share_existing else CAREFUL


async def measure(desk: Desk, client: DavClient, calendar: Calendar, url: str) -> Caps:
    """Measure a calendar's collection and keep what was seen. Raises CalendarError."""
    caps = (await probe(Collection(client, url), desk.ctx.store.clock.now)).after(measured(desk.ctx, calendar))
    _keep(desk, calendar, caps)
    return caps


async def keep_measured(desk: Desk, client: DavClient, calendar: Calendar, url: str, report: Report | None) -> None:
    """Note what contradicts a measurement, and measure where there is none or an old one is in doubt.

    Never by itself in a calendar that is shared with other things. A server that cannot be measured is treated with
    care and tried again later.
    """
    known = measured(desk.ctx, calendar)
    if known is not None and known.stale is None and report is not None and report.anomalies:
        known = known._replace(stale=known.doubt(report.anomalies, desk.ctx.store.clock.now()))
        _keep(desk, calendar, known)
    if calendar.share_existing or (known is not None and not known.due(desk.ctx.store.clock.now())):
        return
    try:
        await measure(desk, client, calendar, url)
    except CalendarError as error:
        at = desk.ctx.store.clock.now().astimezone(UTC).isoformat(timespec="seconds")
        _keep(desk, calendar, CAREFUL._replace(at=at, stale=error.message))


def _keep(desk: Desk, calendar: Calendar, caps: Caps) -> None:
    with desk.ctx.store.writing() as tx:
        links.put_caps(tx, calendar.name, caps_out(caps))
