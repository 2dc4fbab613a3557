"""The doctor's look at what a store and its configuration say: jobs, calendars, mail, evidence, own playbooks.

Nothing here asks a server; `look_online` does, and only signs in and lists.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec

from followthru import secrets
from followthru.actions import witnesses
from followthru.actions.calendar_standing import CalendarStanding, standings
from followthru.actions.checkup import careful, note, ok, wrong
from followthru.actions.compliance import faults
from followthru.actions.desk import Desk
from followthru.actions.presence import running
from followthru.actions.same_machine import is_elsewhere
from followthru.config.values import Account
from followthru.domain.findings import Finding
from followthru.domain.saying import ago_words, count_words
from followthru.exchange.playbooks import everyone
from followthru.store import heartbeats, journal, mail_state, outbox
from followthru.store.heartbeats import Heartbeat

STALE_SYNC = timedelta(days=1)
SILENT = timedelta(minutes=5)
"""How long a background process that runs may give no sign of life; it gives one a minute."""
AHEAD = timedelta(minutes=2)


def look_at_desk(desk: Desk) -> list[Finding]:
    """Return what a store and its configuration say of themselves. Blocking: evidence files are read."""
    return [
        *careful("clock", lambda: _clock(desk)),
        *careful("place", lambda: _elsewhere(desk)),
        *careful("jobs", lambda: _jobs(desk)),
        *careful("calendars", lambda: _calendars(desk)),
        *careful("mail", lambda: _mail(desk)),
        *careful("passwords", lambda: _passwords(desk)),
        *careful("brief", lambda: _brief(desk)),
        *careful("evidence", lambda: _evidence(desk)),
        *careful("playbooks", lambda: _playbooks(desk)),
    ]


def _now(desk: Desk) -> datetime:
    return desk.ctx.store.clock.now()


def _clock(desk: Desk) -> Iterator[Finding]:
    newest = journal.recent(desk.ctx.read, 1)
    if newest and datetime.fromisoformat(newest[0].at) - _now(desk) > AHEAD:
        yield wrong(
            "clock",
            f"The last step was noted at {newest[0].at[:16].replace('T', ' ')} UTC, which is yet to come.",
            "The clock was ahead then or is behind now; what is due at an hour may come late. Nothing is sent twice.",
            "Set the clock of this machine.",
        )


def _elsewhere(desk: Desk) -> Iterator[Finding]:
    if is_elsewhere(desk):
        yield wrong(
            "place",
            "This store was last synced on another machine, or from another folder.",
            "Nothing is synced or sent from here; two copies that both do would undo each other's work.",
            "followthru sync --here",
        )


def _jobs(desk: Desk) -> Iterator[Finding]:
    beats = heartbeats.all_heartbeats(desk.ctx.read)
    own = next((one for one in beats if one.name == "daemon"), None)
    if running(desk.home.database) is not None and own is not None and _age(desk, own.beat_at) > SILENT:
        yield wrong(
            "jobs",
            f"The background process has given no sign of life {_since(desk, own.beat_at)}.",
            "It may hang; what it was about is in the store, and the next one settles it.",
            "followthru daemon stop, then start it again",
        )
    failing = [one for one in beats if one.fault]
    yield from (_failing(desk, one) for one in failing)
    if beats and not failing:
        yield ok("jobs", f"{count_words(len(beats), 'job')} ended well last time.")


def _failing(desk: Desk, one: Heartbeat) -> Finding:
    good = f"last well {_since(desk, one.good_at)}" if one.good_at else "never ended well"
    return wrong("jobs", f"{one.name}: {one.fault}", f"It is tried again by itself; {good}.", "followthru daemon logs")


def _age(desk: Desk, at: str) -> timedelta:
    return _now(desk) - datetime.fromisoformat(at)


def _since(desk: Desk, at: str) -> str:
    return ago_words(datetime.fromisoformat(at), _now(desk))


def _calendars(desk: Desk) -> Iterator[Finding]:
    if not desk.config.calendars:
        yield note("calendars", "None is set up.", "Deadlines are in no calendar.", "followthru calendar add")
        return
    for one in standings(desk):
        yield _calendar(desk, one)


def _calendar(desk: Desk, one: CalendarStanding) -> Finding:
    topic = f"calendar {one.calendar}"
    if one.fault is not None:
        return wrong(topic, one.fault, "Nothing is lost on either side.", f"followthru sync {one.account}")
    if one.last_good_at is None:
        return note(topic, "It was never synced.", "Nothing of it is on the server yet.", "followthru sync")
    since = _since(desk, one.last_good_at)
    if _age(desk, one.last_good_at) > STALE_SYNC:
        return wrong(
            topic, f"It was last synced {since}.", "What moved there since is not known here.", "followthru sync"
        )
    if one.questions:
        asked = f"It asks {count_words(one.questions, 'thing')}; last synced {since}."
        return note(topic, asked, "Until you answer both sides keep what they have.", "followthru calendar resolve")
    return ok(topic, f"Synced {since}; {count_words(one.shown, 'event')}.")


def _mail(desk: Desk) -> Iterator[Finding]:
    held = mail_state.held(desk.ctx.read)
    if held is not None:
        yield note("mail", f"All mail is held: {held.why}", "No update leaves.", "followthru update resume --all")
    unsure = outbox.count_unsure(desk.ctx.read)
    if unsure:
        said = f"{count_words(unsure, 'update')} may have arrived."
        yield wrong(
            "mail", said, "They are not sent again until you say so.", "followthru update settle ID arrived|resend"
        )
    for one in desk.config.mail:
        paused = outbox.paused_by(desk.ctx.read, one.name)
        if paused:
            yield wrong(f"mail {one.name}", f"It waits: {paused}", "Its updates are kept.", "followthru update test")
        else:
            yield ok(f"mail {one.name}", f"{one.transport} for {', '.join(one.practices) or 'no practice'}.")
    if not desk.config.mail:
        yield note("mail", "No account is set up.", "No update is sent.", "followthru mailbox add")


def _passwords(desk: Desk) -> Iterator[Finding]:
    """Look at the files that hold passwords; a keyring or a command might ask the user something."""
    named = [one.password for one in (*desk.config.accounts, *desk.config.mail) if one.password is not None]
    for ref in named:
        secrets.check_file(ref, desk.home.config)
    if named:
        yield ok("passwords", f"{count_words(len(named), 'place')} named, none in the settings themselves.")


def _brief(desk: Desk) -> Iterator[Finding]:
    if desk.config.me.morning_brief is not None and find_spec("desktop_notifier") is None:
        yield note(
            "brief",
            "Nothing that shows notifications is installed: the extra followthru[desktop] brings it.",
            "The morning's brief does not come on your desktop. `followthru brief` and a mailed brief work.",
            "pipx inject followthru desktop-notifier",
        )


def _evidence(desk: Desk) -> Iterator[Finding]:
    found = faults(desk.ctx.read)
    if found:
        said = f"{count_words(len(found), 'thing')} that should be shown cannot be."
        means = "An auditor would miss them."
        yield wrong("evidence", said, means, "followthru evidence check")
    else:
        yield ok("evidence", "Every file that is kept as evidence is there, as it was.")


def _playbooks(desk: Desk) -> Iterator[Finding]:
    bad = [one for one in everyone(desk.home.playbooks) if one.playbook is None]
    if bad:
        said = f"{count_words(len(bad), 'playbook')} of your own cannot be read."
        yield wrong("playbooks", said, "Runs of them go on; none can be started.", "followthru playbook check")


def look_online(desk: Desk) -> list[Finding]:
    """Ask what time it is, sign in to every account and list what is there; nothing is changed on any server."""
    from followthru.actions.calendars import collections

    def signs_in(account: Account) -> Iterator[Finding]:
        yield ok(f"account {account.name}", f"Signed in: {count_words(len(collections(desk, account)), 'calendar')}.")

    looks = [(f"account {one.name}", partial(signs_in, one)) for one in desk.config.accounts]
    times = ("clock", partial(_times, desk))
    return [finding for topic, look in (times, *looks) for finding in careful(topic, look)]


def _times(desk: Desk) -> Iterator[Finding]:
    """Compare the clock with those of the servers; where none answers, nothing is known against it."""
    answers = asyncio.run(witnesses.said(witnesses.servers(desk.config)))
    found = witnesses.apart(_now(desk), answers)
    if found is not None:
        means = "Nothing is drafted or sent by it. If it is right and the server's is not: `check_clock = false`."
        yield wrong("clock", witnesses.apart_words(_now(desk), found), means, "Set the clock of this machine.")
    elif answers:
        yield ok("clock", f"{', '.join(answers)} {'says' if len(answers) == 1 else 'say'} the same.")
