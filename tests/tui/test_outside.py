"""Copying a task and opening what it names; nothing that it names is ever run by a shell."""

from __future__ import annotations

import json
import stat
import sys
import time
from pathlib import Path

import pytest

from followthru.actions import edit
from followthru_tui.places import named, target
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.story import Story


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop that writes down what it is asked to open; returns where."""
    log, folder = tmp_path / "opened.json", tmp_path / "bin"
    folder.mkdir()
    program = folder / "xdg-open"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\nopen({str(log)!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.delenv("BROWSER", raising=False)
    return log


async def test_a_task_is_copied_without_its_notes_and_is_in_a_file_too(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street #insurance")
    edit.edit(office.ctx, 1, {"notes": "Between us."})
    async with running(office.feed, (120, 30)) as ui:
        await Story(ui).press("3", "y").says("Copied 1 task, without notes")
        kept = (office.home.run / "copied.txt").read_text()
        assert ui.app.clipboard.strip() == kept.strip()
    assert "Promised  Wed 15 Jul" in kept
    assert "#insurance" in kept
    assert "Between us" not in kept
    assert (office.home.run / "copied.txt").stat().st_mode & 0o077 == 0


async def test_one_place_is_opened_at_once_and_of_several_one_is_chosen(office: Office, desktop: Path) -> None:
    add_task(office.ctx, "Renew at https://carrier.example/renew?a=1&b=$(touch%20x); @oak-street")
    add_task(office.ctx, "Order paper @oak-street")
    edit.edit(office.ctx, 1, {"notes": "Ask ana@carrier.example."})
    async with running(office.feed) as ui:
        await Story(ui).press("3", "O").see("mailto:ana@carrier.example").press("enter").says("Opened https://")
        _opened(desktop)
        await Story(ui).press("j", "O").says("name nothing to open")
    assert _opened(desktop) == ["https://carrier.example/renew?a=1&b=$(touch%20x"]


def _opened(file: Path) -> list[str]:
    """Return what the desktop was asked to open, once it was."""
    end = time.monotonic() + 60
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return json.loads(file.read_text())


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("See https://a.example/x, or (http://b.example).", ["https://a.example/x", "http://b.example"]),
        ("ana@example.com and ana@example.com", ["mailto:ana@example.com"]),
        ("~/forms/w9.pdf and /srv/forms/a.pdf.", ["~/forms/w9.pdf", "/srv/forms/a.pdf"]),
        ("24/7, and/or, C#, @oak-street", []),
        ("javascript:alert(1) -rf --help", []),
    ],
)
def test_what_is_named_is_found(text: str, places: list[str]) -> None:
    assert named([text]) == places


def test_a_file_is_opened_by_its_whole_path_and_is_never_an_option() -> None:
    assert target("~/a.pdf") == str(Path.home() / "a.pdf")
    assert target("mailto:a@b.example") == "mailto:a@b.example"
