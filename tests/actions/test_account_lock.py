"""The lock of an account's one sync: its own, however like another account's its name is."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from followthru.actions.sync import BeingSyncedError, account_lock
from tests.calendarkit import Booked

ALIKE = ("a.b", "a-b", "a b", "A-b", "a/b", "\u00e4b", "a\u0308b", "a" * 300, "a" * 299 + "b")


def test_accounts_whose_names_are_alike_are_synced_side_by_side(booked: Booked) -> None:
    home = booked.desk.config.accounts[0]
    with ExitStack() as held:
        for name in ALIKE:
            held.enter_context(account_lock(booked.desk, home._replace(name=name)))
        files = [one.name.lower() for one in booked.home.database.parent.glob("*.sync-*")]
        assert len(set(files)) == len(files) >= len(ALIKE)
        for name in ALIKE:
            with pytest.raises(BeingSyncedError), account_lock(booked.desk, home._replace(name=name)):
                pass
