"""The keys for meetings: plan one, its minutes and agenda, what to raise, what was decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from followthru.errors import UsageError
from followthru_tui import callverbs, linewords, meetingverbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Said
from followthru_tui.hands.calls import call_picks, called
from followthru_tui.hands.lines import do, look, number
from followthru_tui.hands.main import Main
from followthru_tui.hands.tasks import needs_aids
from followthru_tui.hands.where import practice_here
from followthru_tui.hands.writing import write
from followthru_tui.meetingverbs import Brings, Laid
from followthru_tui.widgets.picklist import Pick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from followthru.actions.desk import Desk

_TAKE = "take"
_MEETING = "date time title with"
_DECISION = "words date with follows moved audience notes"


class MeetingHands:
    """Acts on the meeting, the note to raise or the decision under the cursor."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "meeting add": self._add,
            "meeting edit": lambda: self._fields("Meeting", _MEETING, "date=tue time=14:30", meetingverbs.edit),
            "meeting remove": lambda: do(self._main, meetingverbs.remove),
            "meeting minutes": lambda: look(self._main, meetingverbs.lay_out_minutes, self._minutes),
            "meeting agenda": lambda: look(self._main, meetingverbs.lay_out_agenda, self._agenda),
            "raise add": self._raise,
            "raise done": self._raised,
            "raise edit": lambda: look(self._main, meetingverbs.note_words, self._reword),
            "raise remove": lambda: do(self._main, meetingverbs.forget_note),
            "decision add": self._decide,
            "decision edit": lambda: self._fields(
                "Decision", _DECISION, "words=Stay with the lab follows=12", meetingverbs.edit_decision
            ),
            "decision retract": lambda: do(self._main, meetingverbs.retract),
            "decision restore": lambda: do(self._main, meetingverbs.restore),
        }

    def _fields(self, what: str, names: str, place: str, verb: Callable[[Desk, int, Mapping[str, str]], Said]) -> None:
        """Ask for new values of fields."""
        id = number(self._main)

        def enter(line: str) -> None:
            given = linewords.fields(line)
            self._main.act(lambda desk: verb(desk, id, given))

        hint = words("Write field=value, one after the other.", names)
        self._main.ask(Question(f"{what} {id}", "field=value", lambda _: hint, enter, placeholder=place))

    # Meetings

    def _add(self) -> None:
        slug = practice_here(self._main)

        def enter(line: str) -> None:
            given = linewords.fields(line)
            if slug is not None:
                given.setdefault("practice", slug)
            missing = [name for name in ("practice", "date") if not given.get(name)]
            if missing:
                raise UsageError(f"The {' and the '.join(missing)} is missing.", remedy="practice= date=")
            self._main.act(lambda desk: meetingverbs.add(desk, given))

        at = "" if slug is None else f" It is at {slug}, unless practice= says otherwise."
        hint = words(f"practice= and date=; time, with and title as you like.{at}")
        place = f"{'practice=oak-street ' if slug is None else ''}date=14 jul time=14:30 with=dana title=Monthly"
        self._main.ask(Question("meeting add", "Plan a meeting", lambda _: hint, enter, placeholder=place))

    def _minutes(self, id: int, laid: Laid) -> None:
        write(self._main, laid.title, laid.file, lambda: self._see(id, laid), left_over=laid.left_over)

    def _see(self, id: int, laid: Laid) -> None:
        """Show what minutes bring before it is made; without anything new they are stored at once."""

        def show(found: Brings) -> None:
            if not found.lines:
                self._main.act(lambda desk: meetingverbs.take_minutes(desk, id))
                return
            do_it = Pick(_TAKE, "", "Take it over: all of this as one step")
            picks = [do_it, *(Pick(str(at), "", line) for at, line in enumerate(found.lines))]
            self._main.say(f"Nothing is made yet. Esc keeps your minutes in {laid.file.name}; e opens them again.")
            self._main.pick(found.words, picks, lambda chosen: self._take(id, chosen))

        self._main.look_first("minutes", lambda feed: feed.look(lambda desk: meetingverbs.brings(desk, id)), show)

    def _take(self, id: int, chosen: str) -> None:
        if chosen == _TAKE:
            self._main.act(lambda desk: meetingverbs.take_minutes(desk, id))

    def _agenda(self, id: int, laid: Laid) -> None:
        write(
            self._main,
            laid.title,
            laid.file,
            lambda: self._main.act(lambda desk: meetingverbs.take_agenda(desk, id)),
            left_over=laid.left_over,
        )

    # What to raise

    def _raise(self) -> None:
        """Ask with whom; the people of what is under the cursor come first."""
        slug, aids = practice_here(self._main), needs_aids(self._main)
        if aids is None:
            return
        whom = [(pick, who) for pick in call_picks(aids) if (who := called(pick.id)) is not None]
        whom.sort(key=lambda one: one[1][0] != slug)
        picks = [Pick(pick.id, "", pick.words.removeprefix("Call "), pick.hint) for pick, _ in whom]
        if picks:
            self._main.pick("Raise with whom?", picks, self._note)
        else:
            self._main.say("There is nobody to raise it with yet. : person add adds somebody.")

    def _note(self, chosen: str) -> None:
        whom = called(chosen)
        if whom is None:
            return
        practice, person = whom

        def enter(line: str) -> None:
            self._main.act(lambda desk: callverbs.note(desk, line, practice, person))

        hint = words(f"For you alone, to raise with {person} the next time.")
        self._main.ask(Question(f"raise {practice} {person}", "Raise next", lambda _: hint, enter, lines=1))

    def _raised(self) -> None:
        id = number(self._main)
        self._main.act(lambda desk: callverbs.raised(desk, [id]))

    def _reword(self, id: int, text: str) -> None:
        def enter(line: str) -> None:
            self._main.act(lambda desk: callverbs.reword(desk, id, line))

        self._main.ask(
            Question(f"raise edit {id}", "To raise", lambda _: words("In other words."), enter, text, lines=1)
        )

    # Decisions

    def _decide(self) -> None:
        slug = practice_here(self._main)
        if slug is None:
            self._main.say("Choose a meeting, a task or a practice first: what is decided is of one practice.")
            return
        meeting = number(self._main) if self._main.selected().sort == "meeting" else None

        def enter(line: str) -> None:
            self._main.act(lambda desk: meetingverbs.decide(desk, slug, meeting, line))

        at = "" if meeting is None else ", by those who were there"
        hint = words(f"What was decided at {slug}{at}. Its readers read these words in their next update.")
        self._main.ask(Question(f"decide {slug} {meeting}", "Decided", lambda _: hint, enter, lines=1))
