"""The one table of configuration keys: what each is called, what it takes, its default and its words.

The reader checks a file against this table, and the example file and the reference page are held to it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import NamedTuple

Default = str | int | bool | tuple[str, ...] | None


class Kind(StrEnum):
    """What a key takes, in the words of the error that names it."""

    TEXT = "text"
    EMAIL = "an e-mail address"
    MAILBOX = 'an e-mail address, or "Name <address>"'
    CHOICE = "one of its words"
    COUNT = "a whole number from 0"
    PORT = "a port from 1 to 65535"
    FLAG = "true or false"
    SPAN = 'seconds, or a time span such as "90s", "5m" or "2h"'
    MINUTES = 'a time span such as "90m" or "6h"'
    TIME = 'a time such as "07:30"'
    HOURS = 'hours such as "19:00-07:00"'
    SLUG = 'a practice such as "oak-street"'
    SLUGS = 'a list of practices such as ["oak-street"]'
    SERVER = "an https address without a password in it (http only on this machine)"
    PATH = "the path of a file or folder"
    INCOMING = '{ host = "…" }, and what differs from sending'
    OAUTH = '{ client_id = "…", client_secret = { … } }, and what it says of another provider than Google'
    MAIL_OAUTH = '{ provider = "microsoft" or "google", client_id = "…" }, or what it says of another provider'
    REFERENCE = '{ keyring = "…" }, { command = ["…"] }, { env = "…" } or { file = "…" }'


class Key(NamedTuple):
    """One key. `least` and `most` bound a number: of seconds, some months."""

    section: str
    name: str
    kind: Kind
    default: Default
    words: str
    choices: tuple[str, ...] = ()
    required: bool = False
    least: int = 0
    most: int = 10_000_000


class Section(NamedTuple):
    """One table of the file, written once or, if `many`, once for each thing.

    A `free` one has no keys of its own: whoever uses it knows its names.
    """

    name: str
    many: bool
    words: str
    free: bool = False


SECTIONS = (
    Section("me", False, "You."),
    Section("store", False, "Where everything is kept."),
    Section("accounts", True, "Calendar servers, one table each."),
    Section("calendars", True, "Calendars on those servers, one table each."),
    Section("calendar_files", True, "Calendars as files, for programs without CalDAV, one table each."),
    Section("mail", True, "Mail accounts, one table each. A practice without one is never sent mail."),
    Section("updates", False, "How updates to people go out."),
    Section("daemon", False, "The background process."),
    Section("screen", False, "The terminal screen."),
    Section(
        "keys",
        False,
        "Your own keys on the screen: a command's name, as the palette says it, and a key or a list of keys, such as "
        '`done = "X"` or `"update approve" = ["Z", "ctrl+y"]`. An empty list takes its keys away. A key that another '
        "command has is not used, and said with its line.",
        free=True,
    ),
    Section(
        "views",
        False,
        "Lists of tasks that you saved: a name of small letters, digits and dashes, and the words of a filter with "
        '`sort:` and `group:` among them, such as `oak-late = "@oak-street health:late sort:-promise group:person"`. '
        "`followthru view` writes them, as the screen does.",
        free=True,
    ),
)

KEYS = (
    Key("me", "name", Kind.TEXT, "", "Your name, as people read it."),
    Key("me", "email", Kind.EMAIL, None, "Your own address, for test messages and briefs."),
    Key("me", "timezone", Kind.TEXT, None, "Your timezone; without it, this machine's."),
    Key("me", "date_order", Kind.CHOICE, "dmy", "How 3/4 is read: day or month first.", ("dmy", "mdy")),
    Key("me", "capacity", Kind.MINUTES, None, "How much work fits into a working day of yours."),
    Key("me", "morning_brief", Kind.TIME, None, "When you want the day's brief on your desktop; without it, none."),
    Key(
        "me", "brief_mail", Kind.TEXT, None, "The mail account through which the brief also comes to your own address."
    ),
    Key(
        "store", "path", Kind.PATH, None, "The database, never on a network folder; without it, followthru.db at home."
    ),
    Key("accounts", "name", Kind.TEXT, None, "What you call it.", required=True),
    Key("accounts", "url", Kind.SERVER, None, "Where its CalDAV server is.", required=True),
    Key("accounts", "username", Kind.TEXT, None, "Who signs in."),
    Key("accounts", "password", Kind.REFERENCE, None, "Where the password is; never the password itself."),
    Key(
        "accounts",
        "sign_in",
        Kind.CHOICE,
        "basic",
        "How the password is sent: basic with every request, digest as a proof that it is known.",
        ("basic", "digest"),
    ),
    Key(
        "accounts",
        "ca_file",
        Kind.PATH,
        None,
        "The certificate of a private authority that vouches for the server, in PEM; the system's hold as well.",
    ),
    Key(
        "accounts",
        "oauth",
        Kind.OAUTH,
        None,
        "Sign in through a browser instead of a password, with a client id of your own: `followthru account login`.",
    ),
    Key("calendars", "name", Kind.TEXT, None, "What you call it; without it, its practices and audience."),
    Key("calendars", "account", Kind.TEXT, None, "Which account it is on.", required=True),
    Key("calendars", "collection", Kind.TEXT, None, "The calendar, by its name or address on the server."),
    Key("calendars", "create", Kind.FLAG, False, "Make a new calendar instead."),
    Key("calendars", "practices", Kind.SLUGS, (), "What it shows; a calendar for me shows all without it."),
    Key("calendars", "audience", Kind.CHOICE, "me", "Who reads it.", ("me", "owners", "team")),
    Key("calendars", "as", Kind.CHOICE, "events", "What a promise is on it: an event, or a todo.", ("events", "tasks")),
    Key("calendars", "targets", Kind.FLAG, False, "Show your own targets too; only with audience me."),
    Key("calendars", "share_existing", Kind.FLAG, False, "Use a calendar that holds other things."),
    Key("calendar_files", "path", Kind.PATH, None, "The file, which followthru alone writes.", required=True),
    Key("calendar_files", "practice", Kind.SLUG, None, "What it shows; a file for me shows all without it."),
    Key("calendar_files", "audience", Kind.CHOICE, None, "Who reads it.", ("me", "owners", "team"), required=True),
    Key("calendar_files", "group_readable", Kind.FLAG, False, "Let the file's group read it too, not you alone."),
    Key("mail", "name", Kind.TEXT, None, "What you call it.", required=True),
    Key("mail", "practices", Kind.SLUGS, (), "Whose updates go through it; a practice has one account."),
    Key("mail", "from", Kind.MAILBOX, None, "Who the mail is from.", required=True),
    Key("mail", "reply_to", Kind.EMAIL, None, "Where answers go, if elsewhere."),
    Key("mail", "transport", Kind.CHOICE, "smtp", "How mail leaves.", ("smtp", "graph", "jmap", "file")),
    Key(
        "mail",
        "url",
        Kind.SERVER,
        None,
        "The JMAP server or its session; where Graph is, if not at Microsoft's usual address.",
    ),
    Key("mail", "host", Kind.TEXT, None, "The SMTP server."),
    Key("mail", "port", Kind.PORT, None, "Its port; without it, 465 for tls, 587 for starttls, 25 for plain."),
    Key(
        "mail",
        "security",
        Kind.CHOICE,
        None,
        "How the connection is kept private; plain only on this machine. Without it, starttls on port 587, else tls.",
        ("tls", "starttls", "plain"),
    ),
    Key("mail", "username", Kind.TEXT, None, "Who signs in."),
    Key("mail", "password", Kind.REFERENCE, None, "Where the password is; never the password itself."),
    Key(
        "mail",
        "oauth",
        Kind.MAIL_OAUTH,
        None,
        "Sign in through a provider, with a client id of your own, not a password: `followthru mailbox login`.",
    ),
    Key(
        "mail",
        "ca_file",
        Kind.PATH,
        None,
        "The certificate of a private authority that vouches for the server, in PEM; the system's hold as well.",
    ),
    Key(
        "mail",
        "bcc_self",
        Kind.FLAG,
        False,
        "Send a blind copy of every mail to its own address; the other transports than smtp keep one anyway.",
    ),
    Key("mail", "folder", Kind.PATH, None, "Where transport file puts its messages."),
    Key("mail", "daily_limit", Kind.COUNT, 500, "The most mails that leave through it within a day.", least=1),
    Key(
        "mail",
        "incoming",
        Kind.INCOMING,
        None,
        "The mailbox that answers come back to, which is only read; without it, none is. It takes host, port, "
        "security, username, password, ca_file, sent (the folder of sent mail) and tasks (a folder whose mails "
        "become tasks).",
    ),
    Key("updates", "send_delay", Kind.SPAN, 60, "How long an approved update can still be recalled."),
    Key("updates", "quiet_hours", Kind.HOURS, None, "When nothing is sent, in the reader's zone."),
    Key("updates", "default_cadence", Kind.TEXT, None, "How often a person you add hears from you, unless you say."),
    Key("updates", "reader_limit", Kind.COUNT, 5, "The most mails that one person gets within a day.", least=1),
    Key("daemon", "poll", Kind.SPAN, 120, "How often calendars and mailboxes are looked at.", least=1),
    Key(
        "daemon",
        "backups",
        Kind.COUNT,
        7,
        "For how many days a backup is kept, beside those of four weeks and twelve months; 0 makes none by itself.",
        most=36_500,
    ),
    Key("daemon", "backup_folder", Kind.PATH, None, "A second folder for each backup, best on another disk."),
    Key("daemon", "backup_megabytes", Kind.COUNT, 2000, "The most that the backups of a folder take.", least=1),
    Key(
        "daemon",
        "check_clock",
        Kind.FLAG,
        True,
        "Whether calendar and mail servers are asked what time it is before anything leaves by this machine's clock.",
    ),
    Key("daemon", "log_level", Kind.CHOICE, "info", "How much is logged.", ("debug", "info", "warning", "error")),
    Key(
        "screen",
        "theme",
        Kind.CHOICE,
        "dark",
        "Its colours: contrast for tired eyes and bright rooms, terminal for your terminal's own.",
        ("dark", "light", "contrast", "terminal"),
    ),
)


@cache
def section_names() -> tuple[str, ...]:
    """Return the names of all tables in the order of the file."""
    return tuple(section.name for section in SECTIONS)


@cache
def of(section: str) -> dict[str, Key]:
    """Return a table's keys by name."""
    return {key.name: key for key in KEYS if key.section == section}


def default_text(key: Key) -> str:
    """Return a key's default as the file would write it; empty if it has none."""
    if key.required or key.default is None or key.default in ("", ()):
        return ""
    if isinstance(key.default, bool):
        return str(key.default).lower()
    return f'"{key.default}"' if isinstance(key.default, str) else str(key.default)


GONE = {
    ("updates", "first_line"): "How updates begin is now a phrase of each practice, `greeting`: "
    "`followthru update words SLUG --write` writes the file in which to change it."
}
"""Keys of before, and in a sentence what stands in their place."""
