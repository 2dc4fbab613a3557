"""Where credentials may go: one origin per account, https beyond loopback (RFC 6454, RFC 9110 section 4.3)."""

from __future__ import annotations

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from followthru.calendars.errors import BadAnswerError, ElsewhereError

_PORTS = {"https": 443, "http": 80}


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

    Raises BadAnswerError for what is no URL, for another scheme than http(s), for credentials inside the URL, and
    for plain http to anything but loopback.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadAnswerError("(no host)", f"{url[:80]!a} is no address: {error}") from error
    if parts.scheme not in _PORTS or not host:
        raise BadAnswerError(host or "(no host)", f"{parts.scheme or 'no'} address instead of https")
    if parts.username is not None or parts.password is not None:
        raise BadAnswerError(host, "a user name inside the address")
    if parts.scheme == "http" and not _loopback(host):
        raise BadAnswerError(host, "plain http is spoken with this machine only")
    return Origin(parts.scheme, host, port or _PORTS[parts.scheme])


def resolve(base: str, reference: str) -> str:
    """Return `reference` as an absolute URL of the same origin as `base`.

    Raises ElsewhereError for another's, BadAnswerError for what is no address or may not be spoken to.
    """
    try:
        url = urljoin(base, reference)
    except ValueError as error:
        raise BadAnswerError(origin_of(base).host, f"{reference[:80]!a} is no address: {error}") from error
    if origin_of(url) != origin_of(base):
        raise ElsewhereError(origin_of(base).host, str(origin_of(url)))
    return url


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
