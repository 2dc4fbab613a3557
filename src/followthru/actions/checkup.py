"""The doctor's look at a home: what has to hold before anything else can, and the store itself.

It reads and changes nothing. Each look stands by itself: what is broken keeps no other thing from being looked at, and
none needs more than it looks at, so that a damaged store or a bad configuration is told of instead of met.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from followthru import __version__, durable
from followthru.actions import backing_up
from followthru.actions.desk import Desk, open_desk
from followthru.actions.presence import running
from followthru.config.machine import system_zone
from followthru.config.places import Home
from followthru.config.reading import load
from followthru.config.values import Config
from followthru.domain.clock import Clock
from followthru.domain.findings import Finding, Remedy, Standing
from followthru.domain.saying import ago_words, count_words
from followthru.errors import FollowthruError
from followthru.store import backups, fitness, restoring
from followthru.store.faults import Trouble, foreseen, unwritable
from followthru.store.place import check_place, real

OTHERS = 0o077
LEAST_FREE = 200_000_000
"""Bytes that should be free: a backup is a whole copy, and an upgrade makes another one."""
STALE = timedelta(days=2)
AHEAD = timedelta(hours=1)
"""By how much a backup of the future is one of a clock that was wrong."""
UNTRIED = timedelta(days=14)

Look = Callable[[], Iterator[Finding]]


def ok(topic: str, says: str) -> Finding:
    """Return that a thing is as it should be."""
    return Finding(topic, Standing.OK, says)


def wrong(topic: str, says: str, means: str, run: str, remedy: Remedy | None = None) -> Finding:
    """Return that a thing is wrong."""
    return Finding(topic, Standing.WRONG, says, means, run, remedy)


def note(topic: str, says: str, means: str = "", run: str = "", remedy: Remedy | None = None) -> Finding:
    """Return that a thing is worth knowing."""
    return Finding(topic, Standing.NOTE, says, means, run, remedy)


def careful(topic: str, look: Look) -> list[Finding]:
    """Return what a look finds; that it cannot be made is a finding as well."""
    try:
        return list(look())
    except FollowthruError as fault:
        return [wrong(topic, fault.message, fault.safe, fault.remedy)]
    except OSError as fault:
        return [
            wrong(topic, f"It cannot be looked at: {fault.strerror}.", "Nothing was changed.", "Check your rights.")
        ]


def look_at_home(given: Home, clock: Clock) -> tuple[list[Finding], Desk | None]:
    """Return what is found without asking any server, and the desk where there is one to be opened."""
    found = [*careful("program", _program), *careful("clock", lambda: _zone(clock))]
    config, told = _config(given)
    home = given if config is None else given.with_store(config)
    found += told
    found += careful("files", lambda: _files(home))
    found += careful("log", lambda: _log(home))
    found += careful("place", lambda: _place(home))
    found += careful("disk", lambda: _disk(home))
    store = careful("store", lambda: _store(home))
    found += [*store, *careful("changes", lambda: _changes(home)), *careful("left over", lambda: _left_over(home))]
    desk = None
    if config is not None and fitness.is_current(home.database) and all(one.standing is Standing.OK for one in store):
        desk = open_desk(home, config, clock)
    found += careful("background process", lambda: _daemon(home))
    found += careful("backups", lambda: _backups(home, config, clock))
    return found, desk


def _program() -> Iterator[Finding]:
    yield ok("program", f"followthru {__version__}, Python {platform.python_version()}, SQLite {fitness.VERSION}.")


def _zone(clock: Clock) -> Iterator[Finding]:
    yield ok("clock", f"{clock.now():%Y-%m-%d %H:%M} UTC; this machine is in {system_zone()}.")


def _config(home: Home) -> tuple[Config | None, list[Finding]]:
    try:
        config = load(home.config)
    except FollowthruError as fault:
        means = "Nothing runs with it; a background process that runs keeps the one from before."
        return None, [wrong("settings", fault.message, means, "followthru config check")]
    if home.config.exists():
        return config, [ok("settings", f"{home.config} is right.")]
    return config, [note("settings", f"There is no {home.config}.", "The usual values hold; no calendar and no mail.")]


def _files(home: Home) -> Iterator[Finding]:
    open_to_others = [path for path in private_paths(home) if path.stat().st_mode & OTHERS]
    if not open_to_others:
        yield ok("files", "Only you can read them.")
        return
    named = ", ".join(path.name for path in open_to_others[:3])
    yield wrong(
        "files",
        f"Others on this machine can read {count_words(len(open_to_others), 'file or folder', 'files or folders')}: "
        f"{named}{' …' if len(open_to_others) > 3 else ''}.",
        "Whoever has an account on this machine could read what is private.",
        "followthru doctor --fix",
        Remedy.CLOSE_FILES,
    )


def private_paths(home: Home) -> list[Path]:
    """Return the folders and files of a home that are there and are nobody else's to read."""
    beside = backups.folder_of(home.database)
    paths = [home.config.parent, home.database.parent, home.logs, home.run, beside, home.config, home.database]
    inside = [path for folder in (beside, home.logs) if folder.is_dir() for path in folder.iterdir()]
    return [path for path in dict.fromkeys([*paths, *inside]) if path.exists() and not path.is_socket()]


