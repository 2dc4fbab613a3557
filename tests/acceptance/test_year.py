"""A year of two made-up practices is what a calendar says that looks at one day after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from icalendar import Calendar

from followthru.config.places import home
from followthru.demo.otherclient import OtherClient
from followthru.demo.radicale import Radicale
from tests.acceptance.year.agenda import agenda, first_of, lines
from tests.acceptance.year.brute import ONE_DAY
from tests.acceptance.year.driver import Office
from tests.acceptance.year.items import lines as board_lines
from tests.acceptance.year.items import looks
from tests.acceptance.year.office import DEADLINE, DUTIES, FIRST, LAST, TARGET, Duty
from tests.acceptance.year.walk import Open, section, steps
from tests.acceptance.year.walk import lines as walk_lines
from tests.calendarkit import PASSWORD, configuration, secret
from tests.clikit import Cli

GOLDEN = Path(__file__).parent / "year" / "golden"


@pytest.fixture
def year(cli: Cli) -> Office:
    """Both practices on the first day of their year."""
    office = Office(cli)
    office.open()
    return office


def test_the_golden_agenda_is_what_the_plain_calendar_says() -> None:
    assert (GOLDEN / "agenda.txt").read_text(encoding="utf-8").splitlines() == list(lines())


def test_twelve_months_ahead_are_the_golden_agenda(year: Office) -> None:
    found = [
        (one["on"], one["practice"], one["title"], one["starts_on"])
        for one in year.cli.json("duty", "preview", "--months", "12")
    ]
    golden = [(f"{one.on}", one.practice, one.title, one.starts_on and f"{one.starts_on}") for one in agenda()]
    assert (set(found) - set(golden), set(golden) - set(found)) == (set(), set())
    assert len(found) == len(golden)


def test_the_golden_walk_is_what_the_plain_calendar_says() -> None:
    assert (GOLDEN / "walk.txt").read_text(encoding="utf-8").splitlines() == list(walk_lines())


def test_done_early_on_its_day_and_late_each_duty_comes_when_the_golden_year_says(year: Office) -> None:
    """Every step of the year; what Today says is looked at on every fourth."""
    _walked(year, LAST)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(6))
def test_years_in_which_everything_is_done_at_some_time(cli: Cli, seed: int) -> None:
    """Three years, in which each duty is done from eleven days early to sixty late."""
    duties: list[Duty] = []
    for duty in DUTIES:
        dice = Random(f"{seed} {duty.practice.slug} {duty.title}")
        duties.append(
            replace(duty, late=tuple(dice.choice((dice.randint(-11, 9), dice.randint(0, 60))) for _ in "1234567"))
        )
    office = Office(cli, tuple(duties))
    office.open()
    _walked(office, LAST.replace(year=LAST.year + 2))


def _walked(office: Office, last: date) -> None:
    for number, step in enumerate(steps(office.duties, last)):
        office.do(step.done, step.day)
        assert office.standing() == {duty: _dates(duty, one) for duty, one in step.standing.items()}, step.day
        if number % 4 == 0:
            said = {duty: section(duty, one, step.day) for duty, one in step.standing.items()}
            assert office.today() == {duty: name for duty, name in said.items() if name}, step.day


def _dates(duty: Duty, one: Open) -> tuple[str, str | None]:
    starts = duty.rule.starts(one.hit)
    return f"{one.on}", None if starts is None else f"{starts}"


def test_the_golden_board_is_what_the_plain_calendar_says() -> None:
    assert (GOLDEN / "board.txt").read_text(encoding="utf-8").splitlines() == list(board_lines())


def test_what_expires_stands_on_the_board_and_is_renewed_as_the_golden_year_says(year: Office) -> None:
    """On the first of each month: by practice and person, in Today while it has no task, and on once it is renewed."""
    numbers = year.keep()
    for look in looks():
        year.on(look.day)
        for item, until in look.renewed.items():
            dated = [] if item.days else ["--expires", f"{until}"]
            kept = year.cli.json("register", "renew", numbers[item], "--evidence", "Seen", *dated)
            assert (kept["expires_on"], kept["task"]) == (f"{until}", None), item
        golden = [(numbers[one.item], one.band, one.days_left, f"{one.start_by}", one.due) for one in look.board]
        assert _board(year.cli) == golden, look.day
        for slug in ("oak-therapy", "elm-clinic"):
            its = [line for line, one in zip(golden, look.board, strict=True) if one.item.practice.slug == slug]
            assert _board(year.cli, "--practice", slug) == its
        sams = [line for line, one in zip(golden, look.board, strict=True) if one.item.holder == "Sam Ito"]
        assert _board(year.cli, "--person", "sam") == sams
        named = {one["register_item"] for one in year.cli.json("today") if one["section"] == "to renew"}
        assert named == {int(numbers[item]) for item in look.due}, look.day
        for item in look.due:
            year.cli.ok("register", "task", numbers[item])


def _board(cli: Cli, *words: str) -> list[tuple[str, str, int, str, bool]]:
    found = cli.json("register", "expiring", *words)
    return [(str(one["id"]), one["band"], one["days_left"], one["start_by_on"], one["due"]) for one in found]


class Event(NamedTuple):
    """An event as another client reads it: its first day and the one after its last."""

    title: str
    on: date
    until: date
    comes_back: bool = False


@pytest.mark.parametrize("last", [date(2027, 8, 20), pytest.param(LAST, marks=pytest.mark.torture)], ids=str)
def test_on_a_calendar_the_year_is_plain_events_that_another_client_reads(
    cli: Cli, radicale: Radicale, user: str, last: date
) -> None:
    """What is done stays for two weeks, so that whoever looks every ten days sees every date of the year."""
    place = home()
    secret(place.config.parent)
    place.config.write_text(configuration(radicale.url, user, ""), encoding="utf-8")
    office, other = Office(cli), OtherClient(radicale.url, user, PASSWORD)
    office.open()
    cli.ok("calendar", "add", "promises", "--account", "home")
    standing = {duty: Open(*first_of(duty), FIRST) for duty in DUTIES if duty.leads != TARGET}
    done: list[tuple[Duty, date, date]] = []
    seen, looked = set[tuple[str, date]](), FIRST
    for step in steps(last=last):
        office.do(step.done, step.day)
        done += [(duty, standing[duty].on, step.day) for duty in step.done if duty in standing]
        standing = {duty: step.standing[duty] for duty in standing}
        if (step.day - looked).days < 10 and step.day != last:
            continue
        looked = step.day
        cli.ok("sync")
        found = _read(other)
        still = [_event(duty, on, "done: ") for duty, on, day in done if (looked - day).days <= 14]
        assert sorted(found) == sorted([_event(duty, one.on) for duty, one in standing.items()] + still), looked
        seen |= {(one.title.removeprefix("done: "), one.on) for one in found}
    every = [(duty, on) for duty, on, _ in done] + [(duty, one.on) for duty, one in standing.items()]
    assert seen == {(one.title, one.on) for one in (_event(duty, on) for duty, on in every)}


def _event(duty: Duty, on: date, mark: str = "") -> Event:
    role = "deadline: " if duty.leads == DEADLINE else ""
    return Event(f"{mark}{duty.practice.slug}: {role}{duty.title}", on, on + ONE_DAY)


def _read(other: OtherClient) -> list[Event]:
    """Return the events on the server, read by a library that is not followthru's own."""
    found: list[Event] = []
    with other:
        texts = other.every()
    for text in texts:
        calendar: Any = Calendar.from_ical(text)
        [one] = calendar.walk("VEVENT")
        comes_back = any(name in one for name in ("RRULE", "RDATE"))
        found.append(Event(str(one["SUMMARY"]), one["DTSTART"].dt, one["DTEND"].dt, comes_back))
    return found
