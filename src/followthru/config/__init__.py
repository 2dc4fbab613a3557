"""Where followthru's files are and what its user set up. Changing the file is in `edit`."""

from __future__ import annotations

from followthru.config.places import Home, home, home_in
from followthru.config.reading import check, default, load, parse
from followthru.config.values import (
    Account,
    Calendar,
    CalendarFile,
    Config,
    Daemon,
    Hours,
    Incoming,
    MailAccount,
    Mailbox,
    Me,
    Screen,
    StoreSettings,
    Updates,
)

__all__ = [
    "Account",
    "Calendar",
    "CalendarFile",
    "Config",
    "Daemon",
    "Home",
    "Hours",
    "Incoming",
    "MailAccount",
    "Mailbox",
    "Me",
    "Screen",
    "StoreSettings",
    "Updates",
    "check",
    "default",
    "home",
    "home_in",
    "load",
    "parse",
]
