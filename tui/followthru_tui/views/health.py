"""How things stand, in words: calendars, mail accounts, the background process, and what is safe."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from followthru.actions.backing_up import all_backups, due_at
from followthru.actions.desk import Desk
from followthru.actions.presence import running
from followthru.domain.clock import zone
from followthru.domain.saying import ago_words, count_words, moment_words
from followthru.store import heartbeats, mail_state, outbox
from followthru.store.heartbeats import Heartbeat
from followthru_tui.feed import Line, Section
from followthru_tui.storecalendars import calendar_sections
from followthru_tui.views.shape import Shape

_NO_CALENDAR = Line("health:calendar", "? not set up", ": “Connect a calendar”, step by step", None, None)


def health(desk: Desk) -> Shape:
    """Return how things stand. Opens snapshots of its own."""
    beats = {beat.name: beat for beat in heartbeats.all_heartbeats(desk.ctx.read)}
    calendars = calendar_sections(desk) or [Section("health:calendars", "Calendars", (), 1, (_NO_CALENDAR,))]
    mail = _mail(desk, beats)
    jobs = _jobs(desk, beats)
    found = [
        *calendars,
        Section("health:mail", "Mail", (), len(mail), mail),
        Section("health:jobs", "In the background", (), len(jobs), jobs),
        Section("health:safe", "What is kept where", (), 3, _places(desk)),
    ]
    wrong = sum(1 for section in found for line in section.lines if line.state.startswith("!"))
    words = f"{count_words(wrong, 'thing')} not as it should be" if wrong else "all is well"
    return Shape("How things stand", found, remark=words)


def _mail(desk: Desk, beats: dict[str, Heartbeat]) -> tuple[Line, ...]:
    held = mail_state.held(desk.ctx.read)
    lines = [] if held is None else [Line("health:held", "! all held", held.why, None, None)]
    for one in desk.config.mail:
        beat = beats.get(f"mail {one.name}")
        parts = [one.from_.address, one.transport, _looked(desk, beat)]
        if paused := outbox.paused_by(desk.ctx.read, one.name):
            parts.append(f"waits: {paused}")
        at = ", ".join(one.practices) or "no practice"
        fault = None if beat is None else beat.fault
        lines.append(
            Line(
                f"health:mail {one.name}",
                "! fault" if fault else "! waits" if paused else ". ready",
                f"{one.name}: {'; '.join(parts)}",
                None,
                None,
                facts=(
                    ("Account", one.name),
                    ("For", at),
                    ("Fault", fault or "none"),
                    *(() if beat is None else _failing(desk, beat)),
                    ("", "; ".join(parts)),
                ),
            )
        )
    if not desk.config.mail:
        words = ": “Connect a mail account”; no mail is sent"
        lines.append(Line("health:none", "? not set up", words, None, None))
    return tuple(lines)


def _looked(desk: Desk, beat: Heartbeat | None) -> str:
    if beat is None:
        return "not tried yet"
    if beat.good_at is None:
        return "never ended well"
    return f"last well {ago_words(datetime.fromisoformat(beat.good_at), desk.ctx.store.clock.now())}"


def _jobs(desk: Desk, beats: dict[str, Heartbeat]) -> tuple[Line, ...]:
    pid = running(desk.home.database)
    runs = "it syncs, drafts and sends" if pid is not None else "nothing is synced, drafted or sent: S starts it"
    first = Line("health:daemon", ". runs" if pid is not None else "! does not run", runs, None, None)
    told = {f"mail {one.name}" for one in desk.config.mail}
    others = [
        Line(
            f"health:job {beat.name}",
            "! fault" if beat.fault else ". well",
            f"{beat.name}: {beat.fault or _looked(desk, beat)}",
            None,
            None,
            facts=(
                ("Job", beat.name),
                ("Fault", beat.fault or "none"),
                ("Ran", _looked(desk, beat)),
                *_failing(desk, beat),
            ),
        )
        for beat in beats.values()
        if beat.name not in told
    ]
    return (first, *others)


def _failing(desk: Desk, beat: Heartbeat) -> tuple[tuple[str, str], ...]:
    """Return since when a job fails and when it is tried again; nothing of one that does well."""
    found = (
        ("Failing", "since ", beat.failing_since, f", {count_words(beat.failures, 'time')} in a row"),
        ("Next try", "", beat.next_at, ""),
    )
    now, here = desk.ctx.store.clock.now(), zone(desk.ctx.zone)
    return tuple(
        (name, f"{since}{moment_words(datetime.fromisoformat(at), now, here)}{more}")
        for name, since, at, more in found
        if at
    )


def _backups(desk: Desk) -> Line:
    """Return how old the newest backup is, and whether one should have been made since."""
    now, found = desk.ctx.store.clock.now(), [one for one in all_backups(desk) if not one.before_restore]
    if not found:
        others = "none is made by itself" if desk.config.daemon.backups == 0 else "so does the background process"
        return Line("health:backups", "? no backup", f"`followthru backup now` makes one; {others}", None, None)
    due = due_at(desk)
    # An hour is what the background process may take to come to it.
    late = due is not None and due + timedelta(hours=1) < now
    newest = _made(found[0].at, now, zone(desk.ctx.zone))
    words = f"{count_words(len(found), 'backup')}, the newest {newest}: {found[0].path}"
    facts = (("Newest", newest), ("File", str(found[0].path)), ("Kept", str(len(found))))
    return Line("health:backups", "! backup old" if late else ". backed up", words, None, None, facts=facts)


def _made(at: datetime, now: datetime, here: tzinfo) -> str:
    """Return how long ago a backup was made; of one that bears an instant yet to come, which, and what that means."""
    if at - now < timedelta(minutes=1):
        return ago_words(at, now)
    return f"bears {moment_words(at, now, here)}, which is yet to come: a clock is or was wrong"


def _places(desk: Desk) -> tuple[Line, ...]:
    size = desk.home.database.stat().st_size / 1_048_576 if desk.home.database.exists() else 0
    store = f"{desk.home.database} ({size:.1f} MB); `followthru export FILE` writes all of it out"
    config = f"{desk.home.config}{'' if desk.home.config.exists() else ' (not there: the usual values hold)'}"
    return (
        _backups(desk),
        Line("health:store", ". store", store, None, None, facts=(("Store", store),)),
        Line("health:config", ". settings", config, None, None, facts=(("Settings", config),)),
    )
