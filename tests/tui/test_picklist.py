"""What is typed finds a choice by its words, or by the name that the command line has for it."""

from __future__ import annotations

from followthru_tui.fieldwords import FIELDS
from followthru_tui.widgets.picklist import Pick, narrowed, nothing_called

PICKS = [Pick(one.name, "", one.words, name=one.name) for one in FIELDS]


def found(typed: str) -> list[str]:
    return [pick.id for pick in narrowed(PICKS, typed)]


def test_a_field_is_found_by_the_name_that_the_command_line_has_for_it() -> None:
    assert found("audience") == ["audience"]
    assert found("aud") == ["audience"]
    assert [one.name for one in FIELDS if one.name not in found(one.name)] == []
    assert found("") == [one.name for one in FIELDS]


def test_what_holds_the_words_comes_before_what_has_only_the_name() -> None:
    picks = [Pick("1", "", "Seen by", name="people"), Pick("2", "", "The people")]
    assert [pick.id for pick in narrowed(picks, "people")] == ["2", "1"]


def test_a_slip_in_that_name_is_told_as_well() -> None:
    assert "Did you mean “Seen by”?" in nothing_called("audiense", PICKS)
