"""Who is meant by a handle, an e-mail address or the beginning of one; and what an unknown name is near to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from followthru.domain.capture.model import KnownPerson
from followthru.domain.dateword import PUNCTUATION

_LONGEST_NAME = 64


def match_people(word: str, people: Sequence[KnownPerson]) -> tuple[list[KnownPerson], bool]:
    """Return the people whom `word` may mean, and whether it is a whole handle or address.

    One person: it is known. Several: it is ambiguous. Letter case and punctuation at its end
    do not matter.
    """
    for said in dict.fromkeys((word.casefold(), word.rstrip(PUNCTUATION).casefold())):
        exact = [person for person in people if said in _names(person)]
        if exact:
            return exact, True
    said = word.rstrip(PUNCTUATION).casefold()
    if not said:
        return [], False
    return [p for p in people if any(name.startswith(said) for name in _names(p))], False


def nearest_person(word: str, people: Sequence[KnownPerson]) -> str | None:
    """Return the handle of the person whose handle, name or address is most like `word`."""
    owner = {word: p.handle for p in reversed(people) for word in (*p.name.casefold().split(), *_names(p))}
    found = nearest(word.rstrip(PUNCTUATION), owner)
    return None if found is None else owner[found]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that begins with `word`, else the one most like it, or None."""
    if len(word) > _LONGEST_NAME:
        return None
    said, names = word.casefold(), sorted(known)
    for name in names:
        if name.casefold().startswith(said):
            return name
    from difflib import get_close_matches  # loaded only when something is misspelt

    return next(iter(get_close_matches(said, names, 1)), None)


def _names(person: KnownPerson) -> tuple[str, ...]:
    handle = person.handle.casefold()
    return (handle, person.email.casefold()) if person.email else (handle,)
