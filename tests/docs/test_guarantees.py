"""Each guarantee of the sync and of mail names tests, and these are there; the table of faults is the tested one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.actions.mail_matrix import table
from tests.docs.pages import ROOT
from tests.updates.scripted import Word

REFERENCE = ROOT / "docs" / "reference"
COUNTS = {"guarantees.md": 15, "sync-guarantees.md": 20, "mail-guarantees.md": 42}
_POINT = re.compile(r"^## (\d+)\. .*?\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
POINTS = [(page, *found) for page in COUNTS for found in _POINT.findall((REFERENCE / page).read_text("utf-8"))]
MAIL = (REFERENCE / "mail-guarantees.md").read_text("utf-8")
NAMED = re.compile(r"^- `([\w/]+\.py)::([\w*]+)`$", re.MULTILINE)
ANYWHERE = re.compile(r"`([\w/]+\.py)::([\w*]+)`")
ROW_TESTS = {
    Word.BANNER: "test_at_the_greeting",
    Word.EHLO: "test_at_ehlo",
    Word.STARTTLS: "test_at_starttls",
    Word.AUTH: "test_at_sign_in",
    Word.MAIL: "test_at_the_senders_name",
    Word.RCPT: "test_at_the_readers_name",
    Word.DATA: "test_at_data",
    Word.TEXT: "test_in_the_middle_of_the_text",
    Word.DOT: "test_at_the_final_dot",
    Word.KEPT: "test_after_it_was_kept",
    Word.QUIT: "test_at_the_goodbye",
}
"""The test of each row, in `tests/actions/test_mail_matrix.py`."""


def known_in(path: Path) -> set[str]:
    """Return the names of a file's tests, those of its classes among them."""
    tree = ast.parse(path.read_text("utf-8"))
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {name for name in found if name.startswith("test_")}


def is_there(file: str, name: str) -> bool:
    known = known_in(ROOT / "tests" / file)
    return bool(known) if name == "*" else name in known


@pytest.mark.parametrize(("page", "count"), COUNTS.items(), ids=list(COUNTS))
def test_every_point_has_its_number(page: str, count: int) -> None:
    assert [int(number) for name, number, _ in POINTS if name == page] == list(range(1, count + 1))


@pytest.mark.parametrize(("page", "number", "text"), POINTS, ids=[f"{page}-{number}" for page, number, _ in POINTS])
def test_each_names_tests_that_are_there(page: str, number: str, text: str) -> None:
    named = NAMED.findall(text)
    assert named
    assert len(named) == text.count("\n- ") + text.startswith("- ")
    for file, name in named:
        assert is_there(file, name), f"{file}::{name}"


def test_the_table_of_faults_is_the_one_that_is_tested() -> None:
    assert table(ROW_TESTS) in MAIL
    known = known_in(ROOT / "tests" / "actions" / "test_mail_matrix.py")
    assert set(ROW_TESTS.values()) <= known


@pytest.mark.parametrize("word", ROW_TESTS)
def test_each_row_is_tested_at_its_word(word: Word) -> None:
    tree = ast.parse((ROOT / "tests" / "actions" / "test_mail_matrix.py").read_text("utf-8"))
    (found,) = (
        node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.name == ROW_TESTS[word]
    )
    assert [ast.unparse(one) for one in found.decorator_list] == [f"at(Word.{word.name})"]


def test_what_stands_beside_the_table_is_tested_too() -> None:
    named = ANYWHERE.findall(MAIL.rpartition("Not in the table")[2])
    assert len(named) == 4
    assert all(is_there(file, name) for file, name in named)


def test_each_part_of_the_threat_model_names_tests_that_are_there() -> None:
    parts = (ROOT / "SECURITY.md").read_text("utf-8").split("\n### ")[1:]
    assert len(parts) == 6
    for part in parts:
        named = NAMED.findall(part)
        assert named, part
        assert len(named) == part.count("\n- ")
        assert all(is_there(file, name) for file, name in named), named
        assert "Not done: " in part
