"""The terminal is lent to an editor, and taken back whatever becomes of that."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from followthru.errors import UsageError
from followthru_tui.editing import edit_file
from tests.tui.driver import running
from tests.tui.fakefeed import FakeFeed


async def test_an_editor_that_cannot_be_run_gives_the_terminal_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)

    def lend(_: HeadlessDriver) -> None:
        taken.append("lent")

    def take_back(_: HeadlessDriver) -> None:
        taken.append("back")

    monkeypatch.setattr(HeadlessDriver, "suspend_application_mode", lend)
    monkeypatch.setattr(HeadlessDriver, "resume_application_mode", take_back)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(tmp_path / "none"))
    async with running(lambda: FakeFeed(1)) as ui:
        with pytest.raises(UsageError, match="cannot be run"):
            edit_file(ui.app, tmp_path / "note.md")
    assert taken == ["lent", "back"]
