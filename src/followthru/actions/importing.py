"""Take in lines as one step: everything, or nothing and every reason why not.

An import only adds. Into an empty store lines keep their ids, so that an export comes back as it was; into any
other they keep an id that was never given out there. What is named (slug, handle, e-mail, uid) must be new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from followthru.actions.arrival import Arrival
from followthru.actions.context import Context, Outcome
from followthru.domain.changes import Action
from followthru.domain.saying import count_words
from followthru.exchange.faults import ClashError, Fault, LinesError
from followthru.exchange.reading import read
from followthru.store import journal

_SHOWN = 50
_PLURALS = {"person": "people", "dependency": "dependencies", "checklist_item": "checklist steps"}


class Imported(NamedTuple):
    """What an import did, and how many entities of each type it added."""

    outcome: Outcome
    counts: dict[str, int]


def import_lines(ctx: Context, lines: Iterable[str], name: str) -> Imported:
    """Add what lines say. `name` is where they come from, for errors.

    Raises LinesError for lines that cannot be read or do not fit each other, ClashError for what is in the
    store already; nothing is imported then.
    """
    found = read(lines)
    if found.faults:
        raise LinesError(name, found.faults)
    if not found.entities:
        raise LinesError(name, [Fault(1, "", "holds nothing to import")])
    with ctx.acting() as tx:
        arrival = Arrival(ctx, tx, found.entities)
        changes = arrival.changes()
        if arrival.faults:
            raise LinesError(name, sorted(arrival.faults))
        if arrival.clashes:
            raise ClashError(name, sorted(arrival.clashes))
        counts = Counter(change.entity for change in changes)
        words = f"Imported {_listed(counts)}"
        action_id = journal.apply(tx, Action("import", words, changes))
    tasks = tuple(change.id for change in changes if change.entity == "task")
    return Imported(Outcome(action_id, tasks[:_SHOWN], words), dict(counts))


def _listed(counts: Counter[str]) -> str:
    named = ("practice", "person", "task", "update")
    told = [count_words(counts[entity], entity, _PLURALS.get(entity)) for entity in named if counts[entity]]
    if not told:
        told = [count_words(count, entity.replace("_", " "), _PLURALS.get(entity)) for entity, count in counts.items()]
    return ", ".join(told)
