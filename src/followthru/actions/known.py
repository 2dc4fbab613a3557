"""What a capture line is recognised against: read from the store as far as the line needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from followthru.actions.context import Context
from followthru.domain.capture.model import Known, KnownPerson
from followthru.domain.people import Practice
from followthru.domain.workdays import parse_weekdays
from followthru.store import practices
from followthru.store.store import Reader

_MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})


class _People(Mapping[str, Sequence[KnownPerson]]):
    """The people of each practice by slug, each practice's read once, when it is asked for."""

    def __init__(self, read: Reader, by_slug: Mapping[str, Practice]) -> None:
        self._read = read
        self._practices = by_slug
        self._people: dict[str, tuple[KnownPerson, ...]] = {}

    def __getitem__(self, slug: str) -> Sequence[KnownPerson]:
        if slug not in self._people:
            members = practices.members(self._read, self._practices[slug].id)
            self._people[slug] = tuple(KnownPerson(one.handle, one.name, one.email) for one in members)
        return self._people[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._practices)

    def __len__(self) -> int:
        return len(self._practices)


def known(ctx: Context, read: Reader) -> Known:
    """Return what the store knows now. People are read later, over the same reader; practices are not read again."""
    by_slug = {one.slug: one for one in practices.all_practices(read)}
    return _known(ctx, by_slug, _People(read, by_slug))


def known_in_full(ctx: Context, read: Reader) -> Known:
    """Return what the store knows now, read to the last person: another thread may use it."""
    by_slug = {one.slug: one for one in practices.all_practices(read)}
    people: dict[str, list[KnownPerson]] = {slug: [] for slug in by_slug}
    for one in practices.everybody(read):
        if one.practice not in people:
            continue  # added since the practices were read: whoever looks next knows it
        people[one.practice].append(KnownPerson(one.handle, one.name, one.email))
    return _known(ctx, by_slug, people)


def _known(ctx: Context, by_slug: Mapping[str, Practice], people: Mapping[str, Sequence[KnownPerson]]) -> Known:
    def today(slug: str | None) -> date:
        return ctx.today(None if slug is None else by_slug[slug])

    def weekdays(slug: str | None) -> frozenset[int]:
        return _MONDAY_TO_FRIDAY if slug is None else parse_weekdays(by_slug[slug].weekdays)

    return Known(people, today, ctx.order, weekdays)
