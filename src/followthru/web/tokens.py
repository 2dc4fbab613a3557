"""Where the tokens come from that stand in for a password (RFC 6750)."""

from __future__ import annotations

from typing import Protocol


class Tokens(Protocol):
    """Gives tokens of one account. Raises FollowthruError where none can be had."""

    async def token(self, refused: str | None = None) -> str:
        """Return a token that holds; another one than `refused`, which the server did not take."""
        ...
