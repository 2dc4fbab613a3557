"""What is imported is declared, and what is declared is used."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.house.tree import PACKAGES, modules, pyproject
from tests.packaging.declared import requirements

MODULES = {"dateutil": "python-dateutil", "desktop_notifier": "desktop-notifier"}
"""Distributions whose module has another name."""

NOT_IMPORTED = {
    "sniffio": "httpcore looks for it",
    "tzdata": "zoneinfo reads it",
    "radicale": "runs as a process of its own",
}
"""What is declared and imported by nobody here, and why it is."""

OPTIONAL = {"caldav": "demo", "aiosmtpd": "demo", "radicale": "demo", "desktop-notifier": "desktop"}
"""What is there only with an extra."""


def imported(path: Path) -> Iterator[str]:
    """Yield the top names that a module imports, those named to `import_module` too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=found):
                yield from (one.name.partition(".")[0] for one in found)
            case ast.ImportFrom(module=str(name), level=0):
                yield name.partition(".")[0]
            case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name)), *_]):
                yield name.partition(".")[0]
            case _:
                pass


@cache
def used() -> dict[str, set[str]]:
    """Return the distributions that are imported, each with the rooms it is imported in."""
    ours = {one.name for one in PACKAGES}
    found: dict[str, set[str]] = {}
    for path in modules():
        for name in set(imported(path)) - sys.stdlib_module_names - ours:
            room = next(path.relative_to(one).parts[0] for one in PACKAGES if path.is_relative_to(one))
            found.setdefault(MODULES.get(name, name), set()).add(room)
    return found


def declared(extra: str = "") -> set[str]:
    return {canonicalize_name(one.name) for one in requirements(extra)}


def test_what_is_imported_is_declared() -> None:
    found = used()
    # These are what sqlmodel, textual and jinja2 are made of, and what they hand out.
    through_others = {"sqlalchemy", "rich", "markupsafe"}
    everywhere = set(found) - set(OPTIONAL) - through_others
    assert everywhere <= declared(), sorted(everywhere - declared())
    assert {name: rooms for name, rooms in found.items() if OPTIONAL.get(name) == "demo" and rooms != {"demo"}} == {}


def test_what_is_declared_is_used() -> None:
    everything = declared() | declared("demo") | declared("desktop")
    assert everything - set(used()) == set(NOT_IMPORTED)
    assert all(name in declared(extra) for name, extra in OPTIONAL.items())


VERSIONS = [
    words.rpartition(" ")[2]
    for words in pyproject()["project"]["classifiers"]
    if words.startswith("Programming Language :: Python :: 3.")
]


def test_the_oldest_python_is_the_one_required() -> None:
    assert pyproject()["project"]["requires-python"] == f">={VERSIONS[0]}"
