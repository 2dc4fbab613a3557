"""Readings of goals in any table: what its columns can be."""

from __future__ import annotations

from followthru.exchange.columns import Shape, of_field

READINGS = Shape(
    "readings",
    (
        of_field("reading", "read_on", "on", "date", "day", "as of", "month end", "period end", "month", required=True),
        of_field("reading", "value", "reading", "figure", "result", "amount", "actual", "score", required=True),
        of_field("reading", "goal_id", "measure", "kpi", "metric", "indicator", "kind", "what", "title", "name"),
        of_field("goal", "practice_id", "client", "site", "clinic", "location"),
        of_field("reading", "note", "notes", "comment", "comments", "remark", "remarks"),
    ),
)
