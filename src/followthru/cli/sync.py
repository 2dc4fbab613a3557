"""`sync`: bring calendars and store in step now, and how each calendar stands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followthru.cli import options, out, terminal
from followthru.cli.crash import kept
from followthru.cli.session import Session
from followthru.domain.saying import count_words
from followthru.errors import Exit, RefusedError, UsageError

if TYPE_CHECKING:
    from followthru.actions.syncing import Synced

_COUNTS = ("created", "updated", "removed", "pulled", "asked", "taken")


class SyncGroup(click.Group):
    """`sync [ACCOUNT]` beside `sync status`: a first word that names a command is no account."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give the account's place to an empty word when a command follows."""
        at = next((at for at, word in enumerate(args) if not word.startswith("-")), None)
        commanded = at is not None and args[at] in self.commands
        ctx.allow_interspersed_args = not commanded
        return super().parse_args(ctx, [*args[:at], "", *args[at:]] if commanded else args)


@click.group("sync", cls=SyncGroup, invoke_without_command=True)
@click.argument("account", metavar="[ACCOUNT]", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--here", is_flag=True, help="From now on this store is synced from this machine and folder.")
@click.option("--yes", is_flag=True, help="With --here: do not ask.")
@options.as_json
@click.pass_context
def sync(ctx: click.Context, account: str | None, dry_run: bool, here: bool, yes: bool) -> int:
    """Bring calendars and store in step now: those of ACCOUNT, or all.

    A store that was copied to another machine or folder is not synced there before --here says that it goes on there.
    """
    if ctx.invoked_subcommand is not None:
        return Exit.OK
    session: Session = ctx.obj
    # The HTTP stack is loaded only where somebody is asked.
    from followthru.actions import syncing

    if dry_run:
        _check_here(session, here)
        with kept(session.home) as file:
            planned = syncing.rehearse(session.desk, account)
        return _rehearsed(session, planned, file)
    _check_place(session, here, yes)
    with kept(session.home) as file:
        every = syncing.sync_now(session.desk, account)
    return _with_files(session, _synced(session, every, file))


def _with_files(session: Session, ended: int) -> int:
    """Write the calendars that are files, which show what came back just now, and return the exit code of both."""
    if not session.desk.config.calendar_files:
        return ended
    from followthru.actions.calendar_files import write_files
    from followthru.cli.calendar_files import say_faults

    every = write_files(session.desk)
    for one in every:
        if one.written:
            out.words(f"{one.path} was written: {count_words(one.events, 'event')}.")
    failed = say_faults(every)
    if not session.desk.config.calendars:
        return failed
    return Exit.PARTLY if failed and ended == Exit.OK else ended


def _check_here(session: Session, here: bool) -> None:
    """Refuse to rehearse what would be refused. Raises UsageError, and RefusedError where it was synced elsewhere."""
    from followthru.actions.same_machine import OtherMachineError, is_elsewhere

    if here:
        raise UsageError("--here changes where this store is synced, and --dry-run changes nothing: say one of them.")
    if is_elsewhere(session.desk):
        raise OtherMachineError


def _check_place(session: Session, here: bool, yes: bool) -> None:
    """Have it confirmed that the store goes on here. Raises RefusedError where it was synced elsewhere."""
    from followthru.actions.same_machine import OtherMachineError, is_elsewhere, take_over

    if is_elsewhere(session.desk):
        if not here:
            raise OtherMachineError
        if not yes:
            _confirm_here()
        take_over(session.desk)
        out.words("This store is synced from here from now on.")
    elif here:
        take_over(session.desk)


def _confirm_here() -> None:
    """Ask whether the other copy is stopped. Raises RefusedError when it is not said, or where nobody can be asked."""
    safe = "Nothing was sent."
    if not sys.stdin.isatty():
        raise RefusedError("This wants a confirmation.", safe=safe, remedy="Say --yes if the other copy is stopped.")
    if not click.confirm("Is the copy on the other machine, or in the other folder, stopped for good?", err=True):
        raise RefusedError("It was not confirmed.", safe=safe)


def _synced(session: Session, every: list[Synced], log_file: Path | None) -> int:
    if session.json:
        out.json_array(_synced_json(one) for one in every)
    for one in every:
        if one.note:
            out.words(f"{one.calendar}: {terminal.clean(one.note)}")
        for line in _synced_words(one):
            (out.words if session.json else out.data)(line)
    _say_questions(session, every)
    _say_reasons(session, every)
    return _ended(session, every, log_file)


def _say_questions(session: Session, every: list[Synced]) -> None:
    """Say that these calendars wait for answers: they are in step but for those."""
    from followthru.store import links

    synced = {one.calendar for one in every}
    waiting = sum(calendar in synced for calendar, _ in links.asking(session.ctx.read))
    if waiting:
        out.words(f"{count_words(waiting, 'question')} for you: `followthru calendar resolve`.")


def _say_reasons(session: Session, every: list[Synced]) -> None:
    """Say which told dates are without a reason, where one may have been moved just now."""
    from followthru.store import tasks

    if not any(one.report is not None and one.report.pulled for one in every):
        return
    for task in tasks.rows(session.ctx.read, tasks.Query("closed = 0 AND reason_missing = 1")):
        give = f'`followthru edit {task.id} because="…"` gives it.'
        out.words(f"Task {task.id} was told for another day; the reason why it moved is missing. {give}")


def _ended(session: Session, every: list[Synced], log_file: Path | None) -> int:
    """Say the faults and return the exit code: failed if nothing went well, partly done if something did."""
    from followthru.actions.own_faults import OwnFaultError

    if not every and not session.desk.config.calendar_files:
        out.words("No calendar is set up. `followthru calendar add NAME --account ACCOUNT` adds one.")
    stopped: dict[str, list[str]] = {}
    for one in every:
        if one.fault is not None:
            stopped.setdefault(one.fault.sentences(), []).append(one.calendar)
    for words, calendars in stopped.items():
        out.words(f"{', '.join(calendars)}: {words}")
    if log_file is not None and any(isinstance(one.fault, OwnFaultError) for one in every):
        out.words(f"{log_file} has the place of what went wrong inside followthru.")
    failed = sum(one.fault is not None for one in every)
    if failed:
        return Exit.FAILED if failed == len(every) else Exit.PARTLY
    return Exit.PARTLY if any(one.problems for one in every) else Exit.OK


def _synced_json(one: Synced) -> dict[str, object]:
    report = one.report
    counts = {name: 0 if report is None else getattr(report, name) for name in (*_COUNTS, "foreign")}
    return {"calendar": one.calendar, "account": one.account, **counts, **_trouble(one)}


def _trouble(one: Synced) -> dict[str, object]:
    problems = [{"task": each.task_id, "role": str(each.role), "reason": each.reason} for each in one.problems]
    return {"problems": problems, "fault": None if one.fault is None else one.fault.sentences()}


def _synced_words(one: Synced) -> list[str]:
    if one.report is None:
        return []
    said = [f"{count} {name}" for name in _COUNTS if (count := getattr(one.report, name))]
    foreign = f"; {count_words(one.report.foreign, 'item')} of others left alone" if one.report.foreign else ""
    first = f"{one.calendar}: {', '.join(said) or 'in step'}{foreign}."
    return [first, *(f"  task {each.task_id}, {each.role}: {each.reason}" for each in one.problems)]


def _rehearsed(session: Session, every: list[Synced], log_file: Path | None) -> int:
    from followthru.cli.sync_words import step_json, step_words

    if session.json:
        out.json_array(
            {
                "calendar": one.calendar,
                "account": one.account,
                "steps": [step_json(step) for step in one.steps],
                **_trouble(one),
            }
            for one in every
        )
    for one in every if not session.json else ():
        if one.fault is None:
            out.data(f"{one.calendar}: {count_words(len(one.steps), 'step')}" + (":" if one.steps else "; in step."))
        for step in one.steps:
            out.data(f"  {terminal.clean(step_words(step))}")
        for each in one.problems:
            out.data(f"  task {each.task_id}, {each.role}: {each.reason}")
    return _ended(session, every, log_file)


@sync.command("status")
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--items", is_flag=True, help="Each event as well, and what the server was measured to do.")
@options.as_json
@click.pass_obj
def status(session: Session, name: str | None, items: bool) -> None:
    """How each calendar stands: when it was last in step, what waits, what went wrong, what is left alone and why.

    NAME is a calendar or an account. Calendars that were taken out of config.toml by hand are told as long as events
    of yours are on their servers.
    """
    from followthru.actions.calendar_details import details
    from followthru.actions.same_machine import OtherMachineError, is_elsewhere
    from followthru.cli.status_words import details_json, details_lines

    every = details(session.desk, name)
    if session.json:
        out.json_array(details_json(one, items=items) for one in every)
        return
    if not every:
        out.words("No calendar is set up. `followthru calendar add NAME --account ACCOUNT` adds one.")
    if is_elsewhere(session.desk):
        out.words(OtherMachineError().sentences())
    said: dict[str, str] = {}
    for one in every:
        for line in details_lines(session, one, said, items=items):
            out.data(line)
