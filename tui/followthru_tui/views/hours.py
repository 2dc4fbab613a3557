"""Hours: what was worked this month at each practice, against what it agreed on, entry by entry."""

from __future__ import annotations

from itertools import groupby

from followthru.domain.periods import Length, of
from followthru.domain.saying import day_words
from followthru.domain.spans import exact_words
from followthru.domain.worked import Entry, Total, total_words
from followthru.store import worked
from followthru_tui.feed import Line, Section
from followthru_tui.views.shape import MOST, At, Shape, narrow


def hours(at: At) -> Shape:
    """Return this month's entries by practice, the newest first, each practice with its total."""
    month = of(Length.MONTH, at.today(None))
    wanted = narrow(at.text)
    found = [
        one
        for one in worked.entries(at.read, month.first, month.last)
        if wanted.fits(f"{one.task or ''} {one.note or ''}", one.practice, "")
    ]
    found.sort(key=lambda one: (one.practice, -one.on.toordinal(), -one.id))
    by_practice = {slug: list(those) for slug, those in groupby(found, key=lambda one: one.practice)}
    totals = [
        one for one in worked.totals(at.read, month.first, month.last) if not at.text or one.practice in by_practice
    ]
    sections = [_section(at, one, by_practice.get(one.practice, [])) for one in totals]
    return Shape(f"Hours in {month.words}", sections, total=len(found))


def _section(at: At, total: Total, found: list[Entry]) -> Section:
    lines = tuple(entry_line(at, one) for one in found[:MOST])
    if not lines:
        nothing = Line(f"practice:{total.practice}", ". nothing yet", "M logs time for it", total.practice, None)
        return Section(f"hours:{total.practice}", f"{total.practice}: {total_words(total)}", (), 1, (nothing,))
    return Section(f"hours:{total.practice}", f"{total.practice}: {total_words(total)}", (), len(found), lines)


def entry_line(at: At, one: Entry) -> Line:
    """Return the line of an entry."""
    today = at.today(one.practice)
    return Line(
        f"hours:{one.id}",
        f". {exact_words(one.minutes)}",
        one.task or one.note or "for the practice as a whole",
        one.practice,
        one.on,
        when=day_words(one.on, today),
        facts=tuple(
            (name, value)
            for name, value in (
                ("Time", exact_words(one.minutes)),
                ("On", day_words(one.on, today)),
                ("Task", f"#{one.task_id} {one.task}" if one.task_id else ""),
                ("Note", one.note or ""),
            )
            if value
        ),
    )


def of_practice(at: At, slug: str, practice_id: int) -> Section | None:
    """Return this month's hours at a practice; None where nothing is agreed on and nothing was logged."""
    month = of(Length.MONTH, at.today(slug))
    total = next(iter(worked.totals(at.read, month.first, month.last, practice_id)), None)
    if total is None or (total.retainer is None and not total.entries):
        return None
    found = list(reversed(worked.entries(at.read, month.first, month.last, practice_id)))
    return _section(at, total, found)._replace(words=f"Hours in {month.words}: {total_words(total)}")
