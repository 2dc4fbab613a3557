"""Circles are found wherever they are, and nothing else is called one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.circles import find_circle

GRAPHS = st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=4), max_size=8)


def reaches_itself(needs: dict[int, list[int]], start: int) -> bool:
    seen: set[int] = set()
    ahead = list(needs.get(start, []))
    while ahead:
        at = ahead.pop()
        if at not in seen:
            seen.add(at)
            ahead += needs.get(at, [])
    return start in seen


@given(GRAPHS)
def test_a_circle_is_found_exactly_where_something_needs_itself(needs: dict[int, list[int]]) -> None:
    circle = find_circle(needs)
    assert (circle is not None) == any(reaches_itself(needs, start) for start in needs)
    if circle is not None:
        following = [*circle[1:], circle[0]]
        assert all(after in needs[before] for before, after in zip(circle, following, strict=True))


def test_long_chains_need_no_deep_stack() -> None:
    chain = {number: [number + 1] for number in range(50_000)}
    assert find_circle(chain) is None
    assert find_circle({**chain, 50_000: [0]}) is not None
