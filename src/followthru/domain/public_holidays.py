"""Public holidays of a country or one of its parts, from the `holidays` package.

A code is an ISO 3166 country such as `US`, or with a part of it, `US-CA`. The package takes a while to load,
so nothing here is loaded before it is called; what it says is stored with the practice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from followthru.domain.nearest import nearest
from followthru.errors import UsageError


def check_code(code: str) -> str:
    """Return a code in its usual spelling (`us-ca` becomes `US-CA`).

    Raises UsageError naming the nearest if the country or its part is not known.
    """
    from holidays import list_supported_countries

    parts_of = list_supported_countries(include_aliases=True)
    country, dash, part = code.strip().partition("-")
    found = country.upper()
    if found not in parts_of:
        raise _unknown(f"There are no holidays for the country “{country}”.", country, parts_of, "US")
    if not dash:
        return found
    by_folded = {known.casefold(): known for known in parts_of[found]}
    if part.casefold() not in by_folded:
        codes = [f"{found}-{known}" for known in parts_of[found]]
        raise _unknown(f"{found} has no part “{part}”.", f"{found}-{part}", codes, found)
    return f"{found}-{by_folded[part.casefold()]}"


def holiday_dates(code: str, years: Iterable[int]) -> tuple[date, ...]:
    """Return the public holidays of these years in order, with the days on which they are observed.

    Raises UsageError naming the nearest if the code is not known.
    """
    from holidays import country_holidays

    wanted = sorted(set(years))
    country, _, part = check_code(code).partition("-")
    if not wanted:
        return ()
    return tuple(sorted(country_holidays(country, subdiv=part or None, years=wanted)))


def _unknown(message: str, word: str, known: Iterable[str], example: str) -> UsageError:
    """Return the error for an unknown code, naming the nearest known one."""
    name = nearest(word, known)
    return UsageError(message, remedy=f"Did you mean {name}?" if name else f"Use a code such as {example}.")
