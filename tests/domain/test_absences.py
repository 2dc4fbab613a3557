"""Who is away: on the day in question, in its week from Monday to Sunday, or in another one."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.absences import Absence, away_words

TODAY = date(2027, 1, 4)
FRIDAY = date(2027, 1, 15)


def away(first: date, last: date, *, handle: str = "dana", cover: str | None = None) -> Absence:
    """Days away of dana, or of the PM."""
    name = cover and cover.capitalize()
    return Absence(1, handle, handle.capitalize(), first, last, cover, name)


@pytest.mark.parametrize(
    ("absence", "said"),
    [
        (away(FRIDAY, FRIDAY), ["Dana is away then, Fri 15 Jan."]),
        (away(date(2027, 1, 11), FRIDAY, cover="kim"), ["Dana is away then, Mon 11 Jan to Fri 15 Jan; Kim covers."]),
        (away(FRIDAY, date(2027, 1, 20)), ["Dana is away then, Fri 15 Jan to Wed 20 Jan."]),
        (away(date(2027, 1, 1), date(2027, 1, 11)), ["Dana is away that week, Fri 1 Jan to Mon 11 Jan."]),
        (away(date(2027, 1, 17), date(2027, 1, 20)), ["Dana is away that week, Sun 17 Jan to Wed 20 Jan."]),
        (away(date(2027, 1, 1), date(2027, 1, 10)), []),
        (away(date(2027, 1, 18), date(2027, 1, 20)), []),
        (away(FRIDAY, FRIDAY, handle="me"), ["You are away then, Fri 15 Jan."]),
        (away(FRIDAY, FRIDAY, handle="bob"), []),
    ],
)
def test_who_is_away_on_a_day_or_in_its_week_is_said(absence: Absence, said: list[str]) -> None:
    somebody = away(FRIDAY, FRIDAY, handle="sam")
    assert list(away_words([somebody, absence], ["dana"], FRIDAY, TODAY)) == said


def test_in_the_last_week_of_the_calendar_too() -> None:
    last = away(date(9999, 12, 30), date(9999, 12, 30))
    assert list(away_words([last], ["dana"], date.max, TODAY)) == ["Dana is away that week, Thu 30 Dec 9999."]
