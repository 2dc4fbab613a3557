"""A forecast in plain words: the date, how many of which cases took so long, and what holds while there are too few."""

from __future__ import annotations

from datetime import date

from followthru.domain.forecast import Forecast, Reference
from followthru.domain.saying import count_words, day_words


def percent_words(share: float) -> str:
    """Return `90 %` or `97.5 %`."""
    return f"{100 * share:.1f} %".replace(".0 %", " %")


def foretold_words(found: Forecast | Reference, rule: str | None) -> str:
    """Return a forecast in sentences; `rule` is what the practice does without one, None without a practice."""
    if isinstance(found, Reference):
        return undated_words(found, rule)
    room = f"Your own target: {day_words(found.target_on)}."
    return f"{day_words(found.promised_on)}. {took_words(found)} {room}"


def beside_words(found: Forecast | Reference, rule: str | None, promised_on: date | None, today: date) -> str:
    """Return a forecast beside the date that is promised: whether that is earlier than history supports."""
    if isinstance(found, Reference):
        return undated_words(found, rule)
    chance = percent_words(float(found.p))
    day = day_words(found.promised_on, today)
    if promised_on is None:
        return f"A date that is kept at {chance}: {day}. {took_words(found)}"
    if promised_on < found.promised_on:
        return f"Earlier than {day}, the date that is kept at {chance}: {took_words(found)}"
    return f"Kept at {chance} or better (from {day} on): {took_words(found)}"


def took_words(found: Forecast) -> str:
    """Return how many of which cases took as long or less."""
    reference = found.reference
    took = f"{found.within} of {len(reference.days)} {_rung(reference)} took {_days(found.days)} or fewer."
    return f"{took}{_still_open(reference)}"


def undated_words(reference: Reference, rule: str | None) -> str:
    """Return why there is no honest date yet, and what to use."""
    cases = count_words(len(reference.days), "case")
    use = "use your own judgement" if rule is None else f"the practice's rule holds: {rule}"
    return f"No honest date yet: {cases} so far; {use}.{_still_open(reference)}"


def _rung(reference: Reference) -> str:
    """Name what the cases have in common with what is asked."""
    if reference.practice == len(reference.days):
        return "of other kinds at this practice"
    if reference.own == len(reference.days):
        return "like it at this practice"
    if not reference.practice:
        return f"like it, {reference.own} at this practice," if reference.own else "like it elsewhere"
    return f"cases ({reference.own + reference.kind} like it, {reference.practice} of other kinds at this practice)"


def _days(count: int) -> str:
    return count_words(count, "working day")


def _still_open(reference: Reference) -> str:
    return f" {reference.longer} still open took longer than foreseen." if reference.longer else ""
