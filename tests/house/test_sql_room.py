"""SQL is written in the store."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SQL = re.compile(
    r"\s*(SELECT|INSERT INTO|UPDATE \S+ SET|DELETE FROM|WITH RECURSIVE|SAVEPOINT|ROLLBACK|RELEASE|PRAGMA)\s"
)


def holds_sql(text: str) -> bool:
    """Whether a module has a string that begins like a statement."""
    words = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return any(isinstance(word, str) and SQL.match(word) for word in words)


def test_it_tells_sql_from_words() -> None:
    assert holds_sql('x = f"SELECT id FROM {table}"')
    assert not holds_sql('"""Select a task. Update it with care."""')


def test_no_other_room_speaks_sql() -> None:
    folders = [ROOT / "daemon", ROOT / "tui", *(ROOT / "src" / "followthru").iterdir()]
    files = {path for folder in folders if folder.name != "store" for path in folder.rglob("*.py")}
    files |= set((ROOT / "src" / "followthru").glob("*.py"))
    assert len(files) > 300
    assert [path for path in sorted(files) if holds_sql(path.read_text(encoding="utf-8"))] == []
