"""The readings behind a report's charts, as its snapshot keeps them: exactly what was looked at leaves, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from followthru.domain.figures import figure_text, figure_words
from followthru.domain.periods import Period
from followthru.updates.results import ReaderGoal, ReaderReading

MOST_POINTS = 13
"""How many readings a chart shows: a year of months, and the one before."""


FEWEST = 2
"""From how many readings on there is a chart."""


class Figure(NamedTuple):
    """One chart: its goal in words, the unit, the aim in words and as figures, and the readings by day."""

    words: str
    unit: str | None
    aimed: str
    aim: Decimal | None
    aim_to: Decimal | None
    points: tuple[ReaderReading, ...]

    def value(self, value: Decimal) -> str:
        """Return a value with its unit."""
        return figure_words(value, self.unit)


def figure_of(goal: ReaderGoal, period: Period) -> Figure:
    """Return the chart of a goal's last readings up to the end of a period."""
    points = [one for one in goal.readings if one.on <= period.last][-MOST_POINTS:]
    return Figure(goal.words, goal.unit, goal.aimed, goal.aim, goal.aim_to, tuple(points))


def wrong_points(figures: Mapping[str, Figure], goals: Iterable[ReaderGoal]) -> Iterator[str]:
    """Yield the names of the goals of which a chart shows a reading that is not so any more, or may not be seen."""
    now = {goal.uid: set(goal.readings) for goal in goals}
    for uid, figure in sorted(figures.items()):
        if not set(figure.points) <= now.get(uid, set()):
            yield figure.words


def figure_out(figure: Figure) -> dict[str, object]:
    """Return a chart as a snapshot keeps it."""
    return {
        "words": figure.words,
        "unit": figure.unit,
        "aimed": figure.aimed,
        "aim": None if figure.aim is None else figure_text(figure.aim),
        "aim_to": None if figure.aim_to is None else figure_text(figure.aim_to),
        "points": [[one.on.isoformat(), figure_text(one.value)] for one in figure.points],
    }


def figure_in(content: Mapping[str, object]) -> Figure:
    """Return what `figure_out` kept. Raises ValueError, KeyError, TypeError for anything else."""
    unit, points = content["unit"], cast("list[list[str]]", content["points"])
    return Figure(
        words=str(content["words"]),
        unit=None if unit is None else str(unit),
        aimed=str(content["aimed"]),
        aim=_figure(content["aim"]),
        aim_to=_figure(content["aim_to"]),
        points=tuple(ReaderReading(date.fromisoformat(on), _known(value)) for on, value in points),
    )


def _figure(value: object) -> Decimal | None:
    return None if value is None else _known(str(value))


def _known(text: str) -> Decimal:
    if not text.removeprefix("-").replace(".", "", 1).isdecimal():
        raise ValueError(f"{text} is no figure")
    return Decimal(text)
