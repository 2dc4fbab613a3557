"""What the project declares that it needs, as the metadata of installed distributions resolve it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import pyproject


def requirements(extra: str = "") -> list[Requirement]:
    """Return what is declared for everybody, or for those who ask for an extra."""
    project = pyproject()["project"]
    return [Requirement(one) for one in (project["optional-dependencies"][extra] if extra else project["dependencies"])]


def closure(wanted: Iterable[Requirement]) -> dict[str, metadata.Distribution]:
    """Return these distributions and all that they need on this machine, by canonical name."""
    found: dict[str, metadata.Distribution] = {}
    asked = set[tuple[str, str]]()
    rest = list(wanted)
    while rest:
        one = rest.pop()
        name = canonicalize_name(one.name)
        for extra in ("", *one.extras):
            if (name, extra) not in asked:
                asked.add((name, extra))
                found[name] = metadata.distribution(name)
                rest += _needs(found[name], extra)
    return found


def _needs(one: metadata.Distribution, extra: str) -> Iterator[Requirement]:
    for line in one.requires or ():
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate({"extra": extra}):
            yield need
