"""What is degraded, in words: short for the status line, in full for the messages."""

from __future__ import annotations

from datetime import datetime

from followthru.actions.desk import Desk
from followthru.actions.presence import running
from followthru.store import heartbeats, incoming, links, updates

Trouble = tuple[str, str]

_LOOK_AGAIN = 2.0
"""Seconds between two tries whether a store takes changes again."""
_NOW = "just now"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def troubles(desk: Desk, *, starting: bool = False) -> tuple[Trouble, ...]:
    """Return what is degraded, the worst first; nothing while all is well. `starting`: a daemon is on its way."""
    return (
        *_store(desk),
        *([] if starting else _daemon(desk)),
        *_updates(desk),
        *_mail(desk),
        *_calendars(desk),
        *_jobs(desk),
    )


def _store(desk: Desk) -> list[Trouble]:
    """Return why nothing can be changed. A store that could not be written is tried anew at each look."""
    store = desk.ctx.store
    trouble = store.trouble and store.look_again(after=_LOOK_AGAIN)
    return [] if trouble is None else [(trouble.short, trouble.sentences())]


def _daemon(desk: Desk) -> list[Trouble]:
    if running(desk.home.database) is not None:
        return []
    full = "The background process does not run: nothing is synced, drafted or sent. S starts it."
    return [("daemon not running: S starts it", full)]


def _calendars(desk: Desk) -> list[Trouble]:
    found: list[Trouble] = []
    for calendar in desk.config.calendars:
        at = links.standing(desk.ctx.read, calendar.name)
        if at is not None and at.last_error:
            last = "never synced" if at.last_good_at is None else f"last good sync {ago(desk, at.last_good_at)}"
            # In short enough for half a line of 80.
            lasts = "" if at.last_good_at is None else ago(desk, at.last_good_at).removesuffix(" ago")
            short = f"no sync for {lasts}" if lasts and lasts != _NOW else "not synced"
            name = calendar.name
            found.append((f"calendar {name}: {short}", f"Calendar {name} ({last}): {at.last_error}"))
    return found


def _jobs(desk: Desk) -> list[Trouble]:
    """Return the jobs whose last run failed; calendars tell of themselves."""
    told = {calendar.account for calendar in desk.config.calendars}
    return [
        (f"{beat.name}: {_first(beat.fault)}", f"{beat.name}: {beat.fault}")
        for beat in heartbeats.all_heartbeats(desk.ctx.read)
        if beat.fault and beat.name.removeprefix("sync").strip(" :") not in told
    ]


def _updates(desk: Desk) -> list[Trouble]:
    found: list[Trouble] = []
    for phase, words in (("uncertain", "may or may not have arrived"), ("refused", "was refused")):
        for row in updates.listed(desk.ctx.read):
            if row.status == "approved" and row.phase == phase:
                full = f"The update to {row.person} at {row.practice} {words}: {row.answer or 'no answer'}."
                found.append((f"update to {row.person} {phase}", f"{full} r on it settles it."))
    return found


def _mail(desk: Desk) -> list[Trouble]:
    """Return what came back by mail and was not seen; only then its words are loaded."""
    if not incoming.any_unseen(desk.ctx.read):
        return []
    from followthru.actions import came_back

    return [(came_back.short(row), " ".join(came_back.all_words(row))) for row in came_back.unseen(desk.ctx)]


def ago(desk: Desk, at: str) -> str:
    """Return how long ago an instant (UTC ISO text) was, as `3 days ago`."""
    seconds = (desk.ctx.store.clock.now() - datetime.fromisoformat(at)).total_seconds()
    for size, word in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {word}{'' if count == 1 else 's'} ago"
    return _NOW


def _first(text: str | None) -> str:
    return (text or "").split(". ")[0].rstrip(".")
