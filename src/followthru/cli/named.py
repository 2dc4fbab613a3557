"""Practices and people as a command line names them: the option that narrows to one practice, and who is meant."""

from __future__ import annotations

import click

from followthru.actions import lookup
from followthru.cli.session import Session
from followthru.errors import UsageError
from followthru.store import practices
from followthru.store.store import Reader

at_practice = click.option("--practice", metavar="SLUG", help="Only this practice.")
"""Give a command `--practice SLUG`, for what it lists."""


def practice_id(read: Reader, slug: str | None) -> int | None:
    """Return the id of the practice that is named, None where none is. Raises NotFoundError, UsageError."""
    return None if slug is None else lookup.practice(read, slug).id


def person_id(read: Reader, given: str | None) -> int | None:
    """Return the id of the person who is named, None where nobody is. Raises NotFoundError, UsageError."""
    if given is None:
        return None
    handle = lookup.anybody(read, given)
    return next(one.person_id for one in practices.everybody(read) if one.handle == handle)


def only_practice(session: Session, person: str) -> str:
    """Return the one practice at which a person is. Raises UsageError when there are several."""
    handle = lookup.anybody(session.ctx.read, person)
    slugs = [one.practice for one in practices.everybody(session.ctx.read) if one.handle == handle]
    if len(slugs) > 1:
        raise UsageError(f"{handle} is at {', '.join(slugs)}.", remedy="Say where with --practice.")
    return slugs[0]
