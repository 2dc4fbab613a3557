"""Undo as the mirror of work: whatever was done, in whatever order, all of it can be taken back and done again."""

from __future__ import annotations

from hypothesis import given, note

from followthru.actions import history
from followthru.actions.context import Context
from followthru.store import journal
from tests.actions.verbs import WITH_UNDO, Step, outcome_words, perform, work
from tests.at_length import at_length
from tests.store.oracles import State, state
from tests.storekit import memory_ctx


def undo_all(ctx: Context) -> int:
    """Undo until there is nothing left and return how many. Raises RefusedError when one is refused."""
    done = 0
    while journal.newest_undoable(ctx.read) is not None:
        history.undo(ctx)
        done += 1
    return done


def lasting(found: State) -> State:
    """Leave out what a redo need not restore: reasons, and tellings that were taken back."""
    result: State = {}
    for key, row in found.items():
        if not (key[0] == "telling" and row["retracted"]):
            result[key] = {name: value for name, value in row.items() if name not in ("because", "reason_missing")}
    return result


@at_length()
@given(work(WITH_UNDO))
def test_all_work_can_be_taken_back_and_done_again(schema: bytes, steps: list[Step]) -> None:
    ctx = memory_ctx(schema)
    for step in steps:
        note(f"{step}: {outcome_words(perform(ctx, step))}")
    before = state(ctx)
    undone = undo_all(ctx)
    assert state(ctx) == {}
    for _ in range(undone):
        history.redo(ctx)
    assert lasting(state(ctx)) == lasting(before)
