"""Where credentials may go: one origin, https beyond loopback (RFC 6454, RFC 9110 section 4.3)."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}


class NoOriginError(Exception):
    """An address that may not be spoken to: `host` as far as it is known, and why."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(reason)
        self.host = host
        self.reason = reason


class Origin(NamedTuple):
    """Scheme, host in lower case, port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def origin_of(url: str) -> Origin:
    """Return a URL's origin.

    Raises NoOriginError for what is no URL, for another scheme than http(s), for credentials inside the URL, and for
    plain http to anything but loopback.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NoOriginError("(no host)", f"{url[:80]!a} is no address: {error}") from error
    if parts.scheme not in _PORTS or not host:
        raise NoOriginError(host or "(no host)", f"{parts.scheme or 'no'} address instead of https")
    if parts.username is not None or parts.password is not None:
        raise NoOriginError(host, "a user name inside the address")
    if parts.scheme == "http" and not is_loopback(host):
        raise NoOriginError(host, "plain http is spoken with this machine only")
    return Origin(parts.scheme, host, port or _PORTS[parts.scheme])


def is_loopback(host: str) -> bool:
    """Return whether a host name or address can only mean this machine."""
    if host.lower() == "localhost":
        return True
    from ipaddress import ip_address

    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
