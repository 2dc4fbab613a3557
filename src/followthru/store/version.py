"""The number of this program's schema, as `PRAGMA user_version` holds it."""

from __future__ import annotations

SCHEMA_VERSION = 1
