"""`forecast`: a date to promise for a kind of work, with the cases behind it."""

from __future__ import annotations

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.errors import UsageError


@click.command("forecast")
@click.argument("kind", metavar="KIND")
@click.argument("practice", metavar="[@PRACTICE]", required=False)
@click.option("--p", "p", metavar="CHANCE", default="0.9", show_default=True, help="How sure the date should be.")
@click.option("--cases", "evidence", is_flag=True, help="List the cases that it rests on as well.")
@options.as_json
@click.pass_obj
def forecast(session: Session, kind: str, practice: str | None, p: str, evidence: bool) -> None:
    """Which date to promise today for this KIND of work, from how long it took before.

    90 % is for dates told to a client; 80 % will do among yourselves, 95 % for what the law sets.
    """
    from followthru.actions import calibration, lookup
    from followthru.actions.evidence import evidence_lines
    from followthru.domain.forecast import Forecast, chance
    from followthru.domain.foresaying import foretold_words

    if not kind.strip():
        raise UsageError("No kind of work is named.", remedy="Say one, such as licence-renewal.")
    at = None if practice is None else lookup.practice(session.ctx.read, practice)
    stated = chance(p)
    told = calibration.foretell(session.ctx, kind, at, stated)
    found = told.found
    promised = found if isinstance(found, Forecast) else None
    reference = found.reference if isinstance(found, Forecast) else found
    words = foretold_words(found, told.rule)
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
        return
    out.data(words)
    if evidence:
        for line in evidence_lines(told.cases, session.ctx.today(at)):
            out.data(line)
