"""Which backups are kept: many of the last days, fewer of what is long ago.

A backup stands for its day, its ISO week and its month; of each the newest is kept, for as many as are asked for. The
scheme is known as grandfather-father-son rotation. What is less than a day older than the newest is kept as well, so
that a second thought in the same hour finds what it looks for.

Backups are in the order in which they were taken, which their number says; the time that one names is the clock's, and
that may have been ahead, or have lost the time. As few as can be are disbelieved, and stand where their number does.

What is set aside, such as the store from before a restore, stands for no day, week or month: it is kept as long as the
days are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

RECENT = timedelta(days=1)


class Retention(NamedTuple):
    """How many days, weeks and months keep their newest backup, and how many bytes they may take together."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12
    most_bytes: int | None = None


class Kept(NamedTuple):
    """One backup: when it was taken by the clock of then (aware), its bytes, and which one of its folder it is.

    `aside` is one that no other one has to make way for.
    """

    at: datetime
    size: int
    number: int
    aside: bool = False


def _day(at: datetime) -> object:
    return at.date()


def _week(at: datetime) -> object:
    return at.isocalendar()[:2]


def _month(at: datetime) -> object:
    return at.year, at.month


def to_remove(there: Iterable[Kept], rule: Retention) -> list[Kept]:
    """Return the backups that are not kept, the oldest first. The newest one is always kept, whatever its size."""
    oldest_first = sorted(there, key=lambda one: (one.number, one.at))
    straight = zip(_straightened([one.at for one in oldest_first]), oldest_first, strict=True)
    every = [_Taken(at, one) for at, one in straight][::-1]
    newest_first = [one for one in every if not one.backup.aside]
    if not newest_first:
        return []
    kept = {one for one in every if newest_first[0].at - one.at < RECENT}
    spans: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (rule.daily, _day),
        (rule.weekly, _week),
        (rule.monthly, _month),
    )
    for count, span in spans:
        kept |= set(_newest_of_each(newest_first, span)[:count])
    kept |= _aside_as_long_as_days(every, rule.daily)
    # What is set aside may be newer than the newest that is not; that one comes first all the same.
    by_worth = [newest_first[0], *(one for one in every if one in kept and one != newest_first[0])]
    fitting = _within(by_worth, rule.most_bytes)
    return [one.backup for one in reversed(every) if one not in fitting]


class _Taken(NamedTuple):
    """A backup, and when it was taken as far as that can be believed."""

    at: datetime
    backup: Kept


def _straightened(times: Sequence[datetime]) -> list[datetime]:
    """Return times that never fall, with as few as possible taken for wrong: those become what is believed before them.

    What is believed is a longest subsequence that never falls (Schensted 1961), found by patience sorting.
    """
    ends: list[int] = []
    before: list[int | None] = []
    for at, time in enumerate(times):
        pile = bisect_right([times[end] for end in ends], time)
        before.append(ends[pile - 1] if pile else None)
        ends[pile : pile + 1] = [at]
    believed: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        believed.add(last)
        last = before[last]
    found: list[datetime] = []
    known = min((times[one] for one in believed), default=None)
    for at, time in enumerate(times):
        known = time if at in believed or known is None else known
        found.append(known)
    return found


def _aside_as_long_as_days(every: Sequence[_Taken], daily: int) -> set[_Taken]:
    """Return what is set aside and no older than the days that are kept; all of it while there are fewer of those."""
    days = _newest_of_each((one for one in every if not one.backup.aside), _day)
    aside = {one for one in every if one.backup.aside}
    return aside if len(days) < daily else {one for one in aside if one.at.date() >= days[daily - 1].at.date()}


def _newest_of_each(newest_first: Iterable[_Taken], span: Callable[[datetime], object]) -> list[_Taken]:
    found: dict[object, _Taken] = {}
    for one in newest_first:
        found.setdefault(span(one.at), one)
    return list(found.values())


def _within(newest_first: list[_Taken], most: int | None) -> set[_Taken]:
    """Return those that fit, from the newest on; the newest itself always does."""
    fitting: set[_Taken] = set()
    total = 0
    for one in newest_first:
        total += one.backup.size
        if fitting and most is not None and total > most:
            break
        fitting.add(one)
    return fitting
