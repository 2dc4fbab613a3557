"""What must hold between the keys of a configuration, beyond each key by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followthru.config.problems import Problem, Where
from followthru.config.values import Account, Calendar, CalendarFile, Config, MailAccount
from followthru.domain.nearest import did_you_mean
from followthru.web.origin import is_loopback


def broken_rules(config: Config) -> Iterator[Problem]:
    """Yield every rule that the configuration breaks."""
    yield from _unique_names("accounts", [account.name for account in config.accounts])
    yield from _unique_names("calendars", [calendar.name for calendar in config.calendars])
    yield from _unique_names("mail", [account.name for account in config.mail])
    for index, account in enumerate(config.accounts):
        yield from _sign_in(("accounts", index), account)
    accounts = [account.name for account in config.accounts]
    for index, calendar in enumerate(config.calendars):
        yield from _calendar(index, calendar, accounts)
    yield from _one_calendar_each(config.calendars)
    yield from _files(config.calendar_files)
    for index, account in enumerate(config.mail):
        yield from _sign_in(("mail", index), account)
        yield from _mail(index, account)
    yield from _one_mail_account_each(config.mail)
    yield from _brief(config)


def _unique_names(section: str, names: Sequence[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Problem((section, index), f"another one is called {name!a} already; give it another name")


def _brief(config: Config) -> Iterator[Problem]:
    name, names = config.me.brief_mail, [account.name for account in config.mail]
    if name is None:
        return
    if name not in names:
        yield Problem(("me", "brief_mail"), f"there is no mail account {name!a}. {did_you_mean(name, names)}".rstrip())
    if config.me.email is None:
        yield Problem(("me", "brief_mail"), "the brief needs an address to go to: set email")
    if config.me.morning_brief is None:
        yield Problem(("me", "brief_mail"), "the brief needs an hour: set morning_brief")


def _sign_in(where: tuple[str, int], account: Account | MailAccount) -> Iterator[Problem]:
    if account.oauth is not None:
        if account.password is not None:
            yield Problem((*where, "password"), "an account signs in with a password or through oauth, not both")
        return
    if isinstance(account, MailAccount) and account.transport == "jmap":
        # Without a username the secret is a token of its own, such as Fastmail gives.
        if account.password is None:
            yield Problem(where, "transport jmap needs a password, or oauth, to sign in with")
        return
    if account.username is not None and account.password is None:
        yield Problem((*where, "username"), "a username needs a password to sign in with")
    if account.password is not None and account.username is None:
        yield Problem((*where, "password"), "a password needs the username it belongs to")


def _calendar(index: int, calendar: Calendar, accounts: Sequence[str]) -> Iterator[Problem]:
    where = ("calendars", index)
    if calendar.account not in accounts:
        hint = did_you_mean(calendar.account, accounts)
        yield Problem((*where, "account"), f"there is no account {calendar.account!a}. {hint}".rstrip())
    if (calendar.collection is None) is not calendar.create:
        yield Problem(where, "needs either a collection or create = true")
    if calendar.audience != "me" and len(calendar.practices) != 1:
        yield Problem(
            where, f"a calendar for {calendar.audience} names exactly one practice, not {len(calendar.practices)}"
        )
    if calendar.audience != "me" and calendar.targets:
        yield Problem((*where, "targets"), "targets are yours alone; they need audience me")


def _one_calendar_each(calendars: Sequence[Calendar]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for index, calendar in enumerate(calendars):
        if calendar.collection is None:
            continue
        used = seen.setdefault((calendar.account, calendar.collection.rstrip("/")), calendar.name)
        if used != calendar.name:
            yield Problem(("calendars", index, "collection"), f"this collection is used by {used!a} already")


def _files(files: Sequence[CalendarFile]) -> Iterator[Problem]:
    for index, file in enumerate(files):
        where = ("calendar_files", index)
        if file.audience != "me" and file.practice is None:
            yield Problem(where, f"a file for {file.audience} needs the practice whose {file.audience} read it")
        if file.path in [other.path for other in files[:index]]:
            yield Problem((*where, "path"), "another table writes this file already")


def _mail(index: int, account: MailAccount) -> Iterator[Problem]:
    where = ("mail", index)
    yield from _incoming((*where, "incoming"), account)
    if account.transport == "file":
        if account.folder is None:
            yield Problem(where, "transport file needs a folder")
    elif account.transport == "graph":
        if account.oauth is None:
            yield Problem(where, "transport graph needs oauth")
    elif account.transport == "jmap":
        if account.url is None:
            yield Problem(where, "transport jmap needs a url")
    elif account.host is None:
        yield Problem(where, "transport smtp needs a host")
    elif account.security == "plain" and not is_loopback(account.host):
        yield Problem((*where, "security"), "mail leaves this machine encrypted only: use tls or starttls")
    if account.oauth is not None:
        yield from _provider((*where, "oauth"), account)


def _provider(where: Where, account: MailAccount) -> Iterator[Problem]:
    if account.transport == "file":
        yield Problem(where, "transport file signs in nowhere")
    elif account.oauth is not None and not account.oauth.scope:
        yield Problem(where, f"{account.oauth.provider} is not a provider for transport {account.transport}")
    elif account.transport == "smtp" and account.username is None:
        yield Problem(where, "needs the username whose mailbox it signs in to")


def _incoming(where: tuple[str | int, ...], account: MailAccount) -> Iterator[Problem]:
    incoming = account.incoming
    if incoming is None:
        return
    if incoming.security == "plain" and not is_loopback(incoming.host):
        yield Problem(where, "a mailbox beyond this machine is read encrypted only: use tls or starttls")
    if (incoming.username or account.username) is None:
        yield Problem(where, "a mailbox needs the username that signs in")
    elif (incoming.password or account.password) is None and account.oauth is None:
        yield Problem(where, "a username needs a password to sign in with")
    elif incoming.password is None and account.oauth is not None and account.transport != "smtp":
        words = f"what transport {account.transport} signs in to is not read over IMAP; give incoming a password"
        yield Problem(where, words)


def _one_mail_account_each(accounts: Sequence[MailAccount]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for index, account in enumerate(accounts):
        for practice in account.practices:
            used = seen.setdefault(practice, account.name)
            if used != account.name:
                yield Problem(
                    ("mail", index, "practices"),
                    f"{practice} is served by {used!a} already, and has one account: take it out there first",
                )
