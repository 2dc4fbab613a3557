"""The page about what sync costs says what was measured, and what of it is within its budget."""

from __future__ import annotations

from tests.bench.costs import OURS, OWN, PEER, Budget, Cost, Story, at_most, memory
from tests.bench.page import text, verdict
from tests.bench.proxy import Counts


def test_a_page_holds_every_figure_and_how_each_budget_came_out() -> None:
    own, peer = Cost(OWN, 1.0, 0.9), Cost(PEER, 2.0, 0.9, 0.5, 60, Counts(2, 1, 512, 512))
    ours = Cost(OURS, 1.7, 0.9, 0.5, 111, Counts(1234, 4, 1024, 1024))
    story = Story("Radicale", "First download", (own, ours, peer), (at_most("0.9 x it", 1.7, 2.0, 0.9), memory(ours)))
    page = text([story], 0.25)
    assert "| Radicale | First download | 0.9 x it | 0.85 | kept |" in page
    assert "| Radicale | First download | under 110 MiB | 111 MiB | missed |" in page
    assert "Load when it began: 0.2." in page
    assert f"| {OURS} | 1,700 | 1.70 | 0.85 | 0.50 | 0.90 | 111 | 1,234 | 2 |" in page


def test_what_was_not_measured_is_neither_kept_nor_missed() -> None:
    assert verdict(at_most("0.9 x it", 1.0, None, 0.9)) == "not measured"
    assert verdict(Budget("one request", "2", kept=False)) == "missed"
