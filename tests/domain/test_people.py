"""When a person's updates are paused."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.people import Channel, Member, Practice, PracticeStatus, RoleName

DANA = Member(1, 1, 1, "oak", "dana", "Dana", None, None, Channel.MAIL, None, RoleName.OWNER, None, False)
TODAY, BEFORE, AFTER = date(2027, 1, 15), date(2027, 1, 14), date(2027, 1, 16)


@pytest.mark.parametrize(
    ("since", "until", "paused"),
    [
        (None, None, False),
        (None, AFTER, False),
        (TODAY, None, True),
        (BEFORE, None, True),
        (AFTER, None, False),
        (BEFORE, AFTER, True),
        (BEFORE, TODAY, False),
        (BEFORE, BEFORE, False),
    ],
    ids=str,
)
def test_updates_are_paused_from_a_day_until_the_day_they_go_on(
    since: date | None, until: date | None, paused: bool
) -> None:
    assert DANA._replace(paused_on=since, paused_until=until).paused(TODAY) is paused


def test_a_report_tells_no_hours_unless_it_is_told_to() -> None:
    assert not Practice(1, "oak", "Oak", "UTC", "12345", None, "fixed: 0", PracticeStatus.ACTIVE).report_hours
