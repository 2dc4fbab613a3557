"""What every command gets: how to answer, and the desk, opened when it is first asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from followthru.domain.clock import Clock

if TYPE_CHECKING:
    from followthru.actions.context import Context
    from followthru.actions.desk import Desk
    from followthru.config.places import Home
    from followthru.store.faults import UnwritableError


class FrontEnds(Protocol):
    """The other front ends; each method runs one to its end and returns an exit code."""

    def tui(self, home: Home) -> int:
        """Run the terminal UI."""
        ...

    def daemon(self, home: Home, *, to_stderr: bool = True, service: bool = False) -> int:
        """Run the background process; as a service it waits for settings that are right."""
        ...

    def service(self, home: Home, *, installed: bool) -> str:
        """Install or remove the service that runs the background process; return words."""
        ...

    def service_standing(self, home: Home) -> str | None:
        """Return in words whether that service is there and fits, None where there is none."""
        ...

    def demo(self, *, tour: bool) -> int:
        """Run the sandbox."""
        ...


class Session:
    """One command's run. `json` and `plain` say how it answers; both are set by options."""

    def __init__(self, fronts: FrontEnds, clock: Clock) -> None:
        self.fronts = fronts
        self.clock = clock
        self.json = False
        self.plain = os.environ.get("TERM") == "dumb"
        self._home: Home | None = None
        self._desk: Desk | None = None

    @property
    def home(self) -> Home:
        """Where configuration, database, logs and run files are."""
        if self._home is None:
            from followthru.config.places import home

            self._home = home()
        return self._home

    @property
    def desk(self) -> Desk:
        """Configuration and store, opened by the first use. Raises ConfigError, StoreError, RefusedError."""
        if self._desk is None:
            from followthru.actions.desk import open_desk
            from followthru.config.reading import load

            self._desk = open_desk(self.home, load(self.home.config), self.clock)
        return self._desk

    @property
    def trouble(self) -> UnwritableError | None:
        """Why the store that was opened takes no changes, None where it does or none was opened."""
        return None if self._desk is None else self._desk.ctx.store.trouble

    @property
    def ctx(self) -> Context:
        """The context in which verbs run."""
        return self.desk.ctx

    def close(self) -> None:
        """Close the store if it was opened."""
        if self._desk is not None:
            self._desk.ctx.store.close()
            self._desk = None
