"""The table of what shells do with the signs of a capture line, held against the shells themselves."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT
from tests.docs.shells import SHELLS, Shell

PAGE = ROOT / "docs" / "how-to" / "capture-in-a-shell.md"
LINE = "Order #tag !high ~5d *private +marisol @oak-street when?"


def rows() -> list[list[str]]:
    """Return the cells of the table's rows."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture(params=list(SHELLS))
def prompt(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder."""
    name = str(request.param)
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    folder = tmp_path / "empty"
    folder.mkdir()
    with Shell(name, folder, os.environ) as shell:
        yield shell


def read(prompt: Shell, sign: str) -> str:
    """Return what a program gets of `Call SIGN today`, each word in angle brackets, or what the shell says instead."""
    closed = "\n'" if sign.count("'") % 2 else ""
    return prompt.run(f"printf '<%s>' Call {sign} today{closed}").said


def wanted(cell: str, sign: str, said: str) -> bool:
    """Tell whether a cell of the table says what happens."""
    if refused := re.fullmatch(r"refused: `(.+)`", cell):
        return refused[1] in said and "<Call>" not in said
    if cell.startswith("cut off"):
        return said == "<Call>"
    if cell.startswith("waits"):
        return said == "<Call><Danas today\n>"
    return cell.startswith("passes") and said == f"<Call><{sign}><today>"


def test_the_table_says_what_happens(prompt: Shell) -> None:
    found = rows()
    assert len(found) >= 6
    for row in found:
        sign, cells = row[0].strip("`"), [cell.strip("*") for cell in row[1:3]]
        said = read(prompt, sign)
        assert wanted(cells[list(SHELLS).index(prompt.name)], sign, said), (sign, cells, said)


def test_other_forms_pass(prompt: Shell) -> None:
    twins = [row[3].strip("`") for row in rows() if row[3].startswith("`")]
    assert {"tag:tag", "pri:high", "buffer:5d", "audience:me"} == set(twins)
    for twin in twins:
        assert read(prompt, twin) == f"<Call><{twin}><today>"
    assert read(prompt, f"'{LINE}'") == f"<Call><{LINE}><today>"
    assert "event not found" in read(prompt, f'"{LINE}"')


@pytest.mark.parametrize(("sign", "file"), [("*private", "very-private"), ("When?", "When1")])
def test_a_file_of_such_a_name_takes_the_word_s_place(prompt: Shell, sign: str, file: str) -> None:
    prompt.run(f"touch {file}")
    assert read(prompt, sign) == f"<Call><{file}><today>"


def test_a_common_setting_makes_zsh_cut_at_a_tag(prompt: Shell) -> None:
    if prompt.name == "zsh":
        prompt.run("setopt interactivecomments")
    assert read(prompt, "#tag") == "<Call>"
