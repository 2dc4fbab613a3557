"""Import contracts are not decoration: each breach is noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree

BREACHES = [
    ("src/followthru/domain/breach.py", "import followthru.store", "Imports point one way"),
    ("src/followthru/updates/breach.py", "def later():\n    import followthru.store", "Imports point one way"),
    ("tui/followthru_tui/breach.py", "import followthru.cli", "Imports point one way"),
    ("src/followthru/actions/breach.py", "import followthru_daemon", "Imports point one way"),
    ("src/followthru/config/breach.py", "import followthru.store", "Config, secrets and log"),
    ("src/followthru/domain/breach.py", "import sqlite3", "The domain does no I/O"),
    ("src/followthru/cli/breach.py", "from textual.app import App", "Textual is painted with"),
    ("src/followthru/actions/breach.py", "import sqlite3", "SQL is spoken"),
    ("tui/followthru_tui/breach.py", "import sqlmodel", "SQL is spoken"),
    ("src/followthru/calendars/breach.py", "import caldav", "The caldav library"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages without their content, and the real contracts."""
    for package in tree.PACKAGES:
        for module in (*package.rglob("__init__.py"), *package.glob("*.py")):
            target = tmp_path / module.relative_to(tree.ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("")
    shutil.copy(tree.ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(copy: Path) -> list[str]:
    roots = os.pathsep.join(str(copy / package.parent.relative_to(tree.ROOT)) for package in tree.PACKAGES)
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = [line for line in run.stdout.splitlines() if " BROKEN" in line]
    assert (run.returncode == 0) == (not broken), run.stdout + run.stderr
    return broken


def test_empty_rooms_break_nothing(copy: Path) -> None:
    assert broken_contracts(copy) == []


@pytest.mark.parametrize(("file", "line", "contract"), BREACHES)
def test_a_breach_is_noticed(copy: Path, file: str, line: str, contract: str) -> None:
    (copy / file).write_text(f"{line}\n")
    assert any(broken.startswith(contract) for broken in broken_contracts(copy))


def test_a_cycle_is_noticed(copy: Path) -> None:
    domain = copy / "src" / "followthru" / "domain"
    (domain / "one.py").write_text("import followthru.domain.two\n")
    (domain / "two.py").write_text("import followthru.domain.one\n")
    assert [line for line in broken_contracts(copy) if line.startswith("No import cycles")]
