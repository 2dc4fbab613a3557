"""`forecast`: a date to promise for a kind of work, with the cases behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.domain.saying import count_words, day_words
from followthru.errors import UsageError

if TYPE_CHECKING:
    from followthru.domain.forecast import Forecast, Reference


@click.command("forecast")
@click.argument("kind", metavar="KIND")
@click.argument("practice", metavar="[@PRACTICE]", required=False)
@click.option("--p", "p", metavar="CHANCE", default="0.9", show_default=True, help="How sure the date should be.")
@options.as_json
@click.pass_obj
def forecast(session: Session, kind: str, practice: str | None, p: str) -> None:
    """Which date to promise today for this KIND of work, from how long it took before.

    90 % is for dates told to a client; 80 % will do among yourselves, 95 % for what the law sets.
    """
    from followthru.actions import calibration, lookup
    from followthru.domain.forecast import Forecast, chance

    if not kind.strip():
        raise UsageError("No kind of work is named.", remedy="Say one, such as licence-renewal.")
    at = None if practice is None else lookup.practice(session.ctx.read, practice)
    stated = chance(p)
    told = calibration.foretell(session.ctx, kind, at, stated)
    found = told.found
    promised = found if isinstance(found, Forecast) else None
    reference = found.reference if isinstance(found, Forecast) else found
    words = _dated(found) if isinstance(found, Forecast) else _undated(found, told.rule)
    if session.json:
        out.json(
            {
                "kind": kind,
                "practice": None if at is None else at.slug,
                "p": float(stated),
                "promised_on": None if promised is None else promised.promised_on.isoformat(),
                "target_on": None if promised is None else promised.target_on.isoformat(),
                "days": None if promised is None else promised.days,
                "within": None if promised is None else promised.within,
                "cases": len(reference.days),
                "own": reference.own,
                "same_kind": reference.kind,
                "same_practice": reference.practice,
                "longer": reference.longer,
                "words": words,
            }
        )
    else:
        out.data(words)


def _dated(found: Forecast) -> str:
    reference = found.reference
    took = f"{found.within} of {len(reference.days)} {_rung(reference)} took {_days(found.days)} or fewer"
    room = f"Your own target: {day_words(found.target_on)}."
    return f"{day_words(found.promised_on)}. {took}.{_still_open(reference)} {room}"


def _undated(reference: Reference, rule: str | None) -> str:
    cases = count_words(len(reference.days), "case")
    use = "your own judgement" if rule is None else f"the practice's rule, {rule}"
    return f"No honest date yet: {cases} so far{_still_open(reference).rstrip('.')}. Use {use}."


def _rung(reference: Reference) -> str:
    """Name what the cases have in common with what is asked."""
    if reference.own == len(reference.days):
        return "like it at this practice"
    if not reference.practice:
        return f"like it, {reference.own} at this practice,"
    return f"cases ({reference.own + reference.kind} like it, {reference.practice} of other kinds at this practice)"


def _days(count: int) -> str:
    return f"{count_words(count, 'working day')}"


def _still_open(reference: Reference) -> str:
    return f" {reference.longer} still open took longer than foreseen." if reference.longer else ""
