"""What is signed in to: a calendar account or a mail account, and where its sign-in is kept."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NamedTuple

from followthru.config.values import Account, MailAccount, OAuth

_PLAIN = re.compile(r"[a-z0-9-]{1,40}")
_OTHER = re.compile(r"[^A-Za-z0-9-]")


class Door(NamedTuple):
    """One account as a sign-in sees it.

    `words` name it in a sentence, `login` is the command that signs in. `entry` is its name in the keyring, `file` in
    the folder of sign-ins. A sign-in is good for `server` alone.
    """

    words: str
    login: str
    entry: str
    file: str
    server: str
    oauth: OAuth | None


def door_of(account: Account | MailAccount) -> Door:
    """Return what is signed in to. Raises CalendarError for a calendar account whose address is none."""
    name = account.name
    plain = _file_name(name)
    if isinstance(account, MailAccount):
        words, login, entry = f"mail account {name}", f"followthru mailbox login {name}", f"mail account {name} sign-in"
        return Door(words, login, entry, f"mail/{plain}.json", _mail_server(account), account.oauth)
    from followthru.calendars.dav.origin import origin_of

    words, login, entry = f"account {name}", f"followthru account login {name}", f"calendar account {name} sign-in"
    return Door(words, login, entry, f"{plain}.json", str(origin_of(account.url)), account.oauth)


def _file_name(name: str) -> str:
    """Return the name of an account's file; no two accounts share one, also where `Home` and `home` are not told apart.

    One account's sign-in must never be taken for another's: its mail would leave through the other's mailbox.
    """
    if _PLAIN.fullmatch(name):
        return name
    return f"{_OTHER.sub('-', name)[:40]}-{sha256(name.encode()).hexdigest()[:16]}"


def _mail_server(account: MailAccount) -> str:
    """Return what a sign-in is good for: the server that sends, and the mailbox where the same token opens it."""
    if account.transport != "smtp":
        return f"{account.transport} {account.url or ''}".strip()
    sends = f"smtp://{account.host or ''}:{account.port or ''}"
    incoming = account.incoming
    if incoming is None or incoming.password is not None:
        return sends
    return f"{sends} imap://{incoming.host}:{incoming.port}"
