"""The life of one update as a pure state machine: which moves are legal, and what follows an answer.

Phases up to *approved* (and *superseded*, *cancelled*) belong to the PM; from *claimed* on they belong to the
one sender, which commits each phase before its next step on the network. So a restart knows what may have
left: *claimed* has not, *data started* may have.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from followthru.errors import RefusedError


class UpdateKind(StrEnum):
    """What an update is.

    A digest at its hour; a warning before a told date breaks, a repair once it has passed; a question once somebody is
    waited on, a note to whom a task is assigned, a nudge to either when its follow-up date has come; a correction of
    what another update said. All but digests are drafts for the PM and never go by themselves. A call is what a digest
    would say, for somebody who is called instead; it is never sent. A report tells of a month, quarter or year.
    """

    DIGEST = "digest"
    WARNING = "warning"
    REPAIR = "repair"
    QUESTION = "question"
    ASSIGNMENT = "assignment"
    NUDGE = "nudge"
    CALL = "call"
    CORRECTION = "correction"
    REPORT = "report"


KIND_WORDS: Mapping[UpdateKind, tuple[str, str]] = MappingProxyType(
    {
        UpdateKind.DIGEST: ("update", "updates"),
        UpdateKind.WARNING: ("heads-up", "heads-ups"),
        UpdateKind.REPAIR: ("repair", "repairs"),
        UpdateKind.QUESTION: ("question", "questions"),
        UpdateKind.ASSIGNMENT: ("assignment", "assignments"),
        UpdateKind.NUDGE: ("reminder", "reminders"),
        UpdateKind.CALL: ("call", "calls"),
        UpdateKind.CORRECTION: ("correction", "corrections"),
        UpdateKind.REPORT: ("report", "reports"),
    }
)
"""What each kind is called, one and several."""


def a_kind(kind: UpdateKind) -> str:
    """Return a kind with its article: `a question`, `an assignment`."""
    name = KIND_WORDS[kind][0]
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


class UpdateStatus(StrEnum):
    """What the PM has decided about an update; user state, journalled and undoable."""

    DRAFTED = "drafted"
    IN_REVIEW = "in review"
    HELD = "held"
    APPROVED = "approved"
    DISCARDED = "discarded"
    SETTLED = "settled"


TO_REVIEW = frozenset({UpdateStatus.DRAFTED, UpdateStatus.IN_REVIEW, UpdateStatus.HELD})


class Phase(StrEnum):
    """Where an update is on its way."""

    DRAFTED = "drafted"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    CLAIMED = "claimed"
    DATA_STARTED = "data started"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


_END = frozenset({Phase.SUPERSEDED, Phase.CANCELLED})
MOVES: Mapping[Phase, frozenset[Phase]] = MappingProxyType(
    {
        Phase.DRAFTED: _END | {Phase.IN_REVIEW, Phase.APPROVED},
        Phase.IN_REVIEW: _END | {Phase.APPROVED},
        # Back to review is recall. Uncertain, here and below, is what a restored store makes of it.
        Phase.APPROVED: _END | {Phase.IN_REVIEW, Phase.CLAIMED, Phase.UNCERTAIN},
        # Back to approved is what a restart does with a claim that never reached the network's data.
        Phase.CLAIMED: frozenset({Phase.APPROVED, Phase.DATA_STARTED, Phase.DEFERRED, Phase.REFUSED, Phase.UNCERTAIN}),
        Phase.DATA_STARTED: frozenset({Phase.ACCEPTED, Phase.DEFERRED, Phase.REFUSED, Phase.UNCERTAIN}),
        Phase.DEFERRED: _END | {Phase.IN_REVIEW, Phase.CLAIMED, Phase.REFUSED, Phase.UNCERTAIN},
        Phase.REFUSED: _END | {Phase.IN_REVIEW},
        # It arrived; or it is sent again, by the PM's own key or by a transport that never repeats itself.
        Phase.UNCERTAIN: _END | {Phase.ACCEPTED, Phase.APPROVED},
        Phase.ACCEPTED: frozenset(),
        Phase.SUPERSEDED: frozenset(),
        Phase.CANCELLED: frozenset(),
    }
)
IN_FLIGHT = frozenset({Phase.CLAIMED, Phase.DATA_STARTED})
LEFT = IN_FLIGHT | {Phase.UNCERTAIN, Phase.ACCEPTED}
"""Where an update stands whose words may be with its reader."""
SETTLED = frozenset(phase for phase, after in MOVES.items() if not after)

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
TELL_AFTER = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=24)
OLD_AFTER = timedelta(days=3)
"""How long after its hour an approved update may still go out unread: over a weekend, not over a holiday."""

LOOKS = (*(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 240, 720)), timedelta(hours=24))
"""How long after its attempt an uncertain update is looked for, where sent mail can be asked for."""
SURE_AFTER = timedelta(minutes=15)
"""How long after an attempt a mail that is not handed over is taken never to be: whoever got the request is done."""


class State(StrEnum):
    """What one attempt came to."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    ACCOUNT_PAUSED = "account paused"


