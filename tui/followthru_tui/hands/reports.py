"""The key for reports: on which practice, to whom, on what; it is drafted as an update, to be reviewed."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.domain.people import Channel, Member
from followthru_tui import updateverbs
from followthru_tui.dispatch import Handler
from followthru_tui.hands.main import Main
from followthru_tui.hands.people import NO_PRACTICE, member, member_picks, nobody_at
from followthru_tui.hands.where import practice_here
from followthru_tui.widgets.picklist import Pick

_ON = (
    Pick("month", "", "The last month"),
    Pick("quarter", "", "The last quarter"),
    Pick("year", "", "The last year"),
)


class ReportHands:
    """Drafts reports."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {"report": self._ask}

    def _ask(self) -> None:
        slug = practice_here(self._main)
        self._main.look_first("members", lambda feed: feed.members(), lambda found: self._to_whom(slug, found))

    def _to_whom(self, slug: str | None, members: Sequence[Member]) -> None:
        """Ask to whom; of the practice on screen or under the cursor, or of all."""
        picks = member_picks([one for one in members if slug in (None, one.practice)], _why)
        if picks:
            self._main.pick("A report to", picks, self._on_what)
        else:
            self._main.say(NO_PRACTICE if slug is None else nobody_at(slug))

    def _on_what(self, chosen: str) -> None:
        practice, person = member(chosen)
        self._main.pick(
            f"A report on {practice} to {person}, on",
            _ON,
            lambda length: self._main.act(lambda desk: updateverbs.report(desk, practice, person, length)),
        )


def _why(member: Member) -> str | None:
    return None if member.channel is Channel.MAIL and member.email else "gets no mail"
