"""What was imported makes no stir: it does not stall before it has moved here, and its past is no news."""

from __future__ import annotations

import json
from pathlib import Path

from tests.clikit import Cli

AT = "2026-07-01T12:00:00Z"


def brought(cli: Cli, folder: Path, *tasks: dict[str, object]) -> None:
    """Import tasks as they stand in an export of a store into which they were imported."""
    file = folder / "lines.jsonl"
    file.write_text("".join(f"{json.dumps({'type': 'task', 'imported_at': AT, **task})}\n" for task in tasks))
    cli.ok("import", str(file))


def test_what_was_imported_stalls_only_once_it_has_moved_here(office: Cli, tmp_path: Path) -> None:
    brought(office, tmp_path, {"title": "Old", "practice": "oak-street"}, {"title": "Moved", "practice": "oak-street"})
    office.ok("add", "Ours @oak-street")
    office.ok("start", "2")
    office.clock.advance(days=30)
    stalled = {task["title"]: task["stalled"] for task in office.json("list")}
    assert stalled == {"Old": False, "Moved": True, "Ours": True}


def test_what_was_done_before_it_was_imported_is_no_news(office: Cli, tmp_path: Path) -> None:
    past = {"practice": "oak-street", "public_title": "The lease is renewed", "audience": "owners"}
    brought(
        office,
        tmp_path,
        {**past, "title": "Done there", "status": "done", "done_on": "2026-06-30", "closed_at": AT},
        {**past, "title": "Dropped there", "status": "dropped", "closed_at": AT},
    )
    assert "lease" not in office("update", "draft", "dana").out
    office.ok("reopen", "1")
    office.clock.advance(days=1)
    office.ok("done", "1")
    assert "The lease is renewed" in office.ok("update", "draft", "dana")
