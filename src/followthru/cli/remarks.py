"""What should be known of a date that was just promised, as notes behind what was done."""

from __future__ import annotations

from followthru.actions.context import Outcome
from followthru.cli.session import Session
from followthru.domain.asked import Asked


def with_remarks(session: Session, done: Outcome, asked: Asked) -> Outcome:
    """Return an outcome with what should be known of its date; nothing is looked up without a date."""
    if done.action_id is None or asked.promised_on is None:
        return done
    from followthru.actions.outlook import outlook

    ctx = session.ctx
    dates = outlook(ctx, ctx.read, about=(asked.practice, asked.kind))
    return done._replace(notes=(*done.notes, *dates.remarks(asked)))
