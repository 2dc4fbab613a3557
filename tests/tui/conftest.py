"""Fixtures of this room."""

from __future__ import annotations

from tests.tui.desks import office as office
