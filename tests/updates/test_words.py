"""Dates and words as readers see them."""

from __future__ import annotations

import unicodedata
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates.words import clean, clock, crop, fill, moment


@given(st.text())
def test_cleaned_text_is_one_visible_line(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in once} & {"Cc", "Cs", "Zl", "Zp"}
    once.encode()


def test_clock_times() -> None:
    assert [clock(time(*at)) for at in ((0, 0), (9, 5), (12, 0), (12, 30), (15, 0))] == [
        "midnight", "9:05 am", "noon", "12:30 pm", "3 pm",
    ]  # fmt: skip


def test_moments() -> None:
    today, on = date(2027, 12, 28), date(2028, 1, 3)
    new_york, tokyo = "America/New_York", "Asia/Tokyo"
    assert moment(on, None, new_york, tokyo, today) == "Mon 3 Jan"
    assert moment(on, "15:00", new_york, new_york, today) == "Mon 3 Jan at 3 pm"
    assert moment(on, "15:00", new_york, tokyo, today) == "Tue 4 Jan at 5 am (JST)"


def test_filling_in_is_done_once() -> None:
    assert fill("{a} and {b}", {"a": "{b}", "b": "{a}"}) == "{b} and {a}"
    with pytest.raises(KeyError):
        fill("{unknown}", {})


@given(st.text(), st.integers(2, 40))
def test_cropping_never_exceeds(text: str, width: int) -> None:
    assert len(crop(text, width)) <= width
