"""Calendars as files: read-only, for programs that speak no CalDAV. They need no account and no server."""

from __future__ import annotations

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from followthru import durable
from followthru.actions.desk import Desk
from followthru.actions.ledger import wanted
from followthru.actions.publishing import published_to
from followthru.calendars.icsfile import file_text, is_ours
from followthru.calendars.identity import object_uid
from followthru.calendars.shown import Shown, View
from followthru.config.values import CalendarFile
from followthru.domain.task import Audience
from followthru.errors import FollowthruError, RefusedError
from followthru.store import links


class FileReport(NamedTuple):
    """How a file came out: how many events it has and whether it had to be written, or the fault that stopped it.

    `untitled` are the ids of tasks that wait for a public title.
    """

    path: Path
    practice: str | None
    audience: str
    events: int = 0
    written: bool = False
    untitled: tuple[int, ...] = ()
    fault: FollowthruError | None = None


def write_files(desk: Desk) -> list[FileReport]:
    """Write every configured file that has to say something else; a fault of one is in its report and stops no other.

    Blocking. A file is replaced as a whole, and never one that somebody else wrote.
    """
    with _one_at_a_time(desk):
        return [_written(desk, file) for file in desk.config.calendar_files]


def _written(desk: Desk, file: CalendarFile) -> FileReport:
    report = FileReport(file.path, file.practice, file.audience)
    practices = () if file.practice is None else (file.practice,)
    view = View("-".join((*practices, file.audience)), Audience(file.audience), practices)
    try:
        shown, untitled = _shown(desk, view)
        written = _replaced(desk, file, view.name, shown)
    except FollowthruError as error:
        return report._replace(fault=error)
    except OSError as error:
        return report._replace(fault=_not_written(file, error.strerror or type(error).__name__))
    return report._replace(events=len(shown), written=written, untitled=untitled)


def _shown(desk: Desk, view: View) -> tuple[tuple[Shown, ...], tuple[int, ...]]:
    with desk.ctx.store.snapshot() as read:
        if view.audience is Audience.ME:
            return wanted(desk.ctx, read, view), ()
        return published_to(desk.ctx, read, view)


def _replaced(desk: Desk, file: CalendarFile, name: str, shown: tuple[Shown, ...]) -> bool:
    """Write the file if it does not say this already; return whether it was written."""
    store_uid = _store_uid(desk)
    before = _before(file)
    now = desk.ctx.store.clock.now()
    text = file_text(shown, lambda one: object_uid(store_uid, one.task_uid, one.role, name, 1), before, now)
    mode = 0o640 if file.group_readable else 0o600
    if text == before and file.path.stat().st_mode & 0o777 == mode:
        return False
    durable.write(file.path, text.encode("utf-8"), mode=mode)
    return True


def _store_uid(desk: Desk) -> str:
    known = links.store_uid(desk.ctx.read)
    if known is not None:
        return known
    with desk.ctx.store.writing() as tx:
        return links.make_store_uid(tx)


def _before(file: CalendarFile) -> str:
    """Return what the file says now. Raises RefusedError for a file that is not ours, or where its folder is missing.

    A folder that is not there is not made: it may be on a disk that is not connected.
    """
    if not file.path.parent.is_dir():
        raise _not_written(file, "its folder is not there")
    if not file.path.exists():
        return ""
    text = file.path.read_bytes().decode("utf-8", "replace")
    if not is_ours(text):
        raise RefusedError(
            f"{file.path} is not a calendar that followthru wrote.",
            safe="It was not touched.",
            remedy="Move it away, or name another path in [[calendar_files]].",
        )
    return text


def _not_written(file: CalendarFile, reason: str) -> FollowthruError:
    return FollowthruError(
        f"The calendar file {file.path} cannot be written: {reason}.",
        safe="What it said before is still there.",
        remedy="It is tried again at the next sync.",
    )


@contextmanager
def _one_at_a_time(desk: Desk) -> Generator[None]:
    """Let the daemon and a command not write the same file at once; the lock dies with its holder."""
    desk.home.prepare()
    database = desk.home.database.resolve()
    with database.with_name(f"{database.name}.files").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
