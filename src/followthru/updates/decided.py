"""What one reader may know of what was decided: built from an allow-list, as tasks are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from followthru.domain.audience import AUDIENCE_ROLES
from followthru.domain.decisions import Decision
from followthru.domain.people import Member
from followthru.domain.task import Audience
from followthru.updates.words import clean, sentence

# The field of `domain.fields` behind each field of a ReaderDecision.
SOURCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": (),
        "uid": (),
        "words": ("decision.words",),
        "on": ("decision.decided_on",),
        "recorded_on": (),
        "there": ("person.name", "person.address"),
        "was_there": (),
        "stands": ("decision.retracted_on",),
    }
)


class ReaderDecision(NamedTuple):
    """One decision in a reader's words. `id` and `uid` identify it and are never written to a reader.

    `there` is who else decided, `was_there` whether the reader did; `stands` is false once it was taken back.
    `recorded_on` is the first day on which it could be told.
    """

    id: int
    uid: str
    words: str
    on: date
    recorded_on: date
    there: tuple[str, ...]
    was_there: bool
    stands: bool


def may_read(decision: Decision, reader: Member) -> bool:
    """Return whether the reader may know of the decision now.

    Nobody reads `me`. Whoever was there may; otherwise the audience and the role decide. Another practice's reader
    never does.
    """
    if decision.practice_id != reader.practice_id or decision.audience == Audience.ME:
        return False
    if any(one.person_id == reader.person_id for one in decision.there):
        return True
    return reader.role in AUDIENCE_ROLES[decision.audience]


def decided(every: Iterable[Decision], reader: Member) -> tuple[ReaderDecision, ...]:
    """Return the decisions that the reader may know of, by their day."""
    shown = [_shown(one, reader) for one in every if may_read(one, reader)]
    return tuple(sorted(shown, key=lambda one: (one.on, one.id)))


def _shown(decision: Decision, reader: Member) -> ReaderDecision:
    others = (one for one in decision.there if one.person_id != reader.person_id)
    return ReaderDecision(
        id=decision.id,
        uid=decision.uid,
        words=sentence(decision.words),
        on=decision.decided_on,
        recorded_on=max(decision.decided_on, date.fromisoformat(decision.created_at[:10])),
        there=tuple(clean(one.called) for one in others),
        was_there=any(one.person_id == reader.person_id for one in decision.there),
        stands=decision.retracted_on is None,
    )
