"""Refuse, in tests, every connection and name that lies beyond loopback."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


class BeyondLoopbackError(Exception):
    """A test tried to leave this machine.

    Not an OSError, so that code which survives network failures cannot swallow it.
    """


def is_loopback(host: str | bytes | None) -> bool:
    """Tell whether `host` (a name or an address, None for any local) stays on this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def block_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guard the socket module for one test.

    Unix sockets and loopback addresses pass. Names below `.invalid` fail as they do for everybody
    (RFC 6761 section 6.4), without asking a resolver; so tests have an unknown host to name.

    Raises (when a guarded call is made): BeyondLoopbackError.
    """
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _guarded_call(name))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        monkeypatch.setattr(socket, name, _guarded_lookup(name))


def _guarded_call(name: str) -> Callable[..., object]:
    real = getattr(socket.socket, name)

    def call(self: socket.socket, *args: object) -> object:
        address = cast("tuple[str, int]", args[-1])
        if self.family != socket.AF_UNIX and not is_loopback(address[0]):
            raise BeyondLoopbackError(f"{name} to {address}")
        return real(self, *args)

    return call


def _guarded_lookup(name: str) -> Callable[..., object]:
    real = getattr(socket, name)

    def lookup(host: str | bytes | None, *args: object, **kwargs: object) -> object:
        if is_loopback(host):
            return real(host, *args, **kwargs)
        text = host.decode() if isinstance(host, bytes) else str(host)
        if name == "gethostbyaddr" and text == socket.gethostname():
            raise socket.herror("this machine's own name is not looked up")
        if text.rstrip(".").endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        raise BeyondLoopbackError(f"{name} of {text}")

    return lookup
