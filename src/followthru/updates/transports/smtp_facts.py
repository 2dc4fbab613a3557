"""What a connection to a mail server tells about it, in words for a person and values for programs."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, cast

import aiosmtplib

from followthru.updates.transports.base import Learnt, learnt_size
from followthru.updates.words import clean, crop

_WAYS = {
    "plain": "with a password (PLAIN)",
    "login": "with a password (LOGIN)",
    "cram-md5": "with a password that is proven, not sent (CRAM-MD5)",
    "xoauth2": "with a token of its provider (XOAUTH2)",
    "oauthbearer": "with a token of its provider (OAUTHBEARER)",
}


class Facts(NamedTuple):
    """What was seen of a server: its TLS version and who vouches for it, what it offers, how the sign-in went."""

    tls: str | None = None
    issuer: str | None = None
    offers: Mapping[str, str] = MappingProxyType({})
    ways: tuple[str, ...] = ()
    way: str | None = None


def seen(client: aiosmtplib.SMTP) -> Facts:
    """Return what a connection tells once it has been greeted."""
    encrypted = client.get_transport_info("ssl_object")
    tls, issuer = None, None
    if isinstance(encrypted, ssl.SSLObject):
        tls, issuer = encrypted.version(), _issuer(encrypted)
    return Facts(tls, issuer, dict(client.esmtp_extensions), tuple(client.server_auth_methods))


def told(facts: Facts) -> tuple[Learnt, ...]:
    """Return facts as they are told."""
    size = facts.offers.get("size", "").strip()
    vouched = f"Its certificate is vouched for by {facts.issuer}."
    return (
        _tls(facts.tls),
        *((Learnt("issuer", facts.issuer, vouched),) if facts.issuer else ()),
        _way(facts),
        learnt_size(int(size) if size.isdecimal() and int(size) else None),
        *(_offer(facts, name, there, missing) for name, (there, missing) in _OFFERS.items()),
    )


_OFFERS = {
    "dsn": (
        "It reports returned and delayed mail when asked (DSN), and is asked.",
        "It gives no reports on request (no DSN): what is returned comes back in the server's own form.",
    ),
    "smtputf8": (
        "It takes addresses in any script (SMTPUTF8).",
        "It takes addresses in Latin letters only (no SMTPUTF8); followthru needs no others.",
    ),
    "8bitmime": (
        "It takes text in 8 bits (8BITMIME).",
        "It takes text in 7 bits only (no 8BITMIME), which is what followthru sends.",
    ),
}


def _tls(version: str | None) -> Learnt:
    if version is None:
        return Learnt("tls", None, "The connection is not encrypted.")
    return Learnt("tls", version, f"The connection is encrypted with {version.replace('TLSv', 'TLS ')}.")


def _way(facts: Facts) -> Learnt:
    offered = ", ".join(way.upper() for way in facts.ways) or "no way"
    if facts.way is None:
        return Learnt("sign_in", None, f"Nobody was signed in; it offers {offered}.")
    return Learnt("sign_in", facts.way, f"You sign in {_WAYS.get(facts.way, facts.way)}; it offers {offered}.")


def _offer(facts: Facts, name: str, there: str, missing: str) -> Learnt:
    found = name in facts.offers
    return Learnt(name, found, there if found else missing)


def _issuer(encrypted: ssl.SSLObject) -> str | None:
    """Return who vouches for a server's certificate: a name and an organisation."""
    certificate = encrypted.getpeercert()
    parts = cast("tuple[tuple[tuple[str, str], ...], ...]", (certificate or {}).get("issuer", ()))
    named = {key: value for part in parts for key, value in part}
    words = [named[key] for key in ("commonName", "organizationName") if named.get(key)]
    return crop(clean(" of ".join(words)), 120) or None
