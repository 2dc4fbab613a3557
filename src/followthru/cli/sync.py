"""`sync`: bring calendars and store in step now, and how each calendar stands."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.domain.saying import ago_words, count_words
from followthru.errors import Exit

if TYPE_CHECKING:
    from followthru.actions.calendar_standing import CalendarStanding
    from followthru.actions.syncing import Synced

_MANY = 12
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
@options.as_json
@click.pass_context
def sync(ctx: click.Context, account: str | None, dry_run: bool) -> int:
    """Bring calendars and store in step now: those of ACCOUNT, or all."""
    if ctx.invoked_subcommand is not None:
        return Exit.OK
    session: Session = ctx.obj
    # The HTTP stack is loaded only where somebody is asked.
    from followthru.actions import syncing

    if dry_run:
        return _rehearsed(session, syncing.rehearse(session.desk, account))
    return _with_files(session, _synced(session, syncing.sync_now(session.desk, account)))


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


def _synced(session: Session, every: list[Synced]) -> int:
    if session.json:
        out.json_array(_synced_json(one) for one in every)
    for one in every:
        if one.note:
            out.words(f"{one.calendar}: {out.clean(one.note)}")
        for line in _synced_words(one):
            (out.words if session.json else out.data)(line)
    return _ended(session, every)


def _ended(session: Session, every: list[Synced]) -> int:
    """Say the faults and return the exit code: failed if nothing went well, partly done if something did."""
    if not every and not session.desk.config.calendar_files:
        out.words("No calendar is set up. `followthru calendar add NAME --account ACCOUNT` adds one.")
    for one in every:
        if one.fault is not None:
            out.words(f"{one.calendar}: {one.fault.sentences()}")
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


def _rehearsed(session: Session, every: list[Synced]) -> int:
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
            out.data(f"  {out.clean(step_words(step))}")
        for each in one.problems:
            out.data(f"  task {each.task_id}, {each.role}: {each.reason}")
    return _ended(session, every)


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
    from followthru.cli.status_words import details_json, details_lines

    every = details(session.desk, name)
    if session.json:
        out.json_array(details_json(one, items=items) for one in every)
        return
    if not every:
        out.words("No calendar is set up. `followthru calendar add NAME --account ACCOUNT` adds one.")
    for one in every:
        for line in details_lines(session, one, items=items):
            out.data(line)


def standing_lines(session: Session, one: CalendarStanding) -> list[str]:
    """Return how a calendar stands, first in one line."""
    waits = [
        f"{count_words(one.pending, 'change')} to publish" if one.pending else "",
        f"{count_words(one.questions, 'question')} for you: `followthru calendar resolve`" if one.questions else "",
    ]
    said = "; ".join(part for part in (good_words(session, one), *waits) if part)
    lines = [f"{one.calendar} ({one.account}): {said}."]
    if one.untitled:
        waiting = f"{count_words(len(one.untitled), 'promise')} {'waits' if len(one.untitled) == 1 else 'wait'}"
        lines.append(f"  {waiting} for a public title: {_listed(one.untitled)}.")
    if one.fault:
        lines.append(f"  {out.clean(one.fault)}")
    if one.resting_until:
        lines.append(f"  Left alone until {one.resting_until}; `followthru sync {one.account}` tries it now.")
    return [*lines, *(f"  {out.clean(words)}" for words in left_alone_words(one))]


def standing_json(one: CalendarStanding) -> dict[str, object]:
    """Return how a calendar stands as JSON."""
    return {**one._asdict(), "others": [each._asdict() for each in one.others]}


def left_alone_words(one: CalendarStanding) -> list[str]:
    """Return what is left alone on a calendar of ours by reason, the most frequent first."""
    counted = Counter(each.reason for each in one.others).most_common()
    return [f"{count_words(count, 'item')} left alone: {reason}" for reason, count in counted]


def _listed(ids: tuple[int, ...]) -> str:
    named = ", ".join(str(id) for id in ids[:_MANY])
    return named if len(ids) <= _MANY else f"{named} and {len(ids) - _MANY} more"


def good_words(session: Session, one: CalendarStanding) -> str:
    """Return when a calendar was last in step, in words."""
    if one.url is None:
        return "not set up yet: `followthru calendar setup`"
    if one.last_good_at is None:
        return "never synced yet"
    return f"last good sync {ago_words(datetime.fromisoformat(one.last_good_at), session.clock.now())}"
