"""The practices of the sample data, known by their slugs wherever something may leave the machine."""

from __future__ import annotations

SAMPLE_SLUGS = frozenset({"sample-oak", "sample-harbor"})
"""Kept for the sample data: nobody else's practice can have them."""


def is_sample(slug: str | None) -> bool:
    """Whether a practice is made up for trying things out, so that nothing of it ever leaves."""
    return slug in SAMPLE_SLUGS
