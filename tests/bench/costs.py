"""What one run cost, how it stands to another, and whether that is within its budget."""

from __future__ import annotations

from typing import NamedTuple

from tests.bench.proxy import Counts

OWN, OURS, INSIDE, PEER = "the server's own time", "followthru sync", "a sync in a running process", "vdirsyncer sync"
MEMORY = 110
"""MiB that a sync may take."""


class Cost(NamedTuple):
    """One run: seconds from start to end, seconds of CPU here and in the server, MiB at most, and what went there."""

    name: str
    wall: float
    server: float
    cpu: float = 0.0
    rss: float = 0.0
    counts: Counts = Counts()

    def row(self, own: float, peer: float) -> tuple[str, ...]:
        """Return the cells of a table: against the server's own time, and against vdirsyncer."""
        done = self.counts
        return (
            self.name,
            f"{self.wall * 1000:,.0f}",
            f"{self.wall / own:.2f}" if own else "-",
            f"{self.wall / peer:.2f}" if peer else "-",
            f"{self.cpu:.2f}" if self.cpu else "-",
            f"{self.server:.2f}",
            f"{self.rss:.0f}" if self.rss else "-",
            f"{done.requests:,}" if done.requests else "-",
            f"{(done.up + done.down) / 1024:,.0f}" if done.requests else "-",
        )


HEAD = ("who", "ms", "x server", "x vdirsyncer", "cpu s", "server cpu s", "rss MiB", "requests", "KiB")


class Budget(NamedTuple):
    """What a comparison is to show: in words, and how one cost stands to another. `kept` is None if not measured."""

    words: str
    seen: str
    kept: bool | None


class Story(NamedTuple):
    """One comparison on one server."""

    server: str
    title: str
    costs: tuple[Cost, ...]
    budgets: tuple[Budget, ...]

    def rows(self) -> list[tuple[str, ...]]:
        """Return the cells of its table."""
        named = {cost.name: cost.wall for cost in self.costs}
        own, peer = named.get(OWN, 0.0), named.get(PEER, 0.0)
        return [cost.row(own, peer) for cost in self.costs]


def at_most(words: str, cost: float, other: float | None, most: float) -> Budget:
    """Return whether one cost is at most so many times another one."""
    if not other:
        return Budget(words, "not measured", None)
    return Budget(words, f"{cost / other:.2f}", cost / other <= most)


def at_most_requests(words: str, cost: Cost, most: int) -> Budget:
    """Return whether so many requests were enough."""
    return Budget(words, f"{cost.counts.requests}", cost.counts.requests <= most)


def memory(cost: Cost) -> Budget:
    """Return whether a sync took little enough memory."""
    return Budget(f"under {MEMORY} MiB", f"{cost.rss:.0f} MiB", cost.rss < MEMORY)
