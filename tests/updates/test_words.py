"""What is made of words from outside: one line, or several, of characters that hide and reorder nothing."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates import words
from followthru.updates.words import clean, clean_lines

safe = words._safe  # pyright: ignore[reportPrivateUsage]
PRINTABLE = st.text(st.characters().filter(str.isprintable))


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
