"""Providers that let programs into a mailbox: where each is asked, and what for.

Microsoft: learn.microsoft.com/entra/identity-platform (v2.0 endpoints, device code) and
learn.microsoft.com/exchange/client-developer/legacy-protocols. Google: developers.google.com/identity/protocols/oauth2;
its device codes are not good for mail, so there a browser is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Provider(NamedTuple):
    """Endpoints, with `{tenant}` where one is named, and the scope for each transport; `reading` is added for IMAP."""

    authorization_endpoint: str
    token_endpoint: str
    device_authorization_endpoint: str | None
    scopes: Mapping[str, str]
    reading: str = ""


_LOGIN = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        "microsoft": Provider(
            f"{_LOGIN}/authorize",
            f"{_LOGIN}/token",
            f"{_LOGIN}/devicecode",
            MappingProxyType(
                {
                    "smtp": "https://outlook.office.com/SMTP.Send offline_access",
                    "graph": "https://graph.microsoft.com/Mail.ReadWrite https://graph.microsoft.com/Mail.Send "
                    "offline_access",
                }
            ),
            "https://outlook.office.com/IMAP.AccessAsUser.All",
        ),
        "google": Provider(
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://oauth2.googleapis.com/token",
            None,
            MappingProxyType({"smtp": "https://mail.google.com/"}),
        ),
    }
)

GOOGLE = {
    "authorization_endpoint": PROVIDERS["google"].authorization_endpoint,
    "token_endpoint": PROVIDERS["google"].token_endpoint,
    "scope": "https://www.googleapis.com/auth/calendar",
}
"""Where a calendar account signs in that does not say where, and what it asks for."""


def scope_of(provider: str | None, transport: str, *, reading: bool) -> str | None:
    """Return what is asked for of a provider, None where it is not one for this transport."""
    known = PROVIDERS.get(provider or "")
    scope = None if known is None else known.scopes.get(transport)
    # Microsoft gives tokens for one resource at a time: those of Graph read no IMAP.
    more = known.reading if known is not None and reading and transport == "smtp" else ""
    return scope if scope is None or not more else f"{more} {scope}"
