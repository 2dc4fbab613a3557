"""Circles among things that need each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def find_circle(needs: Mapping[int, Sequence[int]]) -> list[int] | None:
    """Return the ids of one circle, in order, or None when nothing needs itself over however many steps."""
    settled: set[int] = set()
    for start in needs:
        path: list[int] = []
        on_path: dict[int, int] = {}
        stack: list[tuple[int, int]] = [(start, 0)]
        while stack:
            at, next_ = stack.pop()
            if next_ == 0:
                if at in on_path:
                    return path[on_path[at] :]
                if at in settled:
                    continue
                on_path[at] = len(path)
                path.append(at)
            further = needs.get(at, ())
            if next_ < len(further):
                stack += [(at, next_ + 1), (further[next_], 0)]
            else:
                settled.add(at)
                del on_path[path.pop()]
    return None
