"""Evidence as JSON and as CSV (RFC 4180), for whoever audits a practice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from followthru.domain.evidence import EvidenceRow
from followthru.exchange.csv_table import row_text

Json = dict[str, object]
COLUMNS = (
    "id", "practice", "dated_on", "form", "words", "sha256", "task", "title", "kind", "done_on", "register_item",
    "item", "holder",
)  # fmt: skip


def evidence_json(row: EvidenceRow) -> Json:
    """Return a piece of evidence as JSON; absent values are None."""
    return {
        "id": row.id,
        "practice": row.practice,
        "dated_on": row.dated_on.isoformat(),
        "form": str(row.form),
        "words": row.words,
        "sha256": row.sha256,
        "task": row.task_id,
        "title": row.task,
        "kind": row.kind,
        "done_on": None if row.done_on is None else row.done_on.isoformat(),
        "register_item": row.item_id,
        "item": row.item,
        "holder": row.holder,
    }


def lines(rows: Iterable[EvidenceRow]) -> Iterator[str]:
    """Yield a header and a line for each piece of evidence, without line ends.

    What a spreadsheet would take for a formula is told to be text by an apostrophe before it.
    """
    written = [evidence_json(row) for row in rows]
    yield ",".join(COLUMNS)
    for row in written:
        yield row_text(row[name] for name in COLUMNS)
