"""`person`: people and their roles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import click

from followthru.actions import lookup
from followthru.actions import people as actions
from followthru.actions.context import Outcome
from followthru.cli import options, out, terminal
from followthru.cli.named import at_practice, only_practice
from followthru.cli.session import Session
from followthru.domain.absences import Absence, span_words
from followthru.domain.changes import Scalar
from followthru.domain.people import Channel, Member, RoleName
from followthru.domain.saying import day_words
from followthru.errors import UsageError
from followthru.exchange.practice_json import member_json
from followthru.store import practices
from followthru.store.absences import absences

_TRUE, _FALSE = frozenset(("yes", "true", "1")), frozenset(("no", "false", "0"))


@click.command("add")
@click.argument("name", metavar="NAME")
@click.argument("email", metavar="[EMAIL]", required=False)
@click.option("--practice", required=True, metavar="SLUG", help="Where they are.")
@click.option("--role", required=True, type=click.Choice([str(role) for role in RoleName]), help="What they are there.")
@click.option("--address", metavar="TEXT", help="How they are addressed in mail, such as Dr. Reyes.")
@click.option("--cadence", metavar="WHEN", help="When they get an update, such as weekly:fri@16:00, or none.")
@click.option(
    "--channel",
    type=click.Choice([str(one) for one in Channel]),
    default="mail",
    show_default=True,
    help="How they hear from you: by mail, by your call, or not at all.",
)
@options.as_json
@click.pass_obj
def add(
    session: Session, name: str, email: str | None, practice: str, role: str, address: str | None,
    cadence: str | None, channel: str,
) -> None:  # fmt: skip
    """Add a person to a practice. A known e-mail adds a role to the same person."""
    new = actions.NewPerson(name, email, RoleName(role), address, cadence, Channel(channel))
    new = actions.with_cadence(new, session.desk.config.updates.default_cadence)
    answer(session, *actions.add(session.ctx, practice, new))


@click.command("list")
@at_practice
@options.as_json
@click.pass_obj
def list_people(session: Session, practice: str | None) -> None:
    """People, once for each of their roles."""
    read = session.ctx.read
    found = practices.everybody(read) if practice is None else _at(session, practice)
    away: dict[str, list[Absence]] = {}
    for each in absences(read, session.ctx.today()):
        away.setdefault(each.handle, []).append(each)
    if session.json:
        out.json_array({**member_json(one), "away": _spans(away.get(one.handle, []))} for one in found)
        return
    if not found:
        out.words("Nobody is known yet. `followthru person add NAME EMAIL --practice SLUG --role ROLE` adds somebody.")
        return
    rows = [
        (
            one.handle,
            terminal.clean(one.name),
            f"@{one.practice}",
            one.role,
            one.email or "",
            _hears(one, session.ctx.today()),
            _away_words(away.get(one.handle, []), session.ctx.today()),
        )
        for one in found
    ]
    out.table(rows, stretch=1)


def _spans(away: Iterable[Absence]) -> list[dict[str, str | None]]:
    return [
        {"first_on": one.first_on.isoformat(), "last_on": one.last_on.isoformat(), "cover": one.cover} for one in away
    ]


def _hears(one: Member, today: date) -> str:
    """Return when a person gets an update, and whether these are paused."""
    if not one.paused(today):
        return one.cadence or ""
    return "paused" if one.paused_until is None else f"paused until {day_words(one.paused_until, today)}"


def _away_words(away: list[Absence], today: date) -> str:
    """Return when a person is away next; empty for never."""
    return f"away {span_words(away[0], today)}" if away else ""


def _at(session: Session, practice: str) -> list[Member]:
    read = session.ctx.read
    return practices.members(read, lookup.practice(read, practice).id)


@click.command("edit", cls=options.Line)
@click.argument("person", metavar="PERSON")
@click.argument("values", nargs=-1, metavar="field=value…")
@click.option("--practice", metavar="SLUG", help="In which of their practices; needed when they have several.")
@click.option(
    "--review/--no-review", default=None, help="You read every update first; or: what is clean goes by itself."
)
@options.as_json
@click.pass_obj
def edit(session: Session, person: str, values: tuple[str, ...], practice: str | None, review: bool | None) -> None:
    """Change name, address, email, channel or timezone of a person, or role, cadence or review at a practice.

    \b
    followthru person edit dana cadence=monthly:1@09:00
    followthru person edit dana --review
    """
    given = {name: _value(name, text) for name, text in options.fields(values).items()}
    if review is not None:
        given["review"] = int(review)
    if not given:
        raise click.UsageError("Name a field to change, as field=value, or --review.")
    at = practice or only_practice(session, person)
    answer(session, *actions.edit(session.ctx, at, person, given))


def _value(name: str, text: str) -> Scalar:
    """Return a field's value as it is stored; an empty text clears it."""
    if name != "review":
        return text or None
    if text.casefold() not in _TRUE | _FALSE:
        raise UsageError(f"“{text}” is neither yes nor no.", safe="Nothing was changed.")
    return int(text.casefold() in _TRUE)


def answer(session: Session, done: Outcome, member: Member) -> None:
    """Say what was done to a person, and show them in a line or as JSON."""
    out.words(done.words if done.action_id else f"{member.name} is like that already.", *done.notes)
    if session.json:
        out.json(member_json(member))
    else:
        out.data(member_line(member))


def people_json(members: Iterable[Member]) -> list[dict[str, object]]:
    """Return people as JSON."""
    return [member_json(one) for one in members]


def member_line(one: Member) -> str:
    """Return a person in one line: handle, name, role, e-mail."""
    return terminal.clean("  ".join((one.handle, one.name, one.role, *((one.email,) if one.email else ()))))
