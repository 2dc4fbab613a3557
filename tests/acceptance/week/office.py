"""Three practices of one made-up practice manager, with their people, calendars and mail accounts."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from followthru.demo.otherclient import OtherClient
from followthru.demo.radicale import Radicale
from tests.acceptance.week.desk import Desk
from tests.acceptance.week.post import StallingSink
from tests.calendarkit import PASSWORD, secret
from tests.program import settings
from tests.program.clock import SleepingClock
from tests.program.commands import Program
from tests.program.servers import Beside, Valve
from tests.storekit import copy_database
from tests.xandikos import Xandikos

MINE, CLIENT = "mine", "client"
NEVER = "NEVER"
"""Before a practice's canary in what is private there."""


class Practice(NamedTuple):
    """A practice: its owner, who hears on Fridays at four, its staff, and a word that is read nowhere else."""

    slug: str
    name: str
    zone: str
    owner: str
    staff: str
    canary: str


PRACTICES = (
    Practice("oak", "Oak Street Therapy", "America/New_York", "Dana Reyes", "Sam Ito", "Quillfeather"),
    Practice("elm", "Elm Dental", "America/New_York", "Lee Park", "Kim Osei", "Marrowgate"),
    Practice("harbor", "Harbor Clinic", "America/Chicago", "Pat Moss", "Noor Haddad", "Thistledown"),
)


@contextmanager
def opened(folder: Path, blank_database: Path, breach: str = "") -> Generator[Desk]:
    """Open the office on the Saturday before the week: two calendar servers, one for mail, a daemon.

    `breach` breaks the program on purpose, see `Program`.
    """
    clock = SleepingClock(folder / "slept")
    with (
        Radicale(folder / "radicale", {settings.USER: PASSWORD}) as mine,
        Xandikos(folder / "xandikos", settings.USER) as client,
        OtherClient(mine.url, settings.USER, PASSWORD) as my_phone,
        OtherClient(client.url, settings.USER, PASSWORD) as their_phone,
        Beside() as beside,
    ):
        sink = beside.run(StallingSink(folder / "mails"))
        ports = {MINE: mine.port, CLIENT: client.port, "mail": sink.port}
        valves = {name: beside.run(Valve(port)) for name, port in ports.items()}
        calendars = {MINE: my_phone, CLIENT: their_phone}
        desk = Desk(Program(folder / "desk", clock, breach), clock, sink, valves, calendars)
        desk.sleep_until(-2, 10)
        _settle_in(desk, blank_database)
        desk.start()
        yield desk


def _settle_in(desk: Desk, blank_database: Path) -> None:
    home = desk.program.home
    copy_database(blank_database, home / "followthru.db")
    secret(home)
    ports = {name: valve.port for name, valve in desk.valves.items()}
    settings.write(
        home,
        settings.me(timezone="America/New_York"),
        *(settings.account(f"http://127.0.0.1:{ports[name]}/", name=name) for name in (MINE, CLIENT)),
        settings.calendar(name="promises", account=MINE),
        settings.calendar(name="elm-owners", account=CLIENT, practices=["elm"], audience="owners"),
        *(settings.mail(ports["mail"], name=one.slug, practices=[one.slug]) for one in PRACTICES),
        settings.updates("0s", quiet_hours="20:00-07:00"),
        settings.daemon(poll=2, check_clock=False),
    )
    for one in PRACTICES:
        named = ("--name", one.name, "--timezone", one.zone, "--holidays", "US")
        desk.says("practice", "add", one.slug, *named)
        for name, role, cadence in ((one.owner, "owner", "weekly:fri@16:00"), (one.staff, "staff", "none")):
            mail = f"{name.partition(' ')[0].lower()}@{one.slug}.example"
            desk.says("person", "add", name, mail, "--practice", one.slug, "--role", role, "--cadence", cadence)
    for calendar in ("promises", "elm-owners"):
        desk.says("calendar", "setup", calendar)


def leaks(desk: Desk) -> Iterable[str]:
    """Yield where a word is read that must not be there: another practice's in a mail, a private one anywhere."""
    for mail in desk.mails():
        for one in PRACTICES:
            if one.slug != mail.practice:
                yield from (f"{word} in {mail.head}" for word in _words(one) if word in mail.whole)
    out = {mail.head: mail.whole for mail in desk.mails()}
    out |= {f"the calendar {name}": str(client.every()) for name, client in desk.calendars.items()}
    out |= {path.name: path.read_text("utf-8", "replace") for path in (desk.program.home / "logs").iterdir()}
    yield from (f"{NEVER} in {place}" for place, text in out.items() if NEVER in text)
    shared = "".join(desk.calendars[CLIENT].every())
    yield from (f"{one.canary} on Elm's calendar" for one in PRACTICES if one.slug != "elm" and one.canary in shared)


def _words(practice: Practice) -> tuple[str, ...]:
    return practice.name, practice.canary, practice.owner, practice.staff, f"{practice.slug}.example"
