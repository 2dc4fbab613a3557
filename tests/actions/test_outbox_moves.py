"""The store itself refuses the moves that would send a mail twice; the state machine says which those are."""

from __future__ import annotations

import sqlite3
from itertools import product

import pytest

from followthru.actions.context import Context
from followthru.store import outbox
from followthru.updates.outbox import IN_FLIGHT, MOVES, SETTLED, Phase
from tests.actions.mailkit import approved, oak_street


def place(ctx: Context, update_id: int, phase: Phase) -> None:
    """Put a delivery where it is to be tried, without moving it there."""
    with ctx.store.writing() as tx:
        values = tx.row("SELECT * FROM delivery WHERE update_id = ?", update_id)
        names = [str(row[1]) for row in tx.rows("PRAGMA table_info(delivery)")]
        assert values is not None
        placed = [phase if name == "phase" else value for name, value in zip(names, values, strict=True)]
        tx.run("DELETE FROM delivery WHERE update_id = ?", update_id)
        tx.run(f"INSERT INTO delivery({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", *placed)  # noqa: S608 -- its own columns


def moves(ctx: Context, update_id: int, before: Phase, after: Phase) -> bool:
    """Return whether the store lets a delivery go from one phase to another."""
    place(ctx, update_id, before)
    try:
        with ctx.store.writing() as tx:
            return outbox.advance(tx, update_id, before, after)
    except sqlite3.IntegrityError:
        return False


def test_the_store_refuses_what_would_send_a_mail_twice_and_no_legal_move(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    for before, after in product(Phase, Phase):
        if before is after:
            continue
        sends_again = after not in MOVES[before] and (before in SETTLED or after in IN_FLIGHT)
        assert moves(ctx, row.id, before, after) is not sends_again, (before, after)


def test_what_was_accepted_stays_so_whoever_writes(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    place(ctx, row.id, Phase.ACCEPTED)
    with pytest.raises(sqlite3.IntegrityError, match="sent again"), ctx.store.writing() as tx:
        tx.run("UPDATE delivery SET phase = 'approved'")
    assert outbox.phase_of(ctx.read, row.id) == Phase.ACCEPTED
