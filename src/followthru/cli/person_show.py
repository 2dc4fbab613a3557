"""`person show`: everything that is known of one person."""

from __future__ import annotations

import click

from followthru.actions import came_back, lookup
from followthru.cli import options, out, terminal
from followthru.cli.mail import LATEST, came_back_json, line
from followthru.cli.session import Session
from followthru.domain.absences import span_words
from followthru.exchange.practice_json import member_json
from followthru.store import incoming, practices
from followthru.store.absences import absences


@click.command("show")
@click.argument("person", metavar="PERSON")
@options.as_json
@click.pass_obj
def show(session: Session, person: str) -> None:
    """One person: their roles, when they are away, and what came back from them by mail."""
    read, today = session.ctx.read, session.ctx.today()
    handle = lookup.anybody(read, person)
    roles = [one for one in practices.everybody(read) if one.handle == handle]
    away = [one for one in absences(read, today) if one.handle == handle]
    person_id = roles[0].person_id
    back = incoming.listed(read, person_id=person_id, seen=True, limit=LATEST)
    if session.json:
        spans = [
            {"first_on": one.first_on.isoformat(), "last_on": one.last_on.isoformat(), "cover": one.cover}
            for one in away
        ]
        out.json(
            {
                **{name: value for name, value in member_json(roles[0]).items() if name in _OWN},
                "in_question": incoming.bounced(read, person_id),
                "roles": [member_json(one) for one in roles],
                "away": spans,
                "came_back": [came_back_json(row) for row in back],
            }
        )
        return
    said = [("person", f"{handle}, {roles[0].name}"), ("e-mail", roles[0].email or "none")]
    said += [("mail", words)] if (words := came_back.held_words(session.ctx, person_id)) else []
    said += [("at", ", ".join(filter(None, (f"@{one.practice}", one.role, one.cadence)))) for one in roles]
    said += [("away", span_words(one, today)) for one in away]
    said += [("came back", line(session, row)) for row in back]
    for label, value in said:
        out.data(f"{label + ':':<11}{terminal.clean(value)}")


_OWN = frozenset(("handle", "name", "address", "email", "channel", "timezone"))
