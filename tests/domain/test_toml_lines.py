"""On which line of a file something stands that is wrong."""

from __future__ import annotations

import pytest

from followthru.domain.toml_lines import Where, lines_of

TEXT = """# Ours
name = "Oak"
words = '''
first
second'''
days = [
    1,
    2,
]

[me]
zone = "UTC"

[[accounts]]
url = "a"

[[accounts]]
url = "b"
extra = { deep = [3] }
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("name",), 2),
        (("words",), 3),
        (("days",), 6),
        (("days", 1), 6),
        (("me",), 11),
        (("me", "zone"), 12),
        (("accounts",), 14),
        (("accounts", 0), 14),
        (("accounts", 0, "url"), 15),
        (("accounts", 1), 17),
        (("accounts", 1, "url"), 18),
        (("accounts", 1, "extra", "deep", 0), 19),
    ],
)
def test_a_value_stands_on_the_line_on_which_it_begins(where: Where, line: int) -> None:
    assert lines_of(TEXT, [where]) == {where: line}


@pytest.mark.parametrize(
    "where",
    [("nothing",), ("accounts", 2), ("days", 2), ("me", "zone", "deeper"), ("me", 0), ("days", "key"), ("name", 0)],
)
def test_what_is_not_there_is_missing_at_the_end(where: Where) -> None:
    assert lines_of(TEXT, [where]) == {where: 20}


def test_all_are_found_in_one_reading() -> None:
    wanted: list[Where] = [("name",), ("gone",), ("accounts", 1, "url"), ("me", "zone")]
    assert lines_of(TEXT, wanted) == {("name",): 2, ("me", "zone"): 12, ("accounts", 1, "url"): 18, ("gone",): 20}
    assert lines_of(TEXT, []) == {}


def test_a_value_on_the_last_line_is_found_without_a_line_end() -> None:
    assert lines_of("a = 1\nb = 2", [("b",)]) == {("b",): 2}
    assert lines_of("a = 1\nb = [\n2]", [("b",)]) == {("b",): 2}
    assert lines_of("a = 1\nb = [", [("b",), ("a",)]) == {("a",): 1, ("b",): 2}, "a file that is cut off"
