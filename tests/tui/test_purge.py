"""A client has left: the screen shows what goes, asks for the practice's name, and does nothing without it."""

from __future__ import annotations

import pytest

from followthru.store import practices
from tests.storekit import add_practice, add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.story import Story


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_practice_goes_only_after_its_name_was_typed(office: Office, size: tuple[int, int]) -> None:
    add_practice(office.ctx, "elm")
    add_task(office.ctx, "Renew cover by 15 Jul to dana @oak-street")
    add_task(office.ctx, "Order paper @elm")

    def there() -> list[str]:
        return [one.slug for one in practices.all_practices(office.ctx.read)]

    async with running(office.feed, size) as ui:
        await (
            Story(ui)
            .press(":")
            .enter("take a practice away")
            .enter("oak-street")
            .says("The package is missing. Nothing was changed.")
            .type(" --package none")
            .press("enter")
            .see("Type oak-street and Enter: then it is gone. Escape leaves everything as it is.", "1 task")
            .enter("yes")
            .says("It was not confirmed. Nothing was changed.")
            .press("escape")
            .holds(lambda: there() == ["elm", "oak-street"], "Escape leaves everything")
            .press(":")
            .enter("take a practice away")
            .see("--package none")
            .press("enter")
            .press("ctrl+u")
            .enter("oak-street")
            .holds(lambda: there() == ["elm"], "it is gone")
            .press("3")
            .see("Order paper")
            .miss("Renew cover")
            .press("u")
            .miss("Renew cover")
        )
