"""Digest and private authorities, against real servers: challenges, and TLS with certificates made for the test."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from hashlib import md5, sha256
from itertools import count
from pathlib import Path

import pytest

from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, Answer, DavClient
from followthru.calendars.errors import AuthRefusedError, BadAnswerError, CertificateError
from tests.loopback import Asked, Authority, Loopback, Said, authority, serving

REALM, USER, PASSWORD = "practice", "pm", "a word: with colons"
HASHES = {"MD5": md5, "SHA-256": sha256}
OK = Said(201, {"ETag": '"1"'})


class DigestServer:
    """Lets in who answers its challenge (RFC 7616 section 3.4); each nonce does for two requests."""

    def __init__(self, algorithm: str = "SHA-256", challenge: str | None = None) -> None:
        self._algorithm = algorithm
        self._challenge = challenge
        self._numbers = count(1)
        self._used: dict[str, set[str]] = {}

    def __call__(self, asked: Asked) -> Said:
        """Check the proof, or ask for one."""
        if asked.signed.startswith("Digest ") and self._proven(asked):
            return OK
        if self._challenge is not None:
            return Said(401, {"WWW-Authenticate": self._challenge})
        nonce = f"nonce-{next(self._numbers)}"
        self._used[nonce] = set()
        parts = f'realm="{REALM}", qop="auth", algorithm={self._algorithm}, nonce="{nonce}", opaque="kept"'
        return Said(401, {"WWW-Authenticate": f"Digest {parts}"})

    def _proven(self, asked: Asked) -> bool:
        said = {
            name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', asked.signed)
        }
        used = self._used.get(said["nonce"])
        if used is None or said["nc"] in used or len(used) == 2:
            return False
        used.add(said["nc"])
        first, second = f"{USER}:{REALM}:{PASSWORD}", f"{asked.method}:{asked.path}"
        parts = (self._hash(first), said["nonce"], said["nc"], said["cnonce"], "auth", self._hash(second))
        right = (said["username"], said["uri"], said["opaque"]) == (USER, asked.path, "kept")
        return right and said["response"] == self._hash(":".join(parts))

    def _hash(self, text: str) -> str:
        return HASHES[self._algorithm](text.encode()).hexdigest()


async def put(account: Account, times: int = 1) -> Answer:
    async with DavClient(account) as client:
        answers = [await client.send(requests.create(f"/c/{n}.ics", "BEGIN:VCALENDAR")) for n in range(times)]
    return answers[-1]


def digest(server: Loopback, password: str = PASSWORD) -> Account:
    return Account("home", server.url, USER, password, scheme="digest")


@pytest.mark.parametrize("algorithm", list(HASHES))
def test_digest_proves_the_password_and_loses_no_body(algorithm: str) -> None:
    with serving(DigestServer(algorithm)) as server:
        answer = asyncio.run(put(digest(server)))
        assert (answer.status, answer.etag) == (201, '"1"')
        first, second = server.log
    assert (first.signed, first.body) == ("", b"BEGIN:VCALENDAR")
    assert (second.body, second.headers["if-none-match"]) == (b"BEGIN:VCALENDAR", "*")
    assert PASSWORD not in second.signed


def test_a_nonce_that_ran_out_is_asked_for_again() -> None:
    with serving(DigestServer()) as server:
        asyncio.run(put(digest(server), times=5))
        assert len(server.log) == 8, "one challenge for every two"
        assert sum(asked.body == b"BEGIN:VCALENDAR" for asked in server.log) == 8


def test_a_wrong_password_is_refused_after_one_proof() -> None:
    with serving(DigestServer()) as server:
        with pytest.raises(AuthRefusedError):
            asyncio.run(put(digest(server, "wrong")))
        assert len(server.log) == 2


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="x", qop="auth-int", nonce="n"',
        'Digest realm="x", qop="auth", nonce="n", algorithm=SHA-512-256',
        'Digest realm="x"',
        "Digest nonsense",
        'Digest realm="x", qop="mystery", nonce="n"',
    ],
)
def test_a_challenge_that_cannot_be_met_is_no_crash(challenge: str) -> None:
    with serving(DigestServer(challenge=challenge)) as server, pytest.raises(BadAnswerError, match=r"[Dd]igest"):
        asyncio.run(put(digest(server)))


def test_a_digest_server_names_the_setting_to_who_sends_the_password() -> None:
    with serving(DigestServer()) as server, pytest.raises(AuthRefusedError, match='sign_in = "digest"'):
        asyncio.run(put(Account("home", server.url, USER, PASSWORD)))


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def secure(private: Authority) -> Iterator[Loopback]:
    with serving(lambda _: OK, private.server) as server:
        yield server


def over_tls(server: Loopback, ca_file: Path | None, url: str = "") -> Account:
    return Account("home", url or server.url, USER, PASSWORD, ca_file=None if ca_file is None else str(ca_file))


def test_a_private_authority_vouches_for_its_server(secure: Loopback, private: Authority) -> None:
    assert asyncio.run(put(over_tls(secure, private.ca_file))).status == 201
    assert secure.log[0].signed.startswith("Basic ")


def test_without_it_nothing_is_sent_and_the_words_name_the_setting(secure: Loopback) -> None:
    with pytest.raises(CertificateError, match="not trusted") as caught:
        asyncio.run(put(over_tls(secure, None)))
    assert "ca_file" in caught.value.remedy
    assert secure.log == []


def test_another_host_is_refused_though_its_authority_is_trusted(secure: Loopback, private: Authority) -> None:
    with pytest.raises(CertificateError, match=r"127\.0\.0\.1"):
        asyncio.run(put(over_tls(secure, private.ca_file, f"https://127.0.0.1:{secure.server_port}/")))
    assert secure.log == []


def test_another_authority_does_not_vouch(secure: Loopback, tmp_path: Path) -> None:
    other = authority(tmp_path / "other")
    with pytest.raises(CertificateError):
        asyncio.run(put(over_tls(secure, other.ca_file)))
    assert secure.log == []


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_that_is_no_authority_is_said(secure: Loopback, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, encoding="ascii")
    with pytest.raises(CertificateError, match="cannot be used"):
        asyncio.run(put(over_tls(secure, file)))


async def test_two_accounts_that_trust_differently_share_no_connection(secure: Loopback, private: Authority) -> None:
    async with DavClient(over_tls(secure, private.ca_file)) as trusting, DavClient(over_tls(secure, None)) as other:
        assert (await trusting.send(requests.get("/c/a"))).status == 201
        with pytest.raises(CertificateError):
            await other.send(requests.get("/c/a"))
        assert len(secure.log) == 1
