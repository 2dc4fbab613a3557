"""The repository as the house tests see it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (ROOT / "src" / "followthru", ROOT / "daemon" / "followthru_daemon", ROOT / "tui" / "followthru_tui")
KEPT_DOT_FOLDERS = {".ci"}


def files() -> Iterator[Path]:
    """Yield every file of the project, without what tools leave behind."""
    for entry in sorted(ROOT.iterdir()):
        if entry.is_file() and entry.name != ".git":
            yield entry
        elif entry.is_dir() and (not entry.name.startswith(".") or entry.name in KEPT_DOT_FOLDERS):
            yield from (path for path in sorted(entry.rglob("*")) if path.is_file() and _is_source(path))


def _is_source(path: Path) -> bool:
    return not any(part == "__pycache__" or part.endswith(".egg-info") for part in path.parts)


def modules() -> Iterator[Path]:
    """Yield every Python file that is shipped."""
    for package in PACKAGES:
        yield from sorted(package.rglob("*.py"))


def pyproject() -> dict[str, Any]:
    """Return the parsed pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())
