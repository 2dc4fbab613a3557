"""Find what a command's words name: a task, a practice, a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from followthru.domain.nearest import did_you_mean
from followthru.domain.people import Member, Practice
from followthru.domain.task import TaskRow
from followthru.errors import NotFoundError, UsageError
from followthru.store import practices, tasks
from followthru.store.store import Reader


def task(read: Reader, given: str | int) -> TaskRow:
    """Return the task that an id or a unique prefix of a uid names. Raises NotFoundError."""
    found = tasks.resolve(read, str(given))
    if len(found) > 1:
        raise UsageError(f"“{given}” begins more than one uid.", remedy="Give more of it, or the task's number.")
    row = tasks.one(read, found[0]) if found else None
    if row is None:
        raise NotFoundError(f"There is no task {given}.", remedy="`followthru list` shows the open ones.")
    return row


def practice(read: Reader, given: str) -> Practice:
    """Return the practice that a slug or a unique prefix of it names. Raises NotFoundError, UsageError."""
    every = practices.all_practices(read)
    wanted = given.removeprefix("@").casefold()
    exact = [one for one in every if one.slug == wanted]
    found = exact or [one for one in every if wanted and one.slug.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"“{given}” fits {_listed(one.slug for one in found)}.", remedy="Give more of the slug.")
    raise NotFoundError(
        f"There is no practice {given}. {did_you_mean(wanted, [one.slug for one in every])}".rstrip(),
        remedy="`followthru practice list` shows them.",
    )


def member(read: Reader, practice_id: int | None, given: str) -> Member:
    """Return the person that a handle, an e-mail or a unique prefix of either names within one practice.

    Raises NotFoundError, UsageError when more than one person fits.
    """
    if practice_id is None:
        raise NotFoundError(
            f"{given} is not known here: the task belongs to no practice.", remedy="File the task first."
        )
    people = practices.members(read, practice_id)
    found = _fitting(people, given.removeprefix("+").casefold())
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"“{given}” fits {_listed(one.handle for one in found)}.", remedy="Give more of the handle.")
    slug = practices.practice(read, practice_id).slug
    raise NotFoundError(
        f"There is no {given} at {slug}. {did_you_mean(given, [one.handle for one in people])}".rstrip(),
        remedy=f"`followthru person list --practice {slug}` shows them.",
    )


def anybody(read: Reader, given: str) -> str:
    """Return the handle of the person whom a handle, an e-mail or a unique prefix of either names, at any practice.

    Raises NotFoundError, UsageError when more than one person fits.
    """
    everybody = {one.handle: one for one in practices.everybody(read)}
    found = _fitting(list(everybody.values()), given.removeprefix("+").casefold())
    if len(found) == 1:
        return found[0].handle
    if found:
        raise UsageError(f"“{given}” fits {_listed(one.handle for one in found)}.", remedy="Give more of the handle.")
    raise NotFoundError(
        f"There is nobody called {given}. {did_you_mean(given, everybody)}".rstrip(),
        remedy="`followthru person list` shows everybody.",
    )


def _fitting(people: Sequence[Member], wanted: str) -> list[Member]:
    if not wanted:
        return []
    exact = [one for one in people if wanted in (one.handle.casefold(), (one.email or "").casefold())]
    if exact:
        return exact
    return [one for one in people if one.handle.startswith(wanted) or (one.email or "").casefold().startswith(wanted)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
