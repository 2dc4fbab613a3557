"""What a task names that can be opened: web addresses, mail addresses and files. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from followthru.typed_path import expanded

_WEB = re.compile(r"https?://[^\s<>\"“”]+")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FILE = re.compile(r"(?:file://|(?<![\w/:])(?:~/|/))[^\s<>\"“”]+")
_ENDS = ".,;:!?)]}'"


def named(texts: Iterable[str]) -> list[str]:
    """Return the addresses and files that texts name, each once, in their order; a mail address as `mailto:`."""
    found: list[str] = []
    for text in texts:
        rest = text
        for pattern, lead in ((_WEB, ""), (_MAIL, "mailto:"), (_FILE, "")):
            found += [f"{lead}{one.rstrip(_ENDS)}" for one in pattern.findall(rest)]
            rest = pattern.sub(" ", rest)
    return list(dict.fromkeys(found))


def target(place: str) -> str:
    """Return what the desktop is asked to open: an address as it is, a file by its whole path."""
    return place if re.match(r"(?:https?|mailto|file):", place) else str(expanded(place))
