"""A report: drafted from the practice, reviewed with the page that goes along."""

from __future__ import annotations

from followthru.actions import goals, people
from followthru.domain.people import Channel
from tests.tui.desks import Office
from tests.tui.driver import running


async def test_it_is_drafted_from_the_practice_and_its_page_is_seen_in_review(office: Office) -> None:
    goals.add(office.ctx, "ar-days", "oak-street", {"aim": "35"})
    goals.read(office.ctx, 1, "50", "2026-05-20")
    goals.read(office.ctx, 1, "44", "2026-06-20")
    people.edit(office.ctx, "oak-street", "priya", {"channel": str(Channel.NONE)})
    async with running(office.feed, (100, 30)) as ui:
        await ui.press("2", "r")
        assert "gets no mail" in ui.text()
        await ui.type("dana")
        await ui.press("enter")
        assert "The last quarter" in ui.text()
        await ui.press("enter")
        assert "Drafted the report on June 2026 to Dana Reyes" in ui.text()
        await ui.press("8", "r")
        assert "June 2026" in ui.text()
        await ui.press("O")
        assert "There is no desktop to open it" in ui.text() or "Opened in the browser" in ui.text()
        [page] = office.home.run.glob("update-*.html")
        assert "<svg" in page.read_text()
        await ui.press("escape", "u")
        assert "Drafted the report" in ui.status() or "Undid" in ui.status()


async def test_an_update_without_a_page_says_so(office: Office) -> None:
    async with running(office.feed, (100, 30)) as ui:
        await ui.press("N", "enter", "8", "r", "O")
        assert "No page goes along" in ui.text()
