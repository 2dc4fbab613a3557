"""The outbox's rows: which of them each move touches, and what a sender is told. Every phase, decided and not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass

import pytest

from followthru.actions.context import Context
from followthru.store import leases, mail_state, outbox
from followthru.store.outbox import Attempt, Delivery, Frozen
from followthru.store.store import Writer
from followthru.updates.outbox import Phase, UpdateStatus
from tests.actions.mailkit import approved, oak_street
from tests.storekit import add_person, memory_ctx

NOW = "2026-07-01T12:00:00Z"
BEFORE, LATER, TOMORROW, NEXT_WEEK = (
    *("2026-07-01T11:59:59Z", "2026-07-01T12:00:01Z"),
    *("2026-07-02T13:00:00Z", "2026-07-08T12:00:00Z"),
)
MINE, OTHER = 1, 2
PHASES = frozenset(Phase)
ENDED = Attempt(1, "accepted", 250, "queued", NOW)
WAITING = {Phase.APPROVED, Phase.DEFERRED}
FLYING = {Phase.CLAIMED, Phase.DATA_STARTED}


@pytest.fixture
def ctx(schema: bytes) -> Context:
    """Dana's approved update (1, account oak) and Ana's (2, account elm)."""
    ctx = memory_ctx(schema)
    oak_street(ctx)
    add_person(ctx, "Ana Soto")
    assert (approved(ctx).id, approved(ctx, person="ana").id) == (MINE, OTHER)
    put(ctx, OTHER, account="elm")
    return ctx


def put(ctx: Context, update_id: int = MINE, **values: str | int | None) -> None:
    """Set the scene: write columns of a delivery whatever they were, past the trigger that guards its moves."""
    names = ", ".join(f"{name} = ?" for name in values)
    with ctx.store.writing() as tx:
        guard = tx.value("SELECT sql FROM sqlite_schema WHERE name = 'delivery_moved'")
        tx.run("DROP TRIGGER delivery_moved")
        tx.run(f"UPDATE delivery SET {names} WHERE update_id = ?", *values.values(), update_id)  # noqa: S608 own names
        tx.run(guard)


def decide(ctx: Context, status: UpdateStatus, update_id: int = MINE) -> None:
    """Write what the PM decided."""
    with ctx.store.writing() as tx:
        tx.run('UPDATE "update" SET status = ? WHERE id = ?', status, update_id)


def tried(ctx: Context, *phases: str, attempt: int = 1, update_id: int = MINE, at: str = NOW) -> None:
    """Keep attempts of these phases."""
    with ctx.store.writing() as tx:
        for phase in phases:
            sql = "INSERT INTO delivery_attempt(update_id, attempt, phase, at) VALUES (?, ?, ?, ?)"
            tx.run(sql, update_id, attempt, phase, at)


def found(ctx: Context, update_id: int = MINE) -> Delivery:
    """The delivery as it stands."""
    delivery = outbox.one(ctx.read, update_id)
    assert delivery is not None
    return delivery


def frozen(ctx: Context) -> Frozen:
    """What is frozen for Dana, with other bytes and another hash."""
    return found(ctx).frozen._replace(payload=b"other", sha256="other", message_id="<other@oak.example>")


@dataclass(frozen=True)
class Verb:
    """A move: how it is made, from which phases, whether the PM's approval is asked, and where it leads."""

    do: Callable[[Context, Writer], object]
    phases: AbstractSet[Phase]
    asks: bool
    leads: Callable[[Delivery], Delivery]


def after(phase: str, **values: str | int | None) -> Callable[[Delivery], Delivery]:
    """Where a move leads."""
    return lambda delivery: delivery._replace(phase=phase, **values)


def concluded(ctx: Context, tx: Writer) -> bool:
    return outbox.conclude(tx, found(ctx), ENDED, next_at=LATER, generation=7)


