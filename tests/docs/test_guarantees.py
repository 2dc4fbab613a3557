"""Each of the twenty guarantees of the sync names tests, and these are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "sync-guarantees.md"
POINTS = re.findall(r"^## (\d+)\. .*?\n(.*?)(?=^## )", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^- `([\w/]+\.py)::([\w*]+)`$", re.MULTILINE)


def known_in(path: Path) -> set[str]:
    """Return the names of a file's tests, those of its classes among them."""
    tree = ast.parse(path.read_text("utf-8"))
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {name for name in found if name.startswith("test_")}


def test_there_are_twenty() -> None:
    assert [int(number) for number, _ in POINTS] == list(range(1, 21))


@pytest.mark.parametrize(("number", "text"), POINTS, ids=[number for number, _ in POINTS])
def test_each_names_tests_that_are_there(number: str, text: str) -> None:
    named = NAMED.findall(text)
    assert named
    assert len(named) == text.count("\n- ") + text.startswith("- ")
    for file, name in named:
        known = known_in(ROOT / "tests" / file)
        assert known if name == "*" else name in known, f"{file}::{name}"
