"""What a provider that lets programs in can do to us, in words for the user. No error holds a code or a token."""

from __future__ import annotations

from followthru.errors import FollowthruError


class OAuthError(FollowthruError):
    """The provider did not let us in, or gave an answer that makes no sense."""


class StrayAnswerError(OAuthError):
    """An answer that does not belong to this attempt: another window, or somebody else's doing."""

    def __init__(self) -> None:
        super().__init__(
            "This answer does not belong to the sign-in that was begun here.",
            safe="Nothing was taken from it.",
            remedy="Begin the sign-in again.",
        )


class AwayError(OAuthError):
    """The provider cannot be reached, or is in trouble. It passes by itself."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The provider {place} cannot be reached ({reason}).",
            safe="Nothing was changed.",
            remedy="Check the network and try again.",
        )
        self.place = place
        self.reason = reason


class EndedError(OAuthError):
    """The provider ended a sign-in (RFC 6749 section 5.2, `invalid_grant`). Only its user can begin another."""

    def __init__(self, account: str, login: str, place: str, words: str) -> None:
        quoted = f" (it says: {words[:160]})" if words else ""
        super().__init__(
            f"{place} ended the sign-in of {account}{quoted}.",
            safe="What waits is kept.",
            remedy="A provider ends it when the password changes, when access is taken back or after months unused. "
            f"Run `{login}`",
        )
        self.place = place
        self.words = words
