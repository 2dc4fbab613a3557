"""The settings of a test's home, from a few words: which servers, for whom, and what else is not as it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import tomlkit

USER = "robin"
IN_FILE: Mapping[str, object] = {"file": "password"}
IN_ENVIRONMENT: Mapping[str, object] = {"env": "PASSWORD"}


class Table(NamedTuple):
    """A table of the configuration. Of accounts, calendars and mail accounts there may be several."""

    name: str
    values: Mapping[str, object]


def me(**more: object) -> Table:
    """Whose settings they are."""
    return Table("me", {"name": "Robin Vale", **more})


def account(url: str, password: Mapping[str, object] = IN_FILE, *, name: str = "work") -> Table:
    """A sign-in to a calendar server."""
    return Table("accounts", {"name": name, "url": url, "username": USER, "password": password})


def calendar(collection: str | None = None, *, name: str = "promises", account: str = "work", **more: object) -> Table:
    """A calendar: one that is there, at a URL, or one that is to be made."""
    place = {"create": True} if collection is None else {"collection": collection}
    return Table("calendars", {"name": name, "account": account, **place, **more})


def mail(port: int, *, name: str = "oak", practices: Sequence[str] = ("oak-street",), **more: object) -> Table:
    """A mail account with a server on this machine."""
    return Table("mail", {**_sender(name, practices), **on_port(port), **more})


def mail_into(folder: str, *, name: str = "oak", practices: Sequence[str] = ("oak-street",)) -> Table:
    """A mail account that writes each mail into a folder."""
    return Table("mail", {**_sender(name, practices), "transport": "file", "folder": folder})


def _sender(name: str, practices: Sequence[str]) -> dict[str, object]:
    return {"name": name, "practices": list(practices), "from": f"Robin Vale <robin@{name}.example>"}


def on_port(port: int) -> dict[str, object]:
    """A mail server on this machine, which speaks in plain text."""
    return {"host": "127.0.0.1", "port": port, "security": "plain"}


def updates(send_delay: str, **more: object) -> Table:
    """How updates go out."""
    return Table("updates", {"send_delay": send_delay, **more})


def daemon(**values: object) -> Table:
    """How the background process does its work."""
    return Table("daemon", values)


def text(*tables: Table) -> str:
    """Return the text of a configuration with these tables."""
    whole: dict[str, object] = {}
    several: dict[str, list[object]] = {name: [] for name in ("accounts", "calendars", "mail")}
    for name, values in tables:
        if name in several:
            whole[name] = several[name]
            several[name].append(dict(values))
        else:
            whole[name] = dict(values)
    return tomlkit.dumps(whole)


def write(home: Path, *tables: Table) -> None:
    """Write the configuration of a home."""
    (home / "config.toml").write_text(text(*tables), "utf-8")
