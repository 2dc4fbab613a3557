"""Which hands run which commands, so that each module is loaded after the first frame, or with its first key.

All of them together take as long to load as the rest of the screen does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from followthru_tui.dispatch import Handler
    from followthru_tui.hands.main import Main

ROSTER: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("lists", "ListHands"): (
        "down", "up", "page-down", "page-up", "first", "last", "show", "back", "mark", "mark range", "mark all",
        "today", "practice list", "list", "week", "waiting", "inbox", "timeline", "sync status", "update list",
        "register expiring", "duty list", "duty preview", "goal list", "playbook list", "playbook runs", "hours",
        "meeting list", "raise list", "decision list", "search", "practice show", "person list", "history",
    ),
    ("tasks", "TaskHands"): (
        "add", "done", "start", "drop", "reopen", "wait", "answered", "undo", "redo",
    ),
    ("dates", "DateHands"): ("promise", "tell", "target", "defer", "forecast"),
    ("fields", "FieldHands"): ("edit", "rename", "assign", "tags", "priority", "buffer"),
    ("parts", "PartHands"): ("checklist", "split", "needs", "notes"),
    ("outside", "OutsideHands"): ("copy", "open"),
    ("updates", "UpdateHands"): (
        "update show", "update approve", "update edit", "update hold", "update discard", "update recall",
        "update settle", "update told", "update redraft", "update correct", "update diff", "update draft",
        "update approve clean", "update html", "update page", "calendar resolve", "use mine", "use theirs",
    ),
    ("registers", "RegisterHands"): (
        "register renew", "register task", "register edit", "register retire", "register add", "evidence list",
        "evidence add",
    ),
    ("duties", "DutyHands"): ("duty skip", "duty move", "duty pause", "duty resume", "duty end"),
    ("goals", "GoalHands"): ("goal read", "goal edit", "goal retire", "goal add"),
    ("weeks", "WeekHands"): ("earlier", "later"),
    ("playbooks", "PlaybookHands"): ("playbook run", "playbook move", "playbook answer"),
    ("hours", "HourHands"): ("log", "hours edit", "hours remove"),
    ("meetings", "MeetingHands"): (
        "meeting add", "meeting edit", "meeting remove", "meeting minutes", "meeting agenda", "raise add",
        "raise done", "raise edit", "raise remove", "decision add", "decision edit", "decision retract",
        "decision restore",
    ),
    ("reports", "ReportHands"): ("report",),
    ("reviewing", "ReviewHands"): ("review show", "review next", "review back", "review end"),
    ("sorting", "SortHands"): ("belongs", "mail seen"),
    ("arranging", "ArrangeHands"): ("sort", "group"),
    ("saving", "SaveHands"): ("view list", "view save", "view rename", "view remove"),
    ("setup", "SetupHands"): (
        "practice add", "person add", "sync", "daemon status", "update pause", "update resume", "sample add",
        "sample remove",
    ),
    ("purging", "PurgeHands"): ("practice purge",),
    ("connecting", "ConnectHands"): ("connect calendar", "connect mail"),
    ("calls", "CallHands"): ("call",),
}  # fmt: skip
"""The commands by the module in `followthru_tui.hands` and the class in it whose `handlers` runs them."""


COMMANDS = frozenset(id for ids in ROSTER.values() for id in ids)
"""All of them: what the main screen runs."""


class _Hands(Protocol):
    def handlers(self) -> dict[str, Handler]: ...


def load() -> None:
    """Load all modules, so that no key has to wait for one."""
    for module, _ in ROSTER:
        import_module(f"followthru_tui.hands.{module}")


def handlers(main: Main) -> dict[str, Handler]:
    """Return what runs each command of the roster."""
    return {id: run for place, ids in ROSTER.items() for id, run in _later(main, place, ids)}


def _later(main: Main, place: tuple[str, str], ids: tuple[str, ...]) -> Iterator[tuple[str, Handler]]:
    """Yield what runs the commands of one class, which is made when the first of them is run."""
    made: dict[str, Handler] = {}

    def run(id: str) -> None:
        if not made:
            made.update(hands(main, place).handlers())
        made[id]()

    return ((id, partial(run, id)) for id in ids)


def hands(main: Main, place: tuple[str, str]) -> _Hands:
    """Make the hands of one class of the roster."""
    module, name = place
    return cast("_Hands", getattr(import_module(f"followthru_tui.hands.{module}"), name)(main))
