"""What should be known before a date is promised: whether history supports it, who is away, which days are closed,
which weeks are full.

An outlook is read once and then answers without the store, so that a line can be judged at every key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.actions.foretelling import chance_for, learnt_room
from followthru.actions.loading import load_if_told
from followthru.domain.absences import Absence, away_words
from followthru.domain.asked import Asked
from followthru.domain.buffers import NO_BUFFER, Basis, Policy, buffer_days, parse_policy, target_for
from followthru.domain.forecast import Case, Forecast, History, Reference, forecast
from followthru.domain.foresaying import beside_words
from followthru.domain.load import Load, Task, load_words, monday_of
from followthru.domain.rolling import Rolled, closed_words, passed_words, rolled
from followthru.domain.saying import count_words, day_words
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from followthru.store import cases, practices
from followthru.store.absences import absences
from followthru.store.store import Reader


class Site(NamedTuple):
    """What counts at a practice, or without one."""

    today: date
    calendar: WorkCalendar
    policy: Policy
    roll: str | None = None


class Outlook:
    """Answers about dates from what was read at one moment."""

    def __init__(
        self,
        sites: Mapping[str | None, Site],
        past: Iterable[Case],
        absences: Iterable[Absence] = (),
        load: Load | None = None,
    ) -> None:
        self._sites = sites
        self._absences = tuple(absences)
        self._load = load
        calendars = {slug: site.calendar for slug, site in sites.items() if slug is not None}
        self._history = History(past, calendars)

    def site(self, slug: str | None) -> Site:
        """Return what counts at a practice; what is not known is no practice."""
        return self._sites.get(slug) or self._sites[None]

    def foretold(self, asked: Asked) -> Forecast | Reference:
        """Return the date that history supports for such work, told today or on the day on which it was told."""
        slug = asked.practice if asked.practice in self._sites else None
        on = asked.on or self.site(slug).today
        return forecast(self._history, slug, asked.kind, on, chance_for(asked.audience, slug))

    def rests_on(self, asked: Asked) -> list[tuple[Case, int]]:
        """Return the finished cases behind that date with their working days, longest first."""
        found = self._history.newest(asked.practice, asked.kind, asked.on or self.site(asked.practice).today)[0]
        return sorted(((one, self._history.days(one)) for one in found), key=lambda one: (-one[1], one[0].told_on))

    def target(self, asked: Asked, promised_on: date) -> tuple[date, int]:
        """Return the target of a promise and its wiggle room in working days."""
        site = self.site(asked.practice)
        basis = Basis(asked.since or site.today, learnt_room(self.foretold(asked)))
        on = target_for(promised_on, asked.buffer_days, site.policy, site.calendar, basis).target_on
        return on, buffer_days(on, promised_on, site.calendar)

    def history_words(self, asked: Asked) -> str | None:
        """Return whether history supports the date; None where there is nothing to say."""
        if asked.practice is None and asked.kind is None:
            return None
        found = self.foretold(asked)
        if isinstance(found, Reference) and not found.days and asked.kind is None:
            return None
        site = self.site(asked.practice)
        rule = None if asked.practice is None else site.policy.words
        return beside_words(found, rule, asked.promised_on, site.today)

    def rolled(self, slug: str | None, on: date) -> Rolled:
        """Return where a promise goes that falls on a closed day, by the rule of its practice."""
        site = self.site(slug)
        return rolled(on, site.roll, site.calendar, site.today)

    def away(self, slug: str | None, handles: Sequence[str], on: date) -> Iterator[str]:
        """Yield who of these people, and whether the PM, is away on a day or in its week."""
        return away_words(self._absences, handles, on, self.site(slug).today)

    def distance_words(self, slug: str | None, on: date) -> str:
        """Return how far off a day is, in working days of its practice: `9 working days from today`."""
        site = self.site(slug)
        if on == site.today:
            return "today"
        if on < site.today:
            return f"{count_words(site.calendar.working_days_between(on, site.today), 'working day')} ago"
        return f"{count_words(site.calendar.working_days_between(site.today, on), 'working day')} from today"

    def week_words(self, on: date) -> str:
        """Return what is promised in the PM's week of a day; empty where no load is known."""
        if self._load is None:
            return ""
        monday = monday_of(on)
        return f"week of {day_words(monday, self.site(None).today)}: {load_words(self._load.week(None, monday))}"

    def remarks(self, asked: Asked) -> Iterator[str]:
        """Yield what should be known of a date before it is promised, a sentence each."""
        on = asked.promised_on
        if on is None:
            return
        site = self.site(asked.practice)
        yield from self.away(asked.practice, asked.people, on)
        target, room = self.target(asked, on)
        for said in (
            closed_words(on, site.calendar, site.today),
            passed_words(target, on, room, site.calendar, site.today),
            self._load and self._load.overfull_words(asked.practice, on, Task(asked.minutes, asked.counted_on)),
            self.history_words(asked),
        ):
            if said is not None:
                yield said


def outlook(ctx: Context, read: Reader, *, about: tuple[str | None, str | None] | None = None) -> Outlook:
    """Return the outlook as things stand; `about` a practice and a kind reads no more cases than they need."""
    sites: dict[str | None, Site] = {None: Site(ctx.today(), MONDAY_TO_FRIDAY, NO_BUFFER)}
    for one in practices.all_practices(read):
        calendar = practices.work_calendar(read, one.id)
        sites[one.slug] = Site(ctx.today(one), calendar, parse_policy(one.buffer_policy), one.roll)
    past = cases.told(read) if about is None else cases.like(read, *about)
    away = absences(read, min(site.today for site in sites.values()) - timedelta(days=7))
    return Outlook(sites, past, away, load_if_told(ctx, read, away))
