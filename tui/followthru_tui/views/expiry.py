"""What expires: all that registers hold, by how soon it expires, by practice and by holder."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from followthru.actions.context import Context
from followthru.domain.registers import Expiring, RegisterItem, expiring
from followthru.domain.saying import count_words, day_words
from followthru.domain.workdays import WorkCalendar
from followthru.store import registers
from followthru.store.store import Reader
from followthru_tui.feed import Line
from followthru_tui.views.shape import At, Shape, narrow, section

_NEAR = 183
"""Days within which a date goes without its year, and with how far off it is."""
_FAR = 36_600
"""Days: a hundred years are all there is."""


def expiry(at: At) -> Shape:
    """Return the expiry board; what is farther off, or has no date, stands below it."""
    from followthru.actions.renewals import board

    wanted = narrow(at.text)
    lines = [one for one in board(at.ctx, at.read, within=_FAR) if wanted.fits(*_known_by(one.item))]
    sections = [
        section(f"expiry:{band}", band[:1].upper() + band[1:], (register_line(one, at.today(None)) for one in found))
        for band, found in groupby(lines, key=lambda one: one.band)
    ]
    dateless = [item for item in registers.items(at.read) if item.expires_on is None and wanted.fits(*_known_by(item))]
    if dateless:
        sections.append(section("expiry:none", "Without a date", (_dateless(one, at.today(None)) for one in dateless)))
    soon = sum(1 for one in lines if one.due)
    return Shape("What expires", sections, remark=f"{soon} to begin now" if soon else "")


def _known_by(item: RegisterItem) -> tuple[str, str, str]:
    return f"{item.kind} {item.named} {item.identifier or ''} {item.vendor or ''}", item.practice, item.holder or ""


def due_lines(ctx: Context, read: Reader) -> tuple[Line, ...]:
    """Return what has to be begun and has no task yet; only who keeps registers loads their words."""
    if registers.longest_lead(read) is None:
        return ()
    from followthru.actions.renewals import due

    return tuple(register_line(one, ctx.today()) for one in due(ctx, read))


def item_line(item: RegisterItem, today: date, days: WorkCalendar) -> Line:
    """Return the line of an item at a practice with these working days."""
    one = expiring(item, today, days)
    return _dateless(item, today) if one is None else register_line(one, today)


def register_line(one: Expiring, today: date) -> Line:
    """Return the line of an item that has a date."""
    item = one.item
    return Line(
        f"register:{item.id}",
        _state(one, today),
        item.named,
        item.practice,
        item.expires_on,
        when=_when(one),
        task=item.task_id,
        facts=facts(item, today, one),
    )


def _dateless(item: RegisterItem, today: date) -> Line:
    return Line(
        f"register:{item.id}",
        "? no date",
        item.named,
        item.practice,
        None,
        when="e says when",
        task=item.task_id,
        facts=facts(item, today),
    )


def _state(one: Expiring, today: date) -> str:
    """Return what an item needs: its renewal to be begun, done or awaited."""
    if one.item.task_id is not None:
        return f"{'!' if one.days_left < 0 else '+'} task {one.item.task_id}"
    if one.days_left < 0:
        return "! expired"
    return "! begin now" if one.due else f". by {one.start_by_on.day} {day_words(one.start_by_on, today).split()[2]}"


def _when(one: Expiring) -> str:
    """Return the date and how far off it is, short enough for a narrow screen."""
    on, days = one.item.expires_on or one.start_by_on, one.days_left
    if abs(days) > _NEAR:
        return f"{on.day} {on:%b %Y}"
    return f"{on.day} {on:%b} · {'today' if days == 0 else f'in {days}d' if days > 0 else f'{-days}d ago'}"


def facts(item: RegisterItem, today: date, one: Expiring | None = None) -> tuple[tuple[str, str], ...]:
    """Return all that is known of an item, as names and values."""
    every = f"every {item.service_every}" if item.service_every else ""
    task = "none yet: t adds it" if item.task_id is None else f"#{item.task_id} is there to renew it"
    begin = "" if one is None else day_words(one.start_by_on, today)
    found = (
        ("Kind", item.kind),
        ("Holder", item.holder_words or ""),
        ("Number", item.identifier or ""),
        ("Issued", _day(item.issued_on, today)),
        ("Expires", f"{_day(item.expires_on, today)}{_in_words(one)}" if item.expires_on else "not said yet"),
        ("Renewed", every),
        ("Takes", count_words(item.lead_days, "working day") if item.lead_days else ""),
        ("Begin by", begin),
        ("Task", task),
        ("Vendor", item.vendor or ""),
        ("Contact", item.contact or ""),
        ("Cost", item.cost or ""),
        *(("Document", each) for each in item.documents),
        ("Seen by", {"me": "me alone", "owners": "owners", "team": "team"}.get(item.audience or "owners", "")),
        ("Notes", item.notes or ""),
    )
    return tuple((name, value) for name, value in found if value)


def _in_words(one: Expiring | None) -> str:
    if one is None:
        return ""
    days = count_words(abs(one.days_left), "day")
    return ", today" if one.days_left == 0 else f", in {days}" if one.days_left > 0 else f", {days} ago"


def _day(on: date | None, today: date) -> str:
    return "" if on is None else day_words(on, today)
