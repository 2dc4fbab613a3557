"""A test cannot reach the network, the person's home, their keyring or their clock zone."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import keyring
import keyring.errors
import pytest

from tests.network import BeyondLoopbackError

OUTSIDE = ("192.0.2.1", 80)


def test_connections_beyond_loopback_are_refused() -> None:
    with socket.socket() as plain:
        for connect in (plain.connect, plain.connect_ex):
            with pytest.raises(BeyondLoopbackError):
                connect(OUTSIDE)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram, pytest.raises(BeyondLoopbackError):
        datagram.sendto(b"x", OUTSIDE)


async def test_the_event_loop_is_guarded_too() -> None:
    with pytest.raises(BeyondLoopbackError):
        await asyncio.open_connection(*OUTSIDE)


def test_outside_names_are_not_looked_up() -> None:
    with pytest.raises(BeyondLoopbackError):
        socket.create_connection(("calendar.example.com", 443))


def test_an_unknown_host_fails_as_for_everybody() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("calendar.invalid", 443))


def test_loopback_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        connection, _ = server.accept()
        with connection:
            client.sendall(b"hello")
            assert connection.recv(5) == b"hello"


def test_home_is_the_tests_own(tmp_path: Path) -> None:
    assert Path.home().is_relative_to(tmp_path)
    assert Path(os.environ["FOLLOWTHRU_HOME"]).is_relative_to(tmp_path)
    child = subprocess.run(
        [sys.executable, "-c", "import pathlib; print(pathlib.Path.home())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(child.stdout.strip()) == Path.home()


def test_no_keyring_answers() -> None:
    with pytest.raises(keyring.errors.NoKeyringError):
        keyring.get_password("followthru", "dana")


def test_the_zone_is_fixed() -> None:
    assert os.environ["TZ"] == os.environ.get("TEST_TZ", "UTC")
    if os.environ["TZ"] == "UTC":
        assert time.tzname[0] == "UTC"
