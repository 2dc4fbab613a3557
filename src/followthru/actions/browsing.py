"""Have the desktop open what is outside: a page from a file that only its user can read, an address, a file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread


def put_aside(run: Path, update_id: int, html: str) -> Path:
    """Write an update's HTML into the run folder, open to its user alone, in place of the one looked at before."""
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in run.glob("update-*.html"):
        old.unlink(missing_ok=True)
    path = run / f"update-{update_id}.html"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(html)
    return path


def open_page(path: Path) -> bool:
    """Have the desktop's browser open a file; return whether there is a desktop to do so."""
    return open_place(str(path))


def open_place(place: str) -> bool:
    """Have the desktop open an address or a file, as one argument and never by a shell; return whether it can."""
    command = _opener()
    if command is None:
        return False
    try:
        process = subprocess.Popen(  # noqa: S603 -- a program of the desktop's, and one argument
            [command, place],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    # Its end is taken note of, so that no dead process stays behind while the screen is open.
    Thread(target=process.wait, daemon=True).start()
    return True


def _opener() -> str | None:
    """Return the program that opens files on this desktop, None without a desktop. BROWSER comes first."""
    desktop = sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    wsl = "WSL_DISTRO_NAME" in os.environ
    if not desktop and not wsl:
        return None
    own = os.environ.get("BROWSER", "")
    names = ([own] if own and " " not in own else []) + (["open"] if sys.platform == "darwin" else [])
    names += (["wslview"] if wsl else []) + ["xdg-open"]
    return next((found for name in names if (found := shutil.which(name))), None)
