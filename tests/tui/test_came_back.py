"""What came back by mail stands in the status line, and whole in the messages, until it is seen."""

from __future__ import annotations

from pathlib import Path

from followthru.actions import came_back
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.config.places import home_in
from followthru.store import incoming
from followthru.store.incoming import Arrived
from followthru_tui.storestate import troubles
from tests.actions.mailkit import approved, config, oak_street


def test_it_is_told_until_it_is_seen(ctx: Context, tmp_path: Path) -> None:
    oak_street(ctx)
    row = approved(ctx)
    desk = Desk(home_in(tmp_path), config(), ctx, {})
    base = Arrived(
        "oak", "<1@x.example>", "reply", row.id, row.practice_id, row.person_id, (row.id,), "", "Re: it",
        "2026-07-01T12:00:00Z",
    )  # fmt: skip
    with ctx.store.writing() as tx:
        incoming.keep(tx, base)
        incoming.keep(
            tx, base._replace(message_id="<2@x.example>", kind="bounce", address=row.email, code="5.1.1", detail="gone")
        )
    said = dict(troubles(desk, starting=True))
    assert next(iter(said)) == "mail to dana came back"
    assert said["dana answered"] == "Dana Reyes answered: “Re: it”. `followthru mail seen 1` once you have read it."
    assert "(5.1.1 gone). Nothing goes to them until" in said["mail to dana came back"]
    came_back.see(ctx, incoming.listed(ctx.read))
    assert "dana answered" not in dict(troubles(desk, starting=True))