VERBS: dict[str, Verb] = {
    "settle_uncertain": Verb(
        lambda _, tx: outbox.settle_uncertain(tx, MINE, ENDED),
        {Phase.UNCERTAIN},
        True,
        after("accepted", code=None, answer="queued", next_at=None),
    ),
    "claim": Verb(
        lambda ctx, tx: outbox.claim(tx, found(ctx), 9),
        WAITING | {Phase.CLAIMED},
        True,
        after("claimed", attempts=4, generation=9),
    ),
    "advance": Verb(
        lambda _, tx: outbox.advance(tx, MINE, "claimed", "data started", generation=7),
        {Phase.CLAIMED},
        False,
        after("data started"),
    ),
    "advance by whoever": Verb(
        lambda _, tx: outbox.advance(tx, MINE, "claimed", "data started"), {Phase.CLAIMED}, False, after("data started")
    ),
    "advance by another": Verb(
        lambda _, tx: outbox.advance(tx, MINE, "claimed", "data started", generation=6), set(), False, after("")
    ),
    "conclude": Verb(concluded, FLYING, False, after("accepted", code=250, answer="queued", next_at=LATER)),
    "conclude by another": Verb(
        lambda ctx, tx: outbox.conclude(tx, found(ctx), ENDED, next_at=None, generation=6), set(), False, after("")
    ),
    "put_off": Verb(
        lambda _, tx: outbox.put_off(tx, MINE, LATER), WAITING, False, lambda one: one._replace(next_at=LATER)
    ),
    "doubt": Verb(
        lambda _, tx: outbox.doubt(tx, MINE, "why"),
        WAITING,
        False,
        after("uncertain", code=None, answer="why", next_at=None),
    ),
    "supersede": Verb(lambda _, tx: outbox.supersede(tx, MINE), WAITING, False, after("superseded", next_at=None)),
    "freeze": Verb(
        lambda ctx, tx: outbox.freeze(tx, frozen(ctx)),
        {*WAITING, Phase.REFUSED},
        False,
        lambda one: one._replace(
            frozen=one.frozen._replace(payload=b"other", sha256="other", message_id="<other@oak.example>"),
            phase="approved",
            next_at=None,
            code=None,
            answer=None,
        ),
    ),
}


@pytest.mark.parametrize("name", VERBS)
def test_a_move_starts_where_it_may_and_touches_nothing_else(ctx: Context, name: str) -> None:
    verb = VERBS[name]
    for phase in Phase:
        for status in (UpdateStatus.APPROVED, UpdateStatus.HELD):
            put(ctx, phase=phase, next_at=BEFORE, code=451, answer="busy", attempts=3, generation=7)
            put(ctx, OTHER, phase=phase, next_at=BEFORE, code=451, answer="busy", attempts=3, generation=7)
            decide(ctx, status)
            mine, other = found(ctx), found(ctx, OTHER)
            answer: object = None
            with suppress(sqlite3.IntegrityError), ctx.store.writing() as tx:
                answer = verb.do(ctx, tx)
            may = phase in verb.phases and (status is UpdateStatus.APPROVED or not verb.asks)
            assert found(ctx) == (verb.leads(mine) if may else mine), (phase, status)
            assert found(ctx, OTHER) == other, (phase, status)
            assert answer is None or answer is may, (phase, status)
            with ctx.store.writing() as tx:
                tx.run("UPDATE delivery SET message_id = ? WHERE update_id = ?", mine.frozen.message_id, MINE)
                tx.run("DELETE FROM delivery_attempt")


def test_a_claim_is_of_what_was_read_and_of_nothing_while_all_is_held(ctx: Context) -> None:
    read = found(ctx)
    for stale in (
        read._replace(phase="deferred"),
        read._replace(attempts=1),
        read._replace(frozen=read.frozen._replace(sha256="older")),
    ):
        with ctx.store.writing() as tx:
            assert not outbox.claim(tx, stale, 1)
    with ctx.store.writing() as tx:
        mail_state.hold(tx, "a trial")
        assert not outbox.claim(tx, read, 1)
    assert found(ctx) == read


@pytest.mark.parametrize(
    ("tries", "unsure"),
    [
        ((), False),
        ((("uncertain", 1),), True),
        ((("deferred", 1),), False),
        ((("uncertain", 1), ("approved", 1)), False),
        ((("uncertain", 1), ("accepted", 1)), False),
        ((("uncertain", 1), ("refused", 1)), True),
        ((("approved", 1), ("uncertain", 1)), True),
        ((("uncertain", 1), ("approved", 2)), True),
    ],
)
def test_what_may_have_left_gives_its_place_to_nothing(
    ctx: Context, tries: tuple[tuple[str, int], ...], *, unsure: bool
) -> None:
    for phase, attempt in tries:
        tried(ctx, phase, attempt=attempt)
    # Another update's certain end says nothing of this one, and its doubt neither.
    tried(ctx, "accepted" if unsure else "uncertain", update_id=OTHER)
    assert outbox.may_have_left(ctx.read, MINE) is unsure
    with ctx.store.writing() as tx:
        assert outbox.freeze(tx, frozen(ctx)) is not unsure
        assert outbox.supersede(tx, MINE) is not unsure
    assert found(ctx).phase == ("approved" if unsure else "superseded")


def test_every_end_keeps_its_attempt(ctx: Context) -> None:
    for do in (VERBS["conclude"].do, VERBS["conclude by another"].do):
        with ctx.store.writing() as tx:
            do(ctx, tx)
    put(ctx, phase="data started")
    with ctx.store.writing() as tx:
        outbox.settle_left(tx, found(ctx), "uncertain", ENDED._replace(attempt=2, phase="uncertain"))
        assert outbox.settle_uncertain(tx, MINE, ENDED._replace(attempt=3))
        assert not outbox.settle_uncertain(tx, MINE, ENDED._replace(attempt=4))
    assert outbox.attempts(ctx.read, MINE) == [
        ENDED,
        ENDED,
        ENDED._replace(attempt=2, phase="uncertain"),
        ENDED._replace(attempt=3),
    ]
    assert outbox.attempts(ctx.read, OTHER) == []


