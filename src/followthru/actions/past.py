"""Bring a past in as finished cases that forecasts rest on, and take it out again; each is one undo step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.context import Context, Outcome
from followthru.actions.targets import with_start_by
from followthru.domain.changes import Change, Scalar, create, delete, differences
from followthru.domain.forecast import Case
from followthru.domain.saying import count_words
from followthru.errors import UsageError
from followthru.store import entities, journal, past, practices
from followthru.store.past import Key
from followthru.store.store import Writer


class Brought(NamedTuple):
    """What bringing in, or taking out, came to. `known` were there already (or not), `open` are not finished yet."""

    outcome: Outcome
    changed: int
    known: int
    open: int


def bring_in(ctx: Context, cases: Iterable[Case], name: str) -> Brought:
    """Add the finished cases of a file that are not there yet; the same file twice adds nothing.

    Two equal lines of one file are two cases. Practices are known by their slug, in any case of letters. Raises
    UsageError if a case was finished on a day to come.
    """
    with ctx.acting() as tx:
        wanted, unfinished = _finished(cases, entities.slugs(tx))
        _only_past(ctx, tx, wanted, name)
        there = {key: len(ids) for key, ids in past.known(tx).items()}
        new = [key for key, count in wanted.items() for _ in range(count - there.get(key, 0))]
        first = tx.new_id("past_case", len(new)) if new else 0
        changes = [create("past_case", first + at, _row(key)) for at, key in enumerate(new)]
        words = f"Brought in {count_words(len(new), 'finished case')} from {name}"
        action_id = _record(tx, "calibration import", words, changes)
    words = words if action_id else f"Everything in {name} is here already."
    return Brought(Outcome(action_id, (), words), len(new), sum(wanted.values()) - len(new), unfinished)


def _only_past(ctx: Context, tx: Writer, wanted: Iterable[Key], name: str) -> None:
    """Raise UsageError if a case was finished later than the today of its practice: no history knows that yet."""
    todays, mine = {one.slug: ctx.today(one) for one in practices.all_practices(tx)}, ctx.today()
    ahead = [key for key in wanted if date.fromisoformat(key.done_on) > todays.get(key.site or "", mine)]
    if ahead:
        where = f" at {ahead[0].site}" if ahead[0].site else ""
        raise UsageError(
            f"{name} has {count_words(len(ahead), 'case')} finished on a day to come, the first{where}: "
            f"told on {ahead[0].told_on}, done on {ahead[0].done_on}.",
            safe="Nothing was brought in.",
            remedy="Mend the day; leave done_on empty for what is still open.",
        )


def take_out(ctx: Context, cases: Iterable[Case], name: str) -> Brought:
    """Take the cases of a file out again, as far as they are there."""
    with ctx.acting() as tx:
        wanted, unfinished = _finished(cases, entities.slugs(tx))
        there = past.known(tx)
        gone: list[Change] = []
        for key, count in wanted.items():
            gone += [delete("past_case", id, _row(key)) for id in there.get(key, ())[:count]]
        words = f"Took {count_words(len(gone), 'case')} of {name} out again"
        action_id = _record(tx, "calibration take out", words, gone)
    words = words if action_id else f"Nothing of {name} is here."
    return Brought(Outcome(action_id, (), words), len(gone), sum(wanted.values()) - len(gone), unfinished)


def _record(tx: Writer, verb: str, words: str, changes: list[Change]) -> int | None:
    """Apply changes of the past, and let the start-by of each deadline follow that they say something of."""
    rows = [row for one in changes for row in (one.before, one.after) if isinstance(row, Mapping)]
    sites, kinds = ({row[name] for row in rows} - {None} for name in ("site", "kind"))
    found = [one.task_id for one in past.without_lead(tx) if one.practice in sites or one.kind in kinds]
    moved: list[Change] = []
    if found:
        with journal.rehearsal(tx, verb, tuple(changes)):
            for task_id in found:
                row = edits.row(tx, task_id)
                moved += differences("task", task_id, row, with_start_by(tx, row))
    return edits.record(tx, verb, words, [*changes, *moved])


def _finished(cases: Iterable[Case], slugs: Iterable[str]) -> tuple[Counter[Key], int]:
    """Return how often each finished case is there, in order, and how many are open."""
    known = {slug.casefold(): slug for slug in slugs}
    found: Counter[Key] = Counter()
    unfinished = 0
    for case in cases:
        if case.done_on is None:
            unfinished += 1
            continue
        site = case.practice and known.get(case.practice.casefold(), case.practice)
        found[Key(site, case.kind, case.told_on.isoformat(), case.done_on.isoformat())] += 1
    return found, unfinished


def _row(key: Key) -> dict[str, Scalar]:
    return dict(key._asdict())
