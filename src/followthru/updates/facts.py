"""What a reader knows once an update has arrived: the snapshot against which the next one is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple, cast

from followthru.errors import FollowthruError
from followthru.updates.decided import KnownDecision, decision_in, decision_out, left
from followthru.updates.figures import Figure, figure_in, figure_out
from followthru.updates.results import KnownResult, result_in, result_out

VERSION = 1
MARK_OF_FIGURES = '"figures":'
"""Stands in a stored snapshot that has charts, and in hardly any other."""


class State(StrEnum):
    """What a reader was last given to understand about a task.

    `ahead` a date stands, `undated` it has none at present, `counted` it was only counted among
    "smaller things", `asked` they know of it only because something is needed from them.
    """

    AHEAD = "ahead"
    UNDATED = "undated"
    DONE = "done"
    DROPPED = "dropped"
    COUNTED = "counted"
    ASKED = "asked"


class Known(NamedTuple):
    """What a reader knows of one task. `on` and `time` are the promise as it was stated.

    `assigned` is set where it was stated to them that the task is theirs to do.
    """

    id: int
    words: str
    state: State
    on: date | None = None
    time: str | None = None
    slip: bool = False
    need: str | None = None
    need_by: date | None = None
    assigned: bool = False


class Said(NamedTuple):
    """A date that an update states, and the words in which its text states it.

    Once the update is accepted this is a telling of `on` for the task `id`.
    """

    uid: str
    id: int
    on: date
    words: str
    day: str


class Facts(NamedTuple):
    """The snapshot of one update: when it was composed (`at`, UTC ISO text with `Z`; `on`, the practice's
    date), what is known after it by task uid, the dates it states, what was known before it, the period
    it covers in words, and why a correction is needed, as its reader may read it. `results` is what is known after it
    of goals by uid, `results_before` what was known before it; `figures` are the charts that go along, by goal.
    `decisions` and `decisions_before` are what is and was known of what was decided.
    """

    at: str
    on: date
    known: Mapping[str, Known]
    said: tuple[Said, ...] = ()
    before: Mapping[str, Known] = {}
    period: str = ""
    because: str = ""
    results: Mapping[str, KnownResult] = {}
    results_before: Mapping[str, KnownResult] = {}
    figures: Mapping[str, Figure] = {}
    decisions: Mapping[str, KnownDecision] = {}
    decisions_before: Mapping[str, KnownDecision] = {}


class FactsError(FollowthruError):
    """A stored snapshot cannot be read."""


def dump(facts: Facts) -> str:
    """Return the snapshot as canonical JSON text."""
    content = {
        "version": VERSION,
        "at": facts.at,
        "on": facts.on.isoformat(),
        "period": facts.period,
        "known": {uid: _known_out(known) for uid, known in facts.known.items()},
        "said": [{**said._asdict(), "on": said.on.isoformat()} for said in facts.said],
        "before": {uid: _known_out(known) for uid, known in facts.before.items()},
        **({"because": facts.because} if facts.because else {}),
        **{
            name: {uid: result_out(one) for uid, one in results.items()}
            for name, results in (("results", facts.results), ("results_before", facts.results_before))
            if results
        },
        **({"figures": _figures_out(facts)} if facts.figures else {}),
        **{
            name: {uid: decision_out(one) for uid, one in decided.items()}
            for name, decided in (("decisions", facts.decisions), ("decisions_before", facts.decisions_before))
            if decided
        },
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _figures_out(facts: Facts) -> dict[str, dict[str, object]]:
    return {uid: figure_out(one) for uid, one in facts.figures.items()}


def figures_text(facts: Facts) -> str:
    """Return a snapshot's charts as canonical JSON text, empty without any."""
    return json.dumps(_figures_out(facts), sort_keys=True) if facts.figures else ""


def load(text: str) -> Facts:
    """Return the snapshot that `dump` wrote. Raises FactsError for anything else."""
    try:
        content = json.loads(text)
        if content["version"] != VERSION:
            raise FactsError(f"A stored update has facts of version {content['version']!r}, not {VERSION}.")
        return Facts(
            at=str(content["at"]),
            on=date.fromisoformat(content["on"]),
            known={uid: _known_in(known) for uid, known in content["known"].items()},
            said=tuple(_said_in(said) for said in content["said"]),
            before={uid: _known_in(known) for uid, known in content["before"].items()},
            period=str(content["period"]),
            because=str(content.get("because", "")),
            results={uid: result_in(one) for uid, one in content.get("results", {}).items()},
            results_before={uid: result_in(one) for uid, one in content.get("results_before", {}).items()},
            figures={uid: figure_in(one) for uid, one in content.get("figures", {}).items()},
            decisions={uid: decision_in(one) for uid, one in content.get("decisions", {}).items()},
            decisions_before={uid: decision_in(one) for uid, one in content.get("decisions_before", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise FactsError(
            "The facts of a stored update cannot be read.",
            safe="Nothing was sent.",
            remedy="Discard that update; the next one is written from what is true then.",
        ) from fault


def after_edit(facts: Facts, text: str) -> Facts:
    """Return the snapshot for a text the PM has edited: what it no longer states is not known by it.

    A date counts as stated while its words and its day stand in one block of the text. Everything else
    the update would have told of a task whose words are gone falls back to what was known before.
    """
    blocks = _blocks(text)
    whole = " ".join(text.split())
    said = tuple(said for said in facts.said if any(said.words in block and said.day in block for block in blocks))
    stated, kept = ({item.uid for item in items} for items in (facts.said, said))
    known = dict(facts.known)
    for uid, fact in facts.known.items():
        before = facts.before.get(uid)
        still = uid in kept if uid in stated else fact.words in whole
        if fact == before or fact.state == State.COUNTED or still:
            continue
        del known[uid]
        if before is not None:
            known[uid] = before
    decided = dict(left(facts.decisions, facts.decisions_before, whole))
    return facts._replace(known=known, said=said, results=dict(_results_left(facts, blocks)), decisions=decided)


def _results_left(facts: Facts, blocks: list[str]) -> Iterator[tuple[str, KnownResult]]:
    """Yield what is known of results: a reading that is not stated any more falls back to what was known before."""
    for uid, one in facts.results.items():
        still = not one.said or any(one.words in block and one.said in block for block in blocks)
        found = one if still else facts.results_before.get(uid)
        if found is not None:
            yield uid, found


def _blocks(text: str) -> list[str]:
    """Split a text into list items and paragraphs."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.strip() or line.startswith(("- ", "* ")):
            blocks.append([])
        blocks[-1].append(line)
    return [" ".join(" ".join(block).split()) for block in blocks if block]


def _known_out(known: Known) -> dict[str, object]:
    values = known._asdict()
    values["on"] = known.on.isoformat() if known.on else None
    values["need_by"] = known.need_by.isoformat() if known.need_by else None
    return values


def _known_in(content: Mapping[str, object]) -> Known:
    return Known(
        id=int(str(content["id"])),
        words=str(content["words"]),
        state=State(str(content["state"])),
        on=_date(content["on"]),
        time=_text(content["time"]),
        slip=content["slip"] is True,
        need=_text(content["need"]),
        need_by=_date(content["need_by"]),
        assigned=content.get("assigned") is True,
    )


def _said_in(content: Mapping[str, object]) -> Said:
    on = _date(content["on"])
    if on is None:
        raise ValueError("a stated date is missing")
    return Said(str(content["uid"]), int(str(content["id"])), on, str(content["words"]), str(content["day"]))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(cast("str", value))