def test_what_a_dead_sender_left_is_settled_where_it_was_left(ctx: Context) -> None:
    put(ctx, phase="data started", code=1)
    put(ctx, OTHER, phase="data started")
    left, other = found(ctx), found(ctx, OTHER)
    with ctx.store.writing() as tx:
        outbox.settle_left(tx, left._replace(phase="claimed"), "approved", ENDED)
    assert found(ctx) == left
    with ctx.store.writing() as tx:
        outbox.settle_left(tx, left, "uncertain", ENDED)
    assert found(ctx) == left._replace(phase="uncertain", code=None, answer="queued")
    assert found(ctx, OTHER) == other


@pytest.mark.parametrize("phase", Phase)
def test_a_restored_store_doubts_whatever_has_no_end(ctx: Context, phase: Phase) -> None:
    put(ctx, phase=phase, attempts=2, next_at=LATER, code=451)
    put(ctx, OTHER, phase=phase)
    decide(ctx, UpdateStatus.HELD, OTHER)
    mine, other = found(ctx), found(ctx, OTHER)
    with ctx.store.writing() as tx:
        outbox.leave_unsure(tx, "restored")
    doubted = phase in WAITING | FLYING
    assert found(ctx) == (
        mine._replace(phase="uncertain", code=None, answer="restored", next_at=None) if doubted else mine
    )
    assert outbox.attempts(ctx.read, MINE) == [Attempt(2, "uncertain", None, "restored", NOW)] * doubted
    assert (found(ctx, OTHER), outbox.attempts(ctx.read, OTHER)) == (other, [])


@pytest.mark.parametrize(
    ("phase", "next_at", "when"),
    [
        ("approved", None, True),
        ("approved", BEFORE, True),
        ("approved", NOW, True),
        ("approved", LATER, False),
        ("approved", TOMORROW, False),
        ("approved", NEXT_WEEK, True),
        ("deferred", None, False),
        ("deferred", NOW, True),
        ("deferred", LATER, False),
        ("deferred", TOMORROW, False),
        ("deferred", NEXT_WEEK, True),
        *((phase, NOW, False) for phase in PHASES - WAITING),
    ],
)
def test_what_is_due(ctx: Context, phase: str, next_at: str | None, *, when: bool) -> None:
    put(ctx, phase=phase, next_at=next_at)
    assert [one.frozen.update_id for one in outbox.due(ctx.read, NOW, "oak")] == [MINE] * when
    assert outbox.due(ctx.read, NOW, "oak", besides=[MINE]) == []
    with ctx.store.writing() as tx:
        tx.run('UPDATE "update" SET send_after = ? WHERE id = ?', LATER, MINE)
    assert bool(outbox.due(ctx.read, NOW, "oak")) is (when and phase == "deferred")


def silenced(ctx: Context, how: str) -> None:
    """Make nothing of Dana's go."""
    if how == "status":
        decide(ctx, UpdateStatus.HELD)
        return
    with ctx.store.writing() as tx:
        if how == "practice":
            tx.run("UPDATE practice SET status = 'paused'")
        elif how == "all held":
            mail_state.hold(tx, "a trial")
        else:
            tx.run("UPDATE delivery SET phase = 'deferred', next_at = NULL, account = 'oak' WHERE update_id = ?", OTHER)


@pytest.mark.parametrize("how", ["status", "practice", "all held", "account"])
def test_nothing_is_due_that_was_silenced(ctx: Context, how: str) -> None:
    assert outbox.next_due(ctx.read, "oak") == NOW
    silenced(ctx, how)
    assert outbox.due(ctx.read, NOW, "oak") == []
    assert outbox.next_due(ctx.read, "oak") is None


def test_the_next_hour_is_the_earliest_at_which_something_may_go(ctx: Context) -> None:
    put(ctx, OTHER, account="oak", phase="deferred", next_at=TOMORROW)
    put(ctx, next_at=LATER)
    assert outbox.next_due(ctx.read, "oak") == LATER
    put(ctx, next_at=BEFORE)
    assert outbox.next_due(ctx.read, "oak") == NOW, "its send delay holds longer"
    put(ctx, phase="claimed")
    assert outbox.next_due(ctx.read, "oak") == TOMORROW
    assert outbox.next_due(ctx.read, "elm") is None


