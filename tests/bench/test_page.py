"""The page about what everything costs says what was measured, what of it is within its budget, and why not."""

from __future__ import annotations

from tests.bench.costs import OURS, OWN, PEER, Cost, Story, memory, seconds, times
from tests.bench.found import Found, Judged, Table, at_most, attempted, together, waited
from tests.bench.page import UNEXPLAINED, text
from tests.bench.proxy import Counts

WHY = "the server is busy with something else."


def page(found: Found) -> str:
    return text(found, "make bench", 0.25)


def test_a_page_holds_every_figure_and_how_each_budget_came_out_beside_the_peers() -> None:
    own, peer = Cost(OWN, 1.0, 0.9), Cost(PEER, 2.0, 0.9, 0.5, 60, Counts(2, 1, 512, 512))
    ours = Cost(OURS, 1.7, 0.9, 0.5, 111, Counts(1234, 4, 1024, 1024))
    budgets = (times("at most 0.9 x it", ours, peer, 0.9, peers=seconds(own, peer)), memory(ours, peer))
    written = page(Story("Radicale", "First download", (own, ours, peer), budgets).found())
    name = "Radicale: First download"
    assert f"| {name} | 0.85 x | at most 0.9 x it | the server's own time 1.0 s, vdirsyncer 2.0 s | kept |" in written
    assert f"| {name} | 111 MiB | under 110 MiB | vdirsyncer 60 MiB | missed |" in written
    assert f"### {name}" in written
    assert f"| {OURS} | 1,700 | 1.70 | 0.85 | 0.50 | 0.90 | 111 | 1,234 | 2 |" in written


def test_what_is_missed_is_explained_and_only_that() -> None:
    kept, missed = at_most("a", 1, 2, "ms", why="kept."), at_most("b", 3, 2, "ms", of="bare", why=WHY)
    alike = missed._replace(what="e", ours="4 ms")
    written = page(Found(judged=[kept, missed, missed._replace(what="c", why=""), alike]))
    assert f"- **b** (3 ms, at most 2 ms bare); **e** (4 ms, at most 2 ms bare): {WHY}" in written
    assert f"- **c** (3 ms, at most 2 ms bare): {UNEXPLAINED}" in written
    assert "**a**" not in written
    assert "Nothing is." in page(Found(judged=[kept]))


def test_a_time_whose_cpu_is_within_the_budget_is_said_to_have_waited() -> None:
    assert waited(30, 50, "ms", "slow.") == (
        "it waited for its turn while the machine did something else: of CPU it took 30 ms."
    )
    assert [waited(cpu, 50, "ms", "slow.") for cpu in (51, 0)] == ["slow.", "slow."]


def test_what_was_not_measured_is_neither_kept_nor_missed_and_who_was_not_there_is_said() -> None:
    ours = Cost(OURS, 1.0, 0.0)
    left_out = [times("0.9 x it", ours, None, 0.9, why=WHY), at_most("d", 0.0, 5, "ms", why=WHY)]
    written = page(together([Found(judged=left_out), Found(absent=["todoman"]), Found(absent=["dooit", "todoman"])]))
    assert [one.verdict for one in left_out] == ["not measured"] * 2
    assert Judged("", "2", "one", kept=False).verdict == "missed"
    assert "Not installed here, and so not measured: dooit, todoman." in written
    assert WHY not in written


def test_a_part_that_fails_is_told_and_leaves_the_others_as_they_are() -> None:
    def failing() -> Found:
        raise RuntimeError("followthru sync ended with 1\n  and more")

    kept = attempted("mail", lambda: Found(judged=[at_most("a", 1, 2, "ms")]))
    written = page(together([attempted("sync", failing), kept]))
    assert "Not measured this time: sync: followthru sync ended with 1." in written
    assert "| a | 1 ms | at most 2 ms | - | kept |" in written


def test_parts_are_put_together_in_their_order() -> None:
    tables = [Table(name, "", ("who", "ms"), [("we", "1")]) for name in ("First", "Second")]
    written = page(together(Found((one,)) for one in tables))
    assert written.index("### First") < written.index("### Second")
