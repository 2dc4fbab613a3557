"""Whatever a title holds, a row is exactly as wide as it should be and moves no cursor."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from followthru.domain.task import Status
from followthru_tui import rowstate
from followthru_tui.cells import fit, safe
from followthru_tui.widgets.rowpaint import columns, row_parts
from tests.tui.fakefeed import MONDAY, task

_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(st.text(), st.integers(0, 60))
def test_fitted_text_is_exactly_as_wide_as_asked(text: str, cells: int) -> None:
    assert cell_len(fit(safe(text), cells)) == cells


@given(st.text())
def test_safe_text_holds_no_control_and_no_direction_marks(text: str) -> None:
    for character in safe(text):
        assert unicodedata.category(character) != "Cc"
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }


@given(
    st.text(max_size=80) | st.sampled_from(["護照更新", "תזכורת דחופה", "[bold]x[/]", "a\x1b[2Jb", "👩‍⚕️ visit"]),
    st.integers(1, 200),
    st.booleans(),
    st.integers(0, 30),
)
def test_a_row_fills_its_width_and_no_more(title: str, width: int, with_practice: bool, id: int) -> None:
    parts = row_parts(task(id, title=title), MONDAY, columns(width, with_practice))
    assert cell_len("".join(text for text, _ in parts)) == width
    assert "\x1b" not in "".join(text for text, _ in parts)


def test_the_title_has_room_at_every_size_people_use() -> None:
    assert columns(77, with_practice=True).title >= 20
    assert columns(117, with_practice=True).title >= 40
    assert columns(40, with_practice=True).title >= 16


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("x done", {"status": Status.DONE}),
        ("- dropped", {"status": Status.DROPPED}),
        ("! late 2d", {"late_from": MONDAY - timedelta(days=1)}),
        ("! at risk", {"at_risk_from": MONDAY}),
        ("~ in buffer", {"in_buffer_from": MONDAY}),
        ("? waiting dana", {"status": Status.WAITING, "waiting_on": "dana"}),
        ("? blocked", {"blocked": True}),
        ("* inbox", {"status": Status.INBOX}),
        ("+ started", {"status": Status.STARTED}),
        (". ok", {}),
    ],
)
def test_every_state_is_told_by_words_of_its_own(words: str, changes: dict[str, object]) -> None:
    calm = task(8, late_from=None, at_risk_from=None, in_buffer_from=None)
    assert rowstate.state(calm._replace(**changes), MONDAY).text == words


def test_a_promise_shows_its_date_and_wiggle_room() -> None:
    friday = MONDAY + timedelta(days=4)
    promised = task(1, promised_on=friday, buffer_days=5, promised_time=None)
    assert rowstate.when(promised, MONDAY) == "Fri 15 Jan · 5d room"
    assert rowstate.when(promised._replace(promised_on=friday.replace(year=2029)), MONDAY) == "15 Jan 2029 · 5d room"
    assert rowstate.told(promised._replace(told=0, out_of_step=0)) == "untold"
    assert rowstate.told(promised._replace(told=2, out_of_step=1)) == "out of step"


def test_a_title_takes_the_columns_that_its_task_has_nothing_for() -> None:
    long = "Ask the landlord whether the lease may be renewed"
    nothing = task(7, title=long, practice=None, promised_on=None, target_on=None)
    with_practice, without = columns(77, with_practice=True), columns(77, with_practice=False)
    assert row_parts(nothing, MONDAY, with_practice)[1][0].strip() == long
    assert row_parts(nothing._replace(practice="oak"), MONDAY, without)[1][0].strip() == long
    for one in (nothing._replace(practice="oak"), nothing._replace(target_on=MONDAY)):
        assert row_parts(one, MONDAY, with_practice)[1][0].strip() != long, "its columns stand where they stand"
    assert row_parts(nothing._replace(target_on=MONDAY), MONDAY, with_practice)[2][0].strip() == "-"
