"""The tree keeps its own rules: size, names, one version, pins, nothing of one machine."""

from __future__ import annotations

import ast
import os
import pwd
import re
from pathlib import Path

import pytest

import followthru
from tests.house import tree

LONGEST = 400

# Modules over 400 lines, each with the reason why it is not two. Migrations are history and are not counted.
LONG: dict[str, str] = {}

LONGEST_FUNCTION = 40

# Functions over 40 lines (their docstring not counted), each with the reason why it is not two.
LONG_FUNCTIONS: dict[str, str] = {
    "src/followthru/demo/sandbox.py:_configure": "one text: the sandbox's configuration as it is written",
    "src/followthru/store/salvaging.py:run": "the order in which a store is salvaged, a line for each step",
}

SAYS_NOTHING = {"common", "helper", "helpers", "misc", "shared", "util", "utils"}

REGISTRY = re.compile(r"--(?:extra-)?index-url|--find-links|://[\w.:@-]*(?:pypi|nexus|artifactory|devpi)|/simple/")
MACHINE = re.compile(r"(?<![\w.~*-])/(?:work|root|opt|Users)/\w")


def relative(path: Path) -> str:
    return path.relative_to(tree.ROOT).as_posix()


def test_long_modules_have_a_reason() -> None:
    written = [path for path in tree.modules() if path.parent.name != "versions"]
    lengths = {relative(path): len(path.read_text().splitlines()) for path in written}
    long = {name for name, length in lengths.items() if length > LONGEST}
    assert long == set(LONG), "split it, or say why not in LONG"


def _lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has from its `def` on, without its docstring."""
    last = function.end_lineno or function.lineno
    said = 0
    if ast.get_docstring(function, clean=False) is not None:
        said = (function.body[0].end_lineno or 0) - function.body[0].lineno + 1
    return last - function.lineno + 1 - said


def test_long_functions_have_a_reason() -> None:
    long = {
        f"{relative(path)}:{node.name}"
        for path in tree.modules()
        if path.parent.name != "versions"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines_of(node) > LONGEST_FUNCTION
    }
    assert long == set(LONG_FUNCTIONS), "shorten it, or say why not in LONG_FUNCTIONS"


def test_names_say_what_a_module_is() -> None:
    assert [relative(path) for path in tree.modules() if path.stem in SAYS_NOTHING] == []


@pytest.mark.parametrize("package", tree.PACKAGES, ids=lambda path: path.name)
def test_packages_are_typed(package: Path) -> None:
    assert (package / "py.typed").is_file()


def test_nothing_of_one_machine_is_kept() -> None:
    own = {pwd.getpwuid(os.getuid()).pw_dir.rstrip("/") + "/", f"{tree.ROOT}/"}
    own_paths = [path for path in own if path.count("/") > 2]
    found: list[str] = []
    for path in tree.files():
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if REGISTRY.search(line) or MACHINE.search(line) or any(part in line for part in own_paths):
                found.append(f"{relative(path)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## \[([^\]]+)\]", (tree.ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == followthru.__version__


def test_the_changelog_is_told_by_subject() -> None:
    """What was mended before a version is out is no list of its own: the section says how the version works."""
    parts = re.split(r"^#+ ", (tree.ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert [part.partition("\n")[0] for part in parts if len(re.findall(r"^- ", part, re.MULTILINE)) > 15] == []


def test_every_dependency_is_pinned() -> None:
    project = tree.pyproject()["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    pins = (tree.ROOT / "constraints.txt").read_text()
    pinned = set(re.findall(r"^([\w.-]+)==", pins, re.MULTILINE))
    assert {re.split(r"[\[<>=!~ ;]", name)[0].lower() for name in wanted} <= pinned, "run `make lock`"


def test_every_room_has_its_place_in_the_layers() -> None:
    contracts = tree.pyproject()["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "one-way")
    placed = set(re.findall(r"[\w.]+", " ".join(layers)))
    core = tree.PACKAGES[0]
    rooms = {path.stem for path in core.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert {f"followthru.{room}" for room in rooms - {"__init__"}} <= placed


def test_decisions_are_numbered_pages() -> None:
    pages = sorted((tree.ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:5] for page in pages] == [f"{number:04}-" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text()
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], page.name
        assert len(text.splitlines()) <= 60, f"{page.name} is longer than a page"
