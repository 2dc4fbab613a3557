"""The graph of which room knows which, read from the imports, for the architecture page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

import grimp

from tests.docs.pages import ROOT
from tests.house.tree import PACKAGES

PAGE = ROOT / "docs" / "explanation" / "architecture.md"
_MADE = re.compile(r"(<!-- made: imports -->\n).*?(<!-- made: end -->)", re.DOTALL)

Rooms = Mapping[str, frozenset[str]]
"""Of each room, the rooms that it imports from."""


def with_graph() -> str:
    """Return the architecture page with the graph as the imports are now. Raises ValueError where it has no place."""
    page, count = _MADE.subn(lambda found: f"{found[1]}{graph(rooms())}{found[2]}", PAGE.read_text("utf-8"))
    if count != 1:
        raise ValueError(f"{PAGE.name} has no place for the graph")
    return page


def rooms() -> Rooms:
    """Return what each room imports; what is imported for types only is left out."""
    built = grimp.build_graph(*(one.name for one in PACKAGES), exclude_type_checking_imports=True, cache_dir=None)
    known = defaultdict[str, set[str]](set)
    for module in built.modules:
        known[_room(module)] |= {_room(other) for other in built.find_modules_directly_imported_by(module)}
    # The root holds the version alone, and `python -m followthru` is the command by another name.
    left_out = {"followthru", "__main__"}
    return {
        room: frozenset(others - {room} - left_out) for room, others in sorted(known.items()) if room not in left_out
    }


def graph(found: Rooms) -> str:
    """Return the graph as Mermaid without the edges that others imply, and the whole of it as a table."""
    arrows = [
        f"    {room} --> {other}" for room, others in found.items() for other in sorted(others - _implied(found, room))
    ]
    rows = [
        f"| `{room}` | {', '.join(f'`{one}`' for one in sorted(others)) or 'nothing of ours'} |"
        for room, others in found.items()
    ]
    return "\n".join(["```mermaid", "graph TD", *arrows, "```", "", "| room | imports from |", "|---|---|", *rows, ""])


def _room(module: str) -> str:
    first, _, rest = module.partition(".")
    return (rest.partition(".")[0] or first) if first == "followthru" else first.removeprefix("followthru_")


def _implied(found: Rooms, room: str) -> set[str]:
    """Return what a room reaches through another that it imports from."""
    return {far for near in found[room] for far in _reached(found, near)}


def _reached(found: Rooms, room: str) -> set[str]:
    return set(found[room]) | {far for near in found[room] for far in _reached(found, near)}
