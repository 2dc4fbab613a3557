"""Machine state: in which order each list was left. Its one writer is `actions.arranging`.

Kept in `meta` under the name of the view, not journalled: undo takes back what was done, not how it was looked at.
"""

from __future__ import annotations

import json

from followthru.store import meta
from followthru.store.store import Reader, Writer

_NAME = "list orders"


def kept(read: Reader, view: str) -> str:
    """Return the words in which a view's order was noted, as `sort:title`; empty for none."""
    return _all(read).get(view, "")


def note(tx: Writer, view: str, words: str) -> None:
    """Note a view's order in words; none are how it stands by itself."""
    found = _all(tx)
    found.pop(view, None)
    meta.note(tx, _NAME, json.dumps(found | ({view: words} if words else {})))


def _all(read: Reader) -> dict[str, str]:
    return json.loads(meta.value(read, _NAME) or "{}")
