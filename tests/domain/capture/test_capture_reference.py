"""The examples in the reference are read as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.domain.capture.world import found, read

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "capture.md"


def _examples() -> list[tuple[str, str, str]]:
    rows = PAGE.read_text("utf-8").partition("## Examples")[2].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("| `")]
    return [(line.strip("`"), title.strip("`"), fields) for line, title, fields in cells]


def test_the_page_has_examples() -> None:
    assert len(_examples()) >= 10


@pytest.mark.parametrize(("line", "title", "fields"), _examples())
def test_example(line: str, title: str, fields: str) -> None:
    expected = dict(part.split(" ", 1) for part in fields.split(", ") if part)
    read_as = {name: str(value) for name, value in found(line).items() if name != "tags"}
    if tags := read(line).tags:
        read_as["tags"] = " ".join(tags)
    assert read_as == {"title": title, **expected}
