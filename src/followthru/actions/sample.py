"""Sample data to try things out with: put in as one step, taken out as one step, and nothing of the user's with it.

What it consists of is known by the journal: all that the step made. What came to belong to it since (a telling of one
of its tasks, a draft to one of its people) goes with it; what the user made besides stays, and with it what that needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from followthru.actions import holidays
from followthru.actions.context import Context, Outcome
from followthru.domain import fields
from followthru.domain.changes import Action, Change, create, delete
from followthru.domain.sample import SAMPLE_SLUGS
from followthru.domain.saying import count_words
from followthru.errors import NotFoundError, RefusedError
from followthru.store import entities, journal, practices
from followthru.store.samples import made_by, referring
from followthru.store.scratch import scratch
from followthru.store.store import Reader, Writer

ADD = "sample add"
Entity = tuple[str, int]
_PLACES = frozenset({"practice", "person"})
"""What others may stand at without being part of it."""
_PARTS_OF_A_PLACE = frozenset(
    {
        ("role", "practice_id"),
        ("closure", "practice_id"),
        ("season", "practice_id"),
        ("update", "practice_id"),
        ("absence", "person_id"),
    }
)
"""What is part of a practice or person all the same, and by which field."""


class Sample(NamedTuple):
    """What there is of the sample data: the slugs of its practices, how many tasks and people it has."""

    practices: tuple[str, ...]
    tasks: int
    people: int


def found(read: Reader) -> Sample | None:
    """Return what there is of the sample data, None for nothing. Cheap where there is none."""
    slugs = tuple(one.slug for one in practices.all_practices(read) if one.slug in SAMPLE_SLUGS)
    if not slugs:
        return None
    made = made_by(read, ADD)
    return Sample(slugs, len(made.get("task", ())), len(made.get("person", ())))


def add(ctx: Context) -> Outcome:
    """Put the sample data into a store without practices, as one step. Raises RefusedError, StoreError."""
    from followthru.actions.sample_world import fill

    _check_none(ctx.read)
    with scratch(ctx.store) as copy:
        before = entities.given_out(copy.read)
        fill(copy, ctx.store.clock.now())
        changes = tuple(_made(copy.read, before))
        codes = {one.holidays for one in practices.all_practices(copy.read) if one.holidays}
    with ctx.acting() as tx:
        _check_none(tx)
        if entities.given_out(tx) != before:
            raise RefusedError("Something else was added just now.", safe="Nothing was changed.", remedy="Try again.")
        for code in sorted(codes):
            holidays.cover(tx, code, *holidays.around(ctx.today()))
        tasks = [change.id for change in changes if change.entity == "task"]
        words = f"Added sample data: 2 made-up practices with {count_words(len(tasks), 'task')}"
        action_id = journal.apply(tx, Action(ADD, words, changes))
    note = "Nothing of it is ever sent or synced. `followthru sample remove` takes all of it out again."
    return Outcome(action_id, (), words, (note,))


def _check_none(read: Reader) -> None:
    there = practices.all_practices(read)
    if not there:
        return
    if any(one.slug in SAMPLE_SLUGS for one in there):
        raise RefusedError(
            "The sample data is there already.",
            safe="Nothing was changed.",
            remedy="`followthru sample remove` takes it out.",
        )
    raise RefusedError(
        "Sample data is for a store without practices, so that it never stands among yours.",
        safe="Nothing was changed.",
        remedy="`followthru demo` shows a made-up quarter in a place of its own.",
    )


def _made(read: Reader, before: Mapping[str, int]) -> Iterable[Change]:
    """Yield the creation of all that is there and was not given out before."""
    for entity in fields.ENTITIES:
        for page in entities.pages(read, entity):
            yield from (create(entity, id, row) for id, row in page if id > before.get(entity, 0))


def remove(ctx: Context) -> Outcome:
    """Take the sample data out as one step; what the user made stays. Raises NotFoundError where there is none."""
    with ctx.acting() as tx:
        gone = _belonging(tx, {(entity, id) for entity, ids in made_by(tx, ADD).items() for id in ids})
        kept = _needed(tx, gone)
        gone -= kept
        if not gone:
            raise NotFoundError(
                "There is no sample data." if not kept else "All that is left of the sample data is in use.",
                safe="Nothing was changed.",
                remedy=_remedy(kept),
            )
        changes = tuple(delete(entity, id, journal.row_of(tx, entity, id) or {}) for entity, id in _ordered(gone))
        count = sum(1 for entity, _ in gone if entity == "task")
        words = f"Removed the sample data: {count_words(count, 'task')}, and all that belonged to them"
        action_id = journal.apply(tx, Action("sample remove", words, changes))
        notes = (f"Something of yours is at {_slugs(tx, kept)}, so that stays. {_remedy(kept)}",) if kept else ()
    return Outcome(action_id, (), words, notes)


def _remedy(kept: set[Entity]) -> str:
    return "File it elsewhere, or undo it, and remove the sample data again." if kept else ""


def _slugs(tx: Reader, kept: set[Entity]) -> str:
    ids = {id for entity, id in kept if entity == "practice"}
    slugs = [one.slug for one in practices.all_practices(tx) if one.id in ids]
    return " and ".join(slugs) or "one of its people"


def _ordered(gone: set[Entity]) -> list[Entity]:
    """Return what goes, each sort together."""
    place = {entity: number for number, entity in enumerate(fields.ENTITIES)}
    return sorted(gone, key=lambda one: (-place[one[0]], one[1]))


def _belonging(tx: Writer, made: set[Entity]) -> set[Entity]:
    """Return what was made, with all that came to belong to it since."""
    gone, new = set(made), set(made)
    while new:
        parts: set[Entity] = set()
        for field in fields.FIELDS:
            ids = [id for entity, id in new if entity == field.ref]
            if ids and (field.ref not in _PLACES or (field.entity, field.name) in _PARTS_OF_A_PLACE):
                parts |= {(field.entity, id) for id in referring(tx, field.entity, field.name, ids)}
        new = parts - gone
        gone |= new
    return gone


def _needed(tx: Writer, gone: set[Entity]) -> set[Entity]:
    """Return what has to stay because something of the user's refers to it, and the people of a practice that stays."""
    kept: set[Entity] = set()
    for field in fields.FIELDS:
        for id in sorted(id for entity, id in gone if entity == field.ref):
            if any((field.entity, other) not in gone for other in referring(tx, field.entity, field.name, [id])):
                kept.add((field.ref or "", id))
    for entity, id in gone:
        row = journal.row_of(tx, entity, id) if entity == "role" else None
        if row is not None and ("practice", row["practice_id"]) in kept:
            kept |= {(entity, id), ("person", int(row["person_id"] or 0))}
    return kept & gone
