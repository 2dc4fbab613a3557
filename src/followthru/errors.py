"""The one root of errors that a user may see.

Every error says what failed, what is safe and what to do next, and carries the exit code of
the command that ends with it.
"""

from __future__ import annotations

from enum import IntEnum

_ENDS = (".", "!", "?", "…", ":")


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    PARTLY = 5
    INTERRUPTED = 130


class FollowthruError(Exception):
    """Something failed and the user can be told how to go on.

    `message` says what failed, `safe` what was not touched, `remedy` what to do next.
    """

    exit_code: Exit = Exit.FAILED

    def __init__(self, message: str, *, safe: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.safe = safe
        self.remedy = remedy

    def sentences(self) -> str:
        """Return what failed, what is safe and what to do, as one text; after several lines, on a line of its own."""
        rest = " ".join(part for part in (self.safe, self.remedy) if part)
        if not rest:
            return self.message
        if "\n" in self.message:
            return f"{self.message}\n{rest}"
        return f"{self.message}{'' if self.message.endswith(_ENDS) else '.'} {rest}"


class UsageError(FollowthruError):
    """The command's words cannot be understood."""

    exit_code = Exit.USAGE


class NotFoundError(FollowthruError):
    """A named thing does not exist."""

    exit_code = Exit.NOT_FOUND


class RefusedError(FollowthruError):
    """A guard refused; nothing was changed."""

    exit_code = Exit.REFUSED
