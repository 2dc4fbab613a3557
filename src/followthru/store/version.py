"""How a database says that it is ours, and of which schema: `PRAGMA application_id` and `PRAGMA user_version`."""

from __future__ import annotations

APPLICATION_ID = 0x464F5448  # "FOTH"
SCHEMA_VERSION = 2
