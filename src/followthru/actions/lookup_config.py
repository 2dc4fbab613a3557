"""Find what a command's words name in the configuration: an account, a calendar."""

from __future__ import annotations

from followthru.config.values import Account, Calendar, Config, MailAccount
from followthru.domain.nearest import did_you_mean
from followthru.errors import NotFoundError


def account_named(config: Config, name: str) -> Account:
    """Return the calendar account of this name. Raises NotFoundError."""
    every = {one.name: one for one in config.accounts}
    if name not in every:
        on = next((one.account for one in config.calendars if one.name == name), None)
        if on is not None:
            raise NotFoundError(
                f"There is no account {name}.",
                safe="Nothing was changed.",
                remedy=f"{name} is a calendar on account {on}: name that.",
            )
        raise NotFoundError(
            f"There is no account {name}. {did_you_mean(name, every)}".rstrip(),
            safe="Nothing was changed.",
            remedy="`followthru account list` shows them, `followthru account add` adds one.",
        )
    return every[name]


def mail_named(config: Config, name: str) -> MailAccount:
    """Return the mail account of this name. Raises NotFoundError."""
    every = {one.name: one for one in config.mail}
    if name not in every:
        raise NotFoundError(
            f"There is no mail account {name}. {did_you_mean(name, every)}".rstrip(),
            safe="Nothing was changed.",
            remedy="`followthru mailbox list` shows them, `followthru mailbox add` adds one.",
        )
    return every[name]


def calendar_named(config: Config, name: str) -> Calendar:
    """Return the calendar of this name. Raises NotFoundError."""
    every = {one.name: one for one in config.calendars}
    if name not in every:
        raise NotFoundError(
            f"There is no calendar {name}. {did_you_mean(name, every)}".rstrip(),
            safe="Nothing was changed.",
            remedy="`followthru calendar list` shows them.",
        )
    return every[name]
