"""The picture in the README, taken of the real screen on the demo's store: `python -m tests.docs.screenshot`."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from followthru.config.places import Home
from followthru.demo.sandbox import sandbox
from followthru.domain.clock import SystemClock
from followthru_tui.background import Background
from followthru_tui.storefeed import StoreFeed
from tests.docs.pages import ROOT
from tests.tui.driver import running

PICTURE = ROOT / "docs" / "images" / "today.svg"
SIZE = (110, 26)


async def taken(home: Home, keys: tuple[str, ...] = ()) -> str:
    """Return the screen of a home as SVG. It names no font of another server."""
    async with running(lambda: StoreFeed.open(home, SystemClock(), Background(starts=False)), SIZE) as driver:
        await driver.press(*keys)
        picture = driver.app.export_screenshot(title="followthru")
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


def main() -> None:
    """Write the picture."""
    with TemporaryDirectory() as folder, sandbox(Path(folder)) as box:
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(asyncio.run(taken(box.home, ("j", "j"))), encoding="utf-8")


if __name__ == "__main__":
    main()
