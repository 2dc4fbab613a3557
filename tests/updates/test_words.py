"""Dates and words as readers see them."""

from __future__ import annotations

import sys
import unicodedata
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates import words
from followthru.updates.words import clean, clean_lines, clock, crop, fill, moment

safe = words._safe  # pyright: ignore[reportPrivateUsage]
PRINTABLE = st.text(st.characters().filter(str.isprintable))


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


def one_by_one(text: str) -> str:
    return " ".join("".join(map(safe, text)).split())


@given(st.text() | PRINTABLE | st.text(" \t\n\u00a0\u2003\u200b\u202eaé"))
def test_text_is_cleaned_as_one_character_after_the_other(text: str) -> None:
    assert clean(text) == one_by_one(text)
    assert clean_lines(text) == "".join(one if one in "\n\t" else safe(one) for one in text)


def test_no_printable_character_is_changed_and_but_a_space_none_is_white() -> None:
    """All there are: by this, what is printable as a whole needs no look at each."""
    printable = [one for one in map(chr, range(sys.maxunicode + 1)) if one.isprintable()]
    assert len(printable) > 100_000
    assert [one for one in printable if safe(one) != one] == []
    assert [one for one in printable if one.isspace()] == [" "]


def test_printable_text_is_not_looked_at_character_by_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_safe", None)
    assert clean("  Renew   Ana’s cover, 15 % 日本 ") == "Renew Ana’s cover, 15 % 日本"
    assert clean_lines("  two  spaces ") == "  two  spaces "
