"""Rows of words in columns that fit the terminal, and tasks as such rows or as plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from followthru.cli import terminal
from followthru.cli.seen import Seen
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import Audience

GAP = "  "
NARROWEST = 16


def columns(rows: Sequence[Sequence[str]], stretch: int, width: int | None, lead: str = "") -> list[str]:
    """Return rows as texts with aligned columns behind `lead`; the column `stretch` gives way to a small `width`.

    Empty columns are left out; nothing is padded at a line's end. Where even its narrowest is too wide, what stands
    behind it goes below, on lines of the same text, so that the terminal breaks none.
    """
    if not rows:
        return []
    widths = [max(cells(row[i]) for row in rows) for i in range(len(rows[0]))]
    shown = [i for i, wide in enumerate(widths) if wide]
    below: list[int] = []
    if width is not None:
        width -= len(lead)
        if _beside(widths, shown, stretch) + min(NARROWEST, widths[stretch]) > width:
            shown, below = [i for i in shown if i <= stretch], [i for i in shown if i > stretch]
        widths[stretch] = min(widths[stretch], max(NARROWEST, width - _beside(widths, shown, stretch)))
    under = " " * (widths[shown[0]] + len(GAP) if stretch and shown else 2 * len(GAP))
    texts = [
        [GAP.join(_fit(row[i], widths[i]) for i in shown).rstrip(), *_packed([row[i] for i in below], under, width)]
        for row in rows
    ]
    return ["\n".join(lead + line for line in text) for text in texts]


def _beside(widths: Sequence[int], shown: Sequence[int], stretch: int) -> int:
    """Return what all columns but one take of a line."""
    return sum(widths[i] + len(GAP) for i in shown if i != stretch)


def _packed(said: Sequence[str], under: str, width: int | None) -> list[str]:
    """Return the cells that are not empty on as few lines as hold them, each behind `under`."""
    lines: list[str] = []
    for cell in filter(None, said):
        longer = f"{lines[-1]}{GAP}{cell}" if lines else ""
        if longer and (width is None or cells(longer) <= width):
            lines[-1] = longer
        else:
            lines.append(under + cell)
    return lines


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _fit(text: str, width: int) -> str:
    long = cells(text)
    if long <= width:
        return text + " " * (width - long)
    cut = text
    while cells(cut) > width - 1:
        cut = cut[:-1]
    return f"{cut}…" + " " * (width - 1 - cells(cut))


def task_lines(seen: Sequence[Seen], *, plain: bool, lead: str = "") -> list[str]:
    """Return one text for each task: in columns behind `lead`, or as `label: value` without it when plain."""
    if plain:
        return [_plain(one) for one in seen]
    return columns([_row(one) for one in seen], stretch=2, width=terminal.width(), lead=lead)


def _row(one: Seen) -> tuple[str, ...]:
    row = one.row
    stands = one.standing
    return (
        str(row.id).rjust(3),
        f"{stands.sign} {stands.words}",
        terminal.clean(row.title),
        f"@{row.practice}" if row.practice else "",
        date_words(one),
        room_words(one),
        told_words(one),
    )


def _plain(one: Seen) -> str:
    row = one.row
    said = (
        ("task", str(row.id)),
        ("state", one.standing.words),
        ("title", terminal.clean(row.title)),
        ("practice", row.practice or ""),
        ("date", date_words(one)),
        ("room", room_in_full(one)),
        ("told", told_words(one).removeprefix("told ")),
    )
    return "; ".join(f"{label}: {value}" for label, value in said if value)


def date_words(one: Seen) -> str:
    """Return the date that counts most: the promise, else the deadline, else the target; nothing without any.

    A deadline before the promise is said as well: it makes the task late first.
    """
    row = one.row
    if row.closed:
        return "" if row.done_on is None else f"done {day_words(row.done_on, one.today)}"
    if row.promised_on is not None:
        at = f" {row.promised_time}" if row.promised_time else ""
        said = f"{day_words(row.promised_on, one.today)}{at}"
        if row.deadline_on is None or row.deadline_on >= row.promised_on:
            return said
        return f"{said}, deadline {day_words(row.deadline_on, one.today)}"
    if row.deadline_on is not None:
        return f"deadline {day_words(row.deadline_on, one.today)}"
    return "" if row.target_on is None else f"target {day_words(row.target_on, one.today)}"


def room_words(one: Seen) -> str:
    """Return the wiggle room of a promise: `5d room`, `no room`; nothing without an open promise."""
    if one.row.closed or one.row.promised_on is None:
        return ""
    return f"{one.row.buffer_days}d room" if one.row.buffer_days else "no room"


def room_in_full(one: Seen) -> str:
    """Return the wiggle room as a count, for where no column says what it is."""
    return room_words(one) and (count_words(one.row.buffer_days, "working day") if one.row.buffer_days else "none")


def told_words(one: Seen) -> str:
    """Return who knows of the promise: `told dana`, `untold`, and who was told another date."""
    row = one.row
    newest = {told.person: told.promised_on for told in one.told if not told.retracted}
    wrong = [f"{person} knows {_short(on, one.today)}" for person, on in newest.items() if on != row.promised_on]
    right = [person for person, on in newest.items() if on == row.promised_on]
    if not newest:
        owed = row.promised_on is not None and not row.closed and row.audience is not Audience.ME
        return "untold" if owed else ""
    said = [f"told {', '.join(right)}"] if right else []
    return "; ".join((*said, *(() if row.closed else wrong)))


def _short(on: date, today: date) -> str:
    return day_words(on, today)


def more_words(left: int, at_least: bool) -> str:
    """Return the sentence for what a list leaves out."""
    shows = "--all shows it" if left == 1 else "--all shows them"
    return f"{'More than ' if at_least else ''}{count_words(left, 'more task')}; {shows}."
