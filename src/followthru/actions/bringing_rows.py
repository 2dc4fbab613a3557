"""Rows of a table made entities, one row after the other, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from followthru.actions.import_choices import SHOWN, Seen
from followthru.actions.placing import LeftOutError
from followthru.domain.dateword import DateOrder
from followthru.errors import FollowthruError
from followthru.exchange.faults import Fault
from followthru.exchange.reading import Entity
from followthru.exchange.sheet import Row, Sheet
from followthru.exchange.values import WrongValueError


class Built(NamedTuple):
    """Rows of a file, ready to be stored, and what became of the others. `new` are the lines of those stored so far."""

    entities: list[Entity]
    faults: list[Fault]
    notes: list[str]
    known: int
    left_out: int
    projects: dict[str, tuple[str | None, int]]
    rows: list[Seen]
    new: set[int]
    order: DateOrder | None = None
    because: str | None = None


class Made(NamedTuple):
    """What one row makes, nothing where all of it is here; title and what it says for a preview, notes for its user."""

    entities: Sequence[Entity] = ()
    title: str = ""
    says: Mapping[str, object] = {}
    notes: Sequence[str] = ()


def built(sheet: Sheet, made: Callable[[Row], Made]) -> Built:
    """Return what a table adds, a row that cannot be read left out before it is looked at.

    `made` raises WrongValueError, FollowthruError for a row that is refused, LeftOutError for one left out on purpose.
    """
    found = Built([], [], [], 0, 0, {}, [], set(), sheet.order, sheet.because)
    known = left_out = 0
    for row in sheet.rows():
        found.faults.extend(row.faults)
        if row.faults:
            continue
        try:
            one = made(row)
        except LeftOutError:
            left_out += 1
            continue
        except (FollowthruError, WrongValueError) as error:
            found.faults.append(Fault(row.line, "", str(error)))
            continue
        known += not one.entities
        found.entities.extend(one.entities)
        found.notes.extend(f"line {row.line}: {note}." for note in one.notes)
        if one.entities and len(found.rows) < SHOWN:
            found.rows.append(Seen(row.line, one.title, one.says))
    return found._replace(known=known, left_out=left_out)
