"""The wheel holds all that followthru needs and nothing else, and works where there is no source."""

from __future__ import annotations

import re
import tarfile
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import followthru
from tests.docs.pages import ROOT
from tests.house.tree import PACKAGES
from tests.packaging import smoke
from tests.packaging.installed import Built, Installed

SHARED = f"followthru-{followthru.__version__}.data/data/share/"
INFO = f"followthru-{followthru.__version__}.dist-info/"


def names(wheel: Path) -> set[str]:
    """Return the names of the files in a wheel."""
    with ZipFile(wheel) as file:
        return set(file.namelist())


def sources() -> set[str]:
    """Return what the three packages consist of, data included, by its place in a wheel."""
    return {
        path.relative_to(package.parent).as_posix()
        for package in PACKAGES
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_packages_whole(built: Built) -> None:
    found = {name for name in names(built.wheel) if not name.startswith((SHARED, INFO))}
    assert found == sources()
    assert {"followthru/py.typed", "followthru_daemon/py.typed", "followthru_tui/py.typed"} <= found


def test_the_wheel_brings_manuals_completions_and_licences(built: Built) -> None:
    found = names(built.wheel)
    shared = {path.relative_to(ROOT / "share").as_posix() for path in (ROOT / "share").rglob("*") if path.is_file()}
    assert {name.removeprefix(SHARED) for name in found if name.startswith(SHARED)} == shared
    assert {"man/man1/followthru.1", "zsh/site-functions/_followthru"} <= shared
    assert {f"{INFO}licenses/LICENSE", f"{INFO}licenses/NOTICES.md"} <= found


def test_the_metadata_say_one_version_and_what_is_optional(built: Built) -> None:
    with ZipFile(built.wheel) as file:
        said = Parser().parsestr(file.read(f"{INFO}METADATA").decode())
    assert said["Version"] == followthru.__version__
    assert {"demo", "desktop"} <= set(said.get_all("Provides-Extra", []))
    assert said["License-Expression"] == "MIT"
    needs = [re.split(r"[\s<>=!~\[;]", line)[0] for line in said.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert {"textual", "sqlmodel", "httpx", "keyring"} <= set(needs)
    assert not {"caldav", "desktop-notifier", "radicale", "pytest"} & set(needs)


def test_this_version_has_its_notes() -> None:
    text = (ROOT / "docs" / "releases" / f"{followthru.__version__}.md").read_text("utf-8")
    assert text.startswith(f"# Release notes: {followthru.__version__}\n")


def test_the_sdist_holds_what_builds_and_proves_it(built: Built) -> None:
    with tarfile.open(built.sdist) as file:
        found = {name.partition("/")[2] for name in file.getnames()}
    assert {"pyproject.toml", "Makefile", "constraints.txt", "README.md", "NOTICES.md", "tests/conftest.py"} <= found
    assert {"docs/README.md", "share/man/man1/followthru.1", "config.example.toml"} <= found
    assert not [name for name in found if name.startswith((".venv", ".git/", ".hypothesis")) or name.endswith(".pyc")]


def test_what_is_installed_is_what_runs(installed: Installed) -> None:
    said = installed.python_says(
        "import followthru, followthru_daemon, followthru_tui, sys;"
        "print(followthru.__file__, followthru_daemon.__file__, followthru_tui.__file__, *sys.path)"
    )
    assert str(ROOT / "src") not in said
    assert [path for path in said.split()[:3] if not path.startswith(str(installed.python.parents[1]))] == []
    assert installed.run("--version") == f"followthru {followthru.__version__}\n"


def test_a_short_day(installed: Installed) -> None:
    smoke.commands(installed)
    smoke.screen(installed)
    smoke.daemon(installed)


def test_the_sandbox_says_what_it_lacks(installed: Installed) -> None:
    said = installed.run("demo", "--tour", code=1)
    assert "followthru[demo]" in said
    assert "caldav" in said


def test_a_desktop_that_cannot_be_told_says_what_it_lacks(installed: Installed) -> None:
    said = installed.python_says(
        "import asyncio; from followthru_daemon.desktop import show; print(asyncio.run(show('a', 'b')))"
    )
    assert "followthru[desktop]" in said


def test_the_doctor_says_that_a_brief_cannot_be_shown(installed: Installed) -> None:
    installed.home.mkdir()
    (installed.home / "config.toml").write_text('[me]\nmorning_brief = "07:30"\n', encoding="utf-8")
    installed.run("practice", "add", "oak-street", "--timezone", "UTC")
    # A store that was never backed up is something wrong.
    assert "followthru[desktop]" in installed.run("doctor", code=1)
