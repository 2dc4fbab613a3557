"""The steps that connect a calendar or a mail account: each asks one thing, can be left, and keeps what was typed.

Nothing is written, here or on a server, before it was shown and agreed to. A password never becomes part of what is
remembered: it goes to the keyring at once, or it is said where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from followthru.actions import connecting
from followthru.actions.connecting import Preview, Sender, Server
from followthru.domain.people import Practice
from followthru.domain.sample import is_sample
from followthru.domain.saying import count_words
from followthru.errors import UsageError
from followthru.secrets import SecretRef
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Said
from followthru_tui.hands.main import Main
from followthru_tui.hands.steps import AGAIN, Password, Steps
from followthru_tui.widgets.picklist import Pick

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.calendars.discovery import FoundCalendar
    from followthru.config.values import Account, Calendar


class ConnectHands:
    """Connects what is outside, one step after the other."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._steps = Steps(main)

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {"connect calendar": self._calendar, "connect mail": self._mail}

    # A calendar

    def _calendar(self) -> None:
        self._steps.look(lambda desk: desk.config.accounts, self._which_server)

    def _which_server(self, accounts: Sequence[Account]) -> None:
        if not accounts:
            self._url()
            return
        known = {one.name: one for one in accounts}
        picks = [Pick(one.name, "", one.name, one.url) for one in accounts]

        def take(chosen: str) -> None:
            if chosen in known:
                self._discover(known[chosen])
            else:
                self._url()

        self._main.pick("On which server?", [*picks, Pick("", "", "Another server")], take)

    def _url(self) -> None:
        said = "Step 1 of 5. As your calendar program has it; nothing is written before you have seen what."
        self._steps.ask(
            "url",
            "Calendar server",
            said,
            lambda line: self._username(connecting.checked_url(line)),
            example="https://dav.example.com",
        )

    def _username(self, url: str) -> None:
        def take(user: str) -> None:
            if not user:
                self._discover(Server(url, "", None))
                return
            key = partial(_calendar_key, url=url)
            Password(self._steps, "Step 3 of 5", user, key, lambda ref: self._discover(Server(url, user, ref))).ask()

        self._steps.ask("user", "User name", f"Step 2 of 5, at {url}. Empty where nobody signs in.", take)

    def _discover(self, server: Server | Account) -> None:
        def look(desk: Desk) -> tuple[Account, tuple[FoundCalendar, ...]]:
            if isinstance(server, Server):
                desk, account = connecting.account_of(desk, server)
            else:
                account = server
            return account, connecting.discover(desk, account)

        new = server if isinstance(server, Server) else None
        where = server.url
        self._steps.look(look, lambda got: self._choose(new, *got), f"Signing in to {where} and looking for calendars…")

    def _choose(self, server: Server | None, account: Account, every: Sequence[FoundCalendar]) -> None:
        self._main.hint("")
        picks = [Pick("new", "", "Make a new one for promises", "recommended: nothing else is in it")]
        picks += [
            Pick(str(number), "", one.name or one.url, one.url, _why_not(one)) for number, one in enumerate(every)
        ]

        def take(chosen: str) -> None:
            self._preview(server, account, None if chosen == "new" else every[int(chosen)], every)

        self._main.pick(f"Signed in. Step 4 of 5: which calendar at {urlsplit(account.url).netloc}?", picks, take)

    def _preview(
        self, server: Server | None, account: Account, found: FoundCalendar | None, every: Sequence[FoundCalendar]
    ) -> None:
        def look(desk: Desk) -> tuple[Calendar, Preview]:
            if server is not None:
                desk, _ = connecting.account_of(desk, server)
            calendar = connecting.calendar_of(desk, account, found)
            return calendar, connecting.preview(desk, account, calendar)

        def show(got: tuple[Calendar, Preview]) -> None:
            calendar, seen = got
            self._main.hint("")
            shares = seen.others > 0
            does = "Yes: share it, and leave the others alone" if shares else "Yes: write it, and keep it in step"
            picks = [
                Pick("yes", "", does),
                Pick("other", "", "Choose another calendar"),
                Pick("no", "", "Not now: nothing was written"),
                *(Pick("", "", line) for line in _said(seen)),
            ]

            def take(chosen: str) -> None:
                if chosen == "yes":
                    self._write(server, calendar, shares=shares)
                elif chosen == "other":
                    self._choose(server, account, every)
                elif not chosen:
                    show(got)
                else:
                    self._main.say(f"Nothing was written. {AGAIN}")

            self._main.pick(f"Step 5 of 5: {seen.words}", picks, take)

        self._steps.look(look, show, "Looking at what would be written…")

    def _write(self, server: Server | None, calendar: Calendar, *, shares: bool) -> None:
        def do(desk: Desk) -> Said:
            return Said(
                f"{connecting.connect_calendar(desk, server, calendar, shares=shares)} 5 shows it.", changed=False
            )

        self._main.act(do, lambda _: self._done())

    def _done(self) -> None:
        """Forget what was typed, and look: the background process reads the configuration anew by itself."""
        self._main.notebook.answers.clear()
        self._main.look_for_changes()

    # Mail

    def _mail(self) -> None:
        def look(desk: Desk) -> tuple[list[Practice], str, str]:
            from followthru.store import practices

            config = desk.config
            every = [one for one in practices.all_practices(desk.ctx.read) if not is_sample(one.slug)]
            sender = f"{config.me.name} <{config.me.email}>" if config.me.name and config.me.email else ""
            return [one for one in every if config.mail_for(one.slug) is None], sender, config.me.email or ""

        self._steps.look(look, lambda got: self._which_practice(*got))

    def _which_practice(self, every: Sequence[Practice], sender: str, mine: str) -> None:
        if not every:
            self._main.say("No practice is without a mail account. : “Add a practice” adds one.")
            return
        picks = [Pick(one.slug, "", one.slug, one.name) for one in every]
        self._main.pick(
            "Step 1 of 7: whose updates are to go out?", picks, lambda slug: self._from((slug,), sender, mine)
        )

    def _from(self, slugs: tuple[str, ...], usual: str, mine: str) -> None:
        self._steps.ask(
            "from",
            "From",
            f"Step 2 of 7. What clients of {', '.join(slugs)} see as its sender.",
            lambda line: self._host(slugs, line, mine),
            example="Robin Vale <robin@oak.example>",
            usual=usual,
        )

    def _host(self, slugs: tuple[str, ...], from_: str, mine: str) -> None:
        def take(line: str) -> None:
            host = connecting.server_words(line)
            self._steps.ask(
                "mail user",
                "User name",
                f"Step 4 of 7, at {host[0]}. Empty where nobody signs in.",
                lambda user: signs_in(host, user),
            )

        def signs_in(host: tuple[str, int | None, str | None], user: str) -> None:
            def then(ref: SecretRef | None) -> None:
                self._test(Sender(slugs, from_, *host, user, ref), mine)

            if user:
                Password(self._steps, "Step 5 of 7", user, partial(_mail_key, host=host[0]), then).ask()
            else:
                then(None)

        said = "Step 3 of 7. The server that mail leaves through, with its port and tls or starttls where they are odd."
        self._steps.ask("host", "Mail server", said, take, example="smtp.example.com:587 starttls")

    def _test(self, sender: Sender, mine: str) -> None:
        def take(to: str) -> None:
            if "@" not in to:
                raise UsageError("Say your own address: the test goes there, and to nobody else.")
            self._steps.look(
                lambda desk: connecting.send_test(desk, sender, to),
                lambda words_: self._agree(sender, words_),
                f"Sending a test to {to}…",
            )

        said = "Step 6 of 7. One test mail goes to this address of yours; nothing is kept of it."
        self._steps.ask("to", "Send a test to", said, take, example="robin@example.com", usual=mine)

    def _agree(self, sender: Sender, said: str) -> None:
        self._main.say(said)
        picks = [
            Pick(
                "yes", "", f"Use it for {', '.join(sender.practices)} from now on", "the first mail is still reviewed"
            ),
            Pick("no", "", "Not now: nothing was written"),
        ]

        def take(chosen: str) -> None:
            if chosen == "yes":
                self._main.act(lambda desk: _added(desk, sender), lambda _: self._done())
            else:
                self._main.say(f"No mail account was added. {AGAIN}")

        self._main.pick(f"Step 7 of 7. {said}", picks, take)


def _added(desk: Desk, sender: Sender) -> Said:
    _, account = connecting.mail_of(desk, sender, keep=True)
    slugs = ", ".join(sender.practices)
    return Said(f"Updates of {slugs} go out through {account.name} from now on, after your review.", changed=False)


def _calendar_key(desk: Desk, url: str) -> str:
    return f"calendar account {connecting.name_for(url, [one.name for one in desk.config.accounts])}"


def _mail_key(desk: Desk, host: str) -> str:
    return f"mail account {connecting.name_for(host, [one.name for one in desk.config.mail])}"


def _said(seen: Preview) -> list[str]:
    """Return what a first sync would do, line by line; what is there of others first."""
    there = [f"= {count_words(seen.others, 'other thing')} there: left alone"] if seen.others else []
    left = seen.creates - len(seen.lines)
    return [*there, *(f"+ {line}" for line in seen.lines), *([f"+ and {left:,} more"] if left > 0 else [])]


def _why_not(one: FoundCalendar) -> str | None:
    if one.read_only:
        return "it may only be read"
    return "it takes no events" if one.components and "VEVENT" not in one.components else None
