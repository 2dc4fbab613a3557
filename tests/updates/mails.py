"""Paint the sample mails in a browser: `make mails` writes the images that docs/reference/mails.md shows.

Needs chromium (Debian: `chromium`). With pngquant on PATH the images are about a third as large.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.updates.samples import part, samples

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "mails"
TALL = 2600
"""A window that every sample fits; what is empty below a mail is cut off."""


class Shot(NamedTuple):
    """One image: the sample, the width of the window in pixels, and whether the screen is dark."""

    sample: str
    width: int
    dark: bool

    @property
    def name(self) -> str:
        """Return the image's file name."""
        return f"{self.sample.replace(' ', '-')}-{self.width}{'-dark' if self.dark else ''}.png"


SHOTS = (
    Shot("first", 600, False),
    Shot("normal", 600, False),
    Shot("normal", 600, True),
    Shot("normal", 360, False),
    Shot("normal", 360, True),
    Shot("nothing new", 600, False),
    Shot("still needed", 360, False),
    Shot("long", 360, False),
    Shot("heads-up", 600, False),
    Shot("repair", 600, False),
    Shot("question", 360, False),
    Shot("reminder", 360, True),
    Shot("assignment", 600, False),
    Shot("assignments", 600, False),
    Shot("correction", 600, False),
)


def browser() -> str | None:
    """Return the browser's path, None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def run(chromium: str, profile: Path, *arguments: str) -> str:
    """Run the browser without a window, apart from any other, and return what it prints."""
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars")
    still = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
    command = [chromium, *quiet, *still, f"--user-data-dir={profile}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def framed(html: str, width: int, folder: Path) -> Path:
    """Return a page that shows a mail in a frame of a width; a browser's own window cannot be as narrow as a phone."""
    mail = folder / "mail.html"
    mail.write_text(html, encoding="utf-8")
    page = folder / "frame.html"
    page.write_text(
        f'<!DOCTYPE html><title>x</title><style>body{{margin:0}}</style><iframe src="mail.html" width="{width}" '
        f'height="{TALL}" style="border:0;display:block"></iframe>',
        encoding="utf-8",
    )
    return page


def measured(chromium: str, folder: Path, html: str, width: int) -> tuple[int, int]:
    """Return how wide and how tall a mail is in a window of this width, in pixels."""
    script = (
        "<script>addEventListener('load',()=>{const d=frames[0].document;"
        "document.title=`size ${d.documentElement.scrollWidth} ${d.querySelector('div').offsetHeight}`})</script>"
    )
    page = framed(html, width, folder)
    page.write_text(page.read_text("utf-8") + script, encoding="utf-8")
    arguments = (f"--window-size={max(width, 600)},{TALL}", "--allow-file-access-from-files", "--dump-dom")
    said = run(chromium, folder / "profile", *arguments, page.as_uri())
    words = said.partition("<title>size ")[2].partition("</title>")[0].split()
    return int(words[0]), int(words[1])


def paint(chromium: str, folder: Path, shot: Shot, html: str, to: Path) -> None:
    """Write one image, cut to the mail's height."""
    _, height = measured(chromium, folder, html, shot.width)
    framed(html, shot.width, folder)
    arguments = (
        f"--window-size={shot.width},{height}",
        f"--blink-settings=preferredColorScheme={0 if shot.dark else 1}",
        f"--screenshot={to}",
    )
    run(chromium, folder / "profile", *arguments, (folder / "frame.html").as_uri())


def main() -> int:
    """Write every image; return 1 without a browser."""
    chromium = browser()
    if chromium is None:
        sys.stderr.write("Painting mails needs a browser. Debian, Ubuntu: apt install chromium.\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    mails = {sample.name: part(sample, "html") for sample in samples()}
    squeeze = shutil.which("pngquant")
    for shot in SHOTS:
        to = FOLDER / shot.name
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            paint(chromium, Path(scratch), shot, mails[shot.sample], to)
        if squeeze:
            subprocess.run([squeeze, "--force", "--skip-if-larger", "--output", to, "32", to], check=False)
        sys.stdout.write(f"{to.name}: {to.stat().st_size // 1024} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
