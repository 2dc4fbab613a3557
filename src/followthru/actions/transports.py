"""From a mail account of the configuration to what sends its mail; each kind is loaded where one is configured."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from followthru.actions.desk import Desk
from followthru.config.values import MailAccount
from followthru.errors import RefusedError
from followthru.updates.transports.base import Transport

if TYPE_CHECKING:
    from followthru.web.tokens import Tokens


def own_transport(desk: Desk, account: MailAccount) -> Transport:
    """Return the transport of a mail account, with the tokens of one that signs in through a provider."""
    return transport_of(account, desk.home.config, tokens_of(desk, account))


def tokens_of(desk: Desk, account: MailAccount) -> Tokens | None:
    """Return where a mail account's tokens come from, None for one that signs in with a password or not at all."""
    if account.oauth is None:
        return None
    from followthru.actions.sign_in import TokenSource

    return TokenSource(desk, account)


def transport_of(account: MailAccount, config_file: Path, tokens: Tokens | None = None) -> Transport:
    """Return the transport that a mail account names; secrets are fetched when they are needed.

    Raises RefusedError for an account that would send in the clear.
    """
    if account.transport == "file":
        from followthru.updates.transports.file import FileTransport

        return FileTransport(account.folder or config_file.parent / "mails")
    if account.transport == "graph":
        return _graph(account, tokens)
    if account.transport == "jmap":
        return _jmap(account, tokens or _Password(account, config_file))
    return _smtp(account, config_file, tokens)


class _Password:
    """An account's password, or the token that it keeps in a password's place, fetched whenever it is needed."""

    def __init__(self, account: MailAccount, config_file: Path) -> None:
        self._account = account
        self._config_file = config_file

    async def token(self, refused: str | None = None) -> str:
        """Return it; there is no other for one that was refused. Raises SecretError."""
        from followthru.secrets import SecretError, resolve

        reference = self._account.password
        if reference is None:
            raise SecretError(f"Mail account {self._account.name} has no password.", remedy="Name one in config.toml.")
        return (await asyncio.to_thread(resolve, reference, self._config_file)).reveal()


def _jmap(account: MailAccount, tokens: Tokens) -> Transport:
    from followthru.updates.transports.jmap import JmapSettings, JmapTransport

    # What a provider's page gives is a token, whoever it is for.
    username = None if account.oauth is not None else account.username
    ca_file = None if account.ca_file is None else str(account.ca_file)
    return JmapTransport(JmapSettings(account.url or "", tokens, username, ca_file))


def _graph(account: MailAccount, tokens: Tokens | None) -> Transport:
    from followthru.updates.transports.graph import GRAPH, GraphSettings, GraphTransport

    if tokens is None:
        raise RefusedError(f"Mail account {account.name} has no oauth to sign in with.", safe="Nothing was sent.")
    ca_file = None if account.ca_file is None else str(account.ca_file)
    return GraphTransport(GraphSettings(tokens, account.url or GRAPH, ca_file))


def _smtp(account: MailAccount, config_file: Path, tokens: Tokens | None) -> Transport:
    from followthru.updates.transports.smtp import Security, SmtpSettings, SmtpTransport

    security = Security(account.security)
    port = account.port or {Security.TLS: 465, Security.STARTTLS: 587, Security.PLAIN: 25}[security]
    return SmtpTransport(
        SmtpSettings(
            account.host or "",
            port,
            security,
            account.username,
            _Password(account, config_file).token,
            ca_file=None if account.ca_file is None else str(account.ca_file),
            copy_to=account.from_.address if account.bcc_self else None,
            tokens=tokens,
        )
    )