def _log(home: Home) -> Iterator[Finding]:
    """Look whether what goes wrong can be written down, by opening each log and a new file beside them."""
    if not home.logs.exists():
        return
    place = home.logs
    try:
        durable.try_out(place)
        for place in sorted(home.logs.glob("*.log")):
            with place.open("ab"):
                pass
    except OSError as fault:
        yield wrong(
            "log",
            f"{place} cannot be written: {fault.strerror}.",
            "All else works, but of what goes wrong no word is kept.",
            "Let yourself write there, or move it away; it is made anew.",
        )


def _place(home: Home) -> Iterator[Finding]:
    check_place(home.database)
    yield ok("place", f"{home.database.parent} is on a disk of this machine.")


def _disk(home: Home) -> Iterator[Finding]:
    folder = next(path for path in home.database.absolute().parents if path.exists())
    free = shutil.disk_usage(folder).free
    size = home.database.stat().st_size if home.database.exists() else 0
    least = max(LEAST_FREE, 3 * size)
    words = f"{free / 1e9:.1f} GB are free."
    if free >= least:
        yield ok("disk", words)
    else:
        yield wrong("disk", words, f"A backup or an upgrade may need {least / 1e9:.1f} GB.", "Make room on that disk.")


def _store(home: Home) -> Iterator[Finding]:
    if not home.database.exists():
        yield note("store", f"There is none at {home.database} yet.", "The first command that needs one makes it.")
        return
    seen = fitness.look(home.database)
    if seen.damage is not None:
        yield wrong(
            "store",
            f"{home.database} is damaged: {seen.damage}.",
            "Nothing that was backed up is lost; what was done since is, as far as it does not read.",
            "followthru restore --salvage",
        )
    elif not seen.ours:
        yield wrong(
            "store",
            f"{home.database} is another program's database.",
            "followthru does not touch it.",
            "Move it away, or set FOLLOWTHRU_HOME or [store] path to a place of followthru's own.",
        )
    elif seen.newer:
        yield wrong(
            "store",
            f"It was written by a newer followthru (schema {seen.schema}).",
            "This one does not touch it.",
            "Upgrade followthru.",
        )
    elif seen.older:
        yield note("store", f"It is of an older version (schema {seen.schema}).", "The next command upgrades a copy.")
    else:
        yield ok("store", f"Every page of {home.database.name} was read ({seen.size / 1e6:.1f} MB).")


def _changes(home: Home) -> Iterator[Finding]:
    """Look whether the store would take a change, by writing a file beside it and removing it."""
    if not home.database.exists():
        return
    trouble = foreseen(home.database)
    if trouble is None:
        try:
            durable.try_out(real(home.database).parent)
        except OSError as error:
            trouble = unwritable(home.database, error)
    if trouble is None:
        yield ok("changes", "The store's disk takes what is written.")
    else:
        means = "Everything can be read; nothing can be changed, synced or sent until that is mended."
        noted = trouble.trouble is Trouble.DAMAGED
        yield wrong("changes", trouble.message, means, trouble.remedy, Remedy.LOOK_AGAIN if noted else None)


def _left_over(home: Home) -> Iterator[Finding]:
    left = restoring.left_over(home.database)
    if left:
        size = sum(path.stat().st_size for path in left) / 1e6
        said = f"{count_words(len(left), 'older copy', 'older copies')} beside the store ({size:.1f} MB): "
        means = "From an upgrade or a restore; nothing needs them once all is well."
        yield note("left over", said + ", ".join(path.name for path in left[:3]) + ".", means, "Remove them yourself.")


def _daemon(home: Home) -> Iterator[Finding]:
    pid = running(home.database)
    if pid is not None:
        yield ok("background process", f"It runs (process {pid}).")
    else:
        means = "Nothing is synced, drafted, sent or backed up until it does."
        yield note("background process", "It does not run.", means, "followthru daemon install")


def _backups(home: Home, config: Config | None, clock: Clock) -> Iterator[Finding]:
    if not home.database.exists():
        return
    second = None if config is None else config.daemon.backup_folder
    for folder in backing_up.folders_of(home, second):
        there = backups.to_go_back_to(folder)
        if not there:
            means = "If the disk fails, all is lost."
            yield wrong("backups", f"There is none in {folder}.", means, "followthru backup", Remedy.BACK_UP)
            continue
        age = clock.now() - there[0].at
        said = f"{count_words(len(there), 'backup')} in {folder}, the newest of {ago_words(there[0].at, clock.now())}"
        if age < -AHEAD:
            bears = f"{there[0].path.name} in {folder} was made last, and its date is yet to come."
            means = "How old it is nobody can tell: the clock was ahead then, or is behind now."
            yield wrong("backups", bears, means, "followthru backup", Remedy.BACK_UP)
            continue
        if age > STALE:
            means = "What was done since would be lost with the disk."
            yield wrong("backups", f"{said}.", means, "followthru backup", Remedy.BACK_UP)
            continue
        tried = backups.tried_at(folder)
        if tried is None or clock.now() - tried > UNTRIED:
            means = "Whether it can be put back shows only when that is tried."
            yield note("backups", f"{said}; none was tried lately.", means, "followthru backup verify")
        else:
            yield ok("backups", f"{said}; tried {ago_words(tried, clock.now())}.")
