"""The timeline: bars with their wiggle room, weeks scrolled by key; and the arithmetic of its cells."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from followthru_tui.cells import width
from followthru_tui.widgets import timebars
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.fakefeed import MONDAY, task

_days = st.integers(-400, 400).map(lambda days: MONDAY + timedelta(days=days))


@given(
    st.integers(20, 220),
    _days,
    st.none() | _days,
    st.none() | _days,
    st.none() | _days,
    st.none() | _days,
    st.integers(-9, 9),
)
def test_a_bar_fills_exactly_its_cells_and_shows_its_promise_where_the_axis_has_that_week(
    cells: int,
    today: date,
    starts: date | None,
    target: date | None,
    promised: date | None,
    deadline: date | None,
    weeks: int,
) -> None:
    first = today + timedelta(days=7 * weeks - today.weekday())
    row = task(1, starts_on=starts, target_on=target, promised_on=promised, deadline_on=deadline)
    parts = timebars.bar_parts(row, today, first, cells)
    shape = timebars.shape(cells)
    text = "".join(part for part, _ in parts)
    if cells >= 40:
        assert width(text) == cells
        assert width("".join(part for part, _ in timebars.axis(cells, first))) == cells + 2
    bar = text[len(text) - shape.weeks * 5 :]
    if promised is not None and deadline is None and first <= promised < first + timedelta(days=7 * shape.weeks):
        assert bar[timebars.cell_of(first, promised)] == "]"
        assert bar.count("]") == 1
    if target is not None and promised is not None and deadline is None and starts is None and target < promised:
        assert bar.count("~") + bar.count("#") <= (promised - target).days


def test_the_days_of_a_bar_are_weekdays() -> None:
    assert [timebars.day_of(MONDAY, cell).isoweekday() for cell in range(10)] == [1, 2, 3, 4, 5] * 2
    assert all(timebars.cell_of(MONDAY, timebars.day_of(MONDAY, cell)) == cell for cell in range(40))
    assert timebars.cell_of(MONDAY, MONDAY + timedelta(days=6)) == 4, "a Sunday falls to its Friday"


async def test_bars_stand_under_their_weeks_with_words_beside_them(office: Office) -> None:
    """The practice leaves two working days of room: the target of Friday 10 July is Wednesday 8 July."""
    add_task(office.ctx, "Renew the lease by 10 jul @oak-street")
    add_task(office.ctx, "Order paper")
    async with running(office.feed) as ui:
        await ui.press("0")
        assert "Timeline (1)" in ui.lines()[0], "what has no date is not on it"
        assert "22 Jun" in ui.lines()[1]
        assert ". ok" in ui.selected()
        assert "10 Jul" in ui.selected()
        assert ">....|~]" in ui.selected()
        assert "~ wiggle room" in ui.text(), "the signs are explained"
        before = ui.selected().index("]")
        assert ui.lines()[1].index("6 Jul") + 4 == before, "a Friday stands four cells after its Monday"
        await ui.press("]")
        assert ui.selected().index("]") == before - 5
        assert "29 Jun" in ui.lines()[1]
        await ui.press("[")
        assert ui.selected().index("]") == before
        await ui.press("1", "]")
        assert "0 shows it" in ui.status()
        assert "22 Jun" not in ui.text()


async def test_a_tasks_keys_hold_on_its_bar(office: Office) -> None:
    add_task(office.ctx, "Renew the lease by 10 jul @oak-street")
    async with running(office.feed) as ui:
        await ui.press("0", "x")
        assert "No open task has a date yet" in ui.text()
        await ui.press("u")
        assert "Renew the lease" in ui.selected()


async def test_the_timeline_fits_small_and_wide_screens(office: Office) -> None:
    add_task(office.ctx, "Renew the lease by 10 jul @oak-street")
    for size in ((60, 15), (120, 40), (200, 50)):
        async with running(office.feed, size) as ui:
            await ui.press("0")
            assert ">....|~]" in ui.selected()
