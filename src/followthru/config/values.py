"""The configuration as values: what `config.toml` says, with defaults in the places it leaves out.

The fields of each value are the keys of its table in `keys`; `as` and `from`, which Python keeps for itself,
end in an underscore.
"""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from followthru.domain.sample import is_sample

if TYPE_CHECKING:
    from followthru.secrets import SecretRef


class Hours(NamedTuple):
    """Wall-clock hours from `start` up to `end`; over midnight if `end` is not later."""

    start: time
    end: time

    def cover(self, at: time) -> bool:
        """Return whether a wall-clock time lies within these hours."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


class Mailbox(NamedTuple):
    """An address and the name shown with it, which may be empty."""

    name: str
    address: str


class Me(NamedTuple):
    """The PM. `capacity` is minutes of work on a working day; without `timezone` the machine's holds.

    `brief_mail` is the mail account through which the morning's brief comes to `email`.
    """

    name: str
    email: str | None
    timezone: str | None
    date_order: str
    capacity: int | None
    morning_brief: time | None
    brief_mail: str | None = None


class StoreSettings(NamedTuple):
    """Where the database is, if not in the home."""

    path: Path | None


class OAuth(NamedTuple):
    """A client id of the user's own at a provider, and where the provider is asked (RFC 6749 section 3, RFC 8628)."""

    client_id: str
    client_secret: SecretRef | None
    authorization_endpoint: str
    token_endpoint: str
    scope: str
    device_authorization_endpoint: str | None = None
    provider: str | None = None


class Account(NamedTuple):
    """A calendar server and how to sign in: with a password sent as `sign_in` says, or through `oauth`."""

    name: str
    url: str
    username: str | None
    password: SecretRef | None
    sign_in: str = "basic"
    ca_file: Path | None = None
    oauth: OAuth | None = None


class Calendar(NamedTuple):
    """One calendar on an account: either a `collection` that exists or one to `create`.

    Without `practices` (only with audience `me`) it shows all.
    """

    name: str
    account: str
    collection: str | None
    create: bool
    practices: tuple[str, ...]
    audience: str
    as_: str
    targets: bool
    share_existing: bool


class CalendarFile(NamedTuple):
    """A calendar as a file. Without `practice` (only with audience `me`) it shows all."""

    path: Path
    practice: str | None
    audience: str
    group_readable: bool


class Incoming(NamedTuple):
    """The mailbox that answers to an account's mail come back to, and how to sign in where that differs from sending.

    `sent` is the folder of sent mail, None for the one that the server names; mails in the folder `tasks` become tasks.
    """

    host: str
    port: int
    security: str
    username: str | None = None
    password: SecretRef | None = None
    ca_file: Path | None = None
    sent: str | None = None
    tasks: str | None = None


class MailAccount(NamedTuple):
    """How the updates of its practices are sent. `folder` is where transport `file` puts messages.

    `daily_limit` is the most mails that leave within 24 hours; `incoming` is where answers are looked for.
    """

    name: str
    practices: tuple[str, ...]
    from_: Mailbox
    reply_to: str | None
    transport: str
    host: str | None
    port: int | None
    security: str
    username: str | None
    password: SecretRef | None
    bcc_self: bool
    folder: Path | None
    daily_limit: int = 500
    incoming: Incoming | None = None
    oauth: OAuth | None = None
    ca_file: Path | None = None
    url: str | None = None


class Updates(NamedTuple):
    """How updates go out. `send_delay` is seconds between approval and sending, in which it can be recalled.

    `reader_limit` is the most mails that one person gets within 24 hours.
    """

    send_delay: int
    quiet_hours: Hours | None
    default_cadence: str | None
    reader_limit: int = 5


class Daemon(NamedTuple):
    """When the background process looks and what it keeps.

    `poll` is seconds between looks at a calendar, `backups` the days whose backups are kept (0: none are made).
    `check_clock` has servers asked what time it is before mail leaves by this machine's clock.
    """

    poll: int
    backups: int
    log_level: str
    backup_folder: Path | None = None
    backup_megabytes: int = 2000
    check_clock: bool = True


class Screen(NamedTuple):
    """How the terminal screen looks."""

    theme: str


def is_view_name(text: str) -> bool:
    """Return whether a saved list may be called so: a word that needs no quotation marks anywhere."""
    letters = text.replace("-", "")
    ends = text[:1] != "-" and text[-1:] != "-"
    return ends and len(text) <= 40 and letters.isascii() and letters.isalnum() and letters == letters.lower()


class Config(NamedTuple):
    """Everything that `config.toml` can say."""

    me: Me
    store: StoreSettings
    accounts: tuple[Account, ...]
    calendars: tuple[Calendar, ...]
    mail: tuple[MailAccount, ...]
    updates: Updates
    daemon: Daemon
    calendar_files: tuple[CalendarFile, ...] = ()
    screen: Screen = Screen("dark")
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Own keys by the name of a command, as written; which commands there are is not known here."""
    views: tuple[tuple[str, str], ...] = ()
    """Saved lists by name: the words of each as they are typed. Whether they can be read is not known here."""

    def account(self, name: str) -> Account:
        """Return an account by name. Raises KeyError."""
        return {account.name: account for account in self.accounts}[name]

    def calendar(self, name: str) -> Calendar:
        """Return a calendar by name. Raises KeyError."""
        return {calendar.name: calendar for calendar in self.calendars}[name]

    def mail_for(self, practice: str) -> MailAccount | None:
        """Return the one mail account of a practice; None means that nothing is ever sent for it, as of sample data."""
        if is_sample(practice):
            return None
        return next((account for account in self.mail if practice in account.practices), None)
