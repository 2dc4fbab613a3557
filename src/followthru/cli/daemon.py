"""`daemon`: the background process that syncs, drafts and sends."""

from __future__ import annotations

import os
import signal
import time

import click

from followthru.actions.presence import running
from followthru.cli import options, out, terminal
from followthru.cli.session import Session
from followthru.errors import FollowthruError, NotFoundError
from followthru.store import heartbeats

STOP_SECONDS = 15.0


@click.command("run")
@click.pass_obj
def run(session: Session) -> int:
    """Run the background process here, until Ctrl-C or `followthru daemon stop`."""
    return session.fronts.daemon(session.home)


@click.command("status")
@options.as_json
@click.pass_obj
def status(session: Session) -> None:
    """Say whether the background process runs, and when each of its jobs last ended well."""
    pid = running(session.desk.home.database)
    jobs = heartbeats.all_heartbeats(session.ctx.read)
    trouble = session.ctx.store.look_again()
    if session.json:
        said = None if trouble is None else {"trouble": str(trouble.trouble), "words": trouble.sentences()}
        standing = {"writable": trouble is None, "unwritable": said}
        out.json({"running": pid is not None, "pid": pid, **standing, "jobs": [job._asdict() for job in jobs]})
        return
    out.data(f"The daemon runs (process {pid})." if pid else "The daemon does not run.")
    if trouble is not None:
        out.data(f"  {trouble.message}")
    for job in jobs:
        good = f"last good {job.good_at}" if job.good_at else "never ended well"
        out.data(f"  {job.name}: {good}{f'. {job.fault}' if job.fault else ''}")
    if pid is None:
        out.words("`followthru daemon install` starts it at every login; `followthru daemon run` starts it here.")


@click.command("stop")
@options.as_json
@click.pass_obj
def stop(session: Session) -> None:
    """End the background process; what it has under way is finished first, within seconds."""
    database = session.desk.home.database
    pid = running(database)
    if pid is None:
        _answer(session, "The daemon does not run.", stopped=False)
        return
    os.kill(pid, signal.SIGTERM)
    # One that is suspended hears nothing until it goes on.
    os.kill(pid, signal.SIGCONT)
    until = time.monotonic() + STOP_SECONDS
    while running(database) == pid:
        if time.monotonic() > until:
            raise FollowthruError(
                f"The daemon (process {pid}) has not ended yet.",
                safe="Nothing is lost; it finishes what it has under way.",
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
    """Start the background process at every login (a systemd user service)."""
    session.home.prepare()
    _answer(session, session.fronts.service(session.desk.home, installed=True), installed=True)


@click.command("uninstall")
@options.as_json
@click.pass_obj
def uninstall(session: Session) -> None:
    """Stop the service and remove it."""
    _answer(session, session.fronts.service(session.desk.home, installed=False), installed=False)


@click.command("logs")
@click.option("--lines", default=50, show_default=True, metavar="N", help="how many of the last lines")
@options.as_json
@click.pass_obj
def logs(session: Session, lines: int) -> None:
    """Print the end of the background process's log: ids and counts, never the words of tasks."""
    path = session.home.logs / "daemon.log"
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise NotFoundError(f"There is no log at {path}.", remedy="The daemon has not run yet.") from None
    last = [terminal.clean(line) for line in text.splitlines()[-lines:]]
    if session.json:
        out.json_array(last)
        return
    for line in last:
        out.data(line)
