"""A copy of a store in memory, in which something is tried that the store itself takes over whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from followthru.store.connection import PRAGMAS
from followthru.store.store import Store


@contextmanager
def scratch(store: Store) -> Generator[Store]:
    """Yield a copy of a store that lives in memory and is forgotten at the end. Meant for small stores."""
    with closing(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)) as connection:
        store.copy_into(connection)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        yield Store(connection, Path(":memory:"), store.clock)
