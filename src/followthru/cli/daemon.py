"""`daemon`: the background process that syncs, drafts and sends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from followthru.actions.presence import running, tell_to_end
from followthru.cli import options, out, terminal
from followthru.cli.session import Session
from followthru.domain.clock import zone
from followthru.domain.saying import ago_words, moment_words
from followthru.errors import FollowthruError, NotFoundError
from followthru.store import daemon_starts, heartbeats
from followthru.store.daemon_starts import DaemonStart
from followthru.store.heartbeats import Heartbeat

RESTLESS = 5
"""So many starts within an hour are worth a word."""
STOP_SECONDS = 15.0


@click.command("run")
@click.option("--service", is_flag=True, help="As the system starts it: wait for settings that are wrong to be mended.")
@click.pass_obj
def run(session: Session, service: bool) -> int:
    """Run the background process here, until Ctrl-C or `followthru daemon stop`."""
    return session.fronts.daemon(session.home, service=service)


@click.command("status")
@options.as_json
@click.pass_obj
def status(session: Session) -> None:
    """Say whether the background process runs, since when, and how each of its jobs does."""
    pid = running(session.desk.home.database)
    jobs = heartbeats.all_heartbeats(session.ctx.read)
    trouble = session.ctx.store.look_again()
    service = session.fronts.service_standing(session.desk.home)
    starts = daemon_starts.latest(session.ctx.read, daemon_starts.KEPT)
    if session.json:
        said = None if trouble is None else {"trouble": str(trouble.trouble), "words": trouble.sentences()}
        facts = _facts(session, pid, jobs, starts)
        out.json({**facts, "service": service, "writable": trouble is None, "unwritable": said})
        return
    out.data(_daemon_words(session, pid, starts))
    if trouble is not None:
        out.data(f"  {trouble.message}")
    for job in jobs:
        out.data(f"  {job.name}: {_job_words(session, job)}")
    if (often := _restless(session, starts)) is not None:
        out.data(often)
    if service is not None:
        out.data(service)
    elif pid is None:
        out.words("`followthru daemon install` starts it at every login; `followthru daemon run` starts it here.")


def _facts(
    session: Session, pid: int | None, jobs: Sequence[Heartbeat], starts: Sequence[DaemonStart]
) -> dict[str, object]:
    """Return what `status` says, as JSON has it."""
    newest = starts[0] if starts else None
    return {
        "running": pid is not None,
        "pid": pid,
        "generation": None if newest is None else newest.generation,
        "started_at": None if newest is None or pid is None else newest.started_at,
        "ended_at": None if newest is None else newest.ended_at,
        "ended": None if newest is None or pid is not None else newest.how or "unsaid",
        "starts_within_an_hour": len(_within_an_hour(session, starts)),
        "jobs": [job._asdict() for job in jobs],
    }


def _daemon_words(session: Session, pid: int | None, starts: Sequence[DaemonStart]) -> str:
    now = session.clock.now()
    newest = starts[0] if starts else None
    if pid is not None:
        since = f", started {_ago(newest.started_at, now)}" if newest is not None and newest.ended_at is None else ""
        return f"The daemon runs (process {pid}{since})."
    if newest is None:
        return "The daemon does not run."
    if newest.ended_at is None:
        return (
            f"The daemon does not run: the last one, started {_ago(newest.started_at, now)}, ended without being told "
            "to (killed, or the machine went off). Nothing is lost; the next one takes up where it was."
        )
    fault = " because of a fault; `followthru daemon logs` has more" if newest.how == "fault" else ""
    return f"The daemon does not run: the last one ended {_ago(newest.ended_at, now)}{fault}."


def _job_words(session: Session, job: Heartbeat) -> str:
    now = session.clock.now()
    good = f"last good {_ago(job.good_at, now)}" if job.good_at else "never ended well"
    if job.fault is None:
        return good
    since = "" if job.failing_since is None else f" since {_ago(job.failing_since, now)}"
    times = f", {job.failures} times in a row" if job.failures > 1 else ""
    again = ""
    if job.next_at is not None and (at := datetime.fromisoformat(job.next_at)) > now:
        again = f" Tried again {moment_words(at, now, zone(session.ctx.zone))}."
    return f"fails{since}{times}, {good}. {job.fault}{again}"


def _restless(session: Session, starts: Sequence[DaemonStart]) -> str | None:
    """Return words where the daemon is started again and again."""
    count = len(_within_an_hour(session, starts))
    if count < RESTLESS:
        return None
    return f"It was started {count} times within the last hour; `followthru daemon logs` says why it ended."


def _within_an_hour(session: Session, starts: Sequence[DaemonStart]) -> list[DaemonStart]:
    since = session.clock.now() - timedelta(hours=1)
    return [one for one in starts if datetime.fromisoformat(one.started_at) > since]


def _ago(at: str, now: datetime) -> str:
    return ago_words(datetime.fromisoformat(at), now)


@click.command("stop")
@options.as_json
@click.pass_obj
def stop(session: Session) -> None:
    """End the background process; what it has under way is finished first, within seconds."""
    database = session.desk.home.database
    pid = tell_to_end(database)
    if pid is None:
        _answer(session, "The daemon does not run.", stopped=False)
        return
    until = time.monotonic() + STOP_SECONDS
    while running(database) == pid:
        if time.monotonic() > until:
            raise FollowthruError(
                f"The daemon (process {pid}) has not ended yet.",
                safe="Nothing is lost; what it has under way is in the store.",
                remedy="Try again in a minute, or end the process yourself.",
            )
        time.sleep(0.02)
    _answer(session, "The daemon has ended.", stopped=True)


def _answer(session: Session, words: str, **facts: bool) -> None:
    """Say what was done, and in JSON also whether it was."""
    out.words(words)
    if session.json:
        out.json({**facts, "words": words})


@click.command("install")
@options.as_json
@click.pass_obj
def install(session: Session) -> None:
    """Start the background process now and at every login (systemd on Linux, launchd on macOS)."""
    session.home.prepare()
    _answer(session, session.fronts.service(session.desk.home, installed=True), installed=True)


@click.command("uninstall")
@options.as_json
@click.pass_obj
def uninstall(session: Session) -> None:
    """Stop the service and remove it. It needs neither settings nor store: both may be what is wrong."""
    _answer(session, session.fronts.service(session.home, installed=False), installed=False)


@click.command("logs")
@click.option(
    "--lines", type=options.Number(1), default=50, show_default=True, metavar="N", help="How many of the last lines."
)
@options.as_json
@click.pass_obj
def logs(session: Session, lines: int) -> None:
    """Print the end of the background process's log: ids and counts, never the words of tasks."""
    path = session.home.logs / "daemon.log"
    # The one from before is turned over when it is full, and may hold all but the last line.
    files = [file for file in (path.with_name(f"{path.name}.1"), path) if file.exists()]
    if not files:
        raise NotFoundError(f"There is no log at {path}.", remedy="The daemon has not run yet.")
    try:
        text = "".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    except OSError as error:
        remedy = "Give yourself the right to read it."
        raise FollowthruError(f"{error.filename} cannot be read: {error.strerror}.", remedy=remedy) from None
    last = [terminal.clean(line) for line in text.splitlines()[-lines:]]
    if session.json:
        out.json_array(last)
        return
    for line in last:
        out.data(line)
