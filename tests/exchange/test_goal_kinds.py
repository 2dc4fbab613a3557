"""The shipped kinds of goals can all be read, say where their figures are from, and stand in the reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.domain.goals import Direction, aim_words
from followthru.errors import UsageError
from followthru.exchange.goal_kinds import kind, kinds, read

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "goals.md"
GOOD = """title = "Slots used"
words = "The share of bookable time"
unit = "%"
direction = "within"
aim = "85"
aim_to = "95"
every = "month"
how = "One divided by the other"
source = "The office"
"""


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_shipped_kind_is_whole(name: str) -> None:
    one = kind(name)
    assert len(one.source) > 20 or one.source == "The practice's own budget."
    assert len(one.how) > 30
    assert (one.aim_to is not None) is (one.direction is Direction.WITHIN)
    row = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{name}` |"))
    assert (aim_words(one.direction, one.aim, one.aim_to, one.unit) or "your own") in row
    assert one.title in row


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ('"85"', '"soon"', "slots.toml: aim"),
        ('aim = "85"', "aim = 85", "slots.toml: aim"),
        ('aim_to = "95"\n', "", "slots.toml: aim_to"),
        ('"within"', '"up"', "slots.toml: aim_to"),
        ('"within"', '"on"', "slots.toml: direction"),
        ('"month"', '"day"', "slots.toml: every"),
        ("unit =", "units =", "slots.toml: units: there is no such key. Did you mean unit?"),
        ('source = "The office"\n', "", "slots.toml: source: it is missing"),
        ("title", "[title", "slots.toml is not TOML"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_key(was: str, now: str, words: str) -> None:
    assert read(GOOD, "slots.toml").name == "slots"
    with pytest.raises(UsageError) as error:
        read(GOOD.replace(was, now), "slots.toml")
    assert words in error.value.sentences()


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean no-shows"):
        kind("no-show")
