"""Print what followthru costs, as ratios to references measured in the same run, and write it to a page.

Nothing is asserted. All parts together are `docs/reference/performance.md`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import page
from tests.bench.found import Found, attempted, together
from tests.bench.parts import PARTS, SINGLE, Wanted
from tests.bench.report import say, table
from tests.bench.stores import filled

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "performance.md"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    alone = f"{', '.join(PARTS)} (all), or alone {', '.join(SINGLE)}"
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {alone}")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--page", type=Path, help=f"where to write the page (of all parts: {PAGE.name})")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS) - set(SINGLE):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return given


def _say(found: Found, took: float) -> None:
    for one in found.tables:
        table(one.title, one.head, one.rows)
    say()
    for one in found.judged:
        peers = f"; {one.peers}" if one.peers else ""
        say(f"  {one.verdict}: {one.what}: {one.ours} ({one.budget}{peers})")
    for name in found.absent:
        say(f"{name} is not installed.")
    for words in found.failed:
        say(f"Not measured: {words}.")
    say(f"({took:.0f} s)")


def _measured(parts: Sequence[str], wanted: Wanted) -> tuple[Found, float]:
    """Measure part by part; return what was found, and the load at most."""
    load, every = os.getloadavg()[0], list[Found]()
    for name in parts:
        say(f"\n== {name}")
        began = time.monotonic()
        every.append(attempted(name, lambda part={**PARTS, **SINGLE}[name]: part(wanted)))
        load = max(load, os.getloadavg()[0])
        _say(every[-1], time.monotonic() - began)
    return together(every), load


def main() -> None:
    """Measure the parts that are asked for, in a folder that is removed afterwards."""
    given = _parse()
    with tempfile.TemporaryDirectory(prefix="followthru-bench-") as name:
        folder = Path(name)
        made: dict[int, dict[str, str]] = {}

        def store(size: int) -> dict[str, str]:
            if size not in made:
                say(f"Making a store of {size:,} tasks.")
                made[size] = filled(folder / str(size), size)
            return made[size]

        parts = given.parts or list(PARTS)
        found, load = _measured(parts, Wanted(given.rounds, given.sizes, store, folder))
        to = given.page or (None if given.parts else PAGE)
        if to is not None:
            command = f'make bench ARGS="{" ".join(given.parts)}"' if given.parts else "make bench"
            to.write_text(page.text(found, command, load), encoding="utf-8")
            say(f"Written to {to}.")


if __name__ == "__main__":
    main()
