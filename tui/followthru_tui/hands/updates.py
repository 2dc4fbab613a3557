"""The keys for updates and for what calendars ask, in lists: open the review, draft, answer."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.domain.people import Channel, Member
from followthru_tui import updateverbs
from followthru_tui.dispatch import Handler
from followthru_tui.hands.clean import approve_clean
from followthru_tui.hands.main import Main
from followthru_tui.hands.people import NO_PRACTICE, member, member_picks
from followthru_tui.widgets.picklist import Pick


class UpdateHands:
    """Opens what waits for review."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind. Every verb on an update is said after it was read: it opens."""
        opened = (
            "show",
            "approve",
            "edit",
            "hold",
            "discard",
            "recall",
            "settle",
            "told",
            "redraft",
            "correct",
            "diff",
        )
        return {
            **{f"update {name}": self._review for name in opened},
            "update draft": self._draft,
            "update approve clean": lambda: approve_clean(self._main, self._key()[1]),
            "update html": lambda: self._main.act(lambda desk: updateverbs.open_html(desk, self._key()[1])),
            "update page": lambda: self._main.act(lambda desk: updateverbs.open_beside(desk, self._key()[1])),
            "calendar resolve": self._resolve,
            "use mine": lambda: self._answer(ours=True),
            "use theirs": lambda: self._answer(ours=False),
        }

    def _key(self) -> tuple[str, int]:
        kind, _, id = (self._main.selected().line or "").partition(":")
        return kind, int(id) if id.isdecimal() else 0

    def _review(self) -> None:
        _, id = self._key()
        self._main.look_first("update", lambda feed: feed.update(id), self._main.review)

    def _draft(self) -> None:
        self._main.look_first("members", lambda feed: feed.members(), self._to_whom)

    def _to_whom(self, members: Sequence[Member]) -> None:
        picks = member_picks(members, _why)
        if not picks:
            self._main.say(NO_PRACTICE)
            return

        def draft(chosen: str) -> None:
            practice, handle = member(chosen)
            self._main.act(lambda desk: updateverbs.draft(desk, practice, handle))

        self._main.pick("Draft an update to", picks, draft)

    def _resolve(self) -> None:
        kind, id = self._key()
        if kind != "question":
            self._main.say("What calendars ask stands in Today; nothing is asked here.")
            return
        self._main.look_first("choices", lambda feed: feed.choices(id), lambda found: self._choose(id, found))

    def _choose(self, id: int, found: tuple[str, str] | None) -> None:
        if found is None:
            self._main.say("This is asked no more.")
            return
        picks = [Pick(choice, "", words) for choice, words in zip(("ours", "theirs"), found, strict=True)]
        mark = self._main.list.selected_mark
        about = "" if mark is None else f" {mark.words}"
        self._main.pick(
            f"What holds?{about}",
            picks,
            lambda one: self._main.act(lambda desk: updateverbs.answer(desk, id, one == "ours")),
        )

    def _answer(self, *, ours: bool) -> None:
        """Answer what is asked under the cursor; undo takes back what was taken over."""
        _, id = self._key()
        self._main.act(lambda desk: updateverbs.answer(desk, id, ours))


def _why(member: Member) -> str | None:
    if member.channel is Channel.NONE:
        return "wants to hear nothing"
    return None if member.email or member.channel is Channel.CALL else "has no e-mail address"
