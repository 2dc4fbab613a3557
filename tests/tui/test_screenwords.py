"""What a refusal names is a key of the screen, and not a command that one would have to leave it for."""

from __future__ import annotations

import pytest

from followthru.actions import promises
from followthru.actions.registry import COMMANDS
from followthru.domain.task import How
from followthru.store import heartbeats
from followthru_tui.feed import Line, UpdateShown
from followthru_tui.screenwords import line_on_screen, on_screen, shown_on_screen
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.story import Story


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Move it first: `followthru promise 4 DATE --because TEXT`.", "Move it first: p (Promise)."),
        ("`followthru update recall 7` takes it back.", "R (Recall) takes it back."),
        ("`followthru practice list` shows them.", "2 (Practices) shows them."),
        ("`followthru sample remove` takes it out.", ": “Remove the sample data” takes it out."),
        ("`followthru calendar add`.", ": “Connect a calendar”."),
        ("`followthru calendar setup` shows it.", ": “Connect a calendar” shows it."),
        ("`followthru calendar setup oak --new` makes another.",) * 2,
        ("`followthru calendar setup oak` takes it up again.",) * 2,
        ("`followthru calendar resolve oak --confirm`, then go on.",) * 2,
        ("Stop the other one and run `followthru sync --here`.",) * 2,
        ("Your words: `followthru update redraft 7 --print`.",) * 2,
        ("`followthru restore --salvage` reads what can be read.",) * 2,
        ("`followthru doctor` looks.",) * 2,
        ("Nothing is named here.",) * 2,
    ],
)
def test_a_command_is_said_by_its_key_where_the_screen_has_one(said: str, shown: str) -> None:
    assert on_screen(said, COMMANDS) == shown


def test_a_key_that_its_user_chose_is_the_one_that_is_said() -> None:
    mine = [one._replace(keys=("P",)) if one.id == "promise" else one for one in COMMANDS]
    assert on_screen("`followthru promise 4 DATE`", mine) == "P (Promise)"


def test_what_a_list_and_a_review_say_names_the_key() -> None:
    said, shown = "`followthru mail seen 1` once you have read it.", "x (I have read it) once you have read it."
    line = Line("mail:1", "answer", said, None, None, under=(said,), facts=(("To do", said),))
    seen = line_on_screen(line, COMMANDS)
    assert (seen.title, seen.under, seen.facts) == (shown, (shown,), (("To do", shown),))
    assert line_on_screen(seen, COMMANDS) == seen
    update = UpdateShown(
        1, "dana", "Dana", "oak-street", said, said, (said,), "in review", "in review", "m", False, None, None, None,
        said, book=(said,), waits=(said,),
    )  # fmt: skip
    kept = shown_on_screen(update, COMMANDS)
    assert (kept.reasons, kept.waits, kept.book, kept.answer) == ((shown,), (shown,), (shown,), shown)
    assert (kept.subject, kept.body) == (said, said), "its text is as it goes"


async def test_a_list_names_the_key(office: Office) -> None:
    heartbeats.beat(office.ctx.store, "holidays", fault="Then `followthru update settle ID resend`.")
    async with running(office.feed, (100, 30)) as ui:
        await Story(ui).press("5").see("holidays: Then Y (Settle).").miss("`followthru update")


async def test_a_refusal_on_the_screen_names_the_key(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    promises.tell(office.ctx, 1, "dana", how=How.CALL)
    async with running(office.feed) as ui:
        await Story(ui).press("3", "d").enter("+30d").says("Move the promise first: p (Promise).").miss("`followthru")
        await Story(ui).press("escape", "m", "enter").says("p (Promise)")
