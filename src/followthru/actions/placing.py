"""Which practice and which person a name in a file means."""

from __future__ import annotations

from collections.abc import Mapping

from followthru.actions import lookup
from followthru.actions.import_choices import INBOX, LEFT_OUT
from followthru.domain.nearest import did_you_mean
from followthru.domain.people import Member, Practice
from followthru.domain.plain import one_line
from followthru.exchange.values import WrongValueError
from followthru.store import practices
from followthru.store.store import Reader


class LeftOutError(Exception):
    """A row belongs to what is left out on purpose."""


class Places:
    """The practices and their people as they are now, each read once."""

    def __init__(self, read: Reader, said: Mapping[str, str]) -> None:
        """Take what was said of names. Raises NotFoundError, UsageError for a practice that is not there."""
        self._read = read
        self.all = practices.all_practices(read)
        self._names: dict[str, Practice] = {}
        for one in self.all:
            self._names.setdefault(_key(one.name), one)
        self._names |= {_key(one.slug): one for one in self.all}
        self._said = {
            _key(name): slug if slug in (INBOX, LEFT_OUT) else lookup.practice(read, slug)
            for name, slug in said.items()
        }
        self._people: dict[int, list[Member]] = {}

    def practice(self, name: str) -> Practice | None:
        """Return the practice of a name, None for the inbox. Raises KeyError for an unknown one, LeftOutError."""
        said = self._said.get(_key(name))
        if said == LEFT_OUT:
            raise LeftOutError(name)
        if said == INBOX:
            return None
        return said if isinstance(said, Practice) else self._names[_key(name)]

    def needed(self, name: str) -> Practice:
        """Return the practice of a name. Raises WrongValueError naming the nearest, LeftOutError."""
        try:
            found = self.practice(name)
        except KeyError:
            near = did_you_mean(name, [*(one.slug for one in self.all), *(one.name for one in self.all)])
            raise WrongValueError(f"there is no practice “{one_line(name)[:60]}”. {near}".rstrip()) from None
        if found is None:
            raise WrongValueError("needs a practice")
        return found

    def person(self, practice: Practice | None, words: str) -> Member | None:
        """Return who is meant at a practice by a handle, an e-mail or a name; None for nobody, or more than one."""
        if practice is None:
            return None
        if practice.id not in self._people:
            self._people[practice.id] = practices.members(self._read, practice.id)
        wanted = one_line(words).removeprefix("+").casefold()
        found = [
            one
            for one in self._people[practice.id]
            if wanted in (one.handle.casefold(), (one.email or "").casefold(), one.name.casefold())
        ]
        return found[0] if len(found) == 1 else None


def _key(name: str) -> str:
    """Return a name as it is compared: `Oak Street`, `oak-street` and `@oak_street` are one."""
    return "".join(char for char in name.casefold() if char.isalnum())
