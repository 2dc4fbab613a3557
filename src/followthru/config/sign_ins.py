"""Inline tables that say how to sign in somewhere: through a provider, or to the mailbox of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from followthru.config.keys import Kind
from followthru.config.providers import GOOGLE, PROVIDERS, Provider
from followthru.config.single import WrongValueError, path, port, secret, server, shown, text
from followthru.config.values import Incoming, OAuth
from followthru.domain.nearest import did_you_mean
from followthru.secrets import SecretRef

INCOMING_PORTS = {"tls": 993, "starttls": 143, "plain": 143}
"""Where IMAP listens, by how the connection is kept private (RFC 8314 section 3.2, RFC 9051 section 2.1)."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "device_authorization_endpoint")
_TENANT = re.compile(r"[A-Za-z0-9.-]+")

Table = Mapping[str, object]


def incoming(value: object, folder: Path) -> Incoming:
    """Return a mailbox and how to sign in to it."""
    table = _table(value, Kind.INCOMING, "host", "a mailbox", Incoming._fields)
    security = text(table.get("security", "starttls" if table.get("port") == INCOMING_PORTS["starttls"] else "tls"))
    if security not in INCOMING_PORTS:
        raise WrongValueError(f"security is {' or '.join(INCOMING_PORTS)}, not {shown(security)}")
    words = {name: text(table[name]) for name in ("username", "sent", "tasks") if name in table}
    if str(words.get("tasks")).casefold() == "inbox":
        raise WrongValueError("tasks is a folder of its own: all that comes in would become tasks")
    return Incoming(
        text(table["host"]),
        port(table.get("port", INCOMING_PORTS[security])),
        security,
        password=secret(table["password"]) if "password" in table else None,
        ca_file=path(table["ca_file"], folder) if "ca_file" in table else None,
        **words,
    )


def oauth(value: object) -> OAuth:
    """Return how a calendar account signs in; what is not said is Google's."""
    known = ("client_id", "client_secret", *GOOGLE)
    table = _table(value, Kind.OAUTH, "client_id", "a sign-in", known)
    if ("authorization_endpoint" in table) is not ("token_endpoint" in table):
        raise WrongValueError("another provider is named by both, authorization_endpoint and token_endpoint")
    where = {name: server(table[name]) if name in table else GOOGLE[name] for name in _ENDPOINTS if name in GOOGLE}
    scope = text(table["scope"]) if "scope" in table else GOOGLE["scope"]
    return OAuth(text(table["client_id"]), _client_secret(table), scope=scope, **where)


def mail_oauth(value: object) -> OAuth:
    """Return how a mail account signs in; without a scope it is empty, and settled with the account's transport."""
    table = _table(value, Kind.MAIL_OAUTH, "client_id", "a sign-in", ("tenant", *OAuth._fields))
    named = text(table["provider"]) if "provider" in table else None
    provider = None if named is None else _provider(named)
    authorization, token, device = _endpoints(table, provider, _tenant(table, named))
    if token is None or not (authorization or device):
        raise WrongValueError(
            "a provider is named by provider, or by token_endpoint and one of device_authorization_endpoint and "
            "authorization_endpoint"
        )
    if provider is None and "scope" not in table:
        raise WrongValueError("needs a scope: what is asked for at this provider")
    scope = text(table["scope"]) if "scope" in table else ""
    return OAuth(text(table["client_id"]), _client_secret(table), authorization or "", token, scope, device, named)


def _table(value: object, kind: Kind, needed: str, about: str, known: Iterable[str]) -> Table:
    """Return an inline table whose keys are known. Raises WrongValueError."""
    table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if needed not in table:
        raise WrongValueError(f"expected {kind}")
    for name in table.keys() - set(known):
        raise WrongValueError(f"{name!a} says nothing about {about}. {did_you_mean(name, known)}".rstrip())
    return table


def _provider(named: str) -> Provider:
    if named not in PROVIDERS:
        raise WrongValueError(f"{named!a} is no provider known here. {did_you_mean(named, PROVIDERS)}".rstrip())
    return PROVIDERS[named]


def _tenant(table: Table, named: str | None) -> str:
    """Return the organisation that signs in, at Microsoft."""
    if "tenant" not in table:
        return "common"
    tenant = text(table["tenant"])
    if named != "microsoft" or not _TENANT.fullmatch(tenant):
        raise WrongValueError("tenant is the id or domain of an organisation at microsoft")
    return tenant


def _endpoints(table: Table, provider: Provider | None, tenant: str) -> list[str | None]:
    """Return where a provider is asked: as the table says, else as it is known for; None where it is not."""
    usual = (provider and getattr(provider, name) for name in _ENDPOINTS)
    return [
        server(table[name]) if name in table else address and str(address).format(tenant=tenant)
        for name, address in zip(_ENDPOINTS, usual, strict=True)
    ]


def _client_secret(table: Table) -> SecretRef | None:
    return secret(table["client_secret"]) if "client_secret" in table else None
