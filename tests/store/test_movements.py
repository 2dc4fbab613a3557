"""The usual pace of a kind, read from what was finished."""

from __future__ import annotations

from followthru.actions.context import Context
from followthru.domain.changes import Action, Change, create
from followthru.store import journal, movements
from tests.storekit import FixedClock, add_practice, add_task


def test_the_usual_pace_is_that_of_the_sixty_finished_last(ctx: Context, clock: FixedClock) -> None:
    add_practice(ctx)
    row = journal.row_of(ctx.read, "task", add_task(ctx, "Renew @oak-street")) or {}
    quick, slow = range(2, 32), range(32, 63)
    # Of 61 one does not count: a slow one. Were it counted, or the quick one before it left out, most were slow.
    finished_first = {32: "2026-01-01", 2: "2026-01-02"}

    def act(*changes: Change) -> None:
        with ctx.store.writing() as tx:
            journal.apply(tx, Action("test", "", changes))

    def finish(id: int) -> tuple[Change, Change]:
        day = finished_first.get(id, "2026-07-01")
        return Change("task", id, "status", row["status"], "done"), Change("task", id, "done_on", None, day)

    act(*(create("task", id, {**row, "uid": f"uid {id}", "kind": "renewal"}) for id in (*quick, *slow)))
    for ids in (quick, slow):
        clock.advance(days=7)
        act(*(change for id in ids for change in finish(id)))
    assert movements.paces(ctx.read) == {"renewal": (5 + 10) // 2}
