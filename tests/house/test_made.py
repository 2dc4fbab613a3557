"""Files that are made from the program's own tables are as the tables are now."""

from __future__ import annotations

import sys

import pytest

from tests.docs.made import MADE
from tests.docs.pages import ROOT


@pytest.mark.parametrize("name", MADE)
def test_made_files_are_current(name: str) -> None:
    if name == "NOTICES.md" and sys.version_info[:2] != (3, 11):
        pytest.skip("the pins and the notices are those of Python 3.11")
    assert (ROOT / name).read_text("utf-8") == MADE[name](), "run: make pages"
