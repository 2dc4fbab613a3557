"""TOML of others: what is too much for its reader is no TOML, in words, and what is as much as may be is read."""

from __future__ import annotations

import tomllib

import pytest

from followthru.domain.toml_text import loads

LARGEST, MOST_LINES, MOST_PARTS = 65_536, 1500, 100


def refused(text: str, noun: str | None = None) -> str:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        loads(text) if noun is None else loads(text, noun)
    return str(caught.value)


def test_as_much_as_may_be_is_read() -> None:
    assert loads("a = 1\n" + "#" * (LARGEST - 6)) == {"a": 1}
    assert loads("a = 1" + "\n" * MOST_LINES) == {"a": 1}


@pytest.mark.parametrize("text", ["#" * (LARGEST + 1), "\n" * (MOST_LINES + 1)])
def test_a_file_that_is_too_large_is_named_for_what_it_should_be(text: str) -> None:
    assert refused(text) == "it is larger than 64 KB or 1500 lines, too large for such a file"
    assert refused(text, "a playbook").endswith("too large for a playbook")


def key(parts: int) -> str:
    return ".".join(["a", '"b.c"', "'d'", *["e"] * (parts - 3)])


def test_a_key_of_many_parts_is_named_by_its_line() -> None:
    assert loads(f"{key(MOST_PARTS)} = 1")
    assert refused(f"\n\n{key(MOST_PARTS + 1)} = 1") == "a key has more than 100 parts (at line 3, column 1)"
    assert refused(f"{key(MOST_PARTS + 1)} = 1").endswith("(at line 1, column 1)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "[" * 5000, "it is nested too deep"),
        ("a = " + "9" * 5000, "a number or a date in it is out of all bounds"),
        ("a = = 1", "Invalid value (at line 1, column 5)"),
    ],
)
def test_what_would_break_its_reader_is_said(text: str, words: str) -> None:
    assert refused(text) == words
