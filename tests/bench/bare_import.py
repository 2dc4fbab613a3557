"""The least that an import of a table can cost: csv, sqlite3 and one synced commit."""

from __future__ import annotations

import csv
import sqlite3
import sys


def main(table: str, database: str) -> None:
    """Put every row of a table into a database."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=TRUNCATE")
    connection.execute("PRAGMA synchronous=FULL")
    with open(table, encoding="utf-8", newline="") as file:  # noqa: PTH123 -- pathlib costs what is measured
        reader = csv.reader(file)
        columns = ", ".join(f'"{name}" TEXT' for name in next(reader))
        connection.execute(f"CREATE TABLE row ({columns})")
        marks = ",".join("?" * (columns.count(",") + 1))
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO row VALUES ({marks})", reader)  # noqa: S608 -- question marks alone
        connection.execute("COMMIT")
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
