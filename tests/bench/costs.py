"""What one run cost, how it stands to another, and whether that is within its budget."""

from __future__ import annotations

from typing import NamedTuple

from tests.bench.found import Found, Judged, Table
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


class Story(NamedTuple):
    """One comparison on one server."""

    server: str
    title: str
    costs: tuple[Cost, ...]
    budgets: tuple[Judged, ...]

    def rows(self) -> list[tuple[str, ...]]:
        """Return the cells of its table."""
        own, peer = self._wall(OWN), self._wall(PEER)
        return [cost.row(own, peer) for cost in self.costs]

    def found(self) -> Found:
        """Return its figures, each budget named for the server and the title."""
        name = f"{self.server}: {self.title}"
        return Found((Table(name, "", HEAD, self.rows()),), [one._replace(what=name) for one in self.budgets])

    def _wall(self, name: str) -> float:
        return next((cost.wall for cost in self.costs if cost.name == name), 0.0)


def times(words: str, cost: Cost, other: Cost | None, most: float, *, peers: str = "", why: str = "") -> Judged:
    """Judge whether one run takes at most so many times what another one does."""
    if other is None:
        return Judged("", "not measured", words, None, peers, why)
    ratio = cost.wall / other.wall
    return Judged("", f"{ratio:.2f} x", words, ratio <= most, peers, why)


def at_most_requests(words: str, cost: Cost, most: int, peer: Cost | None = None) -> Judged:
    """Judge whether so many requests were enough."""
    beside = f"vdirsyncer {peer.counts.requests:,} and {peer.counts.down / 1024:,.0f} KiB" if peer else ""
    return Judged("", f"{cost.counts.requests}", words, cost.counts.requests <= most, beside)


def memory(cost: Cost, peer: Cost | None = None) -> Judged:
    """Judge whether a sync took little enough memory."""
    beside = f"vdirsyncer {peer.rss:.0f} MiB" if peer else ""
    return Judged("", f"{cost.rss:.0f} MiB", f"under {MEMORY} MiB", cost.rss < MEMORY, beside)


def seconds(*costs: Cost | None) -> str:
    """Return what runs took, in words."""
    return ", ".join(f"{one.name.removesuffix(' sync')} {one.wall:.1f} s" for one in costs if one)
