"""Change `config.toml` by adding to its end, so that every word its user wrote there stays as it is.

What is added is checked together with the rest before the file takes its place, whole, open to its owner only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from followthru import durable
from followthru.config.problems import ConfigError
from followthru.config.providers import GOOGLE
from followthru.config.reading import decoded, parse
from followthru.config.values import Config, OAuth
from followthru.errors import FollowthruError, UsageError
from followthru.secrets import SecretKind, SecretRef
from followthru.typed_path import expanded

if TYPE_CHECKING:
    from tomlkit.items import InlineTable

Table = Mapping[str, "str | Sequence[str] | Table"]
TomlValue = str | int | bool | Sequence[str] | Table


class MailOAuth(NamedTuple):
    """How a mail account signs in through a provider known by name; `tenant` is an organisation at Microsoft."""

    provider: str
    client_id: str
    client_secret: SecretRef | None = None
    tenant: str | None = None


def add_account(
    path: Path,
    *,
    name: str,
    url: str,
    username: str | None = None,
    password: SecretRef | None = None,
    sign_in: str | None = None,
    ca_file: Path | None = None,
    oauth: OAuth | None = None,
    keep: bool = True,
) -> Config:
    """Add a calendar server and return the configuration with it. Without `keep` the file stays as it is.

    Raises ConfigError if the file is wrong already and UsageError if it would be with the account; the file is
    then left alone.
    """
    return _add(
        path,
        "accounts",
        {
            "name": name,
            "url": url,
            "username": username,
            "password": _table(password),
            "sign_in": sign_in,
            "ca_file": None if ca_file is None else str(expanded(ca_file).absolute()),
            "oauth": None if oauth is None else _oauth(oauth),
        },
        keep=keep,
    )


def add_calendar(
    path: Path,
    *,
    account: str,
    collection: str | None = None,
    name: str | None = None,
    practices: Sequence[str] = (),
    audience: str = "me",
    as_: str = "events",
    targets: bool = False,
    share_existing: bool = False,
) -> Config:
    """Add a calendar, to be created if there is no `collection`. Returns and raises as `add_account` does."""
    return _add(
        path,
        "calendars",
        {
            "name": name,
            "account": account,
            "collection": collection,
            "create": True if collection is None else None,
            "practices": list(practices) or None,
            "audience": audience,
            "as": as_ if as_ != "events" else None,
            "targets": targets or None,
            "share_existing": share_existing or None,
        },
    )


def add_mail(
    path: Path,
    *,
    name: str,
    practices: Sequence[str],
    from_: str,
    transport: str = "smtp",
    host: str | None = None,
    port: int | None = None,
    security: str | None = None,
    username: str | None = None,
    password: SecretRef | None = None,
    reply_to: str | None = None,
    bcc_self: bool = False,
    folder: Path | None = None,
    oauth: MailOAuth | None = None,
    url: str | None = None,
    keep: bool = True,
) -> Config:
    """Add a mail account. Keeps, returns and raises as `add_account` does."""
    return _add(
        path,
        "mail",
        {
            "name": name,
            "practices": list(practices),
            "from": from_,
            "reply_to": reply_to,
            "transport": transport,
            "url": url,
            "host": host,
            "port": port,
            "security": security,
            "username": username,
            "password": _table(password),
            "oauth": None if oauth is None else _mail_oauth(oauth),
            "bcc_self": bcc_self or None,
            "folder": None if folder is None else str(folder.absolute()),
        },
        keep=keep,
    )


def _add(path: Path, section: str, values: Mapping[str, TomlValue | None], *, keep: bool = True) -> Config:
    """Append a table; keys without a value are left out."""
    table = _written(section, {key: value for key, value in values.items() if value is not None})

    return rewritten(path, lambda text, _: appended(text, table), keep=keep)


def appended(text: str, table: str) -> str:
    """Return a file's text with a table at its end, behind an empty line."""
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return text + gap + table


def rewritten(path: Path, change: Callable[[str, Config], str], *, keep: bool = True) -> Config:
    """Put a changed text in the place of a file's, and return what it says. Without `keep` nothing is written.

    `change` gets the text and what it says now. Raises ConfigError if the file is wrong already and UsageError if it
    would be by the change; the file is then left alone.
    """
    # A configuration that is a link stays one: what it points to is replaced.
    file = path.resolve()
    with _one_at_a_time(file.parent):
        before = file.read_bytes() if file.exists() else b""
        text = decoded(before, path)
        text = change(text, parse(text, path))
        config = _taken(text, path)
        if keep:
            _replace(file, text.encode("utf-8"), before)
    return config


def _taken(text: str, path: Path) -> Config:
    """Return the configuration with what was added to a file that was right before."""
    try:
        return parse(text, path)
    except ConfigError as error:
        words = "; ".join(words for _, words in error.problems)
        raise UsageError(f"{path} cannot take this. {words}.", safe="Nothing was changed.") from None


def _written(section: str, values: Mapping[str, TomlValue]) -> str:
    """Return one table of a section as TOML."""
    import tomlkit

    table = tomlkit.table()
    for key, value in values.items():
        table.append(key, _inline(value) if isinstance(value, Mapping) else value)
    return f"[[{section}]]\n{tomlkit.dumps(table)}"


def _inline(values: Table) -> InlineTable:
    import tomlkit

    table = tomlkit.inline_table()
    for name, value in values.items():
        table.append(name, _inline(value) if isinstance(value, Mapping) else value)
    return table


def _oauth(oauth: OAuth) -> Table:
    """Return how to sign in as the file writes it; what is Google's own goes without saying."""
    secret = _table(oauth.client_secret)
    said = {name: getattr(oauth, name) for name, google in GOOGLE.items() if getattr(oauth, name) != google}
    return {"client_id": oauth.client_id, **({} if secret is None else {"client_secret": secret}), **said}


def _mail_oauth(oauth: MailOAuth) -> Table:
    secret = _table(oauth.client_secret)
    return {
        "provider": oauth.provider,
        "client_id": oauth.client_id,
        **({} if secret is None else {"client_secret": secret}),
        **({} if oauth.tenant is None else {"tenant": oauth.tenant}),
    }


def _table(ref: SecretRef | None) -> Table | None:
    """Return a reference as the file writes it."""
    if ref is None:
        return None
    return {ref.kind.value: list(ref.where) if ref.kind is SecretKind.COMMAND else ref.where[0]}


@contextmanager
def _one_at_a_time(folder: Path) -> Generator[None]:
    """Hold the folder's lock, so that two commands do not each add to the same text."""
    import fcntl

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(file: Path, data: bytes, before: bytes) -> None:
    """Put a whole new file in the place of the one that was read."""

    def unchanged() -> None:
        if (file.read_bytes() if file.exists() else b"") != before:
            raise FollowthruError(
                f"{file} was changed by somebody else just now.", safe="Nothing was changed.", remedy="Try again."
            )

    with durable.writing(file, unchanged) as new:
        new.write(data)
