"""The stores that other tests stand on are real ones."""

from __future__ import annotations

from followthru.actions.context import Context
from tests.storekit import add_person, add_practice, add_task, memory_ctx, task


def test_a_captured_line_is_a_task_on_disk_and_in_memory(ctx: Context, schema: bytes) -> None:
    for desk in (ctx, memory_ctx(schema)):
        add_practice(desk, buffer_policy="fixed:2")
        add_person(desk)
        row = task(desk, add_task(desk, "Renew licence by 15 Jul to dana @oak-street #licence"))
        assert (row.title, row.practice, row.told, row.tags) == ("Renew licence", "oak-street", 1, ("licence",))
        assert (str(row.promised_on), str(row.target_on)) == ("2026-07-15", "2026-07-13")
