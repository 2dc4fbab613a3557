"""What time a server says it is: from whatever it answers, and from nobody that is not it but by the clock."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from followthru.web import hour
from followthru.web.hour import date_of, said_by
from tests.loopback import Asked, Said, serving
from tests.updates.certificates import authority

AT = datetime(2025, 3, 2, 1, tzinfo=UTC)


def dated(_: Asked) -> Said:
    return Said(401, {"Date": format_datetime(AT, usegmt=True)})


async def test_a_server_says_it_with_a_refusal_too_and_nobody_signs_in() -> None:
    with serving(dated) as server:
        assert await said_by(server.url) == AT
        assert [(asked.method, asked.signed) for asked in server.log] == [("HEAD", "")]
    assert await said_by(server.url) is None, "it does not answer any more"


@pytest.mark.parametrize(
    ("ago", "trusted", "heard"), [(400, True, AT), (-400, True, AT), (0, True, AT), (0, False, None)]
)
async def test_a_certificate_that_only_the_clock_speaks_against_keeps_nobody_from_saying_it(
    tmp_path: Path, ago: int, trusted: bool, heard: datetime | None
) -> None:
    made = authority(tmp_path, ago=timedelta(days=ago))
    both = tmp_path / "both.pem"
    both.write_bytes((tmp_path / "server.pem").read_bytes() + (tmp_path / "server.key").read_bytes())
    with serving(dated, both) as server:
        url = f"https://127.0.0.1:{server.server_port}/dav/robin/"
        assert await said_by(url, str(made.ca_file) if trusted else None) == heard
        told = {asked.path for asked in server.log}
    assert told == ({"/" if ago else "/dav/robin/"} if trusted else set()), "a stranger is not told whose place it is"


async def test_one_that_answers_letter_by_letter_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        with suppress(ConnectionError):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()
        gone.set()

    monkeypatch.setattr(hour, "TOGETHER", 0.2)
    gone = asyncio.Event()
    async with await asyncio.start_server(drip, "127.0.0.1") as server, asyncio.timeout(5):
        assert await said_by(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/") is None
        await gone.wait()


@pytest.mark.parametrize(
    "value",
    [
        None, "", "yesterday", "Mon, 99 Foo 2026 10:00:00 GMT", "Thu, 01 Jan 99999 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -1200",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(value: str | None) -> None:
    assert date_of(value) is None


def test_a_date_of_another_zone_is_the_same_instant() -> None:
    assert date_of("Sun, 02 Mar 2025 02:00:00 +0100") == AT
