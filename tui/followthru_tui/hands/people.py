"""Whom hands let one choose: the people of a task's practice, or those of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from followthru.domain.people import Member
from followthru.domain.task import TaskRow
from followthru_tui.widgets.picklist import Pick

NO_PRACTICE = "There is no practice yet. : practice add makes one."


def person_picks(row: TaskRow, members: Sequence[Member]) -> list[Pick]:
    """Return the people of a task's practice by handle."""
    return [
        Pick(one.handle, "", f"{one.handle}  {one.name}", f"{one.role}, {one.email or one.channel}")
        for one in members
        if one.practice == row.practice
    ]


def member_picks(members: Sequence[Member], why_not: Callable[[Member], str | None]) -> list[Pick]:
    """Return everybody in every role by practice and handle, as `member` reads it; `why_not` says who is not to be had.

    One that cannot be chosen is listed with the reason.
    """
    return [
        Pick(
            f"{one.practice} {one.handle}",
            "",
            f"{one.handle}  {one.name}",
            f"{one.role} at {one.practice}",
            why_not(one),
        )
        for one in members
    ]


def member(chosen: str) -> tuple[str, str]:
    """Return practice and handle of a choice of `member_picks`."""
    practice, _, handle = chosen.partition(" ")
    return practice, handle


def nobody(row: TaskRow) -> str:
    """Return why nobody can be chosen for a task."""
    return "The task belongs to no practice yet: b files it." if row.practice is None else nobody_at(row.practice)


def nobody_at(practice: str) -> str:
    """Return that a practice has no people yet, and what to do."""
    return f"There is nobody at {practice} yet. : person add adds somebody."
