"""A provider that lets programs in, and a calendar server that takes its tokens alone: both real, on loopback."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

from tests.loopback import Asked, Loopback, Said, forwarding, serving

CLIENT, CLIENT_SECRET = "followthru-of-marisol", "client secret word"


class Code(NamedTuple):
    """A code that was given and what it may be redeemed with."""

    redirect: str
    challenge: str


class Provider:
    """An authorization server (RFC 6749, RFC 7636). What it answers can be scripted."""

    def __init__(self) -> None:
        self.codes: dict[str, Code] = {}
        self.refreshes: set[str] = set()
        self.tokens: set[str] = set()
        self.expires_in = 3600
        self.rotates = False
        self.denies = False
        self.answer: Said | None = None
        self.typed: str | None = None
        """The code that the user typed on another device, if any yet."""
        self.types_at_once = False
        self.devices: dict[str, str] = {}
        self.polls: list[Said] = []
        """What the next questions about a device's code are answered with, before the truth."""
        self.device_answer: Said | None = None
        self.interval: float | None = 5
        self.asked: list[dict[str, str]] = []
        self._number = count(1)

    def __call__(self, asked: Asked) -> Said:
        """Answer the page that people see, or the endpoint that programs ask."""
        if asked.path.startswith("/authorize?"):
            return self._authorize(dict(parse_qsl(urlsplit(asked.path).query)))
        form = dict(parse_qsl(asked.body.decode()))
        if asked.path == "/token" and asked.method == "POST":
            self.asked.append(form)
            return self.answer or self._token(form)
        if asked.path == "/device" and asked.method == "POST":
            self.asked.append(form)
            return self.device_answer or self._device(form)
        return Said(404)

    def end(self) -> None:
        """End every sign-in, as after seven days of testing."""
        self.refreshes.clear()
        self.tokens.clear()

    def _authorize(self, said: dict[str, str]) -> Said:
        assert said["client_id"] == CLIENT
        assert said["response_type"] == "code"
        assert said["code_challenge_method"] == "S256"
        if self.denies:
            back = {"error": "access_denied", "state": said["state"]}
        else:
            code = f"code-{next(self._number)}"
            self.codes[code] = Code(said["redirect_uri"], said["code_challenge"])
            back = {"code": code, "state": said["state"]}
        return Said(302, {"Location": f"{said['redirect_uri']}?{urlencode(back)}"})

    def _device(self, form: dict[str, str]) -> Said:
        """Give a code to type and one to ask with (RFC 8628 section 3.2)."""
        if form.get("client_id") != CLIENT or not form.get("scope"):
            return _json(400, error="invalid_client")
        number = next(self._number)
        self.devices[f"device-secret-{number}"] = f"WDJB-{number}"
        if self.types_at_once:
            self.typed = f"WDJB-{number}"
        more = {} if self.interval is None else {"interval": self.interval}
        return _json(
            200, device_code=f"device-secret-{number}", user_code=f"WDJB-{number}",
            verification_uri="https://provider.example/device", expires_in=900, **more,
        )  # fmt: skip

    def _polled(self, form: dict[str, str]) -> Said:
        if self.polls:
            return self.polls.pop(0)
        code = self.devices.get(form["device_code"])
        if code is None:
            return _json(400, error="expired_token")
        if code != self.typed:
            return _json(400, error="authorization_pending")
        del self.devices[form["device_code"]]
        return self._granted(f"refresh-{next(self._number)}")

    def _token(self, form: dict[str, str]) -> Said:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, CLIENT_SECRET):
            return _json(401, error="invalid_client")
        if form["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code":
            return self._polled(form)
        if form["grant_type"] == "authorization_code":
            code = self.codes.pop(form["code"], None)
            proof = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if code != Code(form["redirect_uri"], proof):
                return _json(400, error="invalid_grant")
            return self._granted(f"refresh-{next(self._number)}")
        if form.get("refresh_token") not in self.refreshes:
            return _json(400, error="invalid_grant", error_description="Token has been expired or revoked.")
        if not self.rotates:
            return self._granted(None)
        self.refreshes.discard(form["refresh_token"])
        return self._granted(f"refresh-{next(self._number)}")

    def _granted(self, refresh: str | None) -> Said:
        token = f"token-{next(self._number)}"
        self.tokens.add(token)
        more = {} if refresh is None else {"refresh_token": refresh}
        self.refreshes.update(more.values())
        return _json(200, access_token=token, token_type="Bearer", expires_in=self.expires_in, **more)


def _json(status: int, **said: str | float) -> Said:
    return Said(status, {"Content-Type": "application/json"}, json.dumps(said).encode())


def mail_table(login: Loopback) -> str:
    """Return how a mail account signs in at a provider; the client's secret is in a file."""
    return (
        f'oauth = {{ client_id = "{CLIENT}", client_secret = {{ file = "client" }}, scope = "mail", '
        f'authorization_endpoint = "{login.url}authorize", token_endpoint = "{login.url}token", '
        f'device_authorization_endpoint = "{login.url}device" }}\n'
    )


class Guarded(NamedTuple):
    """The provider, its server, and the calendar server behind it."""

    provider: Provider
    login: Loopback
    calendars: Loopback

    @property
    def table(self) -> str:
        """How an account signs in there, as the configuration says it; the client's secret is in a file."""
        return (
            f'oauth = {{ client_id = "{CLIENT}", client_secret = {{ file = "client" }}, scope = "calendar", '
            f'authorization_endpoint = "{self.login.url}authorize", token_endpoint = "{self.login.url}token" }}\n'
        )


@contextmanager
def guarded(radicale: str, user: str, password: str) -> Generator[Guarded]:
    """Run both; the calendar server knows who signs in by the token alone."""
    provider = Provider()
    basic = b64encode(f"{user}:{password}".encode()).decode()
    forward = forwarding(radicale, authorization=f"Basic {basic}")

    def calendars(asked: Asked) -> Said:
        if asked.signed.removeprefix("Bearer ") in provider.tokens and asked.signed.startswith("Bearer "):
            return forward(asked)
        return Said(401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})

    with serving(provider) as login, serving(calendars) as server:
        yield Guarded(provider, login, server)


def browse(address: str) -> str:
    """Be the browser: open the provider's page, let the program in, and return the words of the last page."""
    with urlopen(address, timeout=60) as page:
        words: bytes = page.read()
        return words.decode()


def redirected(address: str) -> str:
    """Return the address at which a browser on another machine ends, where it cannot be opened."""
    from http.client import HTTPConnection

    place = urlsplit(address)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
    connection.request("GET", f"{place.path}?{place.query}")
    location = connection.getresponse().getheader("Location")
    connection.close()
    assert location is not None
    assert parse_qs(urlsplit(location).query)["state"]
    return location
