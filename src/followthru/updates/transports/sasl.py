"""What a mail server is told instead of a password: a token that a provider gave, as XOAUTH2 or OAUTHBEARER."""

from __future__ import annotations

from base64 import b64encode
from enum import StrEnum


class Mechanism(StrEnum):
    """A way to present a token; XOAUTH2 is what Google and Microsoft document, OAUTHBEARER is RFC 7628."""

    XOAUTH2 = "xoauth2"
    OAUTHBEARER = "oauthbearer"


GIVE_UP = {Mechanism.XOAUTH2: b"", Mechanism.OAUTHBEARER: b64encode(b"\x01")}
"""What answers the server's words about why it does not take a token, so that it ends the try (RFC 7628 3.2.3)."""


def chosen(offered: list[str]) -> Mechanism | None:
    """Return the mechanism to use among those that a server offers, in any case of letters."""
    known = {word.lower() for word in offered}
    return next((mechanism for mechanism in Mechanism if mechanism in known), None)


def initial_response(mechanism: Mechanism, user: str, token: str, host: str, port: int) -> bytes:
    """Return the one answer of the client, in base64. Raises ValueError for a user that cannot be written."""
    if "\x01" in user or not user.isprintable() or not token.isprintable():
        raise ValueError("the user name or the token holds a control character")
    if mechanism is Mechanism.XOAUTH2:
        words = f"user={user}\x01auth=Bearer {token}\x01\x01"
    else:
        # The two characters that mean something in a GS2 header (RFC 5801 section 4).
        named = user.replace("=", "=3D").replace(",", "=2C")
        words = f"n,a={named},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01"
    return b64encode(words.encode())
