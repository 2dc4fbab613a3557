"""The year's practices on a real command line, and their agenda as commands answer it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from tests.acceptance.year.office import DUTIES, FIRST, PRACTICES, Duty
from tests.clikit import Cli

NOON = time(19, tzinfo=UTC)
"""Early afternoon in Illinois, late morning in California."""


class Office:
    """Runs the practices' commands; `tasks` names the open occurrence of each duty."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        self.tasks: dict[Duty, int] = {}

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
        for duty in DUTIES:
            self.tasks[duty] = self.cli.json("add", duty.line)["id"]
            if duty.edits:
                self.cli.ok("edit", str(self.tasks[duty]), *duty.edits)
