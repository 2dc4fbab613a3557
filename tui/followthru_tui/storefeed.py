"""The feed of a real store: one desk, used on the reader thread alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from followthru.actions.desk import Desk, open_desk, reconfigured
from followthru.config.places import Home
from followthru.config.reading import load
from followthru.domain.clock import Clock
from followthru.domain.orders import Order
from followthru.domain.people import Member, Practice
from followthru.domain.task import TaskRow
from followthru.errors import FollowthruError
from followthru.store import practices, tasks
from followthru.store.faults import UnwritableError
from followthru.store.lists import Lists
from followthru.store.stamp import Shows
from followthru_tui import storeviews
from followthru_tui.background import Background
from followthru_tui.feed import (
    TODAY,
    Aids,
    CleanShown,
    Pulse,
    Said,
    TaskDetail,
    UpdateShown,
    Verb,
    View,
    Where,
)
from followthru_tui.versions import Versions, shows

if TYPE_CHECKING:
    from followthru.actions.outlook import Outlook

T = TypeVar("T")

_QUARTER = 900
"""Seconds. Days begin at a quarter of an hour in every zone: a list is read anew when one may have begun."""


class StoreFeed:
    """Answers from the store, and does verbs through the actions."""

    def __init__(self, desk: Desk, background: Background, *, keep_log: bool = False) -> None:
        self._desk = desk
        self._background = background
        # The first frame does not wait for the log.
        self._log_wanted = keep_log
        self._lists = Lists()
        self._versions = Versions()
        self._commits = 0
        self._config_at = _stamp(desk.home)
        self._config_fault = ""
        self._looked: tuple[object, Outlook] | None = None
        self._aids: tuple[object, Aids] | None = None
        self._prepared_on: date | None = None
        self._notices_fault = ""

    @classmethod
    def open(cls, home: Home, clock: Clock, background: Background, *, keep_log: bool = False) -> Self:
        """Open a home's store; with `keep_log` write a log. Raises ConfigError, StoreError, RefusedError."""
        return cls(open_desk(home, load(home.config), clock), background, keep_log=keep_log)

    def _version(self, what: Shows) -> int:
        """Return a number that rises when something that such lists show has changed, by whomever."""
        beside = (self._config_at, self._config_fault, self._quarter())
        return self._versions.of(what, self._desk.ctx.read, self._commits, beside)

    def _quarter(self) -> int:
        return int(self._desk.ctx.store.clock.now().timestamp()) // _QUARTER

    def pulse(self, where: Where = TODAY) -> Pulse:
        """Return how things stand; looks at the configuration and the background process on the way."""
        from followthru_tui import storestate

        if self._log_wanted:
            from followthru import log

            # Where nothing can be written no log is, and everything else is shown as it stands.
            with suppress(OSError):
                log.configure(self._desk.home, self._desk.config.daemon.log_level, surface="tui")
            self._log_wanted = False
        self._look_at_config()
        self._prepare_notices()
        news = self._background.see_to_it(self._desk)
        troubles = storestate.troubles(self._desk, starting=self._background.pid is not None)
        if self._notices_fault:
            troubles = (("warnings are not drafted", self._notices_fault), *troubles)
        if self._config_fault:
            troubles = (("config.toml is not used", self._config_fault), *troubles)
        return Pulse(self._version(shows(where)), troubles, news)

    def _prepare_notices(self) -> None:
        """Draft warnings and repairs that are due, once a day and when this is opened: in between the daemon does."""
        ctx = self._desk.ctx
        if self._prepared_on == ctx.today() or ctx.store.trouble is not None:
            return
        from followthru.actions.notices import prepare

        self._prepared_on, before = ctx.today(), ctx.read.stand()
        try:
            prepare(ctx)
            self._notices_fault = ""
        except UnwritableError:
            self._prepared_on = None  # said as such, and made up for once it is over
        except FollowthruError as error:
            self._notices_fault = error.sentences()
        self._commits += ctx.read.stand() != before

    def _look_at_config(self) -> None:
        """Use a configuration that was changed; keep the running one when the new one cannot be read."""
        now = _stamp(self._desk.home)
        if now == self._config_at:
            return
        self._config_at = now
        try:
            self._desk = reconfigured(self._desk, load(self._desk.home.config))
            self._config_fault = ""
        except FollowthruError as error:
            self._config_fault = f"{error.sentences()} The one from before is still used."

    def view(self, where: Where, matching: str, order: Order | None = None) -> View:
        """Return a list as it stands. Raises UsageError, NotFoundError for a filter that cannot be read."""
        return storeviews.view(self._desk, self._lists, where, matching, self._version(shows(where)), order)

    def rows(self, ids: Sequence[int]) -> Sequence[TaskRow]:
        """Return the rows of these tasks."""
        return tasks.by_ids(self._desk.ctx.read, ids)

    def details(self, ids: Sequence[int]) -> Sequence[TaskDetail]:
        """Return these tasks in full."""
        from followthru_tui import storedetails

        return storedetails.details(self._desk.ctx, ids, self._outlook())

    def evidence(self, id: int) -> Sequence[str]:
        """Return what a task's forecast rests on."""
        from followthru_tui import storedetails

        return storedetails.evidence(self._desk.ctx, id, self._outlook())

    def _outlook(self) -> Outlook:
        """Return what is known of dates, read anew once something was done."""
        from followthru.actions.outlook import outlook

        done = self._version(Shows.TASKS)
        if self._looked is None or self._looked[0] != done:
            self._looked = (done, outlook(self._desk.ctx, self._desk.ctx.read))
        return self._looked[1]

    def practices(self) -> Sequence[Practice]:
        """Return all practices."""
        return practices.all_practices(self._desk.ctx.read)

    def members(self) -> Sequence[Member]:
        """Return everybody."""
        return practices.everybody(self._desk.ctx.read)

    def choices(self, id: int) -> tuple[str, str] | None:
        """Return what becomes of what a calendar asks by either answer; None if it is asked no more."""
        from followthru_tui.storecalendars import choices

        return choices(self._desk.ctx.read, self._desk.ctx.today(), id)

    def aids(self) -> Aids:
        """Return what lines are read against, read anew once something was done."""
        from followthru.actions.known import known_in_full

        done = self._version(Shows.TASKS)
        if self._aids is None or self._aids[0] != done:
            ctx = self._desk.ctx
            tags, kinds = tasks.tags_in_use(ctx.read), tasks.kinds_in_use(ctx.read)
            known = known_in_full(ctx, ctx.read)
            aids = Aids(known, self._outlook(), ctx.zone, tags, kinds, self._desk.config.views)
            self._aids = (done, aids)
        return self._aids[1]

    def update(self, id: int) -> UpdateShown:
        """Return an update as it is reviewed. Raises NotFoundError."""
        from followthru_tui import storeupdates

        return storeupdates.shown(self._desk, id)

    def clean(self, id: int) -> CleanShown:
        """Return the clean updates of the practice of an update. Raises NotFoundError."""
        from followthru_tui import storeupdates

        return storeupdates.clean(self._desk, id)

    def to_edit(self, id: int) -> tuple[Path, bool]:
        """Put an update's text into a file to edit. Raises NotFoundError."""
        from followthru_tui import updateverbs

        return updateverbs.lay_out(self._desk, id)

    def history(self) -> Sequence[str]:
        """Return the newest steps."""
        from followthru_tui import storedetails

        return storedetails.history(self._desk.ctx, None, 200)

    def look(self, question: Callable[[Desk], T]) -> T:
        """Answer what a screen needs to know before it asks its user. Raises what the question raises."""
        return question(self._desk)

    def sync(self) -> str:
        """Wake the daemon, or start one."""
        from followthru.actions.presence import running
        from followthru.actions.wake import wake

        if running(self._desk.home.database) is None:
            return self._background.start(self._desk)
        if not wake(self._desk.home.run):
            return "The background process does not hear. It looks at the store by itself within seconds."
        if not self._desk.config.calendars:
            looks = "The background process looks at everything now."
            return f"{looks} No calendar is set up; `followthru calendar add` does that."
        return "Syncing now."

    def do(self, verb: Verb) -> Said:
        """Run a verb; whatever it committed counts as a new version."""
        try:
            return verb(self._desk)
        finally:
            self._commits += 1
            # A verb may have changed the configuration: what is read next goes by it.
            self._look_at_config()

    def close(self) -> None:
        """Close the store."""
        self._desk.ctx.store.close()


def _stamp(home: Home) -> tuple[int, int]:
    """Return what changes when the configuration file is written, replaced or removed."""
    try:
        found = home.config.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)
