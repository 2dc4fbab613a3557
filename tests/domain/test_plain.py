"""Plain text: what a screen would obey is gone, what a person wrote is kept."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.plain import escaped, one_line, several_lines, shown

OBEYED = [
    chr(code)
    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        0x2028,
        0x2029,
        0x202E,
        0x2066,
        0xFEFF,
        0xAD,
        0x61C,
        0x200B,
        0x200E,
        0x2060,
        0x206A,
        0xE0041,
    )
]
ANY = st.text(st.characters() | st.sampled_from([*OBEYED, "\ud800"]))


@given(ANY)
def test_a_line_holds_nothing_that_is_obeyed(text: str) -> None:
    line = one_line(text)
    assert not set(line) & set(OBEYED)
    assert line == " ".join(line.split())
    line.encode()
    assert one_line(line) == line


@given(ANY)
def test_lines_keep_their_ends_and_tabs(text: str) -> None:
    lines = several_lines(text)
    assert not set(lines) & (set(OBEYED) - {"\n", "\t"})
    lines.encode()
    assert several_lines(lines) == lines.removesuffix("\n")


@given(ANY)
def test_what_is_shown_keeps_all_but_what_is_obeyed(text: str) -> None:
    kept = shown(text)
    assert not set(kept) & (set(OBEYED) - {"\n", "\t"})
    assert kept == "".join(char for char in text if char in kept)


@given(ANY.filter(lambda text: "\ud800" not in text))
def test_escaped_json_says_the_same_and_shows_nothing_that_is_obeyed(text: str) -> None:
    written = json.dumps({"a": text}, ensure_ascii=False, indent=1)
    safe = escaped(written)
    assert json.loads(safe) == {"a": text}
    assert not set(safe) & (set(OBEYED) - {"\n"})


def test_what_is_obeyed_is_left_out_or_escaped_and_lines_stay() -> None:
    assert shown("one\r\n\ttwo\x07\u202e \u200dü\U000e0041") == "one\n\ttwo \u200dü"
    assert escaped('{"a": "ü"}') == '{"a": "ü"}'
    assert escaped('{\n"a": "ü\x9b\U000e0041"}') == '{\n"a": "ü\\u009b\\udb40\\udc41"}'


def test_a_half_of_a_surrogate_pair_is_one_whatever_its_number() -> None:
    assert one_line("\ud7ff\ud800\udfff\ue000") == "\ud7ff\ufffd\ufffd\ue000"


def test_what_a_person_wrote_is_kept() -> None:
    assert one_line("  Ünï\u00a0日本 👩\u200d⚕️ \x1b[31mred\u202e ") == "Ünï 日本 👩\u200d⚕️ [31mred"
    assert several_lines("one\r\n\ttwo\x07\n\nthree") == "one\n\ttwo\n\nthree"
