"""The arithmetic of scrolling holds for every list, viewport and cursor."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from followthru_tui.widgets import window

heights = st.integers(1, 80)
counts = st.integers(0, 3000)
anywhere = st.integers(-50, 3100)


@given(anywhere, heights, counts)
def test_no_gap_is_left_below_the_last_line(top: int, height: int, count: int) -> None:
    clamped = window.clamp_top(top, height, count)
    assert clamped >= 0
    assert clamped + height <= count or clamped == 0
    assert window.clamp_top(clamped, height, count) == clamped


@given(anywhere, heights, st.integers(1, 3000), st.data(), st.integers(0, 3))
def test_the_cursor_is_always_on_screen(top: int, height: int, count: int, data: st.DataObject, lead: int) -> None:
    cursor = data.draw(st.integers(0, count - 1))
    start = window.clamp_top(top, height, count)
    shown = window.follow(start, height, count, cursor, lead)
    assert cursor in window.visible(shown, height, count)
    if start <= cursor - lead and cursor < start + height:
        assert shown == start, "nothing scrolls while the cursor and its heading are in sight"


@given(heights, st.integers(1, 3000), st.data())
def test_scrolling_is_by_as_little_as_shows_the_cursor(height: int, count: int, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, count - 1))
    start = window.clamp_top(data.draw(anywhere), height, count)
    shown = window.follow(start, height, count, cursor)
    if shown > start:
        assert cursor == shown + height - 1
    if shown < start:
        assert cursor == shown


@given(heights, st.integers(1, 3000), st.data())
def test_a_line_that_moved_keeps_its_screen_row_where_it_can(height: int, count: int, data: st.DataObject) -> None:
    top = window.clamp_top(data.draw(anywhere), height, count)
    before = data.draw(st.integers(top, min(count, top + height) - 1))
    after_count = data.draw(st.integers(1, 3000))
    after = data.draw(st.integers(0, after_count - 1))
    held = window.hold(top, before, after, height, after_count)
    assert after in window.visible(held, height, after_count)
    row = before - top
    if row <= after and after - row + height <= after_count:
        assert after - held == row


@given(anywhere, heights, counts)
def test_what_is_wanted_covers_what_is_visible_and_does_not_run_short(top: int, height: int, count: int) -> None:
    top = window.clamp_top(top, height, count)
    span = window.wanted(top, height, count)
    assert set(window.visible(top, height, count)) <= set(span)
    assert len(span) <= height + 2 * window.MARGIN
    assert not window.runs_short(span, top, height, count)


@given(heights, st.integers(3000, 100_000), st.data())
def test_rows_run_short_before_the_viewport_reaches_their_end(height: int, count: int, data: st.DataObject) -> None:
    span = window.wanted(window.clamp_top(data.draw(st.integers(0, count)), height, count), height, count)
    top = window.clamp_top(data.draw(st.integers(0, count)), height, count)
    seen = window.visible(top, height, count)
    if seen.start < span.start or seen.stop > span.stop:
        assert window.runs_short(span, top, height, count)


@given(anywhere, heights, counts)
def test_the_thumb_stays_on_the_bar_and_touches_its_ends(top: int, height: int, count: int) -> None:
    top = window.clamp_top(top, height, count)
    thumb = window.thumb(top, height, count)
    if count <= height:
        assert not thumb
    else:
        assert 0 <= thumb.start < thumb.stop <= height
        assert top != 0 or thumb.start == 0
        assert top != count - height or thumb.stop == height
