"""What to look at in the words of an update before it is approved. None of it holds an update back."""

from __future__ import annotations

from followthru.actions.context import Context
from followthru.actions.phrasebooks import FOLDER
from followthru.domain.nearest import did_you_mean
from followthru.store import practices
from followthru.store.updates import UpdateRow
from followthru.updates import tone
from followthru.updates.outbox import TO_REVIEW
from followthru.updates.tone import Point


def book_remarks(ctx: Context, row: UpdateRow) -> tuple[str, ...]:
    """Return what is wrong with the phrase book by which an update to be reviewed was written, or would be anew."""
    return ctx.books.of(row.practice).remarks if row.status in TO_REVIEW else ()


def books_of_nobody(ctx: Context) -> list[str]:
    """Return, in words, the phrase books that no practice has the name of."""
    slugs = [one.slug for one in practices.all_practices(ctx.read)]
    return [
        f"{FOLDER}/{name}.toml: there is no practice {name}. {did_you_mean(name, slugs)}".rstrip()
        for name in ctx.books.stamps()
        if name not in slugs
    ]


def points_of(ctx: Context, row: UpdateRow) -> tuple[Point, ...]:
    """Return what its reader may find unkind or unclear in an update that is still to be reviewed, else nothing."""
    return points_in(ctx, row, row.subject, row.body) if row.status in TO_REVIEW else ()


def points_in(ctx: Context, row: UpdateRow, subject: str, body: str) -> tuple[Point, ...]:
    """Return the same for another subject and text of an update. Names of practice and people are left alone."""
    at = practices.practice(ctx.read, row.practice_id)
    people = practices.members(ctx.read, row.practice_id)
    names = [name for member in people for name in (member.name, member.address) if name]
    return tone.points(subject, body, (at.name, ctx.my_name, *names))