class Outcome(NamedTuple):
    """What one attempt came to: the server's code and its words, cleaned.

    `unreachable` says that no mail at all got through to the server, so that others need not try just now; `after` is
    for how many seconds at least the server asks to be left alone.
    """

    state: State
    code: int | None
    text: str
    unreachable: bool = False
    after: float | None = None


class Next(NamedTuple):
    """Where an attempt leaves an update.

    `next_at` is set where it is tried again by itself; deferred without it waits for the PM, with its whole account.
    """

    phase: Phase
    next_at: datetime | None = None


class IllegalMoveError(RefusedError):
    """An update cannot go from this phase to that one."""


def lacks_mail(status: str, phase: str | None) -> bool:
    """Whether an update was approved in another store: its mail stayed there, and may have been sent."""
    return status == UpdateStatus.APPROVED and phase is None


def standing(status: str, phase: str | None) -> Phase:
    """Return where an update stands, from what the PM decided and how far its delivery came.

    What was decided governs: a delivery moves only while its update is approved.
    """
    if status == UpdateStatus.APPROVED:
        return Phase(phase or Phase.APPROVED)
    return _DECIDED[UpdateStatus(status)]


_DECIDED: Mapping[UpdateStatus, Phase] = MappingProxyType(
    {
        UpdateStatus.DRAFTED: Phase.DRAFTED,
        UpdateStatus.IN_REVIEW: Phase.IN_REVIEW,
        UpdateStatus.HELD: Phase.IN_REVIEW,
        UpdateStatus.DISCARDED: Phase.CANCELLED,
        UpdateStatus.SETTLED: Phase.ACCEPTED,
    }
)


def move(before: Phase, after: Phase) -> Phase:
    """Return `after`, or raise IllegalMoveError if that is no legal move."""
    if after not in MOVES[before]:
        raise IllegalMoveError(
            f"This update is {before}; it cannot become {after}.",
            safe="Nothing was changed.",
            remedy="Look at it with update show.",
        )
    return after


def follow(outcome: Outcome, attempts: int, first_at: datetime, now: datetime, jitter: float) -> Next:
    """Return what follows an attempt's outcome.

    `attempts` counts this one (from 1), `first_at` and `now` are aware instants, `jitter` in [0, 1) is drawn
    by the caller. Waiting is spread over half to all of the table's span; 24 hours after the first attempt
    a deferred update is given up, because what it says is old by then.
    """
    match outcome.state:
        case State.ACCEPTED:
            return Next(Phase.ACCEPTED)
        case State.REFUSED:
            return Next(Phase.REFUSED)
        case State.UNCERTAIN:
            return Next(Phase.UNCERTAIN)
        case State.ACCOUNT_PAUSED:
            return Next(Phase.DEFERRED)
        case State.DEFERRED:
            wait = BACKOFF[min(attempts, len(BACKOFF)) - 1] * (0.5 + jitter / 2)
            wait = max(wait, timedelta(seconds=outcome.after or 0))
            late = now + wait - first_at > GIVE_UP_AFTER
            return Next(Phase.REFUSED) if late else Next(Phase.DEFERRED, now + wait)


def after_restart(phase: Phase) -> Phase:
    """Return where an update stands after its sender died.

    A claim whose data never started is approved again. Data that started without an outcome is uncertain.
    """
    return {Phase.CLAIMED: Phase.APPROVED, Phase.DATA_STARTED: Phase.UNCERTAIN}.get(phase, phase)


def next_look(attempted: datetime, now: datetime) -> datetime | None:
    """Return when to look next for a mail whose outcome is unknown (aware instants), None once it is the PM's alone."""
    return next((attempted + after for after in LOOKS if attempted + after > now), None)


def may_repeat(phase: Phase, *, repeats_safely: bool) -> bool:
    """Return whether an uncertain update may be sent again without asking the PM: only where the transport
    promises that the same bytes sent twice arrive once.
    """
    return phase == Phase.UNCERTAIN and repeats_safely
