"""`practice show`: everything that is known of one practice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import click

from followthru.actions import lookup
from followthru.actions.keeping import NOTHING, Kept, kept_by_practice
from followthru.actions.loading import load
from followthru.actions.promise_log import waited_on_clients
from followthru.cli import options, out, terminal
from followthru.cli.kept_words import kept_json, kept_words
from followthru.cli.load import week_json
from followthru.cli.mail import LATEST, came_back_json, line
from followthru.cli.people import member_line, people_json
from followthru.cli.season_words import days_json, season_words
from followthru.cli.session import Session
from followthru.domain.kept import Record
from followthru.domain.load import Week, load_words
from followthru.domain.people import Member, Practice
from followthru.domain.saying import day_words
from followthru.domain.spans import hours_words
from followthru.exchange.practice_json import practice_json
from followthru.store import incoming, practices
from followthru.store.incoming import IncomingRow
from followthru.store.store import Reader

_IN_WORDS = ("capacity_minutes", "retainer_minutes", "report_hours")
_WEEKS = ("this week", "next week")


class _Page(NamedTuple):
    """A practice with all that is shown of it; `waited` is the days each person was waited on, by handle."""

    practice: Practice
    members: tuple[Member, ...]
    kept: Kept
    waited: dict[str, int]
    weeks: list[Week]
    back: list[IncomingRow]

    def record(self, handle: str) -> tuple[Record, int]:
        """Return what was kept of what a person was promised, and the days they were waited on."""
        return self.kept.people.get(handle, Record()), self.waited.get(handle, 0)


@click.command("show")
@click.argument("slug", metavar="SLUG")
@options.as_json
@click.pass_obj
def show(session: Session, slug: str) -> None:
    """One practice: its settings, people and closure days, and what came back by mail."""
    ctx, read = session.ctx, session.ctx.read
    one = lookup.practice(read, slug)
    page = _Page(
        one,
        tuple(practices.members(read, one.id)),
        kept_by_practice(ctx).get(one.slug, NOTHING),
        dict(waited_on_clients(ctx, one.slug)),
        list(load(ctx, read).weeks(one.slug, len(_WEEKS))),
        incoming.listed(read, practice_id=one.id, seen=True, limit=LATEST),
    )
    if session.json:
        out.json(_json(read, page))
        return
    today = ctx.today(one)
    said = [*_settings(one), *_days(read, one.id, today), *_promises(page)]
    said += [("came back", line(session, row)) for row in page.back]
    for label, value in said:
        out.data(f"{label + ':':<15}{terminal.clean(value)}")


def _json(read: Reader, page: _Page) -> dict[str, object]:
    people = people_json(page.members)
    return {
        **practice_json(page.practice),
        "promises": kept_json(page.kept.practice, sum(page.waited.values())),
        "load": [week_json(week) for week in page.weeks],
        **days_json(read, page.practice.id),
        "people": [{**each, "promises": kept_json(*page.record(str(each["handle"])))} for each in people],
        "came_back": [came_back_json(row) for row in page.back],
    }


def _settings(one: Practice) -> Iterator[tuple[str, str]]:
    for name, value in practice_json(one).items():
        if value is not None and name not in _IN_WORDS:
            yield name, str(value)
    if one.capacity_minutes is not None:
        yield "capacity", f"{hours_words(one.capacity_minutes)} a week"
    if one.retainer_minutes is not None:
        yield "retainer", f"{hours_words(one.retainer_minutes)} a month"
    if one.report_hours:
        yield "reports", "tell the hours worked"


def _days(read: Reader, practice_id: int, today: date) -> Iterator[tuple[str, str]]:
    for label, half in (("closed", False), ("half day", True)):
        for day in practices.closures(read, practice_id, half=half):
            if day >= today:
                yield label, day_words(day, today)
    for each in practices.seasons(read, practice_id):
        yield "season", season_words(each, today)


def _promises(page: _Page) -> Iterator[tuple[str, str]]:
    if words := kept_words(page.kept.practice, sum(page.waited.values())):
        yield "kept", words
    for name, week in zip(_WEEKS, page.weeks, strict=True):
        yield name, load_words(week) + (", overfull" if week.overfull else "")
    for member in page.members:
        words = kept_words(*page.record(member.handle))
        yield "person", member_line(member) + (f"  kept {words}" if words else "")
