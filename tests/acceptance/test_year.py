"""A year of two made-up practices is what a calendar says that looks at one day after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.year.agenda import agenda, lines
from tests.acceptance.year.driver import Office
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
