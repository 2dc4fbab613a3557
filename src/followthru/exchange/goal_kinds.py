"""The kinds of goals that are shipped, one TOML file each: what is measured, how, what is usual, and where from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from followthru.domain.figures import read_figure
from followthru.domain.goals import Direction, GoalKind
from followthru.domain.nearest import did_you_mean
from followthru.errors import UsageError
from followthru.exchange import shipped
from followthru.exchange.shipped import wrong

EVERY = ("week", "month", "quarter", "year")
_TEXTS = ("title", "words", "unit", "direction", "aim", "aim_to", "every", "how", "source")
_MAY_MISS = frozenset(("unit", "aim", "aim_to"))


@cache
def kinds() -> Mapping[str, GoalKind]:
    """Return the shipped kinds by name. Raises UsageError for a file that cannot be read as one."""
    return shipped.folder("goal_kind_files", read)


def kind(name: str) -> GoalKind:
    """Return a kind by name. Raises UsageError naming the nearest."""
    found = kinds().get(name.casefold())
    if found is None:
        raise UsageError(
            f"There is no kind {name}. {did_you_mean(name, kinds())}".rstrip(),
            safe="Nothing was changed.",
            remedy="`followthru goal kinds` lists them; without one, give title=, unit= and direction=.",
        )
    return found


def read(text: str, file: str) -> GoalKind:
    """Read one kind; its name is the file's. Raises UsageError naming file and key."""
    said = shipped.table(text, file, dict.fromkeys(_TEXTS, str), _MAY_MISS)
    for key, known in (("direction", tuple(Direction)), ("every", EVERY)):
        if said[key] not in known:
            raise wrong(file, key, f"it is none of {', '.join(known)}")
    aim, aim_to = (_figure(said, key, file) for key in ("aim", "aim_to"))
    if (aim_to is not None) != (said["direction"] == Direction.WITHIN and aim is not None):
        raise wrong(file, "aim_to", "it goes with direction within and aim, and with nothing else")
    return GoalKind(
        name=file.removesuffix(".toml"),
        title=said["title"],
        words=said["words"],
        unit=said.get("unit"),
        direction=Direction(said["direction"]),
        aim=aim,
        aim_to=aim_to,
        every=said["every"],
        how=said["how"],
        source=said["source"],
    )


def _figure(said: Mapping[str, str], key: str, file: str) -> Decimal | None:
    try:
        return read_figure(said[key]) if key in said else None
    except UsageError as error:
        raise wrong(file, key, error.message) from None
