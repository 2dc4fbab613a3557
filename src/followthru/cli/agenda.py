"""`today` and `week`: what needs you, section by section."""

from __future__ import annotations

from collections.abc import Sequence

import click

from followthru.actions import agenda
from followthru.actions.agenda import STALLED, Days, Section
from followthru.cli import options, out
from followthru.cli.beside import sentences
from followthru.cli.drafted import prepared
from followthru.cli.named import at_practice, practice_id
from followthru.cli.seen import look
from followthru.cli.session import Session

Json = dict[str, object]


@click.command("today")
@at_practice
@options.as_json
@options.plain
@click.pass_obj
def today(session: Session, practice: str | None) -> None:
    """What needs you today: late, at risk, in buffer, promised, follow-ups, stalled, begun."""
    ctx = session.ctx
    trouble = prepared(session)
    found = agenda.today_sections(ctx, ctx.read, practice_id=practice_id(session.ctx.read, practice))
    beside = sentences(session)
    to_renew = _to_renew(session, practice) if session.json else []
    _answer(session, found, "No task needs you today." if beside else "Nothing needs you today.", to_renew)
    out.words(*trouble, *beside)


@click.command("week")
@at_practice
@options.as_json
@options.plain
@click.pass_obj
def week(session: Session, practice: str | None) -> None:
    """What falls due in the next seven days, day by day; what is overdue comes first."""
    ctx = session.ctx
    _answer(
        session,
        agenda.week(ctx, ctx.read, practice_id=practice_id(session.ctx.read, practice)),
        "Nothing falls due this week.",
    )


def _to_renew(session: Session, practice: str | None) -> list[Json]:
    """Return what expires and has no task yet; only who keeps registers loads their rules."""
    from followthru.store import registers

    if registers.longest_lead(session.ctx.read) is None:
        return []
    from followthru.actions.renewals import due
    from followthru.exchange.register_json import due_json

    at = practice_id(session.ctx.read, practice)
    found = due(session.ctx, session.ctx.read)
    return [{**due_json(one), "section": "to renew"} for one in found if at is None or one.item.practice_id == at]


def _answer(session: Session, sections: Sequence[Section], nothing: str, more: Sequence[Json] = ()) -> None:
    days = Days(session.ctx, session.ctx.read)
    parts = [(section, look(session.ctx, section.tasks, days)) for section in sections]
    if session.json:
        every = [{**one.json(), "section": section.name} for section, seen in parts for one in seen]
        out.json_array([*every, *more])
        return
    if not parts:
        out.words(nothing)
        return
    from followthru.cli.table import task_lines

    every = task_lines([one for _, seen in parts for one in seen], plain=session.plain, lead="  ")
    for section, seen in parts:
        _section(section, days, every[: len(seen)], plain=session.plain)
        del every[: len(seen)]


def _section(section: Section, days: Days, lines: Sequence[str], *, plain: bool) -> None:
    name = _heading(section.name, days)
    if plain:
        for line in lines:
            out.data(f"section: {name}; {line}")
        return
    out.data(f"{name[:1].upper()}{name[1:]} ({section.total})")
    for line in lines:
        out.data(line)
    if section.total > len(lines):
        where = ": followthru list is:stalled" if section.name == STALLED else ""
        out.data(f"  and {section.total - len(lines)} more{where}")
    out.data("")


def _heading(name: str, days: Days) -> str:
    """Return a section's name; that of a day of the week in words."""
    from datetime import date

    from followthru.domain.saying import day_words

    if not name[:1].isdecimal():
        return name
    on = date.fromisoformat(name)
    return f"today, {day_words(on, days.mine)}" if on == days.mine else day_words(on, days.mine)
