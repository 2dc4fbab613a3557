"""What is seldom done from the screen: practices, people, the background process and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from followthru.errors import FollowthruError, UsageError
from followthru_tui import linewords, updateverbs, verbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Pulse, Said
from followthru_tui.hands.main import Main
from followthru_tui.hands.people import NO_PRACTICE
from followthru_tui.hands.tasks import needs_aids
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview
from followthru_tui.widgets.picklist import Pick

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

_PRACTICE = {"timezone": "ZONE", "holidays": "US-CA", "name": "NAME", "buffer-policy": "fixed:3", "weekdays": "12345"}
_PERSON = {"practice": "SLUG", "role": "owner|lead|staff|vendor", "cadence": "weekly:fri@16:00"}


class SetupHands:
    """Sets up what a first day needs, with the words of the command line."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "practice add": self._add_practice,
            "person add": self._add_person,
            "sample add": lambda: self._main.act(verbs.add_sample),
            "sample remove": lambda: self._main.act(verbs.remove_sample),
            "sync": self._sync,
            "daemon status": self._stand,
            "update pause": lambda: self._main.act(updateverbs.hold_all),
            "update resume": lambda: self._main.act(updateverbs.let_all_go),
        }

    def _add_practice(self) -> None:
        aids = needs_aids(self._main)
        if aids is None:
            return
        defaults = {"timezone": aids.zone, "buffer-policy": "fixed:0"}
        question = self._question(
            "practice add", linewords.practice, _PRACTICE, verbs.add_practice, defaults, ("slug",)
        )
        self._main.ask(question)

    def _add_person(self) -> None:
        aids = needs_aids(self._main)
        if aids is None:
            return
        known = list(aids.known.practices)
        if not known:
            self._main.say(NO_PRACTICE)
            return
        defaults = {"role": "owner"}
        if len(known) == 1:
            defaults["practice"] = known[0]
        needed = ("name", "practice")
        self._main.ask(self._question("person add", linewords.person, _PERSON, verbs.add_person, defaults, needed))

    def _question(
        self,
        command: str,
        typed: Callable[[str, Mapping[str, str]], dict[str, str]],
        options: Mapping[str, str],
        verb: Callable[[Desk, Mapping[str, str]], Said],
        defaults: Mapping[str, str],
        needed: tuple[str, ...],
    ) -> Question:
        hint = f"{_PLACES[command]} {linewords.listed(options)}"

        def given(line: str) -> dict[str, str]:
            return {**defaults, **typed(line, options)}

        def read(line: str) -> Preview:
            try:
                found = given(line)
            except FollowthruError as error:
                return words(error.message, hint, tone=Tone.RISK)
            return words([(" " + " · ".join(f"{k} {v}" for k, v in found.items()), Tone.PLAIN)], hint)

        def enter(line: str) -> None:
            found = given(line)
            missing = [name for name in needed if not found.get(name)]
            if missing:
                raise UsageError(f"The {' and the '.join(missing)} is missing.", remedy=hint)
            self._main.act(lambda desk: verb(desk, found))

        return Question(command, command, read, enter, placeholder=_EXAMPLES[command])

    def _sync(self) -> None:
        self._main.reader.ask("sync", lambda feed: feed.sync(), self._woken, self._main.fail)

    def _woken(self, words: str) -> None:
        """Say what was done, and look at once how things stand: what is degraded may be over."""
        self._main.say(words)
        self._main.look_for_changes()

    def _stand(self) -> None:
        self._main.look_first("pulse", lambda feed: feed.pulse(), self._show_standing)

    def _show_standing(self, pulse: Pulse) -> None:
        picks = [Pick(str(number), "", full) for number, (_, full) in enumerate(pulse.troubles)]
        if picks:
            self._main.pick("What is degraded", picks)
        else:
            self._main.say("The background process runs; nothing is degraded.")


_PLACES = {"practice add": "NAME", "person add": "NAME EMAIL"}
_EXAMPLES = {
    "practice add": "Oak Street --timezone America/Los_Angeles --holidays US-CA --buffer-policy fixed:3",
    "person add": "Dana Reyes dana@example.com --role owner --cadence weekly:fri@16:00",
}
