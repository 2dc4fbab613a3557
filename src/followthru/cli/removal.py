"""`calendar remove` and `account remove`: take them away, and say what becomes of what is on the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from followthru.cli import options, out
from followthru.cli.confirming import ask_for_name
from followthru.cli.session import Session
from followthru.domain.saying import count_words
from followthru.errors import Exit, UsageError

if TYPE_CHECKING:
    from followthru.actions.removal import Removed


def _fate(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what becomes of the events on the server."""
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--whole", is_flag=True, help="With --delete: the collection too, if followthru made it."),
        click.option("--delete", is_flag=True, help="Delete what followthru put on the server, and nothing else."),
        click.option("--leave", is_flag=True, help="Leave on the server what is there."),
    ):
        command = option(command)
    return command


@click.command("remove")
@click.argument("name", metavar="NAME")
@_fate
@options.as_json
@click.pass_obj
def remove_calendar(session: Session, name: str, leave: bool, delete: bool, whole: bool, yes: bool) -> int:
    """Take a calendar out of the configuration, and leave or delete the events it has on its server.

    A deletion that is interrupted goes on when the command is given again.
    """
    from followthru.actions import removal

    _check(leave, delete, whole)
    if not delete:
        _, removed = removal.leave_calendar(session.desk, name)
        return _one(session, removed)
    removal.known_calendar(session.desk, name)
    if not yes:
        ask_for_name(name, f"What followthru put on calendar {name} is deleted on its server.")
    _, removed = removal.delete_calendar(session.desk, name, whole=whole)
    return _one(session, removed)


def _one(session: Session, removed: Removed) -> int:
    code = _said([removed])
    if session.json:
        out.json(_json(removed))
    return code


@click.command("remove")
@click.argument("name", metavar="NAME")
@_fate
@options.as_json
@click.pass_obj
def remove_account(session: Session, name: str, leave: bool, delete: bool, whole: bool, yes: bool) -> int:
    """Take an account and its calendars out of the configuration, and leave or delete their events on the server."""
    from followthru.actions import removal
    from followthru.actions.lookup_config import account_named

    _check(leave, delete, whole)
    if delete:
        account_named(session.desk.config, name)
        if not yes:
            ask_for_name(name, f"What followthru put on the calendars of account {name} is deleted on its server.")
    _, done = removal.remove_account(session.desk, name, delete=delete, whole=whole)
    code = _said(done)
    if code == Exit.OK:
        out.words(f"Account {name} is taken away.")
    if session.json:
        out.json({"account": name, "removed": code == Exit.OK, "calendars": [_json(one) for one in done]})
    return code


def _check(leave: bool, delete: bool, whole: bool) -> None:
    """Raise UsageError unless one fate was chosen."""
    if leave is delete:
        raise UsageError(
            "What becomes of the events on the server?",
            safe="Nothing was changed.",
            remedy="Say --leave to leave them there, or --delete to delete what followthru put there.",
        )
    if whole and not delete:
        raise UsageError("--whole goes with --delete.", safe="Nothing was changed.")


def _said(every: list[Removed]) -> int:
    deleting = any(one.deleted or one.others is not None for one in every)
    for one in every:
        for line in _words(one):
            out.words(line)
    return Exit.PARTLY if deleting and any(one.left for one in every) else Exit.OK


def _words(one: Removed) -> list[str]:
    if one.url is None:
        return [f"Calendar {one.calendar} is taken away; nothing of it was on a server."]
    if one.others is None and not one.deleted:
        there = (
            f"{count_words(one.left, 'event')} of yours {'stays' if one.left == 1 else 'stay'} on {one.url}"
            if one.left
            else "nothing is left there"
        )
        return [f"Calendar {one.calendar} is taken away; {there}."]
    lines = [f"Calendar {one.calendar} is taken away; {count_words(one.deleted, 'event')} deleted on {one.url}."]
    if one.whole:
        lines.append("The collection itself was deleted.")
    elif one.others:
        lines.append(f"{count_words(one.others, 'item')} of others {'stays' if one.others == 1 else 'stay'} there.")
    lines += [f"  task {each.task_id}, {each.role}: {each.reason}" for each in one.problems]
    if one.left:
        again = f"`followthru calendar remove {one.calendar} --delete`"
        lines.append(f"{count_words(one.left, 'event')} could not be deleted; go on with {again}")
    return lines


def _json(one: Removed) -> dict[str, object]:
    return {
        "calendar": one.calendar,
        "url": one.url,
        "deleted": one.deleted,
        "left": one.left,
        "collection_deleted": one.whole,
        "others": one.others,
        "problems": [{"task": each.task_id, "role": str(each.role), "reason": each.reason} for each in one.problems],
    }
