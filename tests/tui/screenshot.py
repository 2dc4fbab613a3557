"""Export real screens of the demo's made-up quarter as SVG: `python -m tests.tui.screenshot [FOLDER]`.

The quarter is lived through at a fixed instant, so that the same code gives the same picture on every day.
"""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from followthru.actions.desk import open_desk
from followthru.actions.drafting import draft
from followthru.config.places import Home, home_in
from followthru.config.reading import load
from followthru.demo.seed import seed
from followthru_tui.background import Background
from followthru_tui.storefeed import StoreFeed
from tests.tui.driver import running

AT = datetime(2026, 11, 24, 18, tzinfo=UTC)
IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = (100, 30)


class _Stopped:
    """A clock that stands at the instant of the pictures."""

    def now(self) -> datetime:
        return AT


def _home(folder: Path) -> Home:
    """Make a home with the demo's quarter and one update to review."""
    home = home_in(folder)
    home.prepare()
    home.config.write_text('[me]\nname = "Robin Vale"\ntimezone = "America/Los_Angeles"\n', encoding="utf-8")
    desk = open_desk(home, load(home.config), _Stopped())
    seed(desk.ctx.store, AT)
    draft(desk.ctx, "oak-street", "dana")
    desk.ctx.store.close()
    return home


async def _export(home: Home, folder: Path) -> None:
    def feed() -> StoreFeed:
        return StoreFeed.open(home, _Stopped(), Background(starts=False))

    async with running(feed, SIZE) as ui:
        await ui.press("j", "j")
        (folder / "today.svg").write_text(_local(ui.app.export_screenshot(title="followthru")), encoding="utf-8")


def _local(svg: str) -> str:
    """Return a picture that fetches no font from elsewhere."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        asyncio.run(_export(_home(Path(name)), folder))


if __name__ == "__main__":
    main()
