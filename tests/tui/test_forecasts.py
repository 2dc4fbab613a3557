"""Whether history supports a date, on the screen: as it is typed, beside the task, and the cases behind a key."""

from __future__ import annotations

from datetime import date

from followthru.actions import away, edit, past, practices, tasks
from followthru.domain.forecast import Case
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import running

COVER = "Renew cover by 8 jul to dana @oak-street kind:cover"
EARLY = "the date that is kept at 90 %: 17 of 17 like it at this practice took 17 working days or fewer."


def lived_through(office: Office) -> None:
    told = date(2026, 1, 5)
    cases = [Case("oak-street", "cover", told, MONDAY_TO_FRIDAY.add(told, n + 1), n) for n in range(17)]
    past.bring_in(office.ctx, cases, "past.csv")


def squeezed(text: str) -> str:
    return " ".join(text.replace("▏", " ").split())


async def test_a_line_is_judged_as_it_is_typed(office: Office) -> None:
    lived_through(office)
    away.away(office.ctx, "dana", (date(2026, 7, 6), date(2026, 7, 8)))
    practices.edit(office.ctx, "oak-street", {"capacity": "30m"})
    async with running(office.feed) as ui:
        await ui.press("a")
        await ui.type(COVER)
        said = squeezed(ui.text())
        assert "Dana Reyes is away then, Mon 6 Jul to Wed 8 Jul." in said
        assert "oak-street's week of Mon 6 Jul is overfull: 1 h of 30 min promised" in said
        assert EARLY in said
        await ui.press("enter")
        assert ui.status().startswith("Added 1")


async def test_the_detail_says_it_and_f_shows_the_cases(office: Office) -> None:
    lived_through(office)
    add_task(office.ctx, COVER)
    async with running(office.feed, size=(120, 40)) as ui:
        await ui.press("3")
        said = squeezed(ui.text())
        assert "Room Wed 1 Jul [>" in said
        assert "Forecast Earlier than" in said
        assert "f shows the cases." in said
        await ui.press("f")
        assert "What the forecast rests on" in ui.text()
        assert "17 working days cover @oak-street, told Mon 5 Jan" in squeezed(ui.text())
        await ui.press("escape")
        assert ui.status().startswith("Earlier than")


async def test_who_is_away_is_said_before_one_waits_on_them(office: Office) -> None:
    away.away(office.ctx, "dana", (date(2026, 7, 6), date(2026, 7, 8)), cover="priya")
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3", "w", "enter")
        await ui.type("the signed form by 8 jul")
        assert "Dana Reyes is away then, Mon 6 Jul to Wed 8 Jul; Priya" in squeezed(ui.text())


async def test_f_on_work_without_a_past_says_so(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3", "f")
        assert ui.status().startswith("No honest date yet: 0 cases so far")


async def test_a_practice_says_how_full_its_week_is(office: Office) -> None:
    practices.edit(office.ctx, "oak-street", {"capacity": "30m"})
    add_task(office.ctx, "Renew cover by 2 jul @oak-street")
    async with running(office.feed) as ui:
        await ui.press("2", "enter")
        assert "oak-street (1) this week overfull, 1 h of 30 min promised" in squeezed(ui.text())


async def test_that_a_week_is_overfull_is_not_cut_off(office: Office) -> None:
    practices.edit(office.ctx, "oak-street", {"capacity": "4h"})
    add_task(office.ctx, "Renew cover by 2 jul to dana @oak-street")
    add_task(office.ctx, "File taxes by 2 jul @oak-street")
    long = add_task(office.ctx, "Renew cover by 2 jul to dana @oak-street")
    edit.edit(office.ctx, long, {"estimate": "9h"})
    tasks.done(office.ctx, add_task(office.ctx, "Answer by 1 jul to dana @oak-street"))
    async with running(office.feed, size=(80, 24)) as ui:
        await ui.press("2", "enter")
        assert "oak-street (3) kept 1 of 1, this week overfull, 11 h of 4 h" in squeezed(ui.text())


async def test_two_figures_for_one_task_each_say_of_which_day_they_are(office: Office) -> None:
    """Beside the task stands what held when it was told; where a new date is typed, what holds today."""
    lived_through(office)
    add_task(office.ctx, COVER)
    office.clock.advance(days=5)
    async with running(office.feed, size=(120, 40)) as ui:
        await ui.press("3")
        assert "Forecast On Wed 1 Jul, told first: Earlier than" in squeezed(ui.text())
        await ui.press("p")
        assert "Counted from today: Earlier than" in squeezed(ui.text())
