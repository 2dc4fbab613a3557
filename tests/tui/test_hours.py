"""Hours on the screen: what goes by itself, what is late, and whom to call."""

from __future__ import annotations

from followthru.actions import hours, people
from followthru.actions.automatic import approve_due
from followthru.domain.people import RoleName
from followthru.store import tasks, updates
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.test_review import review


async def test_what_let_its_hour_pass_is_late_in_words(office: Office) -> None:
    people.edit(office.ctx, "oak-street", "dana", {"cadence": "weekly:fri@16:00"})
    office.clock.at = office.clock.at.replace(day=2, hour=16)
    hours.draft_due(office.ctx)
    async with running(office.feed, (100, 40)) as ui:
        assert "^ to review" in ui.text()
        await review(ui)
        assert "to review, due Fri 3 Jul at 16:00" in ui.text()
    office.clock.at = office.clock.at.replace(day=3)
    approve_due(office.desk)
    async with running(office.feed, (100, 40)) as ui:
        assert "! late" in ui.text()
        await review(ui)
        assert "late since Fri 3 Jul at 16:00" in ui.text()
        assert "! Waits  It was due Fri 3 Jul at 16:00 and waits for you." in ui.text()


async def test_a_call_is_read_out_and_told_by_its_key_and_undone(office: Office) -> None:
    new = people.NewPerson("Sam Okafor", None, RoleName.OWNER, cadence="weekly:fri@16:00")
    people.add(office.ctx, "oak-street", new)
    id = add_task(office.ctx, "Renew cover by 24 Jul @oak-street")
    office.clock.at = office.clock.at.replace(day=3, hour=16)
    hours.draft_due(office.ctx)

    def how() -> list[tuple[str, bool]]:
        return [(one.how, one.retracted) for one in tasks.tellings(office.ctx.read, [id])[id]]

    async with running(office.feed, (100, 40)) as ui:
        assert "^ to call" in ui.text()
        while "Call Sam Okafor" not in ui.selected():
            await ui.press("j")
        await ui.press("r")
        assert "to call: c once they were told" in ui.text()
        assert "Renew cover: Fri 24 Jul, on track." in ui.text()
        await ui.press("A")
        assert "it is to call" in ui.status()
        await ui.press("c")
        assert "Told sam at oak-street in a call." in ui.status().replace("\n", " ")
        assert how() == [("call", False)]
        await ui.press("u")
        assert how() == [("call", True)]
        row = updates.listed(office.ctx.read)[0]
        assert (row.kind, row.status) == ("call", "in review")
