"""Text from outside is data: what may stay in a value of ours, and what is taken out."""

from __future__ import annotations

import re
import unicodedata

# C0 and C1 controls, line and paragraph separators, bidirectional controls, lone surrogates.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def squash(text: str, limit: int | None = None) -> str:
    """Return `text` as one line: NFC, controls taken out, white space collapsed, at most `limit` characters."""
    spaced = re.sub(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]", " ", text)
    line = " ".join(_CONTROLS.sub("", unicodedata.normalize("NFC", spaced)).split())
    if limit is None or len(line) <= limit:
        return line
    return line[: limit - 1].rstrip() + "…"
