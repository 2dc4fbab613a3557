"""Export real screens of a made-up desk as SVG: `make screenshots`, or `python -m tests.tui.screenshot [FOLDER]`.

The desk is lived through at a fixed instant, so that the same code gives the same picture on every day.
"""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from followthru.config.places import Home, home_in
from followthru_tui.background import Background
from followthru_tui.feed import TODAY, Pulse, Where
from followthru_tui.storefeed import StoreFeed
from tests.tui.driver import Driver, running
from tests.tui.pictured import pictured

AT = datetime(2026, 11, 24, 18, tzinfo=UTC)
IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = (100, 30)
SIZES = ((80, 24), (120, 40), (200, 50))


class Shot(NamedTuple):
    """One picture: its name, and how one gets there: keys, or a command by its name."""

    name: str
    keys: tuple[str, ...] = ()
    command: str = ""


FIRST = (Shot("welcome"), Shot("empty", ("8",)))
"""Of a desk that is new."""
SHOTS = (
    Shot("today"),
    Shot("practices", ("2",)),
    Shot("practice", ("2", "j", "enter")),
    Shot("all", ("3",)),
    Shot("week", ("4",)),
    Shot("health", ("5",)),
    Shot("inbox", ("6",)),
    Shot("waiting", ("7",)),
    Shot("updates", ("8",)),
    Shot("review", ("8", "G", "r")),
    Shot("expiry", ("9",)),
    Shot("timeline", ("0",)),
    Shot("grouped", ("3", "/", *"group:practice sort:title", "enter", "g")),
    # Back to its first stop from wherever the picture before left it, then on to the promises.
    Shot("weekly", ("z", ",", ",", ",", ".", ".", ".")),
    Shot("duties", command="duties"),
    Shot("goals", command="goals"),
    Shot("playbooks", command="all playbooks"),
    Shot("hours", command="hours worked"),
    Shot("meetings", command="meetings"),
    Shot("call", command="call oak +dana"),
    Shot("promise", ("j", "j", "p")),
    Shot("connect", command="connect a calendar"),
    Shot("task", ("3", "j", "j", "enter")),
    Shot("capture", ("a",)),
    Shot("keys", ("?",)),
    Shot("commands", (":",)),
)


class _Calm(StoreFeed):
    """Says of nothing that it is degraded: no daemon runs beside pictures, and some are taken before that is seen."""

    def pulse(self, where: Where = TODAY) -> Pulse:
        return super().pulse(where)._replace(troubles=())


class _Stopped:
    """A clock that stands at the instant of the pictures."""

    def now(self) -> datetime:
        return AT


async def _take(ui: Driver, shot: Shot) -> None:
    if shot.command:
        await ui.press(":")
        await ui.type(shot.command)
        await ui.press("enter")
    await ui.press(*shot.keys)


async def _export(home: Home, new: Home, folder: Path) -> None:
    def feed() -> StoreFeed:
        return _Calm.open(home, _Stopped(), Background(starts=False))

    def blank() -> StoreFeed:
        return _Calm.open(new, _Stopped(), Background(starts=False))

    async with running(feed, SIZE) as ui:
        await ui.press("j", "j")
        _write(ui, folder / "today.svg")
    for size in SIZES:
        there = folder / "screens" / f"{size[0]}x{size[1]}"
        there.mkdir(parents=True, exist_ok=True)
        for shot, desk in (*((one, feed) for one in SHOTS), *((one, blank) for one in FIRST)):
            async with running(desk, size) as ui:
                await _take(ui, shot)
                _write(ui, there / f"{shot.name}.svg")


def _write(ui: Driver, file: Path) -> None:
    file.write_text(_local(ui.app.export_screenshot(title="followthru")), encoding="utf-8")


def _local(svg: str) -> str:
    """Return a picture that fetches no font, and is the same each time: its marks and the scratch folder's name."""
    svg = re.sub(r"tmp\w{8}(?=/|&)", "made-up-one", svg)
    mark = re.search(r"terminal-(\d+)-", svg)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg if mark is None else svg.replace(f"terminal-{mark[1]}-", "terminal-")


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name, TemporaryDirectory() as other:
        home, desk = pictured(Path(name), AT, _Stopped())
        desk.ctx.store.close()
        new = home_in(Path(other))
        new.prepare()
        asyncio.run(_export(home, new, folder))


if __name__ == "__main__":
    main()
