"""The kinds of register items that are shipped, one TOML file each: what is asked for, lead time, how it is renewed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from followthru.domain.nearest import did_you_mean
from followthru.domain.registers import RegisterKind, interval
from followthru.domain.task import Area
from followthru.errors import FollowthruError, UsageError
from followthru.exchange import shipped
from followthru.exchange.shipped import Types, wrong

ASKABLE = ("holder", "identifier", "issued", "expires", "every", "vendor", "contact", "cost", "documents")
_TYPES: Types = {
    "words": str, "asks": list, "lead_days": int, "every": str, "task": str, "public": str, "task_kind": str,
    "area": str, "evidence": bool, "source": str,
}  # fmt: skip
_MAY_MISS = frozenset(("every",))


@cache
def kinds() -> Mapping[str, RegisterKind]:
    """Return the shipped kinds by name. Raises UsageError for a file that cannot be read as one."""
    return shipped.folder("register_kinds", read)


def kind(name: str) -> RegisterKind:
    """Return a kind by name. Raises UsageError naming the nearest."""
    found = kinds().get(name.casefold())
    if found is None:
        raise UsageError(
            f"There is no kind {name}. {did_you_mean(name, kinds())}".rstrip(),
            safe="Nothing was changed.",
            remedy="`followthru register kinds` lists them.",
        )
    return found


def read(text: str, file: str) -> RegisterKind:
    """Read one kind; its name is the file's. Raises UsageError naming file and key."""
    said = shipped.table(text, file, _TYPES, _MAY_MISS)
    _check(said, file)
    return RegisterKind(
        name=file.removesuffix(".toml"),
        words=said["words"],
        asks=tuple(said["asks"]),
        lead_days=said["lead_days"],
        every=said.get("every"),
        task=said["task"],
        public=said["public"],
        task_kind=said["task_kind"],
        area=said["area"],
        evidence=said["evidence"],
        source=said["source"],
    )


def _check(said: Mapping[str, object], file: str) -> None:
    asks = said["asks"]
    for ask in asks if isinstance(asks, list) else ():  # pyright: ignore[reportUnknownVariableType]
        if ask not in ASKABLE:
            raise wrong(file, "asks", f"{ask} is none of {', '.join(ASKABLE)}")
    if said["area"] not in set(Area):
        raise wrong(file, "area", f"it is none of {', '.join(Area)}")
    if not 0 <= int(str(said["lead_days"])) <= 999:
        raise wrong(file, "lead_days", "it is no number of working days from 0 to 999")
    try:
        str(said["task"]).format(title="", holder="")
        if "every" in said:
            interval(str(said["every"]))
    except (KeyError, IndexError, ValueError):
        raise wrong(file, "task", "it may name {title} and {holder}, nothing else") from None
    except FollowthruError as error:
        raise wrong(file, "every", error.message) from None
