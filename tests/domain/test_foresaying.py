"""A forecast in words: how many of which cases, whether a date is early for them, and what holds without one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from followthru.domain.forecast import CLIENT, Forecast, Reference
from followthru.domain.foresaying import beside_words, foretold_words, percent_words, took_words, undated_words

TODAY = date(2027, 1, 4)
DAYS = tuple(range(1, 11))
FOUND = Forecast(TODAY, date(2027, 1, 18), date(2027, 1, 11), 10, CLIENT, 9, Reference(DAYS, 10, 0, 0), 5)


@pytest.mark.parametrize(
    ("own", "kind", "practice", "longer", "words"),
    [
        (10, 0, 0, 0, "9 of 10 like it at this practice took 10 working days or fewer."),
        (3, 7, 0, 0, "9 of 10 like it, 3 at this practice, took 10 working days or fewer."),
        (0, 10, 0, 0, "9 of 10 like it elsewhere took 10 working days or fewer."),
        (0, 0, 10, 0, "9 of 10 of other kinds at this practice took 10 working days or fewer."),
        (
            *(2, 3, 5, 0),
            "9 of 10 cases (5 like it, 5 of other kinds at this practice) took 10 working days or fewer.",
        ),
        (
            *(10, 0, 0, 2),
            "9 of 10 like it at this practice took 10 working days or fewer. 2 still open took longer than foreseen.",
        ),
    ],
)
def test_how_many_of_which_cases_is_said(own: int, kind: int, practice: int, longer: int, words: str) -> None:
    assert took_words(FOUND._replace(reference=Reference(DAYS, own, kind, practice, longer))) == words


def test_a_forecast_is_said_with_its_target() -> None:
    assert foretold_words(FOUND, None) == (
        "Mon 18 Jan 2027. 9 of 10 like it at this practice took 10 working days or fewer. "
        "Your own target: Mon 11 Jan 2027."
    )


@pytest.mark.parametrize(
    ("promised_on", "begins"),
    [
        (None, "A date that is kept at 90 %: Mon 18 Jan. 9 of 10"),
        (date(2027, 1, 17), "Earlier than Mon 18 Jan, the date that is kept at 90 %: 9 of 10"),
        (date(2027, 1, 18), "Kept at 90 % or better (from Mon 18 Jan on): 9 of 10"),
    ],
)
def test_a_promise_is_said_to_be_early_or_not(promised_on: date | None, begins: str) -> None:
    assert beside_words(FOUND, None, promised_on, TODAY).startswith(begins)


def test_without_a_date_what_holds_is_said() -> None:
    few = Reference((3,), 1, 0, 0, 1)
    said = "No honest date yet: 1 case so far; use your own judgement. 1 still open took longer than foreseen."
    assert undated_words(few, None) == foretold_words(few, None) == beside_words(few, None, None, TODAY) == said
    assert undated_words(few._replace(longer=0), "5 days") == (
        "No honest date yet: 1 case so far; the practice's rule holds: 5 days."
    )


def test_a_chance_is_said_in_per_cent() -> None:
    assert [percent_words(float(Fraction(each, 1000))) for each in (900, 975)] == ["90 %", "97.5 %"]
