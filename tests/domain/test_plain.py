"""Plain text: what a screen would obey is gone, what a person wrote is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.plain import one_line, several_lines

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


def test_what_a_person_wrote_is_kept() -> None:
    assert one_line("  Ünï\u00a0日本 👩\u200d⚕️ \x1b[31mred\u202e ") == "Ünï 日本 👩\u200d⚕️ [31mred"
    assert several_lines("one\r\n\ttwo\x07\n\nthree") == "one\n\ttwo\n\nthree"
