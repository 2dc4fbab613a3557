"""What a measurement found: tables of figures, and how each budget came out beside what others take for the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from subprocess import SubprocessError
from typing import NamedTuple

MISSED = "missed"


class Table(NamedTuple):
    """Figures of one sort: a title, what is to be known of how they were taken, the columns and the rows."""

    title: str
    words: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


class Judged(NamedTuple):
    """One budget: what it is for, our figure, the budget in words, and whether it is kept (None: not measured).

    `peers` is what others take in the same run. `why` is what a profile says of it, for the case that it is missed.
    """

    what: str
    ours: str
    budget: str
    kept: bool | None
    peers: str = ""
    why: str = ""

    @property
    def verdict(self) -> str:
        """How it came out, in a word or two."""
        return {True: "kept", False: MISSED, None: "not measured"}[self.kept]


class Found(NamedTuple):
    """All figures of a measurement, its budgets, the peers that are not on this machine, and what failed, in words."""

    tables: Sequence[Table] = ()
    judged: Sequence[Judged] = ()
    absent: Sequence[str] = ()
    failed: Sequence[str] = ()


def attempted(name: str, measure: Callable[[], Found]) -> Found:
    """Measure; what cannot be measured is told, and does not take the rest of a long run along."""
    try:
        return measure()
    except (RuntimeError, OSError, SubprocessError) as error:
        return Found(failed=[f"{name}: {str(error).splitlines()[0] if str(error) else type(error).__name__}"])


def together(parts: Iterable[Found]) -> Found:
    """Return what several measurements found as one."""
    every = list(parts)
    return Found(
        [one for part in every for one in part.tables],
        [one for part in every for one in part.judged],
        sorted({name for part in every for name in part.absent}),
        [words for part in every for words in part.failed],
    )


def at_most(what: str, seen: float, most: float, unit: str, *, of: str = "", peers: str = "", why: str = "") -> Judged:
    """Judge a figure that may be so much at most; 0 was not measured. `of` says what it is a part or multiple of."""
    budget = f"at most {most:,g} {unit}{of and f' {of}'}"
    if not seen:
        return Judged(what, "not measured", budget, None, peers, why)
    figure = f"{seen:,.0f}" if seen >= 100 else f"{seen:.3g}"
    return Judged(what, f"{figure} {unit}", budget, seen <= most, peers, why)


def beside(figures: Iterable[tuple[str, str]]) -> str:
    """Return what others take, in words."""
    return ", ".join(f"{name} {figure}" for name, figure in figures)


def waited(cpu: float, most: float, unit: str, otherwise: str = "") -> str:
    """Return why a time is missed whose CPU alone is within the budget; `otherwise` where that is not (or not told)."""
    if not 0 < cpu <= most:
        return otherwise
    return f"it waited for its turn while the machine did something else: of CPU it took {cpu:.3g} {unit}."
