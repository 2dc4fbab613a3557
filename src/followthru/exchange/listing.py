"""A list of things as a table: rows of a stated set of columns, as CSV for a spreadsheet or Markdown for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from followthru.domain.plain import one_line
from followthru.exchange.csv_table import row_text

_MARKED = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~"})
_TOGETHER = "; "


class Listing(NamedTuple):
    """A list: the name of its file, its title, its columns, and a row of values by column for each thing in it."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, object]]


def csv_lines(listing: Listing) -> Iterator[str]:
    """Yield a header and a line for each row, without line ends (RFC 4180)."""
    yield row_text(listing.columns)
    for row in listing.rows:
        yield row_text(_text(row.get(name)) for name in listing.columns)


def markdown_lines(listing: Listing, *, heading: str = "#") -> Iterator[str]:
    """Yield a heading and a table; columns that are empty throughout are left out."""
    yield f"{heading} {listing.title}"
    yield ""
    if not listing.rows:
        yield "None."
        return
    columns = [name for name in listing.columns if any(_text(row.get(name)) for row in listing.rows)]
    yield f"| {' | '.join(name.replace('_', ' ') for name in columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in listing.rows:
        yield f"| {' | '.join(marked(_text(row.get(name))) for name in columns)} |"


def marked(text: str) -> str:
    """Return text that Markdown shows as it stands, on one line."""
    return one_line(text).translate(_MARKED)


def _text(value: object) -> str:
    """Return a value as text: lists with `;` between, yes and no in words, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return _TOGETHER.join(_text(one) for one in cast("Sequence[object]", value))
    if isinstance(value, dict):
        said = cast("Mapping[str, object]", value)
        return " ".join(_text(one) for one in said.values() if one not in (None, False))
    return str(value)
