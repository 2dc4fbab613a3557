"""How calendars stand, their servers and single events among it, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from followthru.actions.same_machine import TWIN_WORDS
from followthru.cli import terminal
from followthru.cli.probe_words import utc_text
from followthru.cli.session import Session
from followthru.cli.standing_words import moment, standing_json, standing_lines
from followthru.cli.sync_words import question_words, value_json
from followthru.domain.saying import count_words

if TYPE_CHECKING:
    from followthru.actions.calendar_details import CalendarDetails, ItemStanding
    from followthru.calendars.caps import Caps


def details_json(one: CalendarDetails, *, items: bool) -> dict[str, object]:
    """Return a calendar's JSON; with `items`, every event of ours in it."""
    found: dict[str, object] = {
        **standing_json(one.standing),
        "configured": one.configured,
        "name": one.name,
        "other_copy": one.other_copy,
        "unmeasured": one.unmeasured,
        "server": None
        if one.server is None
        else {"measured_at": utc_text(one.server.at), "says": server_words(one.server)},
    }
    return found | ({"items": [_item_json(each) for each in one.items]} if items else {})


def _item_json(one: ItemStanding) -> dict[str, object]:
    asks = [
        {
            "matter": str(each.matter),
            "field": each.field,
            "ours": value_json(each.ours),
            "theirs": value_json(each.theirs),
        }
        for each in one.questions
    ]
    return {**one._asdict(), "state": str(one.state), "questions": asks}


def details_lines(session: Session, one: CalendarDetails, said: dict[str, str], *, items: bool) -> Iterator[str]:
    """Yield how a calendar stands, what its server was measured to do, and with `items` each event.

    `said` is as for `standing_lines`.
    """
    if one.configured:
        yield from standing_lines(session, one.standing, said)
    else:
        yield from _left_lines(one)
    if one.other_copy is not None:
        yield f"  {TWIN_WORDS} Seen {moment(session, one.other_copy)}."
    if one.unmeasured is not None:
        yield f"  {terminal.clean(one.unmeasured)}"
    if one.name and items:
        yield f"  Called “{terminal.clean(one.name)}” on its server."
    if one.server is not None and items:
        at = moment(session, one.server.at) if one.server.at else "once"
        yield f"  Measured {at}: {'; '.join(server_words(one.server))}."
    for each in one.items if items else ():
        yield f"  {_item_words(session, each)}"


def _left_lines(one: CalendarDetails) -> Iterator[str]:
    at = one.standing
    there = f"{count_words(at.shown, 'event')} still on {at.url}"
    yield f"{at.calendar} ({at.account or 'no account'}): not in the configuration any more; {there}."
    say = f"`followthru calendar remove {at.calendar}"
    yield f"  {say} --leave` forgets them, {say} --delete` deletes them there."


def _item_words(session: Session, one: ItemStanding) -> str:
    number = "" if one.id is None else f", number {one.id}"
    title = f" “{terminal.clean(one.title)}”" if one.title else ""
    asked = "; ".join(map(question_words, one.questions))
    why = asked or one.reason
    reason = f": {terminal.clean(why)}" if why else ""
    good = "" if one.last_good_at is None else f"; last good {moment(session, one.last_good_at)}"
    return f"{one.state}: {one.role} of task {one.task}{title}{number}{reason}{good}"


def server_words(caps: Caps) -> list[str]:
    """Return what a server was measured to do, as far as it matters to its user."""
    held = (caps.create_held, caps.replace_held, caps.delete_held)
    guard = "keeps two programs from overwriting each other"
    found = [
        f"it {guard}" if all(held) else f"it only partly {guard}: followthru reads before and after each write",
        "it tells what changed" if caps.tokens_hold else "it does not reliably tell what changed: everything is listed",
        {
            "sync-token": "one request shows that nothing changed",
            "ctag": "one request shows that nothing changed",
            "listing": "only a whole listing shows that nothing changed",
        }[caps.check],
        "it keeps texts as they are" if caps.text_kept else "it rewrites texts",
    ]
    if caps.components:
        found.append(f"it takes {' and '.join(sorted(caps.components))}")
    if caps.lost:
        found.append(f"it loses {', '.join(caps.lost)}")
    if caps.plain:
        found.append("it takes no marks of followthru's: events go without")
    if caps.renames:
        found.append("it gives events other addresses than they were put to")
    if not caps.zero_length:
        found.append("it takes no event without a length")
    if caps.stale:
        found.append(f"it did otherwise since: {terminal.clean(caps.stale)}")
    return found
