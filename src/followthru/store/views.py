"""Views, triggers and what is searched, held to what the code says at each opening.

The schema's number does not tell whether they are: a trigger may come with a program that changes no table.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

SCRIPT = Path(__file__).with_name("views.sql")
_THERE = "SELECT sql FROM sqlite_master WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL %'"
_OURS = "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')"
_WORDS = re.compile(r"(?:DROP TABLE IF EXISTS|CREATE VIRTUAL TABLE|INSERT INTO) (\w+)")


def are_made(connection: sqlite3.Connection) -> bool:
    """Whether a database has the views, triggers and searched words of the script, and no others.

    SQLite keeps the text of each as it was typed (https://www.sqlite.org/schematab.html). Raises sqlite3.Error.
    """
    script = SCRIPT.read_text(encoding="utf-8")
    there = connection.execute(_THERE).fetchall()
    return len(there) == script.count("\nCREATE ") and all(f"{sql};" in script for (sql,) in there)


def make(connection: sqlite3.Connection) -> None:
    """Make them anew inside the step that holds the write lock; words that are searched as before stay.

    Raises sqlite3.Error.
    """
    script = SCRIPT.read_text(encoding="utf-8")
    same = {_words_of(sql) for (sql,) in connection.execute(_THERE) if f"{sql};" in script} - {None}
    for kind, name in connection.execute(_OURS).fetchall():
        connection.execute(f'DROP {kind} "{name}"')
    for statement in _statements(script):
        if _words_of(statement) not in same and not statement.startswith(("DROP VIEW", "DROP TRIGGER")):
            connection.execute(statement)


def stands_in(connection: sqlite3.Connection) -> bool:
    """Whether a connection only reads, by views of its own. Raises sqlite3.Error."""
    return bool(connection.execute("PRAGMA query_only").fetchone()[0])


def stand_in(connection: sqlite3.Connection) -> None:
    """Let a connection to a database that takes no change read by the views of the script, and write nothing.

    A change without its triggers would be one that nothing guards. Raises sqlite3.Error.
    """
    for statement in _statements(SCRIPT.read_text(encoding="utf-8")):
        if statement.startswith("CREATE VIEW "):
            connection.execute(f"CREATE TEMP VIEW {statement.removeprefix('CREATE VIEW ')}")
    connection.execute("PRAGMA query_only=ON")


def _words_of(statement: str) -> str | None:
    """Return which searched table a statement makes, fills or takes away, None for any other one."""
    found = _WORDS.match(statement)
    return found and found[1]


def _statements(script: str) -> list[str]:
    """Return the statements of a script, without the comments between them; a trigger is one."""
    found: list[str] = []
    begun = ""
    for line in script.splitlines(keepends=True):
        if not begun and (line.startswith("--") or not line.strip()):
            continue
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun.strip())
            begun = ""
    return found
