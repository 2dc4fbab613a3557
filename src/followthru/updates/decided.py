"""What one reader may know of what was decided, built from an allow-list as tasks are, and what of it is news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
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


class KnownDecision(NamedTuple):
    """What a reader was last told of a decision: its words, its day, and whether it stands.

    `said` is whether this update states it, and does not only carry on what an earlier one stated.
    """

    id: int
    words: str
    on: date
    stands: bool = True
    said: bool = False


class Told(StrEnum):
    """What a line says of a decision beside what was known."""

    NEW = "new"
    CHANGED = "changed"
    BACK = "taken back"


class DecisionNews(NamedTuple):
    """One line to be: a decision, what is said of it, and the words in which the reader knew it."""

    decision: ReaderDecision
    told: Told
    before: str


class News(NamedTuple):
    """The decisions that an update says, those that do not fit, and what was known that may not be known any more."""

    shown: tuple[DecisionNews, ...] = ()
    rest: tuple[DecisionNews, ...] = ()
    hidden: tuple[KnownDecision, ...] = ()


def news(decisions: Iterable[ReaderDecision], known: Mapping[str, KnownDecision], since: date, most: int) -> News:
    """Return what a reader does not know yet; of what they never heard only what came up on or after `since`."""
    every = tuple(decisions)
    found = [line for one in every if (line := _news(one, known.get(one.uid), since)) is not None]
    seen = {one.uid for one in every}
    hidden = tuple(one for uid, one in sorted(known.items()) if uid not in seen and one.stands)
    return News(tuple(found[:most]), tuple(found[most:]), hidden)


def _news(one: ReaderDecision, known: KnownDecision | None, since: date) -> DecisionNews | None:
    if known is None or not known.stands:
        fresh = known is not None or one.recorded_on >= since
        return DecisionNews(one, Told.NEW, "") if one.stands and fresh else None
    if not one.stands:
        return DecisionNews(one, Told.BACK, known.words)
    if (one.words, one.on) != (known.words, known.on):
        return DecisionNews(one, Told.CHANGED, known.words)
    return None


def known_after(
    decisions: Iterable[ReaderDecision], known: Mapping[str, KnownDecision], stated: Iterable[DecisionNews]
) -> dict[str, KnownDecision]:
    """Return what a reader knows of decisions once these are stated; what they may not know any more is forgotten."""
    after = {one.uid: known[one.uid]._replace(said=False) for one in decisions if one.uid in known}
    for line in stated:
        one = line.decision
        after[one.uid] = KnownDecision(one.id, one.words, one.on, one.stands, said=True)
    return after


def left(
    known: Mapping[str, KnownDecision], before: Mapping[str, KnownDecision], text: str
) -> Iterator[tuple[str, KnownDecision]]:
    """Yield what is known after an edited text: a decision that it does not say any more is as it was known before."""
    for uid, one in known.items():
        found = one if not one.said or one.words in text else before.get(uid)
        if found is not None:
            yield uid, found


class WrongDecision(NamedTuple):
    """A decision that an update states and that is not so; `decision` is None where it is hidden now, or gone."""

    known: KnownDecision
    decision: ReaderDecision | None
    reason: str


def wrong_decisions(
    stated: Mapping[str, KnownDecision], decisions: Iterable[ReaderDecision]
) -> Iterator[WrongDecision]:
    """Yield the decisions that an update states and that are not so any more: changed, taken back or hidden."""
    now = {one.uid: one for one in decisions}
    for uid, known in sorted(stated.items()):
        one = now.get(uid)
        if not known.said:
            continue
        if one is None:
            yield WrongDecision(known, None, "the reader may no longer see it")
        elif one.stands is not known.stands:
            yield WrongDecision(known, one, "it holds again" if one.stands else "it was taken back")
        elif (one.words, one.on) != (known.words, known.on):
            yield WrongDecision(known, one, "it has been changed since")


def decision_out(known: KnownDecision) -> dict[str, object]:
    """Return what is known of a decision as a snapshot keeps it."""
    return {**known._asdict(), "on": known.on.isoformat()}


def decision_in(content: Mapping[str, object]) -> KnownDecision:
    """Return what `decision_out` kept. Raises ValueError, KeyError for anything else."""
    return KnownDecision(
        id=int(str(content["id"])),
        words=str(content["words"]),
        on=date.fromisoformat(str(content["on"])),
        stands=content["stands"] is True,
        said=content["said"] is True,
    )
