"""The outbox's rules: no move that could lose or repeat a mail is legal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates.outbox import (
    BACKOFF,
    GIVE_UP_AFTER,
    IN_FLIGHT,
    KIND_WORDS,
    LEFT,
    MOVES,
    SETTLED,
    TO_REVIEW,
    IllegalMoveError,
    Outcome,
    Phase,
    State,
    UpdateKind,
    UpdateStatus,
    after_restart,
    follow,
    may_repeat,
    move,
    next_look,
    standing,
)

NOW = datetime(2027, 1, 8, 21, 0, tzinfo=UTC)


def outcome(state: State) -> Outcome:
    return Outcome(state, None, "words")


def test_every_phase_has_its_moves() -> None:
    assert set(MOVES) == set(Phase)
    assert {Phase.ACCEPTED, Phase.SUPERSEDED, Phase.CANCELLED} == SETTLED


def test_nothing_leaves_unapproved_or_twice() -> None:
    into_flight = {before for before, after in MOVES.items() if after & IN_FLIGHT}
    assert into_flight == {Phase.APPROVED, Phase.DEFERRED, Phase.CLAIMED}
    # What may have left comes back into flight only through uncertain and somebody's word.
    assert not MOVES[Phase.DATA_STARTED] & {Phase.APPROVED, Phase.CLAIMED, Phase.SUPERSEDED, Phase.CANCELLED}
    assert Phase.CLAIMED not in MOVES[Phase.UNCERTAIN]
    assert not [phase for phase in IN_FLIGHT if MOVES[phase] & {Phase.IN_REVIEW, Phase.CANCELLED}]


def test_what_waits_can_be_taken_back_and_what_left_cannot() -> None:
    ends = {Phase.SUPERSEDED, Phase.CANCELLED}
    waiting = {Phase.DRAFTED, Phase.IN_REVIEW, Phase.APPROVED, Phase.DEFERRED, Phase.REFUSED, Phase.UNCERTAIN}
    assert {phase for phase in Phase if ends <= MOVES[phase]} == waiting
    assert {phase for phase in Phase if ends & MOVES[phase]} == waiting
    back = {phase for phase in Phase if Phase.IN_REVIEW in MOVES[phase]}
    assert back == {Phase.DRAFTED, Phase.APPROVED, Phase.DEFERRED, Phase.REFUSED}
    assert {Phase.CLAIMED, Phase.DATA_STARTED, Phase.UNCERTAIN, Phase.ACCEPTED} == LEFT
    assert {UpdateStatus.DRAFTED, UpdateStatus.IN_REVIEW, UpdateStatus.HELD} == TO_REVIEW
    assert set(KIND_WORDS) == set(UpdateKind)


def test_what_the_pm_decided_governs_and_a_delivery_moves_while_approved() -> None:
    decided = {
        UpdateStatus.DRAFTED: Phase.DRAFTED,
        UpdateStatus.IN_REVIEW: Phase.IN_REVIEW,
        UpdateStatus.HELD: Phase.IN_REVIEW,
        UpdateStatus.DISCARDED: Phase.CANCELLED,
        UpdateStatus.SETTLED: Phase.ACCEPTED,
    }
    assert {status: standing(status, Phase.DEFERRED) for status in decided} == decided
    assert standing(UpdateStatus.APPROVED, None) == Phase.APPROVED
    assert standing(UpdateStatus.APPROVED, "deferred") == Phase.DEFERRED


@pytest.mark.parametrize(
    ("looked", "then"),
    [
        (0, 60),
        (59, 60),
        (60, 300),
        (12 * 3600, 24 * 3600),
        (24 * 3600 - 1, 24 * 3600),
        (24 * 3600, None),
    ],
)
def test_an_uncertain_mail_is_looked_for_ever_less_and_for_a_day(looked: int, then: int | None) -> None:
    expected = None if then is None else NOW + timedelta(seconds=then)
    assert next_look(NOW, NOW + timedelta(seconds=looked)) == expected


def test_a_day_after_the_first_attempt_it_is_given_up_and_not_before() -> None:
    busy = outcome(State.DEFERRED)._replace(after=7200)
    last = NOW + GIVE_UP_AFTER - timedelta(hours=2)
    assert follow(busy, 1, NOW, last, 0) == (Phase.DEFERRED, NOW + GIVE_UP_AFTER)
    assert follow(busy, 1, NOW, last + timedelta(seconds=1), 0) == (Phase.REFUSED, None)


def test_illegal_moves_are_refused_in_words() -> None:
    assert move(Phase.APPROVED, Phase.CLAIMED) == Phase.CLAIMED
    with pytest.raises(IllegalMoveError, match="accepted; it cannot become claimed"):
        move(Phase.ACCEPTED, Phase.CLAIMED)


def test_restart() -> None:
    after = {phase: after_restart(phase) for phase in Phase}
    assert after[Phase.CLAIMED] == Phase.APPROVED
    assert after[Phase.DATA_STARTED] == Phase.UNCERTAIN
    assert all(phase == then for phase, then in after.items() if phase not in IN_FLIGHT)
    assert all(then in MOVES[phase] for phase, then in after.items() if phase in IN_FLIGHT)
    assert not may_repeat(Phase.UNCERTAIN, repeats_safely=False)
    assert may_repeat(Phase.UNCERTAIN, repeats_safely=True)
    assert not may_repeat(Phase.ACCEPTED, repeats_safely=True)


@pytest.mark.parametrize("state", State)
def test_every_outcome_is_a_legal_move(state: State) -> None:
    then = follow(outcome(state), 1, NOW, NOW, 0.5)
    assert then.phase in MOVES[Phase.DATA_STARTED]
    assert (then == (Phase.DEFERRED, None)) == (state == State.ACCOUNT_PAUSED)
    assert (then.next_at is None) == (state != State.DEFERRED)


def test_waiting_grows_and_ends_after_a_day() -> None:
    first_at, now, attempts, waits = NOW, NOW, 0, list[timedelta]()
    while True:
        attempts += 1
        then = follow(outcome(State.DEFERRED), attempts, first_at, now, 0.999999)
        if then.next_at is None:
            break
        waits.append(then.next_at - now)
        now = then.next_at
    assert then.phase == Phase.REFUSED
    assert [round(wait / timedelta(minutes=1)) for wait in waits[:7]] == [1, 5, 15, 30, 60, 120, 240]
    assert GIVE_UP_AFTER - timedelta(hours=4) < now - first_at <= GIVE_UP_AFTER


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_jitter_keeps_within_half_and_all_of_the_span(attempts: int, jitter: float) -> None:
    then = follow(outcome(State.DEFERRED), attempts, NOW, NOW, jitter)
    span = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    assert then.next_at is not None
    assert NOW + span / 2 <= then.next_at <= NOW + span
