"""Figures as people write them: `41`, `97.5%`, `$12,400`. Exact, and written the same everywhere."""

from __future__ import annotations

import re
from decimal import Decimal

from followthru.errors import UsageError

_MONEY = "$€£"
# Of days, not of seconds (`s`, `ms`) and not of loss.
_MANY = re.compile(r"(?<=[^s]{2})s$")
_FORM = re.compile(
    r"(?P<sign>[-+−])?(?P<money>[$€£])?(?P<whole>\d{1,3}(?:[,' ]\d{3})+|\d{1,12})"
    r"(?:\.(?P<part>\d{1,6}))?\s*(?P<unit>\S.*)?"
)


def read_figure(text: str, unit: str | None = None) -> Decimal:
    """Return the figure that a text states, with or without the measure's own unit around it.

    A comma parts thousands (`12,400`), a point begins the fraction. Raises UsageError for anything else, and for
    another unit than the measure's.
    """
    said = text.strip().replace("\u00a0", " ").replace("\u202f", " ")
    found = _FORM.fullmatch(said)
    if found is None:
        raise _no_figure(text)
    named = [word for word in (found["money"], found["unit"]) if word]
    if any(not _is_unit(word, unit) for word in named):
        given = f"It is counted in {unit}." if unit else "It has no unit."
        raise UsageError(f"“{text}” is in another unit. {given}", safe="Nothing was changed.")
    digits = re.sub(r"\D", "", found["whole"])
    value = Decimal(f"{digits}.{found['part'] or '0'}")
    return -value if found["sign"] in ("-", "−") else value


def _no_figure(text: str) -> UsageError:
    return UsageError(
        f"“{text}” is no figure.",
        safe="Nothing was changed.",
        remedy="Write 41, 97.5 or 12,400, with its unit or without.",
    )


def _is_unit(word: str, unit: str | None) -> bool:
    """Whether a word is the measure's unit: as it stands, or one of what is counted (`1 day`)."""
    word, known = word.casefold(), (unit or "").casefold()
    return bool(known) and word.rstrip("s") == known.rstrip("s")


def figure_text(value: Decimal) -> str:
    """Return a figure as it is stored: plain digits, no thousands, no zeros at the end of a fraction."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def check_stored(text: str) -> None:
    """Raise UsageError for a figure that is not written as it is stored."""
    if figure_text(read_figure(text)) != text:
        raise UsageError(
            f"“{text}” is not written plainly.", safe="Nothing was changed.", remedy="Write 12400 or 97.5."
        )


def figure_words(value: Decimal, unit: str | None = None) -> str:
    """Return a figure for people: `$12,400`, `97.5%`, `41 days`."""
    digits = f"{abs(value):,f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    sign = "-" if value < 0 else ""
    if not unit:
        return f"{sign}{digits}"
    if unit in _MONEY:
        return f"{sign}{unit}{digits}"
    if unit == "%":
        return f"{sign}{digits}%"
    one = _MANY.sub("", unit) if value in (1, -1) else unit
    return f"{sign}{digits} {one}"
