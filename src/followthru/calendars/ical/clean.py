"""Text from outside is data: what may stay in a value of ours, and what is taken out."""

from __future__ import annotations

import re
import unicodedata

from followthru.domain.plain import OBEYED

# What `domain.plain` takes out of every text, and lone surrogates, which no calendar can be sent.
_CONTROLS = re.compile(f"{OBEYED.pattern}|[\ud800-\udfff]")


def squash(text: str, limit: int | None = None) -> str:
    """Return `text` as one line: NFC, controls taken out, white space collapsed, at most `limit` characters."""
    spaced = re.sub(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]", " ", text)
    # Composed last: what is taken out may have stood between a letter and its accent.
    line = unicodedata.normalize("NFC", " ".join(_CONTROLS.sub("", spaced).split()))
    if limit is None or len(line) <= limit:
        return line
    return line[: limit - 1].rstrip() + "…"
