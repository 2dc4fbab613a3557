"""The least that any command with a database costs: click, sqlite3 and one synced commit."""

from __future__ import annotations

import sqlite3

import click


@click.command()
@click.argument("database", type=click.Path())
@click.argument("line")
def main(database: str, line: str) -> None:
    """Keep one line."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=TRUNCATE")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS line (text TEXT NOT NULL)")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO line VALUES (?)", (line,))
    connection.execute("COMMIT")
    connection.close()


if __name__ == "__main__":
    main()
