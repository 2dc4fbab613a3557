"""What a server is asked to report back, so that a mail that was returned can be matched (RFC 3461).

The envelope id is the Message-ID without its angle brackets: a report that quotes nothing else of the mail names it as
Original-Envelope-Id (RFC 3464 section 2.2.1).
"""

from __future__ import annotations

import re

LONGEST_ID = 100  # RFC 3461 section 4.4
_NOT_XTEXT = re.compile(r"[^!-*,-<>-~]")


def sender_options(message_id: str) -> tuple[str, ...]:
    """Return what follows MAIL FROM: headers are enough, and which mail this is."""
    envelope = xtext(message_id.strip().strip("<>"))
    named = (f"ENVID={envelope}",) if 0 < len(envelope) <= LONGEST_ID else ()
    return ("RET=HDRS", *named)


def recipient_options(recipient: str) -> tuple[str, ...]:
    """Return what follows RCPT TO for a reader: tell of failures and delays, and whom they are about."""
    return ("NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{xtext(recipient)}")


QUIET = ("NOTIFY=NEVER",)
"""For a copy to oneself: what becomes of it says nothing about the reader's mail."""


def xtext(words: str) -> str:
    """Return words as an SMTP parameter takes them (RFC 3461 section 4): `+` and its like as +2B."""
    return _NOT_XTEXT.sub(lambda found: "".join(f"+{byte:02X}" for byte in found[0].encode()), words)
