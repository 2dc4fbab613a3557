"""Where followthru keeps its files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from followthru.config.values import Config
from followthru.errors import FollowthruError, UsageError
from followthru.typed_path import expanded


class Home(NamedTuple):
    """The paths of one store: its configuration, database, logs and run files (lock, sockets).

    Nothing need exist yet; `prepare` makes the folders.
    """

    config: Path
    database: Path
    logs: Path
    run: Path

    @property
    def playbooks(self) -> Path:
        """The folder of the user's own playbooks."""
        return self.config.parent / "playbooks"

    def with_store(self, config: Config) -> Home:
        """Return the home with the database where the configuration wants it."""
        return self if config.store.path is None else self._replace(database=config.store.path)

    def prepare(self) -> None:
        """Make the folders, open to their owner alone. Raises FollowthruError if one cannot be made."""
        for folder in (self.config.parent, self.database.parent, self.logs, self.run):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise FollowthruError(
                    f"The folder {folder} cannot be made: {error.strerror}.",
                    remedy="Set FOLLOWTHRU_HOME to a folder that can be written.",
                ) from None


def home() -> Home:
    """Return the home in `FOLLOWTHRU_HOME`, else the folders that this system gives to programs."""
    given = os.environ.get("FOLLOWTHRU_HOME")
    if given:
        return home_in(_expanded(given).absolute())
    from platformdirs import PlatformDirs

    own = PlatformDirs("followthru", appauthor=False)
    return Home(
        config=own.user_config_path / "config.toml",
        database=own.user_data_path / "followthru.db",
        logs=own.user_log_path,
        run=own.user_state_path / "run",
    )


def _expanded(given: str) -> Path:
    try:
        return expanded(given)
    except UsageError:
        raise FollowthruError(
            f"FOLLOWTHRU_HOME is {given!a}, in the home of a user who is not on this machine.",
            safe="Nothing was changed.",
            remedy="Set it to the whole path of a folder.",
        ) from None


def home_in(folder: Path) -> Home:
    """Return a home that lies in one folder."""
    return Home(folder / "config.toml", folder / "followthru.db", folder / "logs", folder / "run")