def test_due_comes_in_order_and_no_more_than_wanted(ctx: Context) -> None:
    put(ctx, OTHER, account="oak")
    with ctx.store.writing() as tx:
        tx.run('UPDATE "update" SET send_after = ? WHERE id = ?', BEFORE, OTHER)
    assert [one.frozen.update_id for one in outbox.due(ctx.read, NOW, "oak")] == [OTHER, MINE]
    assert [one.frozen.update_id for one in outbox.due(ctx.read, NOW, "oak", limit=1)] == [OTHER]


def test_an_account_waits_for_the_pm_while_one_of_its_mails_has_no_hour(ctx: Context) -> None:
    put(ctx, phase="deferred", next_at=LATER, answer="busy")
    assert (outbox.paused_by(ctx.read, "oak"), outbox.holding_up(ctx.read, "oak")) == (None, [])
    put(ctx, next_at=None)
    assert (outbox.paused_by(ctx.read, "oak"), outbox.paused_by(ctx.read, "elm")) == ("busy", None)
    assert (outbox.holding_up(ctx.read, "oak"), outbox.holding_up(ctx.read, "elm")) == ([found(ctx)], [])
    decide(ctx, UpdateStatus.HELD)
    assert (outbox.paused_by(ctx.read, "oak"), outbox.holding_up(ctx.read, "oak")) == (None, [])
    for account, phase, moved in (("elm", "deferred", 0), ("oak", "approved", 0), ("oak", "deferred", 1)):
        put(ctx, phase=phase, next_at=None)
        with ctx.store.writing() as tx:
            assert outbox.resume(tx, account) == moved
    assert found(ctx).next_at == NOW


@pytest.mark.parametrize("phase", Phase)
def test_who_is_under_way_and_who_in_doubt(ctx: Context, phase: Phase) -> None:
    put(ctx, OTHER, phase="superseded")
    put(ctx, phase=phase)
    mine = [found(ctx)]
    assert outbox.in_flight(ctx.read, "oak") == mine * (phase in FLYING)
    assert outbox.waiting_accounts(ctx.read) == {"oak"} & ({"oak"} if phase in WAITING | FLYING else set())
    unsure = phase == Phase.UNCERTAIN
    assert outbox.uncertain(ctx.read, "oak") == mine * unsure
    assert outbox.count_unsure(ctx.read) == unsure
    assert (outbox.in_flight(ctx.read, "elm"), outbox.uncertain(ctx.read, "elm")) == ([], [])
    assert outbox.phase_of(ctx.read, MINE) == phase
    decide(ctx, UpdateStatus.SETTLED)
    assert outbox.phase_of(ctx.read, MINE) == phase
    assert (outbox.uncertain(ctx.read, "oak"), outbox.count_unsure(ctx.read)) == ([], 0)
    decide(ctx, UpdateStatus.HELD)
    assert outbox.phase_of(ctx.read, MINE) is None


def test_what_left_since_is_what_arrived_or_may_have(ctx: Context) -> None:
    dana = ctx.read.value('SELECT person_id FROM "update" WHERE id = ?', MINE)
    tried(ctx, "accepted", at=BEFORE)
    tried(ctx, "uncertain", attempt=2, at=LATER)
    tried(ctx, "refused", attempt=3, at=LATER)
    tried(ctx, "accepted", update_id=OTHER, at=NOW)
    assert outbox.left_since(ctx.read, "2026-07-01") == [BEFORE, NOW, LATER]
    assert outbox.left_since(ctx.read, BEFORE) == [NOW, LATER]
    assert outbox.left_since(ctx.read, BEFORE, account="oak") == [LATER]
    assert outbox.left_since(ctx.read, BEFORE, person_id=dana) == [LATER]
    assert outbox.left_since(ctx.read, BEFORE, account="elm", person_id=dana) == []


def test_who_takes_over_is_the_sender_and_no_generation_is_given_twice(ctx: Context) -> None:
    with ctx.store.writing() as tx:
        taken = [leases.take_over(tx, *who) for who in (("oak", "a"), ("oak", "a"), ("elm", "a"), ("oak", "b"))]
    assert taken == [1, 1, 2, 3]
    assert [leases.is_fenced(ctx.read, "oak", one) for one in taken] == [True, True, True, False]
    assert not leases.is_fenced(ctx.read, "elm", 2)


def test_what_a_frozen_update_says_is_found_once(ctx: Context) -> None:
    sql = "SELECT count(*), count(DISTINCT rowid) FROM update_words"
    assert ctx.read.row(sql) == (2, 2)
    with ctx.store.writing() as tx:
        tx.run('UPDATE "update" SET subject = ? WHERE id = ?', "Kangaroo", MINE)
        assert outbox.freeze(tx, frozen(ctx))
    assert ctx.read.row(sql) == (2, 2)
    assert ctx.read.rows("SELECT rowid FROM update_words WHERE update_words MATCH 'kangaroo'") == [(MINE,)]
