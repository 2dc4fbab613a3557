"""Signing in with a code that is typed elsewhere: shown, asked about politely, and ended in every way (RFC 8628)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from followthru.web import device, oauth
from followthru.web.errors import AwayError, OAuthError
from tests.loopback import Loopback, Said, serving
from tests.provider import CLIENT, CLIENT_SECRET, Provider


class Time:
    """A clock that only resting moves, and a user who types the code at some second of it."""

    def __init__(self, type_it: Callable[[float], None] = lambda _: None) -> None:
        self.now = 0.0
        self.rests: list[float] = []
        self._type_it = type_it

    def clock(self) -> float:
        return self.now

    async def rest(self, seconds: float) -> None:
        self.now += seconds
        self.rests.append(seconds)
        self._type_it(self.now)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def login(provider: Provider) -> Iterator[Loopback]:
    with serving(provider) as server:
        yield server


def client_at(login: Loopback) -> oauth.Client:
    where = (f"{login.url}authorize", f"{login.url}token", "mail offline_access")
    named = ("mail account oak", "followthru mailbox login oak")
    return oauth.Client(CLIENT, CLIENT_SECRET, *where, None, f"{login.url}device", *named)


def error(word: str, status: int = 400) -> Said:
    return Said(status, {"Content-Type": "application/json"}, json.dumps({"error": word}).encode())


def at(address: str) -> Said:
    said = {"user_code": "A", "device_code": "s", "verification_uri": address}
    return Said(200, {}, json.dumps(said).encode())


async def signed_in(login: Loopback, time: Time) -> oauth.Grant:
    client = client_at(login)
    shown = await device.begin(client)
    assert (shown.address, shown.code) == ("https://provider.example/device", "WDJB-1")
    return await device.wait(client, shown, rest=time.rest, clock=time.clock)


async def test_the_code_is_shown_and_asked_about_until_it_was_typed(provider: Provider, login: Loopback) -> None:
    def type_it(now: float) -> None:
        provider.typed = "WDJB-1" if now >= 14 else None

    time = Time(type_it)
    grant = await signed_in(login, time)
    assert grant.token in provider.tokens
    assert grant.refresh in provider.refreshes
    assert time.rests == [5, 5, 5]
    assert provider.asked[0] == {"scope": "mail offline_access", "client_id": CLIENT, "client_secret": CLIENT_SECRET}


async def test_slow_down_is_obeyed_for_good(provider: Provider, login: Loopback) -> None:
    provider.polls = [error("slow_down"), error("authorization_pending"), error("slow_down")]
    provider.typed = "WDJB-1"
    time = Time()
    await signed_in(login, time)
    assert time.rests == [5, 10, 10, 15]


async def test_a_provider_in_trouble_is_asked_less_often(provider: Provider, login: Loopback) -> None:
    provider.polls = [Said(503), Said(500), Said(429)]
    provider.typed = "WDJB-1"
    time = Time()
    await signed_in(login, time)
    assert time.rests == [5, 10, 20, 40]


async def test_a_provider_that_is_away_is_asked_again(provider: Provider, login: Loopback) -> None:
    provider.typed = "WDJB-1"
    client = client_at(login)
    shown = await device.begin(client)
    away = client._replace(token_endpoint="http://127.0.0.1:9/token")
    time = Time()
    with pytest.raises(OAuthError, match="in time"):
        await device.wait(away, shown, rest=time.rest, clock=time.clock)
    assert time.rests[:4] == [5, 10, 20, 40]
    assert time.now <= shown.seconds
    assert max(time.rests) == 60


@pytest.mark.parametrize("word", ["access_denied", "authorization_declined"])
async def test_a_refusal_ends_it_at_once(provider: Provider, login: Loopback, word: str) -> None:
    provider.polls = [error(word)]
    time = Time()
    with pytest.raises(OAuthError, match="was not allowed in") as caught:
        await signed_in(login, time)
    assert "`followthru mailbox login oak`" in caught.value.remedy
    assert time.rests == [5]


async def test_a_code_that_nobody_types_ends(provider: Provider, login: Loopback) -> None:
    time = Time()
    with pytest.raises(OAuthError, match="in time"):
        await signed_in(login, time)
    assert 895 <= time.now <= 900
    provider.polls = [error("expired_token")]
    provider.devices.clear()
    with pytest.raises(OAuthError, match="in time"):
        await device.wait(
            client_at(login), device.Shown("https://x", "c", 900, 5, "s"), rest=time.rest, clock=time.clock
        )


async def test_five_seconds_where_the_provider_does_not_say(provider: Provider, login: Loopback) -> None:
    provider.interval = None
    provider.typed = "WDJB-1"
    time = Time()
    await signed_in(login, time)
    assert time.rests == [5]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (error("invalid_scope"), OAuthError, "invalid_scope"),
        (Said(503), AwayError, "503"),
        (Said(200, {}, b"<html>"), OAuthError, "no code"),
        (at("javascript:x"), OAuthError, "no code"),
        (at("http://x.example"), OAuthError, "no code"),
    ],
)  # fmt: skip
async def test_what_is_no_code_is_not_shown(
    provider: Provider, login: Loopback, answer: Said, kind: type[Exception], words: str
) -> None:
    provider.device_answer = answer
    with pytest.raises(kind, match=words):
        await device.begin(client_at(login))


async def test_what_is_shown_holds_no_control_characters_and_no_secret(provider: Provider, login: Loopback) -> None:
    said = {"user_code": "A\x1b[31mB", "device_code": "hush", "verification_uri": "https://x.example/\n"}
    provider.device_answer = Said(200, {}, json.dumps(said).encode())
    shown = await device.begin(client_at(login))
    assert (shown.address, shown.code) == ("https://x.example/", "A[31mB")
    assert "hush" not in repr(shown)
