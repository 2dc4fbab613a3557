"""The year's practices on a real command line, and their agenda as commands answer it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from tests.acceptance.year.items import ITEMS, PEOPLE, Item
from tests.acceptance.year.office import DUTIES, FIRST, PRACTICES, Duty
from tests.clikit import Cli

NOON = time(19, tzinfo=UTC)
"""Early afternoon in Illinois, late morning in California."""


class Office:
    """Runs the practices' commands; `tasks` names the open occurrence of each duty."""

    def __init__(self, cli: Cli, duties: tuple[Duty, ...] = DUTIES) -> None:
        self.cli = cli
        self.duties = duties
        self.tasks: dict[Duty, int] = {}
        self._listed: list[dict[str, Any]] = []

    def on(self, day: date) -> None:
        """Let it be another day."""
        self.cli.clock.at = datetime.combine(day, NOON)

    def open(self) -> None:
        """Add the practices and all that comes back at them, on the first day of the year."""
        self.on(FIRST)
        for one in PRACTICES:
            self.cli.ok(
                "practice", "add", one.slug, "--timezone", one.zone, "--holidays", one.holidays,
                "--weekdays", one.weekdays,
            )  # fmt: skip
            for command in one.commands:
                self.cli.ok("practice", *command)
        for practice, name, role in PEOPLE:
            mail = f"{name.split()[0].casefold()}@{practice.slug}.example"
            self.cli.ok("person", "add", name, mail, "--practice", practice.slug, "--role", role)
        for duty in self.duties:
            self.tasks[duty] = self.cli.json("add", duty.line)["id"]
            if duty.edits:
                self.cli.ok("edit", str(self.tasks[duty]), *duty.edits)

    def do(self, done: tuple[Duty, ...], day: date) -> None:
        """Do what is done on a day, with something to show where that is wanted, and learn what comes next."""
        self.on(day)
        for shown in (False, True):
            wanted = [str(self.tasks[duty]) for duty in done if duty.shown is shown]
            if wanted:
                self.cli.ok("done", *wanted, *(("--evidence", "Seen") if shown else ()))
        self._listed = self.cli.json("duty", "list")
        number = {(one["practice"], one["title"]): one["task"] for one in self._listed}
        self.tasks = {duty: number[duty.practice.slug, duty.title] for duty in self.duties}

    def standing(self) -> dict[Duty, tuple[str, str | None]]:
        """Return the date and the start of what is open of each duty, as it was said after what was done last."""
        found = {one["task"]: (one["on"], one["starts_on"]) for one in self._listed}
        return {duty: found[id] for duty, id in self.tasks.items()}

    def today(self) -> dict[Duty, str]:
        """Return in which section of Today each duty stands. What only stands still is left out."""
        duties = {id: duty for duty, id in self.tasks.items()}
        found = self.cli.json("today")
        return {duties[one["id"]]: one["section"] for one in found if one["section"] != "stalled"}

    def keep(self) -> dict[Item, str]:
        """Put everything into the registers, on the first day of the year, and return its numbers."""
        return {item: str(self._kept(item)["id"]) for item in ITEMS}

    def _kept(self, item: Item) -> dict[str, Any]:
        values = [f"expires={item.expires}", *([f"lead={item.lead}"] if item.said else [])]
        values += [f"holder={item.holder.split()[0].casefold()}"] if item.holder else []
        values += [f"every={item.days} days"] if item.days else []
        return self.cli.json("register", "add", item.kind, item.title, *values, "--practice", item.practice.slug)
