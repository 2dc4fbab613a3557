"""The reference's lines by hand are lines that import takes."""

from __future__ import annotations

from pathlib import Path

from followthru.exchange.lines import ORDER
from tests.clikit import Cli

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "exchange.md"


def test_the_lines_of_the_reference_import(cli: Cli, tmp_path: Path) -> None:
    lines = PAGE.read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
    file = tmp_path / "lines.jsonl"
    file.write_text(lines, encoding="utf-8")
    assert cli.json("import", str(file))["counts"]["task"] == 2
    lease, shelf = cli.json("show", "1"), cli.json("show", "2")
    assert (lease["target_on"], [one["person"] for one in lease["told"]]) == ("2027-01-15", ["dana"])
    assert (shelf["status"], shelf["tags"], len(shelf["checklist"])) == ("inbox", ["site"], 2)


def test_every_type_of_line_is_described() -> None:
    words = {"checklist_item": "checklist step", "about": "a task is about", "closure": "closure day"}
    page = PAGE.read_text(encoding="utf-8")
    assert [entity for entity in ORDER if words.get(entity, entity) not in page.replace("\n", " ")] == []
