"""Words that came into the store by another way than through a command are shown harmlessly by every command."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from followthru.config.places import home
from followthru.domain.plain import OBEYED
from tests.clikit import Cli

HOSTILE = "Renew \x1b[31m\x9b\x07\r\u202e\u2066\u2069\u200b\u200f\u2060\u00ad\ufeff\u2028\U000e0041 it"


@pytest.mark.parametrize("words", [("list",), ("list", "--plain"), ("show", "1"), ("list", "--json")])
def test_a_hostile_title_is_shown_harmlessly(office: Cli, words: tuple[str, ...]) -> None:
    office.ok("add", "Renew it @oak-street by 2027-03-01")
    with closing(sqlite3.connect(home().database)) as store, store:
        store.execute("UPDATE task SET title = ?", (HOSTILE,))
    found = office(*words)
    assert "Renew" in found.out, found
    said = found.out.removeprefix("\ufeff")  # a table for a spreadsheet begins with its mark
    assert not OBEYED.search(said.replace("\r\n", "").replace("\n", ""))
