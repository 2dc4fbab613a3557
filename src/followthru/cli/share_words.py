"""Kept shares as JSON and in columns: of replayed chances, and of told dates beside those that history supported."""

from __future__ import annotations

from collections.abc import Iterator

from followthru.cli import terminal
from followthru.domain.forecast import Pair
from followthru.domain.foresaying import percent_words
from followthru.domain.overrides import Versus
from followthru.domain.reliability import Share
from followthru.domain.saying import count_words

Both = tuple[Versus, dict[Pair, Versus]]
"""Told dates beside the model's: all of them, and by practice and kind."""


def share_json(share: Share, **of: object) -> dict[str, object]:
    low, high = share.interval() or (None, None)
    return {**of, "kept": share.kept, "of": share.of, "share": share.value, "low": low, "high": high}


def kept_columns(share: Share) -> tuple[str, str, str]:
    interval = share.interval()
    if share.value is None or interval is None:
        return "-", "0", ""
    return percent_words(share.value), str(share.of), f"{percent_words(interval[0])} to {percent_words(interval[1])}"


def versus_json(total: Versus, by_sort: dict[Pair, Versus]) -> dict[str, object]:
    """Return told dates beside the model's as JSON."""
    rows = [{"practice": at, "kind": kind, **_versus(one)} for (at, kind), one in _most_first(by_sort)]
    return {"overrides": {**_versus(total), "by_kind": rows}}


def _versus(one: Versus) -> dict[str, object]:
    return {
        "told": share_json(one.told),
        "model": share_json(one.model),
        "earlier": one.earlier,
        "later": one.later,
    }


def versus_lines(total: Versus, by_sort: dict[Pair, Versus]) -> Iterator[str]:
    """Yield told dates beside the model's as lines; nothing while no promise is decided for both."""
    from followthru.cli.table import columns

    if not total.told.of:
        return
    others = f"{total.earlier} of them earlier than history supported, {total.later} later"
    yield f"Your dates and the model's, of {count_words(total.told.of, 'promise')}: {others}."
    rows = [("", "", "kept", "of", "interval")]
    for name, share in (("your date", total.told), ("the model's", total.model)):
        rows.append((name, "", *kept_columns(share)))
    for (at, kind), one in _most_first(by_sort)[:20]:
        for name, share in (("your date", one.told), ("the model's", one.model)):
            rows.append((name, f"@{at or '-'} {kind or '-'}", *kept_columns(share)))
    yield from columns(rows, stretch=1, width=terminal.width())


def _most_first(by_sort: dict[Pair, Versus]) -> list[tuple[Pair, Versus]]:
    return sorted(by_sort.items(), key=lambda item: (-item[1].told.of, item[0][0] or "", item[0][1] or ""))
