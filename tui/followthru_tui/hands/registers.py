"""The keys for what expires: renewed, its task, its fields, what shows it; and evidence for any task."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.domain.dateword import read_date
from followthru.domain.saying import day_words
from followthru.errors import FollowthruError, UsageError
from followthru_tui import linewords, registerverbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.hands.lines import do, look, number
from followthru_tui.hands.main import Main
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview
from followthru_tui.registerverbs import Terms
from followthru_tui.widgets.picklist import Pick

_SHOWS = "What shows it: words, an address, or a file"
_FIELDS = "holder identifier issued expires every lead vendor contact cost documents notes audience"


class RegisterHands:
    """Acts on the register item under the cursor."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "register renew": lambda: look(self._main, registerverbs.terms, self._ask_renewal),
            "register task": lambda: do(self._main, registerverbs.make_task),
            "register edit": self._edit,
            "register retire": lambda: do(self._main, registerverbs.retire),
            "register add": self._add,
            "evidence list": lambda: look(self._main, registerverbs.kept_for, self._show_evidence),
            "evidence add": self._keep,
        }

    # Renewed

    def _ask_renewal(self, id: int, terms: Terms) -> None:
        def enter(line: str) -> None:
            expires, shows = _split(line)
            _until(expires, terms)
            if terms.shown and not shows:
                raise UsageError(
                    "This is renewed only with something to show.",
                    safe="Nothing was changed.",
                    remedy=f"After a ; say it. {_SHOWS}.",
                )
            self._main.act(lambda desk: registerverbs.renew(desk, id, expires, shows))

        self._main.ask(
            Question(
                f"renew {id}",
                "Renewed until",
                lambda line: _renewal_words(line, terms),
                enter,
                placeholder="15 jan 2028; what shows it"
                if terms.shown or not terms.every
                else "Enter: by its interval",
            )
        )

    # Fields

    def _edit(self) -> None:
        id = number(self._main)

        def enter(line: str) -> None:
            values = linewords.fields(line)
            self._main.act(lambda desk: registerverbs.edit(desk, id, values))

        self._main.ask(
            Question(f"register {id}", "field=value", _fields_words, enter, placeholder="expires=15 jan 2028")
        )

    def _add(self) -> None:
        def given(line: str) -> dict[str, str]:
            found = linewords.fields(line)
            missing = [name for name in ("kind", "title", "practice") if not found.get(name)]
            if missing:
                raise UsageError(f"The {' and the '.join(missing)} is missing.", remedy="kind= title= practice=")
            return found

        def enter(line: str) -> None:
            values = given(line)
            self._main.act(lambda desk: registerverbs.add(desk, values))

        place = "kind=licence title=RN licence practice=oak-street holder=dana expires=15 jan 2028"
        self._main.ask(Question("register add", "Add to a register", _fields_words, enter, placeholder=place))

    # Evidence

    def _show_evidence(self, _: int, found: Sequence[str]) -> None:
        if found:
            self._main.pick("What shows it", [Pick(str(number), "", words) for number, words in enumerate(found)])
        else:
            self._main.say("Nothing shows it yet. E on its task keeps evidence, x on the item asks for it.")

    def _keep(self) -> None:
        row = self._main.selected().row
        if row is None:
            return
        id = row.id

        def enter(line: str) -> None:
            if not line.strip():
                raise UsageError(f"{_SHOWS}.")
            self._main.act(lambda desk: registerverbs.keep(desk, id, line))

        said = words(f"{_SHOWS}; dated today.", f"For {row.title}")
        self._main.ask(Question(f"evidence {id}", "Evidence", lambda _: said, enter))


def _split(line: str) -> tuple[str, str]:
    """Return the date and what shows it: `15 jan 2028; certificate.pdf`."""
    expires, _, shows = line.partition(";")
    return expires.strip(), shows.strip()


def _until(expires: str, terms: Terms) -> str:
    """Return until when an item holds, in words. Raises UsageError where nobody says."""
    # Loaded by the first renewal, so that the first frame does not wait for it.
    from followthru.domain.registers import next_expiry

    if expires:
        return day_words(read_date(expires, terms.today, terms.order).on, terms.today)
    if terms.every is None:
        raise UsageError("It does not say how long it holds: give the date until which it holds now.")
    return f"{day_words(next_expiry(terms.every, terms.today), terms.today)} ({terms.every} from today)"


def _renewal_words(line: str, terms: Terms) -> Preview:
    expires, shows = _split(line)
    try:
        until = _until(expires, terms)
    except FollowthruError as error:
        return words(error.message, terms.named, tone=Tone.RISK)
    ask = "nothing yet, and this has to be shown: ; and then words, an address or a file"
    shown = shows or (ask if terms.shown else "nothing (; and then words, an address or a file)")
    return words(f"{terms.named} until {until}", f"Shown by {shown}")


def _fields_words(line: str) -> Preview:
    if not line.strip():
        return words("Write field=value, one after the other.", _FIELDS)
    try:
        found = linewords.fields(line)
    except FollowthruError as error:
        return words(error.message, _FIELDS, tone=Tone.RISK)
    return words(" · ".join(f"{name} {value or 'nothing'}" for name, value in found.items()), _FIELDS)
