"""A password that takes its time to be had: a command that asks for a passphrase, a keyring that is locked."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest

from followthru.actions import sync
from followthru.secrets import SecretError
from tests.calendarkit import Booked


def test_waiting_for_a_password_holds_nobody_up(booked: Booked, monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked = Event()

    def locked(*_: object) -> None:
        assert unlocked.wait(60), "the loop stood still"
        raise SecretError("Nobody unlocked it.")

    async def both() -> None:
        asyncio.get_running_loop().call_later(0.05, unlocked.set)
        with pytest.raises(SecretError):
            await sync.sync_account(booked.desk, booked.desk.config.accounts[0])

    monkeypatch.setattr(sync, "resolve", locked)
    asyncio.run(both())
